"""Times, agreement and curves in words and as tables; knows nothing of Qt."""

from __future__ import annotations

import math

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.difference_errors import ErrorCurve
from gdviz.analysis.gradient_check import CHANGED, GOOD_AGREEMENT
from gdviz.qt import number_text
from gdviz.qt.views.race_of_gradients.racing import EPSILON, Errors, Question, Race

EMPTY = (
    "Backpropagation gives all components of ∇C in one pass forward and one back. Finite "
    "differences move one weight at a time and evaluate the cost twice. Press Race."
)
KINKED = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "step": "step"}
_WAYS = {
    False: "every cost is a forward pass through all layers",
    True: "of every cost only the layers are computed that the moved weight reaches",
}


def duration(seconds: float) -> str:
    """Give a time with three digits that count, for example ``1.04 ms`` or ``12.3 s``."""
    if not math.isfinite(seconds):
        return number_text.NOT_KNOWN
    scaled, unit = (seconds * 1000, "ms") if seconds < 1 else (seconds, "s")
    decimals = max(0, 2 - math.floor(math.log10(scaled))) if scaled > 0 else 0
    return f"{number_text.fixed(scaled, min(decimals, 3))} {unit}"


def small(value: float) -> str:
    """Give a small number as ``1.4×10⁻⁹``."""
    return "∞" if math.isinf(value) else number_text.cost(value)


def exponent(value: float) -> str:
    """Give ε as ``6.1×10⁻⁶``; whole powers of ten as ``10⁻⁴``."""
    if not (math.isfinite(value) and value > 0):
        return number_text.NOT_KNOWN
    mantissa, power = f"{value:.1e}".split("e")
    factor = "" if mantissa == "1.0" else f"{mantissa}×"
    return factor + number_text.power_of_ten(int(power))


def about(question: Question, step_now: int | None) -> str:
    """Say of which network and examples something is."""
    images = number_text.whole(question.n_examples)
    step = number_text.whole(question.step)
    plural = "image" if question.n_examples == 1 else "images"
    of = f"step {step}, first {images} training {plural}, float64"
    is_past = step_now is not None and step_now != question.step
    return f"{of}; now at step {number_text.whole(step_now or 0)}" if is_past else of


def known(race: Race) -> str:
    """Say how many components finite differences have given, and by how many costs."""
    count, of = number_text.whole(race.n_known), number_text.whole(race.n_components)
    return f"{count} of {of} components, {number_text.whole(2 * race.n_known)} costs"


def race_rows(race: Race, *, is_racing: bool) -> list[tuple[str, str]]:
    """Give the numbers below the bars: how many times as long, and the agreement when known."""
    rows = []
    if not race.is_done and race.n_known:
        word = "all of it, extrapolated" if is_racing else "given up; all, extrapolated"
        rows.append((word, duration(race.extrapolated_s)))
    ratio = number_text.whole(round(race.ratio)) if math.isfinite(race.ratio) else "–"
    so_far = "" if race.is_done else " so far"
    rows.append((f"backpropagations in that processor time{so_far}", ratio))
    found = race.agreement
    if found is not None:
        rows.append(("largest difference of a component", small(found.largest)))
        rows.append(("relative difference", small(found.relative)))
        rows.append(("cosine of the angle", number_text.fixed(found.cosine, 9)))
    return rows


def verdict(race: Race) -> str:
    """Say whether the two agree, and what may be the reason if not."""
    found = race.agreement
    if found is None:
        return ""
    limit = exponent(GOOD_AGREEMENT)
    if math.isnan(found.relative):
        return "Not every number is finite: there is nothing to compare."
    if found.is_good:
        return f"They agree: the relative difference is below {limit}."
    said = f"They do not agree to {limit}."
    activation = race.question.config.architecture.hidden_activation
    if activation in KINKED:
        return f"{said} A {KINKED[activation]} has kinks or jumps; a step over one is no slope."
    return f"{said} Where the gradient is small, rounding in the two costs counts for more."


def curve_line(curve: ErrorCurve) -> str:
    """Say in a line where a curve is lowest and how steep its branches are."""
    root = "∛eps" if curve.is_central else "√eps"
    text = f"{curve.title}: best {exponent(curve.best)}, {root} {exponent(curve.recommended)}"
    slopes = curve.truncation_slope, curve.rounding_slope
    given = [number_text.fixed(slope, 1) for slope in slopes if math.isfinite(slope)]
    if len(given) == 2:
        text += f"; slopes {given[0]}, {given[1]}"
    return text


def described(race: Race | None, errors: Errors | None, step_now: int | None) -> Description:
    """Tell the race as sentences, and the curves, or else the two times, as a table."""
    if race is None and errors is None:
        return Description(EMPTY)
    sentences: list[str] = []
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    if race is not None:
        sentences.append(_race_sentence(race, step_now))
        columns, rows = ("way", "components", "seconds"), _race_table(race)
    if errors is not None and errors.curves:
        count = errors.n_components
        sentences.append(
            f"Error over ε of {count} components with a gradient, the root of the mean square, and "
            "the best ε of each curve: "
            + "; ".join(curve_line(curve) for curve in errors.curves)
            + "."
        )
        columns = ("ε", *(curve.title for curve in errors.curves))
        rows = _errors_table(errors.curves)
    return Description(" ".join(sentences), columns, rows)


def _race_sentence(race: Race, step_now: int | None) -> str:
    way = _WAYS[race.question.way == CHANGED]
    said = "; ".join(f"{name} {number}" for name, number in race_rows(race, is_racing=True))
    return (
        f"The gradient of {about(race.question, step_now)}. Backpropagation took "
        f"{duration(race.backpropagation_s)}. Central differences with ε = {exponent(EPSILON)}, "
        f"where {way}: {known(race)} in {duration(race.elapsed_s)}; {said}. {verdict(race)}"
    ).rstrip()


def _race_table(race: Race) -> tuple[tuple[Cell, ...], ...]:
    return (
        ("backpropagation", race.n_components, race.backpropagation_s),
        ("finite differences", race.n_known, race.elapsed_s),
    )


def _errors_table(curves: tuple[ErrorCurve, ...]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (float(epsilon), *(float(curve.error[k]) for curve in curves))
        for k, epsilon in enumerate(curves[0].epsilon)
    )
