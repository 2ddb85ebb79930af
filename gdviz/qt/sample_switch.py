"""The switch for which images a network is judged by; all views of Inspect show the same."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdviz.analysis.inspection.sample import FILM_EXAMPLES, Sample
from gdviz.analysis.inspection.subject import SplitName
from gdviz.qt.inspecting import InspectControl
from gdviz.qt.widgets.segmented import Segmented

SPLITS = {"test": "Test", "train": "Training"}
COUNTS = {"all": "All", "first": f"First {FILM_EXAMPLES}"}
FIRST_TIP = (
    f"The first {FILM_EXAMPLES} images only: “96 %” in the film is 288 of the first 300 test "
    "images. So few leave an accuracy uncertain by 2 or 3 points."
)


class SampleSwitch(QWidget):
    """Test or training images, all of them or only the first.

    Parameters
    ----------
    control : InspectControl
        Is told what the user chooses.
    parent : QWidget, optional
    has_splits : bool, default True
        Whether test and training can be chosen here too.
    """

    def __init__(
        self, control: InspectControl, parent: QWidget | None = None, *, has_splits: bool = True
    ) -> None:
        super().__init__(parent)
        self._control = control
        self.splits = Segmented(list(SPLITS.items()), "Images", self)
        self.splits.segment("test").setToolTip("Images that the network was never trained on")
        self.splits.segment("train").setToolTip("Images that the network was trained on")
        self.counts = Segmented(list(COUNTS.items()), "How many images", self)
        self.counts.segment("first").setToolTip(FIRST_TIP)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.splits)
        row.addWidget(self.counts)
        self.splits.setVisible(has_splits)
        for switch in (self.splits, self.counts):
            switch.changed.connect(self._choose)

    def show_sample(self, sample: Sample) -> None:
        """Show which images count."""
        count = "all" if sample.first is None else "first"
        for switch, key in ((self.splits, sample.split), (self.counts, count)):
            if switch.current() != key:
                switch.set_current(key)

    def _choose(self, _key: str) -> None:
        split: SplitName = "train" if self.splits.current() == "train" else "test"
        first = FILM_EXAMPLES if self.counts.current() == "first" else None
        self._control.choose_sample(Sample(split, first))
