"""What mini-batches of many sizes say: see `gdviz.experiments.batch_size`."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gdviz.analysis.gradient_noise import NoiseScale, sampling_factor
from gdviz.analysis.interval import wilson_interval
from gdviz.experiments.repeats import is_above, is_below, mean_interval
from gdviz.experiments.result import Claim, Figure
from gdviz.experiments.verdict_words import all_of, cannot_tell, mean_ratio, starts, within

Floats = npt.NDArray[np.float64]

LAW = 0.05
"""A slope this close to −1 is one over the size."""
DOWNHILL = 0.95
"""So many of the mini-batches have to point downhill, for a claim that they do."""
FORETOLD = 5.0
"""Degrees by which the noise scale may miss an angle."""


@dataclass(frozen=True, eq=False, slots=True)
class Noise:
    """Mini-batches drawn at one network.

    Parameters
    ----------
    is_trained : bool
    n_examples : int
    mini_batch : int or "all"
        What the preset trains with.
    scale : NoiseScale
        Of all examples, exactly.
    sizes : tuple of int
    angles, norm_ratios, square_distances : tuple of ndarray (n_draws,)
        For each size.
    """

    is_trained: bool
    n_examples: int
    mini_batch: int | Literal["all"]
    scale: NoiseScale
    sizes: tuple[int, ...] = ()
    angles: tuple[Floats, ...] = ()
    norm_ratios: tuple[Floats, ...] = ()
    square_distances: tuple[Floats, ...] = ()

    def with_size(self, size: int, angles: Floats, norm_ratios: Floats, distances: Floats) -> Noise:
        """Give the same with one more size."""
        return dataclasses.replace(
            self,
            sizes=(*self.sizes, size),
            angles=(*self.angles, angles),
            norm_ratios=(*self.norm_ratios, norm_ratios),
            square_distances=(*self.square_distances, distances),
        )

    @property
    def usual(self) -> int | None:
        """Place of the size that is nearest to the preset's, by ratio; None of full batches."""
        if self.mini_batch == "all":
            return None
        return int(np.abs(np.log(np.array(self.sizes) / self.mini_batch)).argmin())

    @property
    def slope(self) -> float | None:
        """Exponent of |g_B − G|² against B by least squares, the limited supply allowed for.

        Both by their logarithms. None before there are three sizes below all examples.
        """
        x, y = [], []
        for size, distances in zip(self.sizes, self.square_distances, strict=True):
            if size < self.n_examples and distances.mean() > 0:
                x.append(np.log(size))
                y.append(np.log(distances.mean() / sampling_factor(size, self.n_examples)))
        return float(np.polyfit(x, y, 1)[0]) if len(x) > 2 else None


def claims_of(start: list[Noise], trained: list[Noise]) -> tuple[Claim, ...]:
    """Give the verdicts that can be given by now."""
    everywhere = [*start, *trained]
    claims = [_law(everywhere), _downhill(trained), _grows(start, trained), _foretold(everywhere)]
    return tuple(claim for claim in claims if claim is not None)


def _law(noises: list[Noise]) -> Claim | None:
    slopes = np.array([one.slope for one in noises if one.slope is not None])
    if not len(slopes):
        return None
    interval = mean_interval(slopes)
    holds = all_of(is_above(interval, -1 - LAW), is_below(interval, -1 + LAW))
    measured = float(slopes.mean())
    n_draws = len(noises[0].angles[0])
    return Claim(
        "The square of a mini-batch's error falls as one over its size: an exponent of −1.",
        measured,
        holds,
        f"The exponent is {measured:.3f}{within(interval, 3)}, fitted at {len(slopes)} networks, "
        f"{n_draws:,} mini-batches of each size; within {LAW:g} of −1 counts."
        + cannot_tell(holds, interval),
        interval,
    )


def _downhill(trained: list[Noise]) -> Claim | None:
    usual = [(one, one.usual) for one in trained]
    found = [(one.angles[k], one.sizes[k]) for one, k in usual if k is not None]
    if not found:
        return None
    size = found[0][1]  # others may still be under way to it
    found = [(angles, other) for angles, other in found if other == size]
    angles = np.concatenate([angles for angles, _ in found])
    n_down = int((angles < 90).sum())
    low, high = (100 * edge for edge in wilson_interval(n_down, len(angles)))
    share = 100 * n_down / len(angles)
    return Claim(
        f"In a trained network the gradient of {size:,} images points downhill for all images.",
        share,
        is_above((low, high), 100 * DOWNHILL),
        f"{n_down:,} of {len(angles):,} mini-batches do{within((low, high), 1)}, and at least "
        f"{100 * DOWNHILL:g} % have to; they miss the full gradient by {np.nanmean(angles):.0f} "
        f"degrees on average ({starts(len(found))}).",
        (low, high),
        "%",
    )


def _grows(start: list[Noise], trained: list[Noise]) -> Claim | None:
    pairs = [
        (after.scale.simple, before.scale.simple)
        for after, before in zip(trained, start, strict=False)
        if np.isfinite([after.scale.simple, before.scale.simple]).all()
    ]
    if not pairs:
        return None
    ratio, interval = mean_ratio(pairs)
    holds = is_above(interval, 1.0)
    after, before = (float(np.exp(np.mean(np.log(column)))) for column in zip(*pairs, strict=True))
    return Claim(
        "The noise scale grows with training.",
        ratio,
        holds,
        f"The simple noise scale tr(Σ)/|G|², the size at which noise and gradient are equal, is "
        f"{before:,.1f} images at the start and {after:,.0f} after training: {ratio:,.0f} times as "
        f"large{within(interval, 0)}, {starts(len(pairs))}." + cannot_tell(holds, interval),
        interval,
    )


def _foretold(noises: list[Noise]) -> Claim | None:
    misses = [
        (abs(float(np.nanmean(angles)) - one.scale.angle(size, one.n_examples)), size)
        for one in noises
        for size, angles in zip(one.sizes, one.angles, strict=True)
        if np.isfinite(angles).any()
    ]
    if not misses:
        return None
    worst, size = max(misses)
    return Claim(
        "The noise scale alone foretells the mean angle at every size.",
        worst,
        worst <= FORETOLD,
        f"Of {len(misses)} mean angles the worst is foretold {worst:.1f} degrees off, at {size:,} "
        f"images; up to {FORETOLD:g} count.",
        unit="degrees",
    )


def figures_of(start: list[Noise], trained: list[Noise]) -> dict[str, Figure]:
    """Give the numbers for scripts."""
    usual = trained[0].usual if trained else None
    return {
        "usual_size": None if usual is None else trained[0].sizes[usual],
        "usual_angle_trained": None if usual is None else _mean_angle(trained, usual),
        "start": [_numbers(one) for one in start],
        "trained": [_numbers(one) for one in trained],
    }


def _mean_angle(noises: list[Noise], place: int) -> float:
    return float(
        np.mean([np.nanmean(one.angles[place]) for one in noises if len(one.angles) > place])
    )


def _numbers(noise: Noise) -> dict[str, Figure]:
    simple = noise.scale.simple
    return {
        "noise_scale": simple if np.isfinite(simple) else None,
        "trace": noise.scale.spread,
        "gradient_norm": noise.scale.square_norm**0.5,
        "exponent": noise.slope,
        "sizes": list(noise.sizes),
        "mean_angle": [_plain(angles) for angles in noise.angles],
        "mean_norm_ratio": [_plain(ratios) for ratios in noise.norm_ratios],
        "mean_square_distance": [_plain(distances) for distances in noise.square_distances],
    }


def _plain(values: Floats) -> float | None:
    mean = float(values.mean())
    return mean if np.isfinite(mean) else None
