"""What the panel says of a climb, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.analysis.inspection.wishes import FREE, SMOOTH
from gdviz.qt import number_text
from gdviz.qt.views.wishes.climbing import Climbing, label_of

Values = npt.NDArray[np.floating[Any]]


def height_words(value: float) -> str:
    """Give an activation with three decimals, or that there is none."""
    return f"{value:.3f}".replace("-", number_text.MINUS) if np.isfinite(value) else "not finite"


def says_words(outputs: Values) -> str:
    """What the network says to an image, for example ``5 at 0.998``."""
    if not np.isfinite(outputs).all():
        return "nothing: not finite"
    says = int(outputs.argmax())
    return f"{says} at {height_words(float(outputs[says]))}"


def asked_words(place: NeuronPlace, network: InspectedNetwork) -> str:
    """What was asked for, for example ``a 5`` or ``hidden 1, neuron 3``."""
    label = label_of(place, network)
    return place.title(network.architecture) if label is None else f"a {label}"


def sentence(climbing: Climbing, outputs: Values) -> str:
    """What came of a climb, in one to three sentences.

    Parameters
    ----------
    climbing : Climbing
        With an ascent.
    outputs : ndarray of shape (2, n_outputs)
        For the free and for the smooth image.
    """
    wish, network, real = climbing.wish, climbing.network, climbing.real
    assert wish is not None
    assert network is not None
    label, asked = label_of(wish.place, network), asked_words(wish.place, network)
    free, smooth = says_words(outputs[FREE]), says_words(outputs[SMOOTH])
    if label is None:
        text = (
            f"What excites {asked}: the network takes it for {free}, the smooth one for {smooth}."
        )
    else:
        text = (
            f"Asked for {asked}, the network says {free} to the first image and {smooth} to the "
            f"smooth one. Does either look like {asked}?"
        )
    if real is not None:
        near = [f"{distance:.1f}" for distance in real.nearest.distances]
        text += f" The nearest training images are {near[FREE]} and {near[SMOOTH]} away"
        if real.usual_distance is not None:
            whose = "a test image" if label is None else f"a test image of {asked}"
            text += f"; for {whose} it is {real.usual_distance:.1f} (median of {real.n_usual})"
        text += "."
    return text
