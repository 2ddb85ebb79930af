"""What the Lab says: verdicts, durations, predictions; no Qt."""

from __future__ import annotations

from gdviz.experiments.experiment import Experiment
from gdviz.experiments.result import Claim, Result
from gdviz.qt.lab.values import SKIPPED, Tried, UnderWay
from gdviz.qt.widgets.ticks import format_figure

HOLDS, FAILS, UNTOLD = "holds", "does not hold", "cannot be told"
NO_CLAIM = "no verdict"


def word_of(claim: Claim) -> str:
    """Give a verdict in a word."""
    return {True: HOLDS, False: FAILS, None: UNTOLD}[claim.holds]


def words_of(result: Result) -> str:
    """Give the verdicts of a result in a few words."""
    words = [word_of(claim) for claim in result.claims]
    if not words:
        return NO_CLAIM
    if len(words) == 1:
        return words[0]
    n_hold, n_untold = words.count(HOLDS), words.count(UNTOLD)
    text = f"{n_hold} of {len(words)} {'holds' if n_hold == 1 else 'hold'}"
    return f"{text}, {n_untold} cannot be told" if n_untold else text


def overall(result: Result) -> str:
    """Give the one word whose picture stands for a result: one claim that fails is enough."""
    words = [word_of(claim) for claim in result.claims]
    if FAILS in words:
        return FAILS
    return HOLDS if words and UNTOLD not in words else UNTOLD


def measured(claim: Claim) -> str:
    """Give the deciding figure with its unit and interval; empty while it is not known."""
    if claim.measured is None:
        return ""
    unit = f" {claim.unit}" if claim.unit else ""
    text = format_figure(claim.measured) + unit
    if claim.interval is not None:
        low, high = claim.interval
        text += f"  [{format_figure(low)}, {format_figure(high)}]"
    return text


def duration(seconds: float) -> str:
    """Give a duration as people say it."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min" if seconds >= 600 else _minutes(seconds)
    return f"{seconds / 3600:.1f} h"


def expected(seconds: float) -> str:
    """Give how long a run takes, as far as that can be said beforehand."""
    return duration(seconds).replace(".0 s", " s")


def progress(work: UnderWay) -> str:
    """Say how far an experiment is."""
    text = f"{work.share:.0%} · {work.doing} · {duration(work.seconds)}"
    if work.share >= 0.05 and work.seconds > 1:
        text += f" · about {duration(work.seconds * (1 - work.share) / work.share)} left"
    return text


def came_true(experiment: Experiment, result: Result, guess: int | None) -> str:
    """Say which option came true, and what the student had said."""
    options = experiment.prediction.options
    answer = experiment.prediction.answer(result)
    if answer is None:
        true = "None of the options can be said to have come true."
    else:
        true = f"It came true: {_quoted(options[answer])}."
    if guess is None or guess == SKIPPED:
        return f"{true} You made no prediction."
    if answer is None:
        return f"{true} You said: {_quoted(options[guess])}."
    if guess == answer:
        return f"{true} You said so."
    return f"{true} You said: {_quoted(options[guess])}."


def short(text: str, most: int = 110) -> str:
    """Give the first sentence of a text, or as many words as have room."""
    first = text.split(". ", maxsplit=1)[0].rstrip(".") + "."
    if len(first) <= most:
        return first
    return first[:most].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def title_of(tried: Tried) -> str:
    """Give what a result is called."""
    return f"Run {tried.number}"


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _quoted(option: str) -> str:
    return f"“{option.rstrip('.')}”"
