"""Changes single pixels of the example, and puts the image back."""

from __future__ import annotations

import numpy as np

from gdviz.analysis.inspection.subject import ExampleImage
from gdviz.qt.inspecting import InspectControl, Inspection

NUDGE = 0.1
"""What + and − change a pixel by."""


class PixelEditing:
    """Paints pixels white, or black where they were bright.

    Parameters
    ----------
    control : InspectControl
    """

    def __init__(self, control: InspectControl) -> None:
        self._control = control
        self._before: ExampleImage | None = None
        self._after: ExampleImage | None = None
        self._paints = 1.0

    def follow(self, inspection: Inspection) -> None:
        """Forget what the image was before if another one is shown by now."""
        if inspection.example is not self._after:
            self._before = self._after = None

    @property
    def is_edited(self) -> bool:
        """Whether the example is an image that was changed here."""
        return self._before is not None

    def begin(self, pixel: int) -> None:
        """Turn a dark pixel white and a bright one black."""
        inspection = self._control.inspection
        if inspection is not None:
            self._paints = 0.0 if inspection.example.image[pixel] >= 0.5 else 1.0
            self.go_on(pixel)

    def go_on(self, pixel: int) -> None:
        """Give another pixel what the first one got."""
        self._set(pixel, self._paints)

    def nudge(self, pixel: int, sign: int) -> None:
        """Make a pixel a little lighter or darker."""
        inspection = self._control.inspection
        if inspection is not None:
            self._set(pixel, float(inspection.example.image[pixel]) + sign * NUDGE)

    def put_back(self) -> None:
        """Show the image as it was."""
        before = self._before
        if before is None:
            return
        if before.split is not None and before.index is not None:
            self._control.choose_example(before.split, before.index)
        else:
            self._control.use_image(before.image, before.title, before.label)

    def _set(self, pixel: int, value: float) -> None:
        inspection = self._control.inspection
        if inspection is None:
            return
        self.follow(inspection)
        before = self._before or inspection.example
        image = np.array(inspection.example.image)
        # Steps of a tenth end where they began, at 0 as at 1.
        image[pixel] = round(min(max(value, 0.0), 1.0), 6)
        self._control.use_image(image, f"{before.title}, edited", before.label)
        assert self._control.inspection is not None
        self._before, self._after = before, self._control.inspection.example
