"""The noise bench: images of nothing, and how sure the network sounds about them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.noise_images import (
    MOST_BLUR,
    SURE_ABOVE,
    Noise,
    NoiseAnswers,
    OutputHistogram,
    output_histogram,
)
from gdviz.analysis.weight_images import image_shape
from gdviz.qt.accuracy_text import accuracy
from gdviz.qt.number_text import MINUS, NOT_KNOWN, percent, whole
from gdviz.qt.theme import Theme
from gdviz.qt.widgets.field_plot import FieldPlot
from gdviz.qt.widgets.figure_rows import FigureRows
from gdviz.qt.widgets.image_strip import ImageStrip
from gdviz.qt.widgets.ticks import linear_ticks
from gdviz.qt.widgets.value_slider import ValueSlider

TILE, SLIDERS_WIDTH = 56, 190
EMPTY = "How sure the network sounds about noise appears here."


class OutputBars(FieldPlot):
    """How often the largest output is how large: bars for noise, a line for real images."""

    def __init__(self) -> None:
        super().__init__("Largest output for noise images")
        self.empty_text = EMPTY
        self.noise: OutputHistogram | None = None
        self.real: OutputHistogram | None = None
        self.real_name = ""

    def show_outputs(
        self, noise: OutputHistogram, real: OutputHistogram | None, real_name: str
    ) -> None:
        """Show other outputs; those of real images only if they have the same bins."""
        self.noise, self.real, self.real_name = noise, real, real_name
        if real is not None and not np.array_equal(real.edges, noise.edges):
            self.real = None
        heights = [shares_of(found).max() for found in (noise, self.real) if found is not None]
        self.low = (float(noise.edges[0]), 0.0)
        self.high = (float(noise.edges[-1]), max(*heights, 0.05, 0.0))
        self.update()

    def has_content(self) -> bool:
        """Whether noise was tried."""
        return self.noise is not None

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint bars and line."""
        assert self.noise is not None
        most = max(int(self.room().height() / 28), 2)
        ticks = [(y, percent(y, 0)) for y, _ in linear_ticks(0, self.high[1], most)]
        self.paint_axes(painter, theme, linear_ticks(self.low[0], self.high[0], 6), ticks)
        shares = np.append(shares_of(self.noise), 0.0)
        across, down = self.places(self.noise.edges, shares)
        foot = self.room().bottom()
        for k in range(len(shares) - 1):
            bar = QRectF(across[k], down[k], across[k + 1] - across[k] - 1, foot - down[k])
            painter.fillRect(bar, QColor(theme.curve_1))
        entries = [("noise", theme.curve_1)]
        if self.real is not None:
            entries.append((self.real_name, theme.curve_2))
            self._paint_steps(painter, theme, self.real)
        self.paint_upright(painter, theme, SURE_ABOVE)
        self.paint_caption(painter, theme, "share, by largest output", entries)

    def _paint_steps(self, painter: QPainter, theme: Theme, found: OutputHistogram) -> None:
        x, y = np.repeat(found.edges, 2)[1:-1], np.repeat(shares_of(found), 2)
        painter.setPen(QPen(QColor(theme.curve_2), 1.5))
        painter.drawPolyline(self.line(x, y))


class NoisePage(QWidget):
    """Sliders of the noise, the distribution of the largest output, and some of the images.

    Attributes
    ----------
    noise_changed : Signal(object)
        The user wants another `Noise`.
    image_chosen : Signal(int)
        A noise image is to be the example.
    """

    noise_changed = Signal(object)
    image_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.answers: NoiseAnswers | None = None
        plain = Noise()
        self.mean = ValueSlider("mean", 0, 1, plain.mean, "Mean brightness of the noise, 0 to 1")
        self.deviation = ValueSlider(
            "σ", 0, 1, plain.deviation, "Standard deviation of the brightness of each pixel"
        )
        self.blur = ValueSlider(
            "blur",
            0,
            MOST_BLUR,
            plain.blur,
            "Standard deviation, in pixels, of the Gaussian that smooths the noise",
            steps=40,
        )
        column = QVBoxLayout()
        column.setSpacing(4)
        for slider in (self.mean, self.deviation, self.blur):
            slider.set_name_width(34)
            slider.setFixedWidth(SLIDERS_WIDTH)
            slider.changed.connect(self._changed)
            column.addWidget(slider)
        self.figures = FigureRows(2)
        self.figures.setFixedWidth(SLIDERS_WIDTH)
        column.addWidget(self.figures)
        column.addStretch(1)
        self.bars = OutputBars()
        self.strip = ImageStrip("Noise images and what the network says of them", TILE)
        self.strip.setFixedWidth(3 * (TILE + 12) + 8)
        self.strip.chosen.connect(self.image_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(column)
        row.addWidget(self.bars, 1)
        row.addWidget(self.strip)

    def noise(self) -> Noise:
        """Give the noise that is wanted."""
        return Noise(self.mean.value(), self.deviation.value(), self.blur.value())

    def set_noise(self, noise: Noise) -> None:
        """Show other settings, without emitting `noise_changed`."""
        self.mean.set_value(noise.mean)
        self.deviation.set_value(noise.deviation)
        self.blur.set_value(noise.blur)

    def show_answers(
        self, answers: NoiseAnswers, real: OutputHistogram | None, real_name: str
    ) -> None:
        """Show what the network says of noise."""
        self.answers = answers
        self.bars.show_outputs(output_histogram(answers.largest), real, real_name)
        self.bars.setAccessibleDescription(sentence(answers))
        favourite = int(answers.said_counts.argmax())
        times = int(answers.said_counts[favourite])
        self.figures.show_rows(
            (f"above {SURE_ABOVE}", accuracy(answers.n_sure, len(answers.said))),
            ("says most often", f"{favourite}, {whole(times)} times"),
        )
        items = range(len(answers.images))
        self.strip.show_items(items, self._picture, self._words, answers.images)

    def _picture(self, item: int) -> npt.NDArray[np.floating[Any]]:
        assert self.answers is not None
        flat = self.answers.images[item]
        return np.asarray(flat.reshape(image_shape(len(flat))))

    def _words(self, item: int) -> tuple[str, str]:
        assert self.answers is not None
        largest = float(self.answers.largest[item])
        at = f"{largest:.3f}".replace("-", MINUS) if np.isfinite(largest) else NOT_KNOWN
        return f"says {self.answers.said[item]}", f"at {at}"

    def _changed(self) -> None:
        self.noise_changed.emit(self.noise())


def shares_of(found: OutputHistogram) -> npt.NDArray[np.float64]:
    """Give the share of all that is in each bin; 0 where there is none."""
    return np.asarray(found.counts / max(int(found.counts.sum()), 1))


def subtitle(answers: NoiseAnswers) -> str:
    """Give how many noise images sound sure, with the interval."""
    n, total = answers.n_sure, len(answers.largest)
    return f"{whole(n)} of {whole(total)} noise images above {SURE_ABOVE}, " + accuracy(n, total)


def sentence(answers: NoiseAnswers) -> str:
    """Give the bench in a sentence or two."""
    counts, noise = answers.said_counts, answers.noise
    favourite = int(counts.argmax())
    return (
        f"Noise of mean {noise.mean:.2f}, deviation {noise.deviation:.2f} and blur "
        f"{noise.blur:.1f} pixels: {subtitle(answers)}. Most often the network says {favourite}, "
        f"{whole(int(counts[favourite]))} times."
    )


def describe(answers: NoiseAnswers | None) -> Description:
    """Give the bench as a sentence and a table of what is said how often."""
    if answers is None:
        return Description(EMPTY)
    rows = tuple(
        (k, int(count), int((answers.largest[answers.said == k] > SURE_ABOVE).sum()))
        for k, count in enumerate(answers.said_counts.tolist())
    )
    return Description(sentence(answers), ("says", "noise images", f"above {SURE_ABOVE}"), rows)
