"""What the bench says in words."""

from __future__ import annotations

import math

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.inspection.neuron_bench import FLAT_SLOPE, NeuronAnswers, NeuronNow
from gdviz.qt import accuracy_text, number_text

SIGNS = {"+", number_text.MINUS}


def figure(value: float | None) -> str:
    """Give a number with its sign and three decimals."""
    if value is None:
        return number_text.NOT_KNOWN
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+∞" if value > 0 else f"{number_text.MINUS}∞"
    if abs(value) >= 1e5:
        return ("+" if value > 0 else "") + number_text.cost(value)
    return number_text.signed(value)


def sum_words(now: NeuronNow) -> str:
    """Say what z is made of: what the neuron is sent, and its bias."""
    if now.weighted_input is None:
        return "no z: this image does not fit"
    sent, bias = figure(now.weighted_input - now.bias).removeprefix("+"), figure(now.bias)
    z = figure(now.weighted_input).removeprefix("+")
    return f"z = {sent} {bias[:1]} {bias[1:]} = {z}" if bias[:1] in SIGNS else f"z = {z}"


def share_words(k: int, n: int) -> str:
    """Give k of n with the share and its 95 % interval."""
    return f"{accuracy_text.count(k, n)} images, {accuracy_text.accuracy(k, n)}"


def saturation_words(answers: NeuronAnswers) -> str:
    """Say on how many images the neuron hardly listens, or says nothing at all."""
    n = len(answers)
    if n == 0:
        return "no test images"
    if answers.n_unknown:
        return f"Without a number (NaN): {share_words(answers.n_unknown, n)}"
    if answers.n_silent == n:
        return f"Dead (activation 0): all {number_text.whole(n)} images"
    if answers.n_silent and answers.n_silent == answers.n_saturated:
        return f"Off (activation 0): {share_words(answers.n_silent, n)}"
    return f"Saturated (slope < {FLAT_SLOPE:g}): {share_words(answers.n_saturated, n)}"


def describe(now: NeuronNow, answers: NeuronAnswers | None) -> Description:
    """Give the bench as sentences and, if known, a table of the labels."""
    title = now.place.title(now.network.architecture)
    sentence = f"{title[0].upper()}{title[1:]}: bias {figure(now.bias)}"
    if now.activation is None:
        sentence += f"; {sum_words(now)}."
    else:
        sentence += f", z {figure(now.weighted_input)}, activation {figure(now.activation)}."
    if answers is None:
        return Description(sentence)
    means, counts = answers.class_means()
    rows: list[tuple[Cell, ...]] = [
        (label, int(count), float(f"{mean:.6g}"))
        for label, (mean, count) in enumerate(zip(means, counts, strict=True))
    ]
    columns = ("label", "test images", "mean activation")
    return Description(f"{sentence} {saturation_words(answers)}.", columns, tuple(rows))
