"""The run library: what was trained, found again by words and opened with Enter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QWidget,
)

from gdviz.qt.dialogs import run_texts
from gdviz.qt.dialogs.panel_dialog import PanelDialog
from gdviz.qt.dialogs.run_rows import ENTRY_ROLE, PICTURE_ROLE, RunRows, picture_of
from gdviz.qt.file_work import FileWork
from gdviz.qt.fonts import font
from gdviz.qt.keys import ENTER
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.runtime.background_job import BackgroundJob
from gdviz.storage.library import BrokenEntry, Library
from gdviz.storage.sessions import RunSummary

Result = TypeVar("Result")

EMPTY = (
    "Here your runs will stand.\n"
    "A run of at least 100 steps is put here when it finishes, and when you restart, open "
    "something else or close the window."
)
LEGEND = "The curve is the smoothed cost; the line under it is 0."
NOTHING_FOUND = "No run has all of these words in its title, its settings or its date."


class LibraryDialog(PanelDialog):
    """Lists the runs that were kept.

    Parameters
    ----------
    parent : QWidget
    library : Library
    work : FileWork
        On whose thread the library is read and written.
    bound : str
        How much the library keeps, as a sentence.

    Attributes
    ----------
    open_asked : Signal(object)
        The path of a run.
    """

    open_asked = Signal(object)

    def __init__(self, parent: QWidget, library: Library, work: FileWork, bound: str) -> None:
        super().__init__("run_library", "Run library", parent)
        self._library, self._work = library, work
        self._jobs: list[tuple[BackgroundJob[Any], Callable[[Any], None]]] = []
        self._removed: list[Path] = []
        self._texts: dict[Path, str] = {}
        self.search = QLineEdit(self)
        self.search.setObjectName("field_search_runs")
        self.search.setFont(font(12, 400))
        self.search.setPlaceholderText("Search titles, settings, dates")
        self.search.setAccessibleName("Search runs")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.body.addWidget(self.search)
        self.list = self._list()
        self._empty = Label(EMPTY, 12, 400, "muted")
        self._empty.setObjectName("run_library_empty")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.list)
        self.body.addWidget(self._pages, 1)
        self.body.addWidget(HintLabel(f"{LEGEND} {bound}"))
        self._problem = Label("", 12, 400, "error")
        self._problem.setObjectName("run_library_problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.body.addWidget(self._problem)
        self._add_buttons()
        self.resize(860, 560)
        self.setMinimumSize(640, 360)

    def _list(self) -> QListWidget:
        made = QListWidget(self)
        made.setObjectName("list_runs")
        made.setAccessibleName("Runs, the newest first")
        made.setItemDelegate(RunRows(made))
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setUniformItemSizes(True)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Enter is one too: the style decides what activates.
        made.itemActivated.connect(self._open)
        made.itemSelectionChanged.connect(self._show_buttons)
        return made

    def _add_buttons(self) -> None:
        self._remove = self.add_button("Remove")
        self._remove.setObjectName("button_remove_run")
        self._remove.clicked.connect(self.remove)
        self._undo = self.add_button("Undo remove", "ghost")
        self._undo.setObjectName("button_undo_remove")
        self._undo.clicked.connect(self.undo)
        self.buttons.addStretch(1)
        self.add_button("Close").clicked.connect(self.reject)
        self._open_button = self.add_button("Open", "primary")
        self._open_button.setObjectName("button_open_run")
        self._open_button.clicked.connect(lambda: self._open(self.list.currentItem()))
        self._show_buttons()

    def bring_up(self) -> None:
        """Show it, read anew, with the search ready to be typed."""
        super().bring_up()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.selectAll()
        self.refresh()

    def refresh(self) -> None:
        """Begin to read the library anew."""
        self._begin(self._library.entries, self._fill)

    def refresh_if_visible(self) -> None:
        """Read the library anew if somebody looks: it holds another run."""
        if self.isVisible():
            self.refresh()

    def poll(self) -> None:
        """Show what has been read; called at every tick of the window's clock."""
        while self._jobs and self._jobs[0][0].done:
            job, then = self._jobs.pop(0)
            try:
                result = job.result()
            except OSError as error:
                self._say(f"{error}.")
            else:
                self._say("")
                then(result)

    @property
    def is_busy(self) -> bool:
        """Whether something is being read or written."""
        return bool(self._jobs)

    def remove(self) -> None:
        """Take the chosen run out of the library; it can be brought back."""
        if not self._remove.isEnabled():
            return
        path = self.list.currentItem().data(ENTRY_ROLE).path

        def removed(_result: object) -> None:
            self._removed.append(path)
            self.refresh()

        self._begin(lambda: self._library.remove(path), removed)

    def undo(self) -> None:
        """Bring back what was removed last."""
        if self._removed:
            path = self._removed.pop()
            self._begin(lambda: self._library.restore(path), lambda _result: self.refresh())

    def _begin(self, work: Callable[[], Result], then: Callable[[Result], None]) -> None:
        self._jobs.append((self._work.begin(work), then))

    def _fill(self, entries: list[RunSummary | BrokenEntry]) -> None:
        chosen = self.list.currentItem()
        before = chosen.data(ENTRY_ROLE).path if chosen else None
        row = self.list.currentRow()
        self.list.clear()
        self._texts = {}
        for entry in entries:
            self.list.addItem(self._item(entry))
            self._texts[entry.path] = run_texts.searched_text(entry)
        paths = [entry.path for entry in entries]
        at = paths.index(before) if before in paths else min(max(row, 0), len(paths) - 1)
        if paths:
            self.list.setCurrentRow(at)
        self._filter()

    @staticmethod
    def _item(entry: RunSummary | BrokenEntry) -> QListWidgetItem:
        item = QListWidgetItem()
        item.setData(ENTRY_ROLE, entry)
        if isinstance(entry, RunSummary):
            item.setData(PICTURE_ROLE, picture_of(entry))
        text = run_texts.whole_text(entry)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
        item.setToolTip(text)
        return item

    def _filter(self) -> None:
        """Show the runs that have all words; the first of them is chosen if the chosen is not."""
        found = []
        for row in range(self.list.count()):
            item = self.list.item(row)
            text = self._texts[item.data(ENTRY_ROLE).path]
            is_found = run_texts.is_found(self.search.text(), text)
            item.setHidden(not is_found)
            if is_found:
                found.append(row)
        if found and self.list.currentRow() not in found:
            self.list.setCurrentRow(found[0])
        self._empty.setText(NOTHING_FOUND if self.list.count() else EMPTY)
        self._pages.setCurrentIndex(1 if found else 0)
        n_runs = self.list.count()
        shown = f"{len(found):,} of {n_runs:,}" if len(found) != n_runs else f"{n_runs:,}"
        runs = "run" if n_runs == 1 else "runs"
        self.subtitle.set_whole_text(f"{shown} {runs}, the newest first" if n_runs else "")
        self._show_buttons()

    def _show_buttons(self) -> None:
        item = self.list.currentItem()
        entry = item.data(ENTRY_ROLE) if item is not None and not item.isHidden() else None
        self._open_button.setEnabled(isinstance(entry, RunSummary))
        self._remove.setEnabled(entry is not None)
        self._undo.setVisible(bool(self._removed))

    def _open(self, item: QListWidgetItem | None) -> None:
        entry = item.data(ENTRY_ROLE) if item is not None else None
        if isinstance(entry, RunSummary):
            self.open_asked.emit(entry.path)
            self.accept()

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: the keys of a list, also while the search has the keyboard."""
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif key == Qt.Key.Key_Delete and self.list.hasFocus():
            self.remove()
        elif key in ENTER and self.search.hasFocus():
            self._open(self.list.currentItem())
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down} and self.search.hasFocus():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)
