"""Walks through the images that a filter leaves; shows nothing itself."""

from __future__ import annotations

from gdviz.analysis.inspection.browsing import ImageFilter, Selection, selection_of
from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.qt.inspecting import InspectControl, Inspection
from gdviz.qt.number_text import whole


class Browser:
    """Knows the filter, what it leaves, and where in it the example stands.

    Parameters
    ----------
    control : InspectControl
    """

    def __init__(self, control: InspectControl) -> None:
        self._control = control
        self.filter = ImageFilter()
        self._row: int | None = None
        self._selection: Selection | None = None
        self._made_of: tuple[ImageFilter, int, Outcomes | None] | None = None
        self._goes_to_first = False
        self._fits = True

    def set_filter(self, wanted: ImageFilter) -> None:
        """Browse other images; the first of them is shown if the present one is not among them."""
        if wanted.split != self.filter.split:
            self._row = None
        is_reordered = wanted.order != self.filter.order
        self.filter = wanted
        self._goes_to_first = True
        if is_reordered:
            self._row = None
        if wanted.asks_the_network:
            self._control.want_outcomes(wanted.split)
        if self._control.inspection is not None:
            self.follow(self._control.inspection)

    def restore_filter(self, wanted: ImageFilter) -> None:
        """Browse other images from the next press on."""
        self.filter = wanted
        if wanted.asks_the_network:
            self._control.want_outcomes(wanted.split)

    def reset(self) -> None:
        """Other data: what was left of the former is forgotten."""
        self._row = self._selection = self._made_of = None

    def follow(self, inspection: Inspection) -> None:
        """Note which image is shown, and what the network makes of all of them by now."""
        example, split = inspection.example, self._control.split(self.filter.split)
        if example.split == self.filter.split and not self._goes_to_first:
            self._row = example.index
        self._fits = inspection.network.fits(split)
        outcomes = inspection.outcomes.get(self.filter.split) if self._fits else None
        made_of = (self.filter, id(split.labels), outcomes)
        if self._made_of is None or any(
            a is not b for a, b in zip(made_of, self._made_of, strict=True)
        ):
            self._made_of = made_of
            self._selection = selection_of(self.filter, split.labels, outcomes)
        if self._goes_to_first and self._selection is not None:
            self._go_to_first(inspection)

    def _go_to_first(self, inspection: Inspection) -> None:
        assert self._selection is not None
        self._goes_to_first = False
        example = inspection.example
        stays = (
            example.split == self.filter.split
            and example.index is not None
            and example.index in self._selection
            and self.filter.order == "number"
        )
        self._show(example.index if stays else self._selection.first())

    def step(self, steps: int) -> None:
        """Show the next image (+1) or the previous one (−1)."""
        if self._selection is not None:
            go = self._selection.after if steps > 0 else self._selection.before
            self._show(go(self._row))

    def another(self) -> None:
        """Show an image from elsewhere."""
        if self._selection is not None:
            self._show(self._selection.another(self._row))

    def jump(self, row: int) -> None:
        """Show an image by its number, whatever the filter says."""
        self._show(row % len(self._control.split(self.filter.split)))

    def _show(self, row: int | None) -> None:
        if row is not None:
            self._row = row
            self._control.choose_example(self.filter.split, row)

    @property
    def can_step(self) -> bool:
        """Whether there is an image to go to."""
        return self._selection is not None and len(self._selection) > 0

    def note(self) -> str:
        """Say how many images there are, and which of them is shown."""
        words = self.filter.words
        if self._selection is None:
            if not self._fits:
                return "This network does not take these images: it has no right and wrong here."
            n_images = whole(len(self._control.split(self.filter.split)))
            return f"Trying the network on {n_images} images …"
        count = len(self._selection)
        if count == 0:
            return f"There are no {words}."
        if self.filter == ImageFilter(self.filter.split):
            return f"{whole(count)} {words}, the first is 0"
        if self._row is None or self._row not in self._selection:
            return f"{whole(count)} {words}"
        return f"{whole(self._selection.rank(self._row) + 1)} of {whole(count)} {words}"
