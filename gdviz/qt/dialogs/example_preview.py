"""Some training images of chosen classes, each with its class under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.weight_images import image_shape
from gdviz.data.classes import shown_examples
from gdviz.data.dataset import Dataset
from gdviz.qt.widgets.image_strip import ImageStrip

N_SHOWN = 96
"""Pictures in the preview; those that do not fit scroll."""


class ExamplePreview(ImageStrip):
    """The first images of each class in turn, as they are in the data."""

    def __init__(self) -> None:
        super().__init__("Training images", tile=56, lines=1)
        self.setObjectName("data_images")
        self.empty_text = "Choose a file or a folder."

    def show_examples(self, dataset: Dataset, labels: Sequence[int]) -> None:
        """Show images of some classes.

        Parameters
        ----------
        dataset : Dataset
        labels : sequence of int
        """
        train = dataset.train
        self.empty_text = "Choose at least two classes."

        def picture(row: int) -> npt.NDArray[np.floating[Any]]:
            image = train.inputs(slice(row, row + 1))[0]
            return np.asarray(image.reshape(image_shape(len(image))))

        def words(row: int) -> tuple[str, str]:
            return dataset.class_name(int(train.labels[row])), ""

        self.show_items(shown_examples(dataset, labels, N_SHOWN), picture, words, dataset)
