"""What `step-activations` says about its claims, in figures and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gdviz.analysis.layer_summary import counted
from gdviz.analysis.smoothness import HARD
from gdviz.experiments.gains import gain_interval, percent_interval, percent_words, with_interval
from gdviz.experiments.repeats import is_above, mean_interval
from gdviz.experiments.result import Claim
from gdviz.experiments.step_runs import LOOKED_AT, Numbers, Seen, StepSettings, Trained

KEPT = 90.0
"""Per cent of what a network has above chance that it must keep to "still recognise"."""
COLLAPSED = 1e-3
"""A gradient is next to nothing at so small a share of that at k = 1."""


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """What is known by now.

    Parameters
    ----------
    settings : StepSettings
    trained : mapping of steepness to Trained
        In order.
    seen : tuple of Seen
        Networks trained at k = 1, one a start.
    """

    settings: StepSettings
    trained: dict[float, Trained]
    seen: tuple[Seen, ...]

    @property
    def chance(self) -> float:
        """Per cent right by guessing."""
        return 100.0 / next(iter(self.trained.values())).config.layer_sizes[-1]

    def accuracies_at(self, steepness: float) -> Numbers:
        """Per cent right of the networks trained at k = 1, shape (n,)."""
        return np.array([100 * one.at(steepness).accuracy for one in self.seen])

    @property
    def kept(self) -> Numbers:
        """Per cent of what each has above chance that it keeps with hard steps, shape (n,)."""
        smooth = self.accuracies_at(1.0) - self.chance
        return 100 * (self.accuracies_at(HARD) - self.chance) / smooth


def claims_of(known: Known) -> tuple[Claim, ...]:
    """Give what is claimed and how it went, as far as it is known."""
    claims = []
    if known.seen:
        claims += [_recognises(known), _feels_nothing(known)]
    if 1.0 in known.trained and HARD in known.trained:
        claims.append(_cannot_learn(known.trained[1.0], known.trained[HARD]))
    steepest = max((k for k in known.trained if k != HARD), default=1.0)
    if steepest > 1 and len(known.trained) == len(known.settings.trained_at):
        claims.append(_learns_worse(known.trained[1.0], known.trained[steepest]))
    return tuple(claims)


def _recognises(known: Known) -> Claim:
    kept = known.kept
    smooth, hard = known.accuracies_at(1.0), known.accuracies_at(HARD)
    interval = mean_interval(kept)
    n_images = known.seen[0].looks[0].n_examples
    return Claim(
        "A trained network still recognises when its sigmoids become hard steps.",
        float(kept.mean()),
        is_above(interval, KEPT),
        f"{percent_words(smooth)} of {n_images:,} test images with sigmoids, "
        f"{percent_words(hard)} with steps: it keeps "
        f"{with_interval(float(kept.mean()), interval)} % of what it has above chance. "
        f"{counted(len(kept), 'start')}, "
        "trained with sigmoids; 95 % by Student's t between them.",
        interval,
        "%",
    )


def _feels_nothing(known: Known) -> Claim:
    """Say where the typical gradient has gone, and what that of the mean does meanwhile."""
    gone = [_collapse(one) for one in known.seen]
    whole = [one for one in gone if one is not None]
    norms = np.array([[look.gradient_norm for look in one.looks] for one in known.seen]).mean(0)
    from_one = [index for index, k in enumerate(LOOKED_AT) if k >= 1]
    peak = max(from_one, key=lambda index: norms[index])
    mean = (
        f"|∇C| of all images does not simply shrink: {norms[from_one[0]]:.2g} at k = 1, "
        f"{norms[peak]:.2g} at k = {LOOKED_AT[peak]:.3g}, where few images feel much, and "
        f"{norms[-2]:.2g} at k = {LOOKED_AT[-1]:,.0f}; with steps it is 0."
    )
    if len(whole) < len(gone):
        middle = f"In {len(gone) - len(whole)} of {len(gone)} networks it has not, up to k = 1,000."
    else:
        middle = (
            f"From k = {max(whole):.3g} on the median over the images of |∇C| of one is below "
            f"{COLLAPSED:g} of that at k = 1, in {counted(len(gone), 'start')}."
        )
    return Claim(
        "Made steeper, a trained network leaves the image in the middle no gradient to speak of.",
        max(whole) if len(whole) == len(gone) else None,
        len(whole) == len(gone) if whole else None,
        f"{middle} {mean}",
        unit="k",
    )


def _collapse(seen: Seen) -> float | None:
    """Give the least steepness from which on the typical gradient is next to nothing."""
    limit = COLLAPSED * seen.at(1.0).typical_gradient_norm
    found = None
    for one in reversed(seen.looks[:-1]):
        if one.typical_gradient_norm >= limit:
            break
        found = one.steepness
    return found


def _cannot_learn(smooth: Trained, hard: Trained) -> Claim:
    n_moved = hard.n_moved()
    less = gain_interval(hard.accuracies, smooth.accuracies)
    holds = is_above(less, 0.0) if n_moved == 0 else False
    moved = "None" if n_moved == 0 else f"{n_moved:,}"
    return Claim(
        "With hard steps in its hidden layers it cannot learn.",
        float(hard.accuracies.mean()),
        holds,
        f"{moved} of its {hard.n_hidden:,} hidden weights and biases moved in "
        f"{hard.config.epochs} epochs. Only the output layer, which stays smooth, learns: "
        f"{percent_words(hard.accuracies)} of {hard.outcomes[0].n_test:,} test images against "
        f"{percent_words(smooth.accuracies)} with sigmoids, "
        f"{counted(len(hard.outcomes), 'start')} each, 95 % by Student's t.",
        percent_interval(hard.accuracies),
        "%",
    )


def _learns_worse(gentle: Trained, steep: Trained) -> Claim:
    less = float(gentle.accuracies.mean() - steep.accuracies.mean())
    interval = gain_interval(steep.accuracies, gentle.accuracies)
    k = steep.attempt.steepness
    return Claim(
        "The steeper the sigmoids, the worse it learns.",
        less,
        is_above(interval, 0.0),
        f"Trained at k = {k:g} it gets {percent_words(steep.accuracies)} of "
        f"{steep.outcomes[0].n_test:,} test images, at k = 1 {percent_words(gentle.accuracies)}: "
        f"{with_interval(less, interval)} points less (Welch, "
        f"{counted(len(steep.outcomes), 'start')} each). At k = {k:g} the best of three learning "
        f"rates counts, {steep.attempt.learning_rate:.2g}.",
        interval,
        "points",
    )


def figures_of(known: Known) -> dict[str, Any]:
    """Give the experiment's numbers, for scripts."""
    trained = list(known.trained.values())
    figures: dict[str, Any] = {
        "trained_at": [_plain(one.attempt.steepness) for one in trained],
        "learning_rates": [one.attempt.learning_rate for one in trained],
        "trained_accuracies": [one.accuracies.tolist() for one in trained],
    }
    if not known.seen:
        return figures
    looks = [one.looks for one in known.seen]
    return figures | {
        "chance": known.chance,
        "kept": known.kept.tolist(),
        "looked_at": [*LOOKED_AT, "hard"],
        "accuracies": [[100 * look.accuracy for look in one] for one in looks],
        "costs": [[look.cost for look in one] for one in looks],
        "gradient_norms": [[look.gradient_norm for look in one] for one in looks],
        "typical_gradient_norms": [[look.typical_gradient_norm for look in one] for one in looks],
        "saturated": [[list(look.saturated) for look in one] for one in looks],
        "correct_and_alone": [[look.n_alone for look in one] for one in looks],
    }


def _plain(steepness: float) -> float | str:
    return "hard" if steepness == HARD else steepness
