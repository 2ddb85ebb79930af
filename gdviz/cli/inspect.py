"""`gdviz inspect FILE`: what is in a saved network, and how good it is on the test images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from gdviz.analysis.interval import wilson_interval
from gdviz.cli.output import pairs, percent, print_json, print_text, table
from gdviz.data.dataset import Split
from gdviz.data.mnist import load_mnist
from gdviz.nn.parameters import FloatArray
from gdviz.storage.readers import NetworkFile, read_network
from gdviz.training.evaluation import score


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "inspect",
        help="read a network in any supported format, safely",
        description="Read a network in any supported format, safely, and say what is in it.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a saved network")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the file, score the network, print; give the exit code."""
    test = load_mnist().test
    network = read_network(arguments.file, test)
    found = findings(network, test)
    if arguments.json:
        print_json(found)
    else:
        print_text(as_text(arguments.file, network, found))
    return 0


def findings(network: NetworkFile, test: Split) -> dict[str, Any]:
    """Give what the command prints as JSON.

    Parameters
    ----------
    network : NetworkFile
    test : Split
        MNIST's test images.

    Returns
    -------
    dict
        The promised keys; the four of the accuracy are None, with a ``note``, if the network
        cannot be tried on digits.
    """
    architecture = network.architecture
    found: dict[str, Any] = {
        "format": network.format,
        "layer_sizes": architecture.layer_sizes,
        "parameters": architecture.n_parameters,
        "hidden_activation": architecture.hidden_activation,
        "output_activation": architecture.output_activation,
        "steepness": architecture.steepness,
        "input_scaling": network.input_scaling,
        "guessed": network.guessed,
        "not_finite": network.n_not_finite,
    }
    found |= _accuracy(network, test)
    found["layers"] = [
        layer_numbers(weights, biases)
        for weights, biases in zip(
            network.parameters.weights, network.parameters.biases, strict=True
        )
    ]
    if network.config is not None and network.state is not None:
        found |= {
            "preset": network.config.preset,
            "optimizer": network.config.optimizer,
            "step": network.state.step,
            "epoch": network.state.epoch,
        }
    return found


def layer_numbers(weights: FloatArray, biases: FloatArray) -> dict[str, Any]:
    """Give the numbers of one layer's weights; not finite where one of them is not.

    Parameters
    ----------
    weights : ndarray of shape (n_out, n_in)
    biases : ndarray of shape (n_out,)

    Returns
    -------
    dict
        ``shape``; ``mean``, ``std``, ``min``, ``max`` and Euclidean ``norm`` of the weights;
        ``bias_mean``, ``bias_min``, ``bias_max``.
    """
    exact = weights.astype(np.float64)
    with np.errstate(all="ignore"):
        return {
            "shape": weights.shape,
            "mean": float(exact.mean()),
            "std": float(exact.std()),
            "min": float(exact.min()),
            "max": float(exact.max()),
            "norm": float(np.sqrt((exact * exact).sum())),
            "bias_mean": float(biases.mean(dtype=float)),
            "bias_min": float(biases.min()),
            "bias_max": float(biases.max()),
        }


def _accuracy(network: NetworkFile, test: Split) -> dict[str, Any]:
    sizes = network.architecture.layer_sizes
    note = ""
    if sizes[0] != 784 or sizes[-1] != 10:
        note = (
            f"no accuracy: {sizes[0]:,} inputs and {sizes[-1]:,} outputs are not the 784 pixels "
            "and 10 digits of the test images"
        )
    elif not network.is_finite:
        note = f"no accuracy: {network.n_not_finite:,} parameters are not finite"
    if note:
        keys = ("test_accuracy", "test_correct", "test_total", "interval")
        return {**dict.fromkeys(keys), "note": note}
    _, correct = score(
        network.architecture, network.parameters_for_unit_inputs(), test, "quadratic"
    )
    return {
        "test_accuracy": correct / len(test),
        "test_correct": correct,
        "test_total": len(test),
        "interval": wilson_interval(correct, len(test)),
    }


def as_text(path: Path, network: NetworkFile, found: dict[str, Any]) -> str:
    """Give the same for people."""
    entries = [
        ("file", str(path)),
        ("format", network.format),
        ("layers", network.architecture.name),
        ("parameters", f"{found['parameters']:,}"),
        *[(key.replace("_", " "), found[key]) for key in _SETTINGS],
    ]
    if found["steepness"] != 1:
        entries.append(("sigmoid's steepness", f"{found['steepness']:g}"))
    if "step" in found:
        entries.append(
            ("training", f"{found['preset']}, step {found['step']:,}, epoch {found['epoch']:,}")
        )
    if network.n_not_finite:
        entries.append(("not finite", f"{network.n_not_finite:,} parameters are NaN or infinite"))
    entries.append(("test accuracy", _accuracy_text(found)))
    sections = [pairs(entries)]
    if network.guessed:
        guesses = [(key.replace("_", " "), why) for key, why in network.guessed.items()]
        sections.append("Guessed, since the file does not say\n" + pairs(guesses))
    sections.append(_layers_text(network, found["layers"]))
    return "\n\n".join(sections)


_SETTINGS = ("hidden_activation", "output_activation", "input_scaling")


def _accuracy_text(found: dict[str, Any]) -> str:
    if found["test_total"] is None:
        return str(found["note"])
    low, high = found["interval"]
    return (
        f"{percent(found['test_accuracy'])}  ({found['test_correct']:,} of "
        f"{found['test_total']:,}; 95 % interval {percent(low)} to {percent(high)})"
    )


def _layers_text(network: NetworkFile, layers: list[dict[str, Any]]) -> str:
    numbers = ("mean", "std", "min", "max", "norm")
    rows = [
        [
            network.parameters.layout.layer_title(k),
            f"{layer['shape'][0]:,} × {layer['shape'][1]:,}",
            *[f"{layer[name]:,.4g}" for name in numbers],
        ]
        for k, layer in enumerate(layers)
    ]
    return table(["weights of", "shape", *numbers], rows)
