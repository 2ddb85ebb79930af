"""The ladder from the lesson's network to 98 %: one change a rung, and what each gains.

The learning rate is fitted to each rung, for one that suits one cost or optimizer is wrong for
the next. It was chosen among three or four, a factor of two apart, by the accuracy of two starts
on the last 10,000 training images while 50,000 were trained on; the test images were not looked
at. All rungs are trained on mini-batches of 32.

References
----------
Nielsen, *Neural Networks and Deep Learning* (2015), chapter 3, for better costs and larger data
sets by moving images. The other changes have their sources where they are computed, in
`gdviz.nn`.
"""

from __future__ import annotations

import math
from typing import Any

from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.ladder_pictures import curves_chart, gain_charts, rungs_chart, rungs_table
from gdviz.experiments.ladder_rungs import (
    Climbed,
    LadderSettings,
    Rung,
    configs_of,
    gains_of,
    rungs_of,
)
from gdviz.experiments.ladder_verdicts import N_FILM, claims_of, figures_of
from gdviz.experiments.result import KeptNetwork, Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.training_task import (
    Moment,
    TrainingOutcome,
    TrainingTask,
    dataset_of,
    fitted,
    train,
)
from gdviz.training.evaluation import score


def film_images(moment: Moment) -> dict[str, float]:
    """Count the right ones of the first 300 test images."""
    test = moment.dataset.test.first(N_FILM)
    about = moment.config.architecture, moment.parameters, test, moment.config.cost
    return {"film_correct": score(*about)[1]}


def run(settings: LadderSettings, runner: Runner) -> Result:
    """Train the networks of all rungs."""
    dataset = dataset_of(settings.data)
    is_square = math.isqrt(dataset.n_inputs) ** 2 == dataset.n_inputs
    rungs = rungs_of(settings, is_square=is_square)
    tasks = [
        TrainingTask(
            config.replace(seed=settings.seed + start),
            score_at=tuple(range(1, settings.epochs)),
            measures=(film_images,),
            n_train=1_000,
        )
        for config in configs_of(settings, rungs)
        for start in range(settings.n_starts)
    ]
    outcomes = runner.run_all(
        "training", train, tasks, lambda known: _conclude(settings, rungs, known)
    )
    return _conclude(settings, rungs, outcomes)


def _conclude(settings: LadderSettings, rungs: tuple[Rung, ...], known: list[Any]) -> Result:
    climbed, running = [], []
    for index, (rung, config) in enumerate(zip(rungs, configs_of(settings, rungs), strict=True)):
        part = known[index * settings.n_starts : (index + 1) * settings.n_starts]
        begun = [outcome for outcome in part if isinstance(outcome, TrainingOutcome)]
        if begun:
            running.append((rung.title, begun[0]))
        if begun and len(begun) == len(part) and all(_is_whole(o, settings) for o in begun):
            climbed.append(Climbed(rung, fitted(config, dataset_of(settings.data)), tuple(begun)))
    if not running:
        return Result()
    if not climbed:
        return Result(charts=(curves_chart(running),))
    gains = gains_of(climbed)
    return Result(
        claims_of(climbed, gains, is_done=len(climbed) == len(rungs)),
        figures_of(climbed, gains),
        (rungs_chart(climbed), *gain_charts(climbed, gains), curves_chart(running)),
        tables=(rungs_table(climbed, gains),),
        networks=tuple(
            KeptNetwork(one.rung.title, one.config, one.outcomes[0].vector) for one in climbed
        ),
    )


def _is_whole(outcome: TrainingOutcome, settings: LadderSettings) -> bool:
    return outcome.diverged_at is not None or bool(outcome.epochs[-1] >= settings.epochs)


def _answer(result: Result) -> int | None:
    if len(result.claims) < 3:
        return None
    kind = result.figures["gained_most_kind"]
    return kind if isinstance(kind, int) else None


EXPERIMENT = Experiment(
    "ladder",
    "The ladder to 98 %",
    "The lesson's network gets about 96 % of new images right, and with some changes 98 %.",
    (
        Source(
            "Nielsen, Neural Networks and Deep Learning (2015), chapter 3",
            "http://neuralnetworksanddeeplearning.com/chap3.html",
        ),
        Source("He, Zhang, Ren and Sun, Delving deep into rectifiers (2015)",
               "https://arxiv.org/abs/1502.01852"),
        Source("Kingma and Ba, Adam: a method for stochastic optimization (2014)",
               "https://arxiv.org/abs/1412.6980"),
        Source("Smith and Topin, Super-convergence (2018)", "https://arxiv.org/abs/1708.07120"),
        Source("Simard, Steinkraus and Platt, Best practices for convolutional neural networks "
               "applied to visual document analysis (2003), section 2"),
    ),
    85.0,
    LadderSettings,
    run,
    Prediction(
        "Which change gains most on the way from the lesson's network to 98 %?",
        (
            "Another cost and activation",
            "Another optimizer and schedule",
            "Wider hidden layers",
            "More images, by shifting them",
        ),
        _answer,
    ),
    {"n_starts": 2, "epochs": 1, "n_examples": 2_000, "hidden": (20,)},
)  # fmt: skip
