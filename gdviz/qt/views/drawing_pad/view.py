"""The drawing pad: draw a digit, and see what the network says to it while you draw."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.pictures import PictureInk
from gdviz.analysis.inspection.subject import ExampleImage, InspectedNetwork
from gdviz.data.dataset import Dataset
from gdviz.qt import number_text
from gdviz.qt.inspecting import Inspection
from gdviz.qt.views.drawing_pad import picture_files
from gdviz.qt.views.drawing_pad.desk import Desk
from gdviz.qt.views.drawing_pad.menu import PadMenu
from gdviz.qt.views.drawing_pad.square import RADII
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.runtime.inspector import Answer

PICTURE = "drawing_pad.picture"
HINT = "draw a digit"


class DrawingPadView(QObject):
    """A pad, and the network's outputs for what is on it."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._inspect = context.inspect
        self._dock = context.dock
        self.subtitle = RunningLine()
        context.dock.replace_subtitle(self.subtitle)
        self._network: InspectedNetwork | None = None
        self._inspection: Inspection | None = None
        self._given: ExampleImage | None = None
        self._picture: Answer | None = None
        self._note = ""
        self.image: npt.NDArray[np.float32] | None = None
        self.outputs: npt.NDArray[np.floating[Any]] | None = None
        self.desk = Desk()
        self.pad = self.desk.pad
        self.menu = PadMenu(context.dock, self.pad)
        self.menu.paste.triggered.connect(self.paste)
        self.menu.open.triggered.connect(self._choose_file)
        self.pad.changed.connect(self._drawing_changed)
        self.pad.offered.connect(self.take)
        self.pad.paste_asked.connect(self.paste)
        self.desk.use.clicked.connect(self.use_as_example)
        self._refresh()

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.desk

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        self._inspection = inspection
        if inspection is None:
            return
        self._take_picture(inspection.answers.get(PICTURE))
        if inspection.network is not self._network:
            self._network = inspection.network
            self._refresh()

    def reset(self, dataset: Dataset) -> None:
        """Another run begins: the drawing stays, it is nobody's data."""
        del dataset

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        drawing = self.pad.sketch.drawing
        return {"brush": self.pad.brush, "centred": drawing.is_centred}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("brush") in RADII:
            self.pad.set_brush(state["brush"])
        if isinstance(state.get("centred"), bool):
            drawing = self.pad.sketch.drawing
            self.pad.sketch.drawing = replace(drawing, is_centred=state["centred"])
        self.menu.follow()
        self._refresh()

    def describe(self) -> Description:
        """What is on the pad and what the network says, as a sentence and a table."""
        if self.image is None or self.outputs is None:
            return Description(self._state_sentence())
        lit = int((self.image > 0).sum())
        sentence = (
            f"A drawing of which the network gets {number_text.whole(lit)} lit pixels of "
            f"{number_text.whole(self.image.size)}; it {self._reading()}. {self._state_sentence()}."
        )
        rows = tuple((k, round(float(value), 4)) for k, value in enumerate(self.outputs))
        return Description(sentence, ("output", "value"), rows)

    # --- what the user does ---------------------------------------------------------------

    def use_as_example(self) -> None:
        """Show the drawing in all panels; they follow it until another example is chosen."""
        if self.image is None:
            return
        self._inspect.use_image(self.image, "drawn")
        now = self._inspect.inspection
        self._given = None if now is None else now.example

    def paste(self) -> None:
        """Take the picture, or the picture file, that is on the clipboard."""
        if not self.take(QGuiApplication.clipboard().mimeData()):
            self._say("There is no picture on the clipboard: copy one, or drop a file here.")

    def take(self, data: QMimeData) -> bool:
        """Take a picture that was pasted or dropped; False if there is none."""
        path = picture_files.offered_path(data)
        if path is not None:
            self.open_file(path)
            return True
        image = QImage(data.imageData()) if data.hasImage() else QImage()
        if image.isNull():
            return False
        name = "The pasted picture"
        self._ask(name, partial(picture_files.convert, image, name))
        return True

    def open_file(self, path: Path) -> None:
        """Begin to read a picture file."""
        self._ask(path.name, partial(picture_files.read, path))

    def _choose_file(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in picture_files.SUFFIXES)
        chosen, _ = QFileDialog.getOpenFileName(
            self.desk, "Open a picture", "", f"Pictures ({patterns})"
        )
        if chosen:
            self.open_file(Path(chosen))

    def _ask(self, name: str, work: Any) -> None:
        self._inspect.ask(PICTURE, name, lambda _inquiry: work(), gives_up=True, is_quick=True)

    def _take_picture(self, answer: Answer | None) -> None:
        if answer is None or answer is self._picture:
            return
        self._picture = answer
        if answer.error:
            # The type's name is for the log; the sentence names the picture.
            self._say(answer.error.partition(": ")[2])
            return
        found: PictureInk = answer.value
        self.pad.change(self.pad.sketch.drawing.with_ink(found.ink))
        self._say("; ".join([f"{answer.about}, in grey", *found.changes]), is_error=False)

    # --- what is shown --------------------------------------------------------------------

    def _show_subtitle(self, text: str) -> None:
        """It runs; the dock's own, which is hidden, stays for whoever asks."""
        self.subtitle.set_text(text)
        self._dock.set_subtitle(text)

    def _drawing_changed(self) -> None:
        self._note = ""
        self.menu.follow()
        self._refresh()
        now = self._inspect.inspection
        if self._given is not None and now is not None and now.example is self._given:
            self.use_as_example()

    def _say(self, sentence: str, *, is_error: bool = True) -> None:
        """Say something of a picture, until the drawing changes."""
        self._note = sentence
        self.desk.show_note(sentence, is_error=is_error)

    def _refresh(self) -> None:
        """Send the drawing through the network: one image takes less than a millisecond."""
        drawing, network = self.pad.sketch.drawing, self._network
        side = None if network is None else network.side
        self.image = self.outputs = None
        if network is not None and side is not None:
            self.image = drawing.as_input(side)
            self.outputs = network.passed(self.image[np.newaxis]).outputs[0]
        self.pad.show_preview(
            None if self.image is None or side is None else self.image.reshape(side, side)
        )
        self.desk.use.setEnabled(self.image is not None)
        shown = self._reading() if self.outputs is not None and not drawing.is_empty else HINT
        self._show_subtitle(shown)
        if not self._note:
            self.desk.show_note(self._state_sentence(), is_error=False)

    def _reading(self) -> str:
        assert self.outputs is not None
        if not np.isfinite(self.outputs).all():
            return "reads nothing: not finite"
        says = int(np.argmax(self.outputs))
        height = f"{float(self.outputs[says]):.3f}".replace("-", number_text.MINUS)
        return f"reads {says} at {height}"

    def _state_sentence(self) -> str:
        network, drawing = self._network, self.pad.sketch.drawing
        if network is None:
            return "What the network says appears above."
        if network.side is None:
            return (
                f"This network takes {network.n_inputs:,} numbers, which make no square image: "
                "a drawing cannot be given to it."
            )
        words = "As it stands, not centred"
        if drawing.is_centred:
            words = "Sized and centred as MNIST's digits"
        return f"{words}, inverted" if drawing.is_inverted else words
