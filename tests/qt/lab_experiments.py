"""Experiments for the tests of the Lab: every kind of picture, every verdict, slow, failing."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.result import (
    Chart,
    Claim,
    ImageRow,
    KeptNetwork,
    Reference,
    Result,
    Series,
    Table,
)
from gdviz.experiments.settings import Settings, setting
from gdviz.training.config import PRESETS
from gdviz.training.state import initial_state

WAIT_S = 20.0
GATE = threading.Event()
"""Opened by a test: until then the tasks of ``slow`` go on."""
PASSED: list[int] = []
"""A task of ``slow`` for each time that it looked and was not cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSettings(Settings):
    n_points: int = setting(20, "Points", "Points of each curve.", 2, 1_000)
    scale: float = setting(1.0, "Scale", "Height of the curves.", 0.1, 10.0)
    widths: tuple[int, ...] = setting((16, 32), "Widths", "Hidden neurons.", 1, 500)
    kind: str = setting("true", "Labels", "Which labels.", choices=("true", "shuffled"))
    is_wide: bool = setting(False, "Wide", "Whether it is wide.")


def every_kind(settings: KindSettings, known: list[Any]) -> Result:
    """One of everything that a result may hold; curves as long as outcomes are known."""
    n = max(sum(one is not None for one in known), 1) * settings.n_points // max(len(known), 1)
    x = np.arange(n, dtype=float)
    y = settings.scale * np.exp(-x / 6)
    edges = np.linspace(0, 1, 12)
    images = np.random.default_rng(settings.seed).random((12, 28, 28))
    claims = (
        Claim("Costs fall.", 12.5, True, "In 18 of 20 runs they fell; n = 20.", (8.0, 19.0), "%"),
        Claim("They fall to 0.", 0.25, False, "The lowest was 0.25 after 20 epochs; n = 20."),
        Claim("They fall for ever.", None, None, "Twenty epochs cannot tell; n = 20."),
    )
    charts = (
        Chart("fall", "Cost while it trains, true and shuffled labels", "epoch", "cost",
              (Series("true", x, y, y * 0.8, y * 1.2), Series("shuffled", x, 0.6 * y + 0.4)),
              (Reference("chance", 0.9), Reference("mean end", n / 2, "x")), note="n = 20 runs."),
        Chart("log", "Final cost against learning rate", "learning rate", "final cost",
              (Series("mean of 5", 10.0 ** np.arange(-3, 1), np.array([0.9, 0.2, 0.04, 1.5]),
                      np.array([0.8, 0.1, 0.03, 1.0]), np.array([1.0, 0.3, 0.06, 2.5]),
                      "points"),), is_x_log=True, is_y_log=True, note="95 % of 5 runs."),
        Chart("starts", "Final cost of 45 networks", "cost", "networks",
              (Series("16 neurons", edges, np.array([0, 1, 4, 9, 12, 9, 5, 3, 1, 1, 0.0]),
                      kind="bars"),)),
        Chart("share", "Right on the training images", "", "right, %",
              (Series("sixteen", np.arange(3.0), np.array([97.0, 40.0, 12.0]),
                      np.array([96.0, 37.0, 9.0]), np.array([98.0, 43.0, 15.0]), "bars"),
               Series("hundred", np.arange(3.0), np.array([99.0, 88.0, 61.0]), kind="bars")),
              categories=("true labels", "half shuffled", "all shuffled")),
    )  # fmt: skip
    table = Table(
        "gain", "What each change gains", ("change", "test accuracy, %", "n"),
        (("as in the lesson", 95.1, 5), ("cross-entropy", 96.6, 5), ("wider", 98.0, 5)),
    )  # fmt: skip
    config = PRESETS["lesson"].replace(seed=settings.seed)
    network = KeptNetwork("start", config, initial_state(config).parameters.vector)
    row = ImageRow("noise", "Noise that is called a digit", images, tuple(
        f"{k % 10} at {0.9 + k / 200:.3f}" for k in range(12)))  # fmt: skip
    figures = {"lowest": float(y.min()) if n else 0.0}
    return Result(claims, figures, charts, (row,), (table,), (network,))


def _work(task: int, channel: Any) -> int:
    channel.look()
    channel.tell(1.0, task)
    return task


def _run(settings: KindSettings, runner: Any) -> Result:
    conclude = lambda known: every_kind(settings, known)  # noqa: E731  # as short as it is
    return conclude(runner.run_all("computing", _work, list(range(4)), conclude))


def _slow_work(task: int, channel: Any) -> int:
    channel.tell(0.5, task)
    while not GATE.wait(0.002):
        channel.look()
        PASSED.append(task)
    return task


def _run_slow(settings: KindSettings, runner: Any) -> Result:
    conclude = lambda known: every_kind(settings, known)  # noqa: E731  # as short as it is
    return conclude(runner.run_all("waiting", _slow_work, [1, 2], conclude))


def _fail(task: int, channel: Any) -> None:
    raise ValueError("the images have no labels")


def _run_failing(settings: KindSettings, runner: Any) -> Result:
    runner.run_all("failing", _fail, [1])
    return Result()


def _run_broken(settings: KindSettings, runner: Any) -> Result:
    raise KeyError("nobody")


def _answer(result: Result) -> int | None:
    return 0 if result.claims else None


def experiment(name: str, run: Any, title: str) -> Experiment:
    return Experiment(
        name,
        title,
        f"The claim of {title.lower()}. A second sentence that the shelf leaves out.",
        (Source("Zhang et al. (2016)", "https://arxiv.org/abs/1611.03530"), Source("A book")),
        3.0,
        KindSettings,
        run,
        Prediction("What will happen to the cost?", ("It falls", "It rises", "Neither"), _answer),
        {"n_points": 4},
    )


TABLE = {
    one.name: one
    for one in (
        experiment("every-kind", _run, "Every kind of picture"),
        experiment("slow", _run_slow, "The slow one"),
        experiment("failing", _run_failing, "The one that fails"),
        experiment("broken", _run_broken, "The broken one"),
    )
}
