"""Noise gets an answer: how sure networks are about images that show nothing.

Sure means that an output is above 0.9. The outputs of sigmoids are not probabilities, and all of
them may be small: such a network can say that it sees nothing. A softmax's add up to 1.

References
----------
Hein, Andriushchenko, Bitterwolf, *Why ReLU networks yield high-confidence predictions far away
from the training data and how to mitigate the problem*, arXiv 1812.05720 (2018).
Nguyen, Yosinski, Clune, *Deep neural networks are easily fooled*, arXiv 1412.1897 (2014): images
that show nothing and are answered confidently, there made on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gdviz.analysis.inspection.noise_images import SURE_ABOVE
from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.noise_answers import (
    DIGITS,
    KINDS,
    Answers,
    Asking,
    SureShare,
    answers_of,
    images_of,
    sure_share,
)
from gdviz.experiments.noise_pictures import Group, charts_of, images_row, table_of
from gdviz.experiments.repeats import is_above, is_below
from gdviz.experiments.result import Claim, ImageRow, KeptNetwork, Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.training_task import TrainingTask, dataset_of, fitted
from gdviz.nn.initializers import INITIALIZERS
from gdviz.training.config import PRESETS

_MOST = 50.0
"""Percent of the images: more than half."""
_HARDLY_EVER = 1.0
"""Percent of the images below which nothing is called sure."""
_LARGE = "normal"
"""The initializer whose weights do not shrink with the number of inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseSettings(Settings):
    """What can be set of it."""

    presets: tuple[str, ...] = setting(
        ("lesson", "sixteen"), "Networks", "Which presets are trained.", choices=tuple(PRESETS)
    )
    initializers: tuple[str, ...] = setting(
        ("scaled", "normal", "he"),
        "Initializers",
        "How the first weights are drawn; each preset's own comes too.",
        choices=tuple(INITIALIZERS),
    )
    n_starts: int = setting(15, "Starts", "How many networks of each.", 1, 1_000)
    epochs: int = setting(10, "Epochs", "How long each network is trained.", 1, 1_000)
    n_examples: int = setting(
        60_000, "Training images", "Only the first so many are trained on.", 10, 10_000_000
    )
    n_images: int = setting(1_000, "Images", "Images of each kind of noise.", 10, 10_000)
    kind: str = setting(
        "uniform", "Noise", "The kind that the verdicts are about.", choices=tuple(KINDS)
    )


def run(settings: NoiseSettings, runner: Runner) -> Result:
    """Train networks from several kinds of starts, and ask each before and after."""
    dataset = dataset_of(settings.data)
    pictures = images_of(settings.data, 2, settings.seed)
    askings = []
    for start in range(settings.n_starts):
        for preset in dict.fromkeys(settings.presets):
            own = PRESETS[preset].initializer
            for initializer in dict.fromkeys((own, *settings.initializers)):
                config = PRESETS[preset].replace(
                    data=settings.data,
                    seed=settings.seed + start,
                    n_examples=settings.n_examples,
                    initializer=initializer,
                    epochs=settings.epochs,
                    schedule_epochs=settings.epochs,
                )
                task = TrainingTask(fitted(config, dataset), n_train=1_000)
                askings.append(Asking(task, settings.n_images, settings.seed))

    def conclude(known: list[Any]) -> Result:
        return _conclude(settings, known, pictures)

    return conclude(runner.run_all("training and asking", answers_of, askings, conclude))


def _conclude(settings: NoiseSettings, known: Sequence[Any], pictures: dict[str, Any]) -> Result:
    groups = _groups(known)
    if not groups:
        return Result()
    own = [group for group in groups if group.is_own]
    claims = [_after(group, settings.kind) for group in own]
    claims += [
        claim
        for claim in (_small(groups, settings.kind), _large(groups, settings.kind))
        if claim is not None
    ]
    rows: list[ImageRow] = [images_row(group, pictures) for group in own]
    return Result(
        tuple(claims),
        {"sure_above": SURE_ABOVE, "kind": settings.kind, "groups": _figures(groups)},
        charts_of(groups, settings.kind),
        tuple(rows),
        (table_of(groups),),
        tuple(
            KeptNetwork(f"{group.preset}, trained", group.answers[0].config, vector)
            for group in own
            for vector in (group.answers[0].vector,)
        ),
    )


def _groups(known: Sequence[Any]) -> list[Group]:
    """Put networks of one preset and initializer together, in the order of the first of each."""
    found: dict[tuple[str, str], list[Answers]] = {}
    for answers in known:
        if isinstance(answers, Answers):
            config = answers.config
            found.setdefault((config.preset, config.initializer), []).append(answers)
    return [
        Group(preset, initializer, tuple(answers))
        for (preset, initializer), answers in sorted(
            found.items(), key=lambda item: list(PRESETS).index(item[0][0])
        )
    ]


def _after(group: Group, kind: str) -> Claim:
    """Whether a trained network is sure about most noise images."""
    noise, digits = group.share(kind, is_after=True), group.share(DIGITS, is_after=True)
    what = "outputs, which are not probabilities," if group.is_sigmoid else "softmax outputs"
    return Claim(
        f"The trained network {group.preset} is sure about noise: it gives more than half of the "
        f"{kind} images an output above {SURE_ABOVE:g}.",
        noise.percent,
        is_above(noise.interval, _MOST),
        f"Of its {what} the largest is above {SURE_ABOVE:g} for {noise.words()} of "
        f"{noise.n_images:,} noise images, mean of {noise.n_networks} networks; for test digits "
        f"it is for {digits.words()}.",
        noise.interval,
        "%",
    )


def _small(groups: Sequence[Group], kind: str) -> Claim | None:
    """Whether no untrained network with small weights is sure."""
    small = [
        answers for group in groups if group.initializer != _LARGE for answers in group.answers
    ]
    if not small:
        return None
    share = sure_share([answers.before[kind] for answers in small])
    return Claim(
        "An untrained network with small random weights is not sure about noise: above "
        f"{SURE_ABOVE:g} for less than {_HARDLY_EVER:g} % of the images.",
        share.percent,
        is_below(share.interval, _HARDLY_EVER),
        f"Before training {_count(share)} with weights that shrink with the number of inputs have "
        f"an output above {SURE_ABOVE:g}: {share.words()}; {share.n_mostly} of these networks are "
        "sure about most of the images.",
        share.interval,
        "%",
    )


def _large(groups: Sequence[Group], kind: str) -> Claim | None:
    """Whether large random weights alone make a network sure."""
    large = [
        answers for group in groups if group.initializer == _LARGE for answers in group.answers
    ]
    if not large:
        return None
    share = sure_share([answers.before[kind] for answers in large])
    return Claim(
        "Large random weights are sure without any training: above "
        f"{SURE_ABOVE:g} for more than half of the images.",
        share.percent,
        is_above(share.interval, _MOST),
        f"Before training {_count(share)} with weights of N(0, 1) have an output above "
        f"{SURE_ABOVE:g}: {share.words()}. Being sure says how large the weights are, not how "
        "much is known.",
        share.interval,
        "%",
    )


def _count(share: SureShare) -> str:
    total = share.n_networks * share.n_images
    return f"{share.n_sure:,} of {total:,} answers of {share.n_networks} networks"


def _figures(groups: Sequence[Group]) -> list[Any]:
    return [
        {
            "preset": group.preset,
            "initializer": group.initializer,
            "n_networks": len(group.answers),
            "test_accuracy": [answers.accuracy for answers in group.answers],
            "sure_percent": {
                moment: {
                    kind: [100 * said[kind].n_sure / len(said[kind].largest) for said in each]
                    for kind in (*KINDS, DIGITS)
                }
                for moment, each in (
                    ("before", [answers.before for answers in group.answers]),
                    ("after", [answers.after for answers in group.answers]),
                )
            },
        }
        for group in groups
    ]


def _came_true(result: Result) -> int | None:
    if not result.claims or result.claims[0].measured is None:
        return None
    percent = result.claims[0].measured
    return 0 if percent < 1 else 1 if percent <= _MOST else 2


EXPERIMENT = Experiment(
    "noise",
    "Answers to noise",
    "Show a trained network an image of random pixels, and it answers confidently: it has never "
    "learnt to say that it does not know.",
    (
        Source(
            "Hein, Andriushchenko and Bitterwolf, Why ReLU networks yield high-confidence "
            "predictions far away from the training data and how to mitigate the problem (2018)",
            "https://arxiv.org/abs/1812.05720",
        ),
        Source(
            "Nguyen, Yosinski and Clune, Deep neural networks are easily fooled (2014)",
            "https://arxiv.org/abs/1412.1897",
        ),
    ),
    40.0,
    NoiseSettings,
    run,
    Prediction(
        f"Of 1,000 images of random pixels, how many get an output above {SURE_ABOVE:g} from the "
        "trained network of the lesson?",
        ("Hardly any", "Some, up to half", "Most of them"),
        _came_true,
    ),
    {
        "presets": ("lesson",),
        "initializers": ("scaled", "normal"),
        "n_starts": 2,
        "epochs": 1,
        "n_examples": 3_000,
        "n_images": 100,
    },
)
