"""Many networks from different starts: whether they end equally well, and as the same network.

"Minima" are where training ends: the cost still falls there, slowly. Matched are the hidden
neurons, whose order is an accident of the start; a barrier is the highest rise of the cost on the
straight line above the straight line between the costs at its ends.

References
----------
Choromanska, Henaff, Mathieu, Ben Arous, LeCun, *The loss surfaces of multilayer networks*,
arXiv 1412.0233 (2014).
Entezari, Sedghi, Saukh, Neyshabur, *The role of permutation invariance in linear mode
connectivity of neural networks*, arXiv 2110.06296 (2021): the barrier, and the conjecture that
no barrier is left when the neurons are matched.
Ainsworth, Hayase, Srinivasa, *Git Re-Basin*, arXiv 2209.04836 (2022): the matching by weights.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.many_starts import Width, main_of, width_of
from gdviz.experiments.minima import Lines, Pair, end_of, lines_between
from gdviz.experiments.result import KeptNetwork, Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.starts_pictures import charts_of, table_of
from gdviz.experiments.starts_verdicts import claims_of
from gdviz.experiments.training_task import TrainingTask, dataset_of, fitted
from gdviz.training.config import PRESETS, TrainingConfig


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StartsSettings(Settings):
    """What can be set of it."""

    preset: str = setting("lesson", "Network", "Which preset is trained.", choices=tuple(PRESETS))
    widths: tuple[int, ...] = setting(
        (4, 16, 64), "Widths", "Neurons of each hidden layer: every width is trained.", 1, 1_024
    )
    n_starts: int = setting(
        30, "Starts", "How many networks of each width are trained.", 2, 100_000
    )
    epochs: int = setting(5, "Epochs", "How long each network is trained.", 1, 1_000)
    n_pairs: int = setting(
        8, "Pairs", "How many pairs of each width are joined by straight lines.", 0, 10_000
    )
    n_line_images: int = setting(
        5_000, "Images on lines", "Training images for the cost on a line.", 10, 60_000
    )
    shuffle_labels: float = setting(
        0.0, "Shuffled labels", "Share of the training labels that is shuffled.", 0, 1
    )
    n_examples: int = setting(
        60_000, "Training images", "Only the first so many are trained on.", 10, 10_000_000
    )


def run(settings: StartsSettings, runner: Runner) -> Result:
    """Train networks of each width, then join pairs of their ends."""
    configs = _configs(settings)
    tasks = [
        TrainingTask(
            config.replace(seed=settings.seed + start), damage_seed=settings.seed, n_train=10_000
        )
        for start in range(settings.n_starts)
        for config in configs
    ]
    share = 0.8 if settings.n_pairs else 1.0
    ends = runner.run_all(
        "training",
        end_of,
        tasks,
        lambda known: _conclude(settings, _widths(configs, known)),
        (0.0, share),
    )
    widths = _widths(configs, ends)
    pairs = [_pairs(settings, one) for one in widths]
    flat = [pair for some in pairs for pair in some]
    lines = runner.run_all(
        "joining",
        lines_between,
        flat,
        lambda known: _conclude(settings, _joined(widths, pairs, known)),
        (share, 1.0),
    )
    return _conclude(settings, _joined(widths, pairs, lines))


def _configs(settings: StartsSettings) -> list[TrainingConfig]:
    preset = PRESETS[settings.preset]
    n_hidden = len(preset.layer_sizes) - 2
    config = preset.replace(
        data=settings.data,
        seed=settings.seed,
        epochs=settings.epochs,
        schedule_epochs=settings.epochs,
        shuffle_labels=settings.shuffle_labels,
        n_examples=settings.n_examples,
    )
    first, last = preset.layer_sizes[0], preset.layer_sizes[-1]
    dataset = dataset_of(settings.data)
    return [
        fitted(config.replace(layer_sizes=(first, *[width] * n_hidden, last)), dataset)
        for width in sorted(set(settings.widths))
    ]


def _widths(configs: list[TrainingConfig], known: Sequence[Any]) -> list[Width]:
    """Sort outcomes by width. What needs all of them waits until there are all."""
    is_whole = all(end is not None for end in known)
    n = len(configs)
    return [
        width_of(config.layer_sizes[1], config, known[k::n], with_luck=is_whole)
        for k, config in enumerate(configs)
    ]


def _pairs(settings: StartsSettings, width: Width) -> list[Pair]:
    """Pair ends, none twice: what is measured of each pair is then independent."""
    count = min(settings.n_pairs, len(width.ends) // 2)
    task = TrainingTask(width.config, damage_seed=settings.seed)
    return [
        Pair(
            task,
            width.ends[2 * k].vector.tobytes(),
            width.ends[2 * k + 1].vector.tobytes(),
            settings.n_line_images,
            k,
        )
        for k in range(count)
    ]


def _joined(widths: list[Width], pairs: list[list[Pair]], known: Sequence[Any]) -> list[Width]:
    joined, begin = [], 0
    for width, some in zip(widths, pairs, strict=True):
        mine = known[begin : begin + len(some)]
        lines = tuple(one for one in mine if isinstance(one, Lines) and np.isfinite(one.barrier))
        joined.append(dataclasses.replace(width, pairs=lines))
        begin += len(some)
    return joined


def _conclude(settings: StartsSettings, widths: list[Width]) -> Result:
    known = [width for width in widths if width.ends]
    if not known:
        return Result()
    main = main_of(known, PRESETS[settings.preset].layer_sizes[1])
    return Result(
        claims_of(known, main),
        _figures(known, main),
        charts_of(known, main),
        tables=(table_of(known),),
        networks=_networks(main),
    )


def _figures(widths: list[Width], main: Width) -> dict[str, Any]:
    per_width = {
        str(width.width): {
            "n_networks": len(width.ends),
            "n_diverged": width.n_diverged,
            "start_cost": width.numbers("start_cost").tolist(),
            "cost": width.numbers("cost").tolist(),
            "test_cost": width.numbers("test_cost").tolist(),
            "accuracy": width.accuracy.tolist(),
            "binomial_points": width.binomial,
            "luck_points": None if width.luck is None else 100 * width.luck,
            "barrier": width.barriers.tolist(),
            "barrier_by_activations": [pair.by_activations.barrier for pair in width.pairs],
            "barrier_by_weights": [pair.by_weights.barrier for pair in width.pairs],
        }
        for width in widths
    }
    best_to_worst = float(100 * np.ptp(main.accuracy))
    return {"main_width": main.width, "best_to_worst_points": best_to_worst, "widths": per_width}


def _networks(main: Width) -> tuple[KeptNetwork, ...]:
    """Keep the best, the worst, and a pair with the second's neurons in both orders."""
    # Trained on, all go on with the labels that they learnt: those of the first seed.
    order = np.argsort(main.accuracy, kind="stable")
    kept = [("best", main.ends[order[-1]].vector), ("worst", main.ends[order[0]].vector)]
    if main.pairs:
        lines = main.pairs[0]
        first, second = main.ends[2 * lines.index], main.ends[2 * lines.index + 1]
        kept += [("one of a pair", first.vector), ("the other of it", second.vector)]
        kept.append(("the other, its neurons in the order of the one's", lines.matched))
    return tuple(KeptNetwork(name, main.config, vector) for name, vector in kept)


def _came_true(result: Result) -> int | None:
    apart = result.figures.get("best_to_worst_points")
    if not isinstance(apart, float):
        return None
    return 0 if apart > 20 else 1 if apart > 3 else 2


EXPERIMENT = Experiment(
    "starts",
    "Many starts",
    "There are many local minima, but they are of about equal quality: wherever training starts, "
    "it ends about equally well.",
    (
        Source(
            "Choromanska, Henaff, Mathieu, Ben Arous and LeCun, The loss surfaces of multilayer "
            "networks (2014)",
            "https://arxiv.org/abs/1412.0233",
        ),
        Source(
            "Entezari, Sedghi, Saukh and Neyshabur, The role of permutation invariance in linear "
            "mode connectivity of neural networks (2021)",
            "https://arxiv.org/abs/2110.06296",
        ),
        Source(
            "Ainsworth, Hayase and Srinivasa, Git Re-Basin: merging models modulo permutation "
            "symmetries (2022)",
            "https://arxiv.org/abs/2209.04836",
        ),
    ),
    55.0,
    StartsSettings,
    run,
    Prediction(
        "Networks with different random starts are trained alike. How far apart are the best and "
        "the worst?",
        (
            "More than 20 points: some starts are traps",
            "3 to 20 points",
            "Less than 3 points: they end about equally well",
        ),
        _came_true,
    ),
    {
        "widths": (4, 8),
        "n_starts": 4,
        "epochs": 1,
        "n_pairs": 2,
        "n_line_images": 300,
        "n_examples": 1_000,
    },
)
