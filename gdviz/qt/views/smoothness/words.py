"""What is said of a network at a steepness; knows nothing of Qt."""

from __future__ import annotations

import math

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.smoothness import HARD, Smoothness
from gdviz.nn.activations import ACTIVATIONS
from gdviz.qt import accuracy_text, number_text
from gdviz.qt.views.smoothness.asking import Found, Over, Question
from gdviz.training.config import TrainingConfig

EMPTY = "What steeper sigmoids do to the cost appears here."
COLUMNS = ("k", "cost", "|∇C|", "median |∇C| of an image", "saturated")


def refusal(config: TrainingConfig | None) -> str:
    """Say why there is no k in this network; empty if there is."""
    if config is None:
        return EMPTY
    activation = config.architecture.hidden_activation
    if activation == "sigmoid":
        return ""
    title = ACTIVATIONS[activation].title
    if activation == "step":
        return (
            "The hidden neurons of this network are hard steps already: k = ∞, and no slope "
            "reaches the weights before them. Choose Sigmoid in the settings for a k."
        )
    return (
        f"k is the steepness of σ(kz). The hidden neurons of this network are {title}: a factor "
        "before z would only make their slope k times as large, and they never become steps. "
        "Choose Sigmoid in the settings."
    )


def steepness(value: float) -> str:
    """Give k as it is written in a legend."""
    return "hard steps" if value == HARD else f"k {value:g}"


def about(question: Question) -> str:
    """Say of which step and examples the numbers are."""
    images = number_text.whole(question.n_examples)
    return f"step {number_text.whole(question.step)}, first {images} training images"


def saturated(found: Smoothness) -> float:
    """Give the share of saturated activations over all hidden layers alike; NaN without any."""
    return sum(found.saturated) / len(found.saturated) if found.saturated else math.nan


def rows(found: Found | None, over: Over | None) -> list[tuple[str, str]]:
    """Give the numbers at the slider's k, and what is recognised."""
    given = []
    if found is not None:
        here = found.here
        shares = ", ".join(number_text.percent(share, 0) for share in here.saturated)
        given += [
            (f"cost C at {steepness(here.steepness)}", number_text.cost(here.cost)),
            ("|∇C|", number_text.cost(here.gradient_norm)),
            ("|∇C| of the median image", number_text.cost(here.typical_gradient_norm)),
            ("saturated, by hidden layer", shares or "–"),
        ]
    if over is not None:
        given.append(("right on test images, as it is", ""))
        given.append(("", accuracy_text.counted(over.smooth.n_correct, over.smooth.n_examples)))
        given.append(("and with hard steps", ""))
        given.append(("", accuracy_text.counted(over.hard.n_correct, over.hard.n_examples)))
    return given


def described(config: TrainingConfig | None, found: Found | None, over: Over | None) -> Description:
    """Tell all of it, with a row for each k of the curves."""
    if refusal(config) or found is None:
        return Description(refusal(config) or EMPTY)
    said = "; ".join(f"{name} {number}".strip() for name, number in rows(found, over))
    sentence = f"The network of {about(found.question)}: {said}."
    if over is None:
        return Description(sentence)
    table: tuple[tuple[Cell, ...], ...] = tuple(
        (
            "step" if entry.steepness == HARD else round(entry.steepness, 3),
            entry.cost,
            entry.gradient_norm,
            entry.typical_gradient_norm,
            saturated(entry),
        )
        for entry in over.curve
    )
    return Description(sentence, COLUMNS, table)
