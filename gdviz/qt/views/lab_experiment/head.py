"""What is claimed, and by whom."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gdviz.experiments.experiment import Experiment
from gdviz.qt.fonts import font
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.themed import CHANGES


class ClaimHead(QWidget):
    """The claim of an experiment and its sources as links."""

    def __init__(self) -> None:
        super().__init__()
        self._experiment: Experiment | None = None
        self.claim = Label("", 13, 400)
        self.claim.setWordWrap(True)
        self.claim.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sources = QLabel()
        self.sources.setFont(font(11))
        self.sources.setWordWrap(True)
        self.sources.setTextFormat(Qt.TextFormat.RichText)
        self.sources.setOpenExternalLinks(True)
        self.sources.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.sources.setAccessibleName("Sources")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.claim)
        column.addWidget(self.sources)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the claim of an experiment."""
        if experiment is not self._experiment:
            self._experiment = experiment
            self.claim.setText(experiment.claim)
            self._write_sources()

    def _write_sources(self) -> None:
        if self._experiment is None:
            return
        theme = current_theme()
        texts = []
        for source in self._experiment.sources:
            text = escape(source.text)
            if source.address:
                style = f"color:{theme.accent};text-decoration:none"
                text = f'<a style="{style}" href="{escape(source.address)}">{text}</a>'
            texts.append(f'<span style="color:{theme.muted}">{text}</span>')
        self.sources.setText("<br>".join(texts))
        self.sources.setVisible(bool(texts))

    def changeEvent(self, event: QEvent) -> None:
        """Qt override: rich text does not follow the theme by itself."""
        super().changeEvent(event)
        if event.type() in CHANGES and hasattr(self, "sources"):
            self._write_sources()
