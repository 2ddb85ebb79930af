"""Which hidden neurons of two networks do the same: their order is an accident of the start.

Any order of the neurons of a hidden layer gives the same outputs, if the weights that go on from
them are reordered too; two networks can therefore be alike and look different. A network whose
neurons stand in the order of another one's can be compared with it weight by weight.

Imports `assignment`, `subject` and `gdviz.nn`; any thread may call. Next: `comparing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.assignment import best_assignment
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.nn.network import gain_of
from gdviz.nn.parameters import FloatArray, Parameters

Method = Literal["activations", "weights"]
Order = npt.NDArray[np.intp]
N_IMAGES = 1_000
"""Images over which activations are correlated."""
_MOST_ROUNDS = 100


def _nothing() -> None:
    pass


@dataclass(frozen=True, eq=False, slots=True)
class Matching:
    """Hidden neurons of one network beside those of another.

    Parameters
    ----------
    method : {"activations", "weights"}
    orders : tuple of ndarray of intp, shape (n_neurons of the first,)
        For each hidden layer both have, which neuron of the second stands beside each of the
        first; −1 where the second has too few.
    agreements : tuple of ndarray of float64, the same shapes
        How alike each pair is: the correlation of their activations, or the cosine of the
        angle between all their weights, −1 to 1; NaN where there is no pair.
    parameters : Parameters or None
        The second network with its neurons in this order: the same outputs but for rounding.
        None if the sizes differ.
    """

    method: Method
    orders: tuple[Order, ...]
    agreements: tuple[npt.NDArray[np.float64], ...]
    parameters: Parameters | None


def permuted(parameters: Parameters, orders: Sequence[Order]) -> Parameters:
    """Give the same network with its hidden neurons in another order, read-only.

    Parameters
    ----------
    parameters : Parameters
    orders : sequence of ndarray of intp
        For each hidden layer, which neuron stands first, second, ...: a permutation.
    """
    changed = parameters.copy()
    for k, order in enumerate(orders):
        changed.weights[k][:] = changed.weights[k][order]
        changed.biases[k][:] = changed.biases[k][order]
        changed.weights[k + 1][:] = changed.weights[k + 1][:, order]
    changed.vector.flags.writeable = False
    return changed


def match_by_activations(
    first: InspectedNetwork,
    second: InspectedNetwork,
    images: npt.NDArray[np.float32],
    look: Callable[[], None] = _nothing,
) -> Matching:
    """Pair neurons layer by layer so that the sum of correlations of activations is largest.

    Parameters
    ----------
    first, second : InspectedNetwork
        Both take the images; hidden layers that only one has are left out, and of two sizes
        the larger layer keeps some neurons alone.
    images : ndarray of shape (n, n_inputs)
    look : callable, optional

    References
    ----------
    Li, Yosinski, Clune, Lipson, Hopcroft, *Convergent learning: do different neural networks
    learn the same representations?* (2015), section 3.
    """
    look()
    one, other = first.passed(images).unmasked[:-1], second.passed(images).unmasked[:-1]
    orders, agreements = [], []
    for a, b in zip(one, other, strict=False):
        look()
        order, agreement = _paired(correlations(a, b), look)
        orders.append(order)
        agreements.append(agreement)
    same = first.architecture.layer_sizes == second.architecture.layer_sizes
    parameters = permuted(second.parameters, orders) if same else None
    return Matching("activations", tuple(orders), tuple(agreements), parameters)


def correlations(a: FloatArray, b: FloatArray) -> npt.NDArray[np.float64]:
    """Give Pearson's correlation of each column of a with each of b, shape (n_a, n_b).

    0 where a column does not vary or holds what is not a number.
    """
    return np.asarray(np.clip(_normal(a).T @ _normal(b), -1, 1))


def _normal(columns: FloatArray) -> npt.NDArray[np.float64]:
    """Give columns with mean 0 and length 1, or of zeros."""
    wide = columns.astype(np.float64)
    known = np.isfinite(wide).all(axis=0)
    wide[:, ~known] = 0
    varies = np.ptp(wide, axis=0) > 0
    wide -= wide.mean(axis=0)
    length = np.sqrt((wide * wide).sum(axis=0))
    usable = varies & (length > 0) & np.isfinite(length)
    return np.where(usable, wide / np.where(usable, length, 1), 0)


def match_by_weights(
    first: InspectedNetwork,
    second: InspectedNetwork,
    look: Callable[[], None] = _nothing,
) -> Matching:
    """Pair neurons so that the weights are as near to each other as can be, without any image.

    The layers are gone through again and again, each paired while the others stay, until no
    pair changes: every round brings the parameters nearer or ends.

    Raises
    ------
    ValueError
        If the layer sizes differ.

    References
    ----------
    Ainsworth, Hayase, Srinivasa, *Git Re-Basin: merging models modulo permutation symmetries*
    (2022), algorithm 1; arXiv 2209.04836. There the layers come in a random order.
    """
    sizes = first.architecture.layer_sizes
    if second.architecture.layer_sizes != sizes:
        raise ValueError(
            f"{first.architecture.name} and {second.architecture.name} differ: "
            "weights cannot be compared one by one"
        )
    one, other = (_weights_in_double(each) for each in (first, second))
    orders: list[Order] = [np.arange(size) for size in sizes[1:-1]]
    for _ in range(_MOST_ROUNDS):
        is_changed = False
        for k in range(len(orders)):
            look()
            order = best_assignment(_products(one, other, orders, k), look)
            # Of equally good ones the present stays, or two could take turns for ever.
            if _gain(one, other, orders, k, order) > 0:
                orders[k], is_changed = order, True
        if not is_changed:
            break
    agreements = tuple(_cosines(one, other, orders, k) for k in range(len(orders)))
    return Matching("weights", tuple(orders), agreements, permuted(second.parameters, orders))


_Layers = tuple[list[npt.NDArray[np.float64]], list[npt.NDArray[np.float64]]]


def _weights_in_double(network: InspectedNetwork) -> _Layers:
    """Give weights and biases; what is not a number counts as 0.

    A sigmoid's steepness is multiplied in: σ(kz) of W is what σ(z) of kW is.
    """
    gains = [gain_of(network.architecture, k) for k in range(len(network.parameters.weights))]
    return tuple(  # type: ignore[return-value]  # mypy does not count what a generator gives
        [
            gain * np.nan_to_num(each.astype(np.float64), nan=0, posinf=0, neginf=0)
            for gain, each in zip(gains, arrays, strict=True)
        ]
        for arrays in (network.parameters.weights, network.parameters.biases)
    )


def _in_and_out(
    layers: _Layers, k: int, before: Order | None, after: Order | None
) -> npt.NDArray[np.float64]:
    """Give all weights of each neuron of hidden layer k: incoming, bias, outgoing, one a row."""
    weights, biases = layers
    incoming = weights[k] if before is None else weights[k][:, before]
    outgoing = weights[k + 1] if after is None else weights[k + 1][after]
    return np.hstack([incoming, biases[k][:, np.newaxis], outgoing.T])


def _rows(
    one: _Layers, other: _Layers, orders: list[Order], k: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    before = orders[k - 1] if k > 0 else None
    after = orders[k + 1] if k + 1 < len(orders) else None
    return _in_and_out(one, k, None, None), _in_and_out(other, k, before, after)


def _products(one: _Layers, other: _Layers, orders: list[Order], k: int) -> npt.NDArray[np.float64]:
    a, b = _rows(one, other, orders, k)
    return np.asarray(a @ b.T)


def _gain(one: _Layers, other: _Layers, orders: list[Order], k: int, order: Order) -> float:
    """Give by how much another order of a layer is better; 0 where that is rounding."""
    products = _products(one, other, orders, k)
    rows = np.arange(len(order))
    better = float(products[rows, order].sum() - products[rows, orders[k]].sum())
    return better if better > 1e-9 * float(np.abs(products).max(initial=0.0)) else 0.0


def _cosines(one: _Layers, other: _Layers, orders: list[Order], k: int) -> npt.NDArray[np.float64]:
    a, b = _rows(one, other, orders, k)
    b = b[orders[k]]
    lengths = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    products = (a * b).sum(axis=1)
    return np.asarray(products / np.where(lengths > 0, lengths, 1))


def _paired(
    scores: npt.NDArray[np.float64], look: Callable[[], None]
) -> tuple[Order, npt.NDArray[np.float64]]:
    """Give the best partner of each row, −1 where columns are too few, and their scores."""
    n, m = scores.shape
    if n <= m:
        order = best_assignment(scores, look)
    else:
        order = np.full(n, -1, np.intp)
        order[best_assignment(scores.T, look)] = np.arange(m)
    agreement = np.where(order >= 0, scores[np.arange(n), order], np.nan)
    return order, agreement


def n_moved(orders: Sequence[Order]) -> int:
    """Give how many neurons stand in another place than before, over all hidden layers."""
    return sum(int((order != np.arange(len(order))).sum()) for order in orders)


def distance(first: Parameters, second: Parameters) -> float:
    """Give the Euclidean distance of two networks of the same sizes."""
    apart = first.vector.astype(np.float64) - second.vector
    return float(np.sqrt((apart * apart).sum()))
