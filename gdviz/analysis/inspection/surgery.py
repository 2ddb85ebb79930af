"""Changes made to a network by hand, as values: each gives other parameters, none touches its own.

A `Surgery` is a network as it was and the changes in the order in which they were made; whoever
moves a slider changes its entry in place, so that a slider that goes back leaves no trace.

Imports `subject` and `gdviz.nn`. Next: `sweeps`, what the accuracy does along a slider.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.nn.parameters import Architecture, FloatArray, Layout, Parameters

STEEPEST = 1000.0
"""The largest k of σ(kz) that an `Architecture` takes."""


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """Hidden neurons whose outgoing weights are taken as 0."""

    neurons: tuple[NeuronPlace, ...]


@dataclass(frozen=True, slots=True)
class Prune:
    """A share of all weights, 0 to 1, that is set to 0: the smallest."""

    share: float


@dataclass(frozen=True, slots=True)
class AddNoise:
    """Noise on the weights, relative to their size in each layer, drawn from a seed."""

    relative: float
    seed: int


@dataclass(frozen=True, slots=True)
class SetComponent:
    """One weight or bias, by its position in the vector, and its new value."""

    index: int
    value: float


@dataclass(frozen=True, slots=True)
class Steepen:
    """Another k of σ(kz) in all sigmoid layers; infinite: hidden neurons are steps."""

    steepness: float


@dataclass(frozen=True, eq=False, slots=True)
class MadeElsewhere:
    """A change made in another panel: what it is called, and what it left behind."""

    words: str
    architecture: Architecture
    parameters: Parameters


Change = SwitchOff | Prune | AddNoise | SetComponent | Steepen | MadeElsewhere


@dataclass(frozen=True, eq=False, slots=True)
class Surgery:
    """A network as it was, and what was changed since, oldest first."""

    start: InspectedNetwork
    changes: tuple[Change, ...] = ()

    def with_change(self, change: Change) -> Surgery:
        """Give it with a change: in the place of the present one of its kind, or at the end.

        What changes nothing is left out. Weights set by hand always go to the end: one that was
        pruned since must hold what it is set to now. What was made elsewhere says all that a
        network is, so that nothing before it can be changed any more.
        """
        former, present = self._before_and_since()
        if isinstance(change, SetComponent):
            kept = [c for c in present if not _sets(c, change.index)]
            return Surgery(self.start, (*former, *kept, change))
        places = [k for k, c in enumerate(present) if type(c) is type(change)]
        at = places[0] if places and not isinstance(change, MadeElsewhere) else len(present)
        new = () if changes_nothing(change) else (change,)
        return Surgery(self.start, (*former, *present[:at], *new, *present[at + 1 :]))

    def without(self, kind: type[Change]) -> Surgery:
        """Give it without the present change of a kind."""
        former, present = self._before_and_since()
        kept = [c for c in present if not isinstance(c, kind)]
        return Surgery(self.start, (*former, *kept))

    @property
    def present(self) -> tuple[Change, ...]:
        """The changes that can still be changed: those since the last that was made elsewhere."""
        return self._before_and_since()[1]

    def result(self) -> tuple[Architecture, Parameters]:
        """Give the network; without changes its very own parameters."""
        architecture, parameters = self.start.architecture, self.start.parameters
        for change in self.changes:
            architecture, parameters = _changed(architecture, parameters, change)
        return architecture, parameters

    def network(self) -> InspectedNetwork:
        """Give the network under its title."""
        architecture, parameters = self.result()
        return dataclasses.replace(self.start, architecture=architecture, parameters=parameters)

    def _before_and_since(self) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
        ends = [k + 1 for k, c in enumerate(self.changes) if isinstance(c, MadeElsewhere)]
        end = ends[-1] if ends else 0
        return self.changes[:end], self.changes[end:]


def _sets(change: Change, index: int) -> bool:
    return isinstance(change, SetComponent) and change.index == index


def changes_nothing(change: Change) -> bool:
    """Whether a change leaves every network as it is: its slider is at its low end."""
    match change:
        case SwitchOff(neurons):
            return not neurons
        case Prune(share):
            return share <= 0
        case AddNoise(relative, _):
            return relative <= 0
        case Steepen(steepness):
            return math.isnan(steepness)
    return False


def _changed(
    architecture: Architecture, parameters: Parameters, change: Change
) -> tuple[Architecture, Parameters]:
    match change:
        case SwitchOff(neurons):
            return architecture, switched_off(parameters, neurons)
        case Prune(share):
            return architecture, pruned(parameters, share)
        case AddNoise(relative, seed):
            return architecture, noisy(parameters, relative, seed)
        case SetComponent(index, value):
            return architecture, with_component(parameters, index, value)
        case Steepen(steepness):
            return steepened(architecture, steepness), parameters
        case MadeElsewhere(_, architecture_then, parameters_then):
            return architecture_then, parameters_then


def can_be_switched_off(place: NeuronPlace, layout: Layout) -> bool:
    """Whether a neuron has weights that go on from it: an output has none."""
    sizes = layout.layer_sizes[1:-1]
    return 0 <= place.layer < len(sizes) and 0 <= place.index < sizes[place.layer]


def switched_off(parameters: Parameters, neurons: tuple[NeuronPlace, ...]) -> Parameters:
    """Give parameters in which hidden neurons have no say: their outgoing weights are 0.

    The next layer then gets what it would get if their activations were 0, whatever they are.
    Neurons that do not exist, and outputs, are passed over.
    """
    known = [place for place in neurons if can_be_switched_off(place, parameters.layout)]
    if not known:
        return parameters
    changed = parameters.copy()
    for place in known:
        changed.weights[place.layer + 1][:, place.index] = 0
    return _frozen(changed)


def weight_components(layout: Layout) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Give the positions of all weights in the vector, biases left out, shape (n_weights,)."""
    return np.concatenate([np.arange(where.start, where.stop) for where in layout.weight_slices])


def n_weights(layout: Layout) -> int:
    """Give the number of weights, biases not counted."""
    return sum(where.stop - where.start for where in layout.weight_slices)


def pruned(parameters: Parameters, share: float) -> Parameters:
    """Give parameters whose smallest weights are 0; biases stay.

    Parameters
    ----------
    parameters : Parameters
    share : float
        Of all weights of all layers together, 0 to 1; the number is rounded. Of equal sizes the
        first in the vector go first, so that more pruning only ever adds zeros. Weights that are
        not numbers count as the largest.

    References
    ----------
    LeCun, Denker, Solla, *Optimal brain damage* (1990), for what else than size could be asked;
    Han, Pool, Tran, Dally, *Learning both weights and connections* (2015), for size.
    """
    which, _ = smallest_weights(parameters, share)
    if not which.size:
        return parameters
    changed = parameters.copy()
    changed.vector[which] = 0
    return _frozen(changed)


def smallest_weights(
    parameters: Parameters, share: float
) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], float]:
    """Give the positions of the weights that `pruned` sets to 0, and the largest size of them.

    The size is 0 if there are none.
    """
    where = weight_components(parameters.layout)
    sizes = np.abs(parameters.vector[where])
    count = round(min(max(share, 0.0), 1.0) * where.size)
    if count == 0:
        return where[:0], 0.0
    # Not sorted: half a million weights follow a slider. NaN stands behind everything here too.
    threshold = np.partition(sizes, count - 1)[count - 1]
    if np.isnan(threshold):
        below, equal = ~np.isnan(sizes), np.isnan(sizes)
    else:
        below, equal = sizes < threshold, sizes == threshold
    last = np.flatnonzero(equal)[: count - int(below.sum())]
    below[last] = True
    return where[below], float(threshold)


def noisy(parameters: Parameters, relative: float, seed: int) -> Parameters:
    """Give parameters with normal noise on every weight; biases stay.

    Parameters
    ----------
    parameters : Parameters
    relative : float
        Standard deviation over the root mean square of the layer's weights, so that all layers
        are disturbed alike. The same draw at every value: only its size changes.
    seed : int
        0 or more.
    """
    if relative <= 0:
        return parameters
    generator = np.random.default_rng(seed)
    changed = parameters.copy()
    for weights in changed.weights:
        draw = generator.standard_normal(weights.shape, np.float32)
        weights[:] += relative * root_mean_square(weights) * draw
    return _frozen(changed)


def root_mean_square(values: FloatArray) -> float:
    """Give √(mean of squares) of the values that are numbers; 0 if none is."""
    known = values[np.isfinite(values)].astype(np.float64)
    return float(np.sqrt(np.mean(known * known))) if known.size else 0.0


def with_component(parameters: Parameters, index: int, value: float) -> Parameters:
    """Give parameters with another weight or bias.

    Raises
    ------
    IndexError
        If there is no such component.
    """
    if not 0 <= index < parameters.vector.size:
        raise IndexError(f"component {index} is outside a vector of {parameters.vector.size}")
    changed = parameters.copy()
    changed.vector[index] = value
    return _frozen(changed)


def steepened(architecture: Architecture, steepness: float) -> Architecture:
    """Give another k of σ(kz); infinite, NaN: hidden sigmoids become steps, nothing changes.

    With steps the outputs keep the k that they had: there is no step in `OUTPUT_ACTIVATIONS`,
    since of outputs that are all 0 or 1 none could be called the largest.
    """
    if math.isnan(steepness):
        return architecture
    if steepness <= STEEPEST:
        return dataclasses.replace(architecture, steepness=steepness)
    if architecture.hidden_activation != "sigmoid":
        return architecture
    return dataclasses.replace(architecture, hidden_activation="step")


def knows_steepness(architecture: Architecture) -> bool:
    """Whether any layer is a sigmoid."""
    has_hidden = len(architecture.layer_sizes) > 2
    hidden = has_hidden and architecture.hidden_activation == "sigmoid"
    return hidden or architecture.output_activation == "sigmoid"


def component_index(layout: Layout, layer: int, to: int, source: int | None) -> int:
    """Give the position in the vector of a weight, or, without a source, of a bias."""
    if source is None:
        return int(layout.bias_slices[layer].start) + to
    return int(layout.weight_slices[layer].start) + to * layout.layer_sizes[layer] + source


def place_of(layout: Layout, index: int) -> tuple[int, int, int | None]:
    """Give layer, neuron and source of a component; the source of a bias is None."""
    layer = next(k for k, where in enumerate(layout.layer_slices) if index < where.stop)
    within = index - layout.layer_slices[layer].start
    n_in = layout.layer_sizes[layer]
    if within >= n_in * layout.layer_sizes[layer + 1]:
        return layer, within - n_in * layout.layer_sizes[layer + 1], None
    return layer, within // n_in, within % n_in


def _frozen(parameters: Parameters) -> Parameters:
    parameters.vector.flags.writeable = False
    return parameters
