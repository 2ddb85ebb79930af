"""`gdviz inspect FILE`: what is in a saved network, and how good it is on the test images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gdviz.analysis.interval import wilson_interval
from gdviz.analysis.layer_summary import LayerSummary, counted, layer_summary, written
from gdviz.cli.output import pairs, percent, print_json, print_text, table
from gdviz.data.dataset import DataError, Dataset
from gdviz.data.mnist import load_mnist
from gdviz.storage.readers import NetworkFile, read_network
from gdviz.storage.sessions import is_session, read_summary
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
    digits = _digits()
    test = digits.test if isinstance(digits, Dataset) else None
    found = findings(network := read_network(arguments.file, test), digits)
    if is_session(arguments.file):
        found["branches"] = read_summary(arguments.file).n_branches
    if arguments.json:
        print_json(found)
    else:
        print_text(as_text(arguments.file, network, found))
    return 0


def _digits() -> Dataset | str:
    """Give MNIST, or why it cannot be used: a network can be looked at without it."""
    try:
        return load_mnist()
    except DataError as error:
        return f"the test images cannot be used ({error})"


def findings(network: NetworkFile, digits: Dataset | str) -> dict[str, Any]:
    """Give what the command prints as JSON.

    Parameters
    ----------
    network : NetworkFile
    digits : Dataset or str
        MNIST, or why it cannot be used.

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
    found |= _accuracy(network, digits)
    found["layers"] = [
        layer_numbers(summary, k + 1) for k, summary in enumerate(summaries(network, digits))
    ]
    if network.config is not None and network.state is not None:
        found |= {
            "preset": network.config.preset,
            "optimizer": network.config.optimizer,
            "step": network.state.step,
            "epoch": network.state.epoch,
        }
    return found


def summaries(network: NetworkFile, digits: Dataset | str) -> list[LayerSummary]:
    """Give what each layer's numbers are like; the first one's on pixels, if it has some."""
    parameters = network.parameters
    has_pixels = isinstance(digits, Dataset) and digits.n_inputs == parameters.weights[0].shape[1]
    never_lit = digits.never_lit if isinstance(digits, Dataset) and has_pixels else None
    return [
        layer_summary(weights, biases, never_lit if k == 0 else None)
        for k, (weights, biases) in enumerate(
            zip(parameters.weights, parameters.biases, strict=True)
        )
    ]


def layer_numbers(summary: LayerSummary, number: int) -> dict[str, Any]:
    """Give the numbers of one layer as JSON has them; not finite where one of them is not.

    Returns
    -------
    dict
        ``shape``; ``mean``, ``std``, ``min``, ``max`` and Euclidean ``norm`` of the weights;
        ``bias_mean``, ``bias_min``, ``bias_max``; how many are ``not_finite``; how many weights
        stand on pixels that are ``never_lit``, None where there are no pixels; and all that as a
        ``sentence``.
    """
    return {
        "shape": summary.shape,
        "mean": summary.mean,
        "std": summary.deviation,
        "min": summary.smallest,
        "max": summary.largest,
        "norm": summary.norm,
        "bias_mean": summary.bias_mean,
        "bias_min": summary.bias_smallest,
        "bias_max": summary.bias_largest,
        "not_finite": summary.n_not_finite,
        "never_lit": summary.n_never_lit,
        "sentence": summary.sentence(number),
    }


def _accuracy(network: NetworkFile, digits: Dataset | str) -> dict[str, Any]:
    sizes = network.architecture.layer_sizes
    note = ""
    if isinstance(digits, str):
        note = f"no accuracy: {digits}"
    elif sizes[0] != 784 or sizes[-1] != 10:
        note = (
            f"no accuracy: {sizes[0]:,} inputs and {sizes[-1]:,} outputs are not the 784 pixels "
            "and 10 digits of the test images"
        )
    elif not network.is_finite:
        note = f"no accuracy: {counted(network.n_not_finite, 'parameter')} not finite"
    if note or isinstance(digits, str):
        keys = ("test_accuracy", "test_correct", "test_total", "interval")
        return {**dict.fromkeys(keys), "note": note}
    test = digits.test
    parameters = network.parameters_for_unit_inputs()
    _, correct = score(network.architecture, parameters, test, "quadratic")
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
        *[(key.replace("_", " "), _setting(key, found)) for key in _SETTINGS],
    ]
    if found["steepness"] != 1:
        entries.append(("sigmoid's steepness", f"{found['steepness']:g}"))
    if "step" in found:
        entries.append(
            ("training", f"{found['preset']}, step {found['step']:,}, epoch {found['epoch']:,}")
        )
    if "branches" in found:
        entries.append(("branches", f"{found['branches']:,}, the one that is trained is shown"))
    if network.n_not_finite:
        entries.append(
            ("not finite", f"{counted(network.n_not_finite, 'parameter')} NaN or infinite")
        )
    entries.append(("test accuracy", _accuracy_text(found)))
    sections = [pairs(entries)]
    if network.guessed:
        sections.append("Guessed, since the file does not say\n" + _guesses_text(network))
    sections.append(_layers_text(network, found["layers"]))
    sections.append("\n".join(layer["sentence"] for layer in found["layers"]))
    return "\n\n".join(sections)


def _guesses_text(network: NetworkFile) -> str:
    """Give each reason once, after all that it is the reason for."""
    by_reason: dict[str, list[str]] = {}
    for key, reason in network.guessed.items():
        by_reason.setdefault(reason, []).append(key.replace("_", " "))
    return pairs([(", ".join(keys), reason) for reason, keys in by_reason.items()])


def _setting(key: str, found: dict[str, Any]) -> str:
    """Give a setting, with a word where the file does not say it."""
    return f"{found[key]} (a guess)" if key in found["guessed"] else str(found[key])


_SETTINGS = ("hidden_activation", "output_activation", "input_scaling")


def _accuracy_text(found: dict[str, Any]) -> str:
    if found["test_total"] is None:
        return f"none: {str(found['note']).removeprefix('no accuracy: ')}"
    low, high = found["interval"]
    return (
        f"{percent(found['test_accuracy'])}  ({found['test_correct']:,} of "
        f"{found['test_total']:,}; 95 % interval {percent(low)} to {percent(high)})"
    )


def _layers_text(network: NetworkFile, layers: list[dict[str, Any]]) -> str:
    columns = {
        # Head of the column: key in the JSON.
        "mean": "mean", "deviation": "std", "min": "min", "max": "max", "norm": "norm",
        "mean bias": "bias_mean",
    }  # fmt: skip
    rows = [
        [
            network.parameters.layout.layer_title(k),
            f"{layer['shape'][0]:,} × {layer['shape'][1]:,}",
            *[written(layer[key]) for key in columns.values()],
        ]
        for k, layer in enumerate(layers)
    ]
    return table(["weights of", "shape", *columns], rows)
