"""What a file does not say, found by trying: every combination reads 1,000 test digits.

The hidden activation and the input scaling show in how many digits are right. The output
activation does not change which output is the largest, so it is judged by how well the
outputs fit the labels as probabilities. Whatever is chosen is labelled a guess, with the
runner-up.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdviz.data.dataset import DataError, Split
from gdviz.data.mnist import load_mnist
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.network import one_hot
from gdviz.nn.parameters import FloatArray
from gdviz.storage.readers.network_file import INPUT_SCALINGS, NetworkFile

N_DIGITS = 1_000
HIDDEN_CANDIDATES = ("sigmoid", "tanh", "relu")

_CHANCE = 0.2
_CLOSE = 0.015
_HANDICAP = 2.0
_MULTIPLICATIONS = 10_000_000_000
_SETTINGS = ("hidden_activation", "output_activation", "input_scaling")


@dataclass(frozen=True, slots=True)
class Trial:
    """One combination and how it did.

    Parameters
    ----------
    choice : dict of str to str
        Hidden activation, output activation and input scaling.
    correct : int
        Digits read right.
    cost : float
        Mean over the digits of the cross-entropy summed over the outputs; lower is better.
    """

    choice: dict[str, str]
    correct: int
    cost: float


def with_guesses(network: NetworkFile, digits: Split | None = None) -> NetworkFile:
    """Give the network with everything that its file left open chosen and explained.

    Any thread may call; takes about 0.1 s for 13,002 parameters, at most a few seconds.

    Parameters
    ----------
    network : NetworkFile
        An empty text in `guessed` marks what is open.
    digits : Split, optional
        MNIST's test images, if they are loaded already.
    """
    open_keys = [key for key in _SETTINGS if network.guessed.get(key) == ""]
    if not open_keys:
        return network
    obstacle = _obstacle(network)
    if digits is None and not obstacle:
        try:
            digits = load_mnist().test
        except DataError as error:
            obstacle = f"the test digits cannot be used ({error})"
    if obstacle or digits is None:
        return _explained(network, {}, dict.fromkeys(open_keys, f"the usual one; {obstacle}"))
    trials = try_all(network, open_keys, digits)
    n_digits = _n_digits(network)
    best = _best(trials, n_digits)
    if best.correct < _CHANCE * n_digits:
        most = f"at most {best.correct:,} of {n_digits:,} test digits are right with any choice"
        return _explained(network, {}, dict.fromkeys(open_keys, f"the usual one; {most}"))
    return _explained(
        network, best.choice, {key: _reason(key, best, trials, n_digits) for key in open_keys}
    )


def try_all(network: NetworkFile, open_keys: list[str], digits: Split) -> list[Trial]:
    """Give every combination of what is open, tried on the first test digits."""
    images = digits.inputs(slice(0, _n_digits(network)), np.float64)
    targets = one_hot(digits.labels[: len(images)], dtype=np.float64)
    candidates = {
        "hidden_activation": HIDDEN_CANDIDATES,
        "output_activation": tuple(OUTPUT_ACTIVATIONS),
        "input_scaling": tuple(INPUT_SCALINGS),
    }
    fixed = {
        "hidden_activation": network.architecture.hidden_activation,
        "output_activation": network.architecture.output_activation,
        "input_scaling": network.input_scaling,
    }
    hidden, outputs, scalings = (
        candidates[key] if key in open_keys else (fixed[key],) for key in _SETTINGS
    )
    weighted_inputs = _weighted_inputs(network, images)
    trials = []
    with np.errstate(all="ignore"):
        for hidden_key in hidden:
            for scaling in scalings:
                last = weighted_inputs(hidden_key, scaling)
                correct = int((last.argmax(axis=1) == targets.argmax(axis=1)).sum())
                trials += [
                    Trial(
                        dict(zip(_SETTINGS, (hidden_key, output, scaling), strict=True)),
                        correct,
                        _misfit(last, targets, output),
                    )
                    for output in outputs
                ]
    return trials


def _obstacle(network: NetworkFile) -> str:
    sizes = network.architecture.layer_sizes
    if sizes[0] != 784 or sizes[-1] != 10:
        return "only a network of 784 inputs and 10 outputs can be tried on digits"
    if not network.is_finite:
        return "a network with parameters that are not finite cannot be tried"
    return ""


def _n_digits(network: NetworkFile) -> int:
    """Fewer digits for a very large network: a reader has seconds, not minutes."""
    n_choices = len(HIDDEN_CANDIDATES) * len(INPUT_SCALINGS)
    affordable = _MULTIPLICATIONS // (n_choices * network.parameters.layout.size)
    return max(50, min(N_DIGITS, affordable))


def _weighted_inputs(network: NetworkFile, images: FloatArray) -> Callable[[str, str], FloatArray]:
    """Give a function of hidden activation and scaling: the weighted inputs of the last layer.

    The first layer is affine in the image, so that its large product is taken once for all.
    """
    weights = [matrix.astype(np.float64) for matrix in network.parameters.weights]
    biases = network.parameters.biases
    product = images @ weights[0].T

    def last(hidden_key: str, scaling: str) -> FloatArray:
        shift, factor = INPUT_SCALINGS[scaling]
        weighted = (product - shift * weights[0].sum(axis=1)) * factor + biases[0]
        for matrix, vector in zip(weights[1:], biases[1:], strict=True):
            weighted = ACTIVATIONS[hidden_key].function(weighted) @ matrix.T + vector
        return np.asarray(weighted)

    return last


def _misfit(weighted_input: FloatArray, targets: FloatArray, output: str) -> float:
    """Give the cross-entropy of outputs taken as ten separate probabilities.

    The same proper scoring rule for all three kinds of output, so that they can be compared.
    """
    chance = np.clip(OUTPUT_ACTIVATIONS[output].function(weighted_input), 1e-6, 1 - 1e-6)
    surprise = -np.where(targets == 1, np.log(chance), np.log1p(-chance)).sum(axis=1)
    return float(np.nan_to_num(surprise.mean(), nan=np.inf))


def _best(trials: list[Trial], n_digits: int) -> Trial:
    """Give the combination with the most digits right; where it is close, the best fit."""
    most = max(trial.correct for trial in trials)
    close = [trial for trial in trials if trial.correct >= most - _CLOSE * n_digits]
    return min(close, key=_merit)


def _merit(trial: Trial) -> float:
    """Give the cost with a handicap for softmax.

    Softmax fits the weighted inputs of a sigmoid output about as well as sigmoid does. The
    other way round it does not: softmax leaves the level of its inputs open, and ten separate
    sigmoids of them miss by a factor of ten. So sigmoid is believed where it fits nearly as
    well.
    """
    return trial.cost * (_HANDICAP if trial.choice["output_activation"] == "softmax" else 1)


def _reason(key: str, best: Trial, trials: list[Trial], n_digits: int) -> str:
    runner_up = _best([t for t in trials if t.choice[key] != best.choice[key]], n_digits)
    return (
        f"{best.correct:,} of {n_digits:,} test digits right, cross-entropy {best.cost:.2f}; "
        f"runner-up {runner_up.choice[key]}: {runner_up.correct:,} right, {runner_up.cost:.2f}"
    )


def _explained(
    network: NetworkFile, choice: dict[str, str], reasons: dict[str, str]
) -> NetworkFile:
    architecture = dataclasses.replace(
        network.architecture,
        hidden_activation=choice.get("hidden_activation", network.architecture.hidden_activation),
        output_activation=choice.get("output_activation", network.architecture.output_activation),
    )
    return dataclasses.replace(
        network,
        architecture=architecture,
        input_scaling=choice.get("input_scaling", network.input_scaling),
        guessed={**network.guessed, **reasons},
    )
