"""Tensors of unknown names put in the order of the layers, by their dimensions.

Files say neither which tensor comes first nor whether a row of a matrix is a neuron. The
dimensions do: one layer's outputs are as many as the next one's inputs. Imports NumPy only.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Named = tuple[str, Array]

_WEIGHT_WORDS = frozenset({"w", "weight", "weights", "kernel", "kernels", "coef", "coefs"})
_BIAS_WORDS = frozenset({"b", "bias", "biases", "intercept", "intercepts"})


@dataclass(frozen=True, slots=True)
class OrderedLayers:
    """Layers from the first to the last.

    Parameters
    ----------
    weights : tuple of ndarray (n_out, n_in)
    biases : tuple of ndarray (n_out,), or empty if the file holds none
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]


def ordered_layers(tensors: Mapping[str, Array], n_inputs: int = 784) -> OrderedLayers:
    """Put tensors in the order of the layers.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        Matrices, either orientation but the same for all, and biases (n,), (n, 1) or (1, n).
        Whole numbers, texts and vectors that fit nowhere are passed over.
    n_inputs : int
        Where several orders fit, one that begins with so many inputs is preferred.

    Returns
    -------
    OrderedLayers

    Raises
    ------
    ValueError
        If there is no matrix, a tensor has more than two dimensions, or nothing fits.
    """
    matrices, vectors = _sorted_out(tensors)
    if not matrices:
        raise ValueError("it holds no matrix of weights")
    fits = [
        OrderedLayers(tuple(matrix for _, matrix in chain), biases)
        for chain in _chains(matrices)
        if (biases := _biases_for(chain, vectors)) is not None
    ]
    if not fits:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in (*matrices, *vectors)[:8])
        raise ValueError(f"its layers do not fit together: {shapes}")
    return next((layers for layers in fits if layers.weights[0].shape[1] == n_inputs), fits[0])


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+|[0-9]+", name.lower())


def _natural(named: Named) -> list[tuple[int, int, str]]:
    """Sort key by which ``layer_10`` comes after ``layer_9``."""
    return [
        (0, int(word[:18]), "") if word.isdigit() else (1, 0, word) for word in _words(named[0])
    ]


def _stem(name: str) -> tuple[str, ...]:
    """What a layer's weights and its biases have in common in their names."""
    return tuple(word for word in _words(name) if word not in _WEIGHT_WORDS | _BIAS_WORDS)


def _sorted_out(tensors: Mapping[str, Array]) -> tuple[list[Named], list[Named]]:
    """Tell matrices from vectors: by name where it says so, else by shape."""
    matrices: list[Named] = []
    vectors: list[Named] = []
    for name, array in tensors.items():
        if array.dtype.kind != "f" or array.ndim == 0 or array.size == 0:
            continue
        if array.ndim > 2:
            raise ValueError(
                f"{name} has {array.ndim} dimensions; only fully connected layers are opened"
            )
        is_row = array.ndim == 2 and min(array.shape) == 1
        is_weights = bool(_WEIGHT_WORDS & set(_words(name)))
        if array.ndim == 1 or (is_row and not is_weights):
            vectors.append((name, array.reshape(-1)))
        else:
            matrices.append((name, array))
    return matrices, vectors


def _chains(matrices: list[Named]) -> Iterator[list[Named]]:
    """Give every order tried in which outputs meet inputs, the most natural first."""
    by_name = sorted(matrices, key=_natural)
    # In most files a row is a neuron, (n_out, n_in).
    for turned in (False, True):
        for order in (by_name, matrices):
            oriented = [(name, array.T if turned else array) for name, array in order]
            if _meets(oriented):
                yield oriented
    for turned in (False, True):
        oriented = [(name, array.T if turned else array) for name, array in by_name]
        path = chain_of([(array.shape[1], array.shape[0]) for _, array in oriented])
        if path is not None:
            yield [oriented[index] for index in path]


def _meets(chain: list[Named]) -> bool:
    return all(
        before.shape[0] == after.shape[1] for (_, before), (_, after) in itertools.pairwise(chain)
    )


def chain_of(edges: list[tuple[int, int]]) -> list[int] | None:
    """Give an order of all edges (from, to) in which each begins where the last one ended.

    Returns
    -------
    list of int or None
        Indices of the edges; None if there is no such order.

    Notes
    -----
    An Eulerian path by Hierholzer's algorithm: linear in the number of edges, so that a file
    of thousands of matrices of one size cannot keep a reader busy.
    """
    outgoing: dict[int, list[int]] = defaultdict(list)
    balance: Counter[int] = Counter()
    for index in reversed(range(len(edges))):
        source, target = edges[index]
        outgoing[source].append(index)
        balance[source] += 1
        balance[target] -= 1
    starts = [size for size, excess in balance.items() if excess > 0]
    if len(starts) > 1 or any(abs(excess) > 1 for excess in balance.values()):
        return None
    stack: list[tuple[int, int]] = [(starts[0] if starts else edges[0][0], -1)]
    path: list[int] = []
    while stack:
        size, edge = stack[-1]
        if outgoing[size]:
            following = outgoing[size].pop()
            stack.append((edges[following][1], following))
        else:
            stack.pop()
            path.append(edge)
    path = path[-2::-1]  # backwards, without the -1 of the start
    return path if len(path) == len(edges) else None


def _biases_for(chain: list[Named], vectors: list[Named]) -> tuple[Array, ...] | None:
    """Give each layer's biases: by name, else by order, else by length."""
    named_biases = [named for named in vectors if _BIAS_WORDS & set(_words(named[0]))]
    candidates = named_biases or vectors
    lengths = [matrix.shape[0] for _, matrix in chain]
    if not candidates:
        return ()
    by_stem = {_stem(name): vector for name, vector in candidates}
    in_order = [vector for _, vector in sorted(candidates, key=_natural)]
    by_name = [by_stem.get(_stem(name), np.empty(0)) for name, _ in chain]
    for found in (by_name, in_order):
        if [len(vector) for vector in found] == lengths:
            return tuple(found)
    return _by_length(in_order, lengths) or (() if not named_biases else None)


def _by_length(vectors: list[Array], lengths: list[int]) -> tuple[Array, ...] | None:
    unused: dict[int, list[Array]] = defaultdict(list)
    for vector in reversed(vectors):
        unused[len(vector)].append(vector)
    if any(count > len(unused[length]) for length, count in Counter(lengths).items()):
        return None
    return tuple(unused[length].pop() for length in lengths)
