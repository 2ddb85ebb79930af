"""Climbs in small parts beside the window, and then looks for real images that are near."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from gdviz.analysis.inspection.likeness import (
    Average,
    Nearest,
    class_average,
    nearest_images,
    strongest_average,
    usual_images,
)
from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.analysis.inspection.wishes import Ascent, Wish, advanced
from gdviz.data.dataset import Dataset
from gdviz.qt.inspecting import InspectControl, Inspection
from gdviz.runtime.inspector import Answer, Inquiry

N_STEPS = 200
PART = 4
"""Steps between two pictures: about a millisecond of work."""
CLIMB, REAL, AVERAGE = "wishes.climb", "wishes.real", "wishes.average"


@dataclass(frozen=True, eq=False, slots=True)
class Real:
    """Real images beside two made ones.

    Parameters
    ----------
    nearest : Nearest
        Training images, to the free and to the smooth image.
    usual_distance : float or None
        Median of what usual test images have to their nearest training image.
    n_usual : int
        How many test images that is of.
    """

    nearest: Nearest
    usual_distance: float | None
    n_usual: int


class Climbing:
    """One climb at a time; all on the GUI thread but the work.

    Parameters
    ----------
    control : InspectControl

    Attributes
    ----------
    wish : Wish or None
    ascent : Ascent or None
    network : InspectedNetwork or None
        The one that the newest picture was computed with.
    real : Real or None
        Known when the climb is over.
    average : Average or None
    error : str
        Why it stopped; empty if it did not.
    """

    def __init__(self, control: InspectControl) -> None:
        self._control = control
        self._newest: InspectedNetwork | None = None
        self._seen: dict[str, Answer] = {}
        self.forget()

    def forget(self) -> None:
        """Have nothing."""
        self.wish: Wish | None = None
        self.ascent: Ascent | None = None
        self.network: InspectedNetwork | None = None
        self.real: Real | None = None
        self.average: Average | None = None
        self.error = ""
        self.is_climbing = False
        for key in (CLIMB, REAL, AVERAGE):
            self._control.cancel(key)

    def begin(self, wish: Wish, inspection: Inspection) -> None:
        """Begin a climb on the present network."""
        self.forget()
        network = inspection.network
        self._newest = self.network = network
        self.wish = wish
        self.ascent = wish.begin(network.n_inputs, inspection.example.image)
        self.is_climbing = True
        self._ask_part()
        self._ask_average()

    def stop(self) -> None:
        """Stay where it is, and look for real images."""
        if self.is_climbing:
            self._end()

    def follow(self, inspection: Inspection) -> bool:
        """Take what has come, and go on; give whether there is anything new."""
        self._newest = inspection.network
        taken = [self._take(key, inspection.answers.get(key)) for key in (CLIMB, REAL, AVERAGE)]
        return any(taken)

    def _take(self, key: str, answer: Answer | None) -> bool:
        if answer is None or answer is self._seen.get(key):
            return False
        self._seen[key] = answer
        wish, network = answer.about
        if wish is not self.wish:
            return False
        if answer.error:
            self.error, self.is_climbing = answer.error, False
        elif key == REAL:
            self.real = answer.value
        elif key == AVERAGE:
            self.average = answer.value
        elif self.is_climbing:
            self.ascent, self.network = answer.value, network
            if answer.value.n_steps >= N_STEPS:
                self._end()
            else:
                self._ask_part()
        return True

    def _ask_part(self) -> None:
        """Ask for the next steps, on the newest network that has such a neuron."""
        wish, network = self.wish, self._newest
        assert wish is not None
        assert self.ascent is not None
        is_other = network is None or network.n_inputs != self.ascent.images.shape[1]
        if network is None or is_other or not wish.place.exists_in(network.architecture):
            self.is_climbing = False
            return
        work = partial(_climb, network, self.ascent, wish)
        self._control.ask(CLIMB, (wish, network), work, gives_up=True, is_quick=True)

    def _end(self) -> None:
        self.is_climbing = False
        self._control.cancel(CLIMB)
        dataset, network = self._control.dataset, self.network
        if self.ascent is None or network is None or not network.fits(dataset.test):
            return
        assert self.wish is not None
        label = label_of(self.wish.place, network)
        work = partial(_look_for_real, dataset, self.ascent, label)
        self._control.ask(REAL, (self.wish, network), work, gives_up=True)

    def _ask_average(self) -> None:
        dataset, network, wish = self._control.dataset, self.network, self.wish
        if network is None or wish is None or not network.fits(dataset.test):
            return
        work = partial(_average, dataset, network, wish.place)
        self._control.ask(AVERAGE, (wish, network), work, gives_up=True)


def label_of(place: NeuronPlace, network: InspectedNetwork) -> int | None:
    """Give the digit that a neuron is the output of; None for a hidden neuron."""
    is_last = place.layer == network.architecture.layout.n_layers - 1
    return place.index if is_last else None


def _climb(network: InspectedNetwork, ascent: Ascent, wish: Wish, inquiry: Inquiry) -> Ascent:
    inquiry.look()
    return advanced(network, ascent, wish, min(PART, N_STEPS - ascent.n_steps))


def _average(
    dataset: Dataset, network: InspectedNetwork, place: NeuronPlace, inquiry: Inquiry
) -> Average | None:
    label = label_of(place, network)
    if label is not None:
        return class_average(dataset.train, label, inquiry.look)
    return strongest_average(network, place, dataset.train, inquiry.look)


def _look_for_real(dataset: Dataset, ascent: Ascent, label: int | None, inquiry: Inquiry) -> Real:
    usual = usual_images(dataset.test, label)
    asked = np.concatenate([ascent.images, usual])
    found = nearest_images(dataset.train, asked, inquiry.look, inquiry.tell)
    nearest = Nearest(found.rows[:2], found.labels[:2], found.distances[:2])
    median = float(np.median(found.distances[2:])) if len(usual) else None
    return Real(nearest, median, len(usual))
