"""The learning rate: too small, right, too large; and the edge of stability.

Networks are trained on mini-batches over a range of rates. Then the whole cost of some thousand
images is descended at once, and its largest curvature λ is set against 2/η, beyond which steps
along the steepest parabola swing ever wider.

The network of the second part is not the lesson's by default. That one (sigmoid, quadratic cost)
has a largest curvature of about 0.7 on MNIST, so that it is near the edge only from η = 2 or 3
on; with ReLU and cross-entropy usual rates come to it within some hundred steps. The settings
take either. Not as in the paper: the images are not centred, which makes the first curvature
large, and the network is small.

References
----------
Cohen, Kaur, Li, Kolter, Talwalkar, *Gradient descent on neural networks typically occurs at the
edge of stability* (2021), arXiv 2103.00065.
Nielsen, *Neural Networks and Deep Learning* (2015), chapter 3, for the choice of a learning rate.
"""

from __future__ import annotations

from typing import Any

from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.rate_pictures import charts_of, table_of
from gdviz.experiments.rate_runs import (
    Path,
    RateSettings,
    descend,
    descents_of,
    sweep_tasks,
    sweeps_of,
)
from gdviz.experiments.rate_verdicts import Known, best_of, by_rate, claims_of, figures_of
from gdviz.experiments.result import KeptNetwork, Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.training_task import train


def run(settings: RateSettings, runner: Runner) -> Result:
    """Train at all rates; then follow the curvature of full-batch descent."""
    swept = runner.run_all(
        "training at all rates",
        train,
        sweep_tasks(settings),
        lambda known: _conclude(settings, known, []),
        (0.0, 0.3),
    )
    paths = runner.run_all(
        "following the curvature",
        descend,
        descents_of(settings),
        lambda known: _conclude(settings, swept, known),
        (0.3, 1.0),
    )
    return _conclude(settings, swept, paths)


def _conclude(settings: RateSettings, swept: list[Any], followed: list[Any]) -> Result:
    sweeps = sweeps_of(settings, swept)
    paths = tuple(path for path in followed if isinstance(path, Path))
    n_descents = len(settings.full_batch_rates) * settings.full_batch_starts
    is_done = len(paths) == n_descents and all(_is_whole(path, settings) for path in paths)
    known = Known(settings, sweeps, paths, is_done)
    if not any(sweeps.values()) and not paths:
        return Result()
    networks = [
        KeptNetwork(
            f"{settings.title(key)}, η = {best.rate:g}", best.config, best.outcomes[0].vector
        )
        for key, sweep in sweeps.items()
        if sweep
        for best in (best_of(sweep),)
    ]
    networks += [
        KeptNetwork(f"full batch, η = {rate:g}", group[0].config, group[0].vector)
        for rate, group in by_rate(list(paths)).items()
    ]
    tables = (table_of(known),) if any(sweeps.values()) else ()
    return Result(
        claims_of(known), figures_of(known), charts_of(known), tables=tables,
        networks=tuple(networks),
    )  # fmt: skip


def _is_whole(path: Path, settings: RateSettings) -> bool:
    return path.diverged_at is not None or bool(path.looked_at[-1] >= settings.steps)


def _answer(result: Result) -> int | None:
    ratio = result.figures.get("median_ratio")
    if not isinstance(ratio, float):
        return None
    if ratio < 0.5:
        return 0
    return 1 if ratio < 2 else 2


EXPERIMENT = Experiment(
    "learning-rate",
    "The learning rate, and the edge of stability",
    "Too small a learning rate learns too slowly and too large a one not at all; and full-batch "
    "descent goes where the cost curves just so much that its steps are barely stable.",
    (
        Source(
            "Cohen, Kaur, Li, Kolter and Talwalkar, Gradient descent on neural networks typically "
            "occurs at the edge of stability (2021)",
            "https://arxiv.org/abs/2103.00065",
        ),
        Source(
            "Nielsen, Neural Networks and Deep Learning (2015), chapter 3",
            "http://neuralnetworksanddeeplearning.com/chap3.html",
        ),
    ),
    50.0,
    RateSettings,
    run,
    Prediction(
        "Steps of gradient descent are stable where the cost curves less than 2/η. Where does "
        "training go?",
        (
            "It keeps well away from that limit",
            "It goes to the limit and stays about there",
            "It goes far beyond the limit",
        ),
        _answer,
    ),
    {
        "rates": (0.03, 0.3, 3.0),
        "n_starts": 2,
        "epochs": 1,
        "n_examples": 2_000,
        "full_batch_rates": (0.2, 0.4),
        "full_batch_starts": 1,
        "full_batch_images": 200,
        "steps": 60,
        "looks": 6,
    },
)
