"""Trains the networks in ``resources/networks``: ``.venv/bin/python scripts/make_networks.py``.

The three presets at their end, and the lesson's network untrained. They are trained by the NumPy
engine, whose sums the program that ``gdviz script`` prints repeats. The last digits of an accuracy
depend on the order in which a processor adds: another machine's files may differ.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from gdviz.analysis.interval import wilson_interval
from gdviz.bundled import resources_folder
from gdviz.data.dataset import Dataset
from gdviz.data.mnist import load_mnist
from gdviz.storage.checkpoint import save_checkpoint
from gdviz.training.config import PRESETS
from gdviz.training.evaluation import evaluate
from gdviz.training.trainer import Trainer

NAMES = {
    "lesson": "lesson.safetensors",
    "sixteen": "sixteen.safetensors",
    "tweaked": "tweaked.safetensors",
}
UNTRAINED = "lesson_untrained.safetensors"


def save(trainer: Trainer, dataset: Dataset, path: Path) -> None:
    """Write a network and say how well it does."""
    config = trainer.config
    save_checkpoint(path, config, trainer.state())
    result = evaluate(config.architecture, trainer.parameters, dataset, config.cost)
    low, high = wilson_interval(result.test_correct, result.test_total)
    print(
        f"{path.name}: {config.architecture.name}, step {trainer.step:,}, "
        f"{result.test_correct:,} of {result.test_total:,} right, "
        f"{100 * result.test_accuracy:.2f} % [{100 * low:.2f}, {100 * high:.2f}], "
        f"{path.stat().st_size:,} bytes"
    )


def main() -> int:
    """Make all of them."""
    folder = resources_folder() / "networks"
    folder.mkdir(exist_ok=True)
    dataset = load_mnist()
    save(Trainer(PRESETS["lesson"], dataset, engine="numpy"), dataset, folder / UNTRAINED)
    for key, name in NAMES.items():
        trainer = Trainer(PRESETS[key], dataset, engine="numpy")
        while trainer.epoch < trainer.config.epochs:
            trainer.advance(1000)
        save(trainer, dataset, folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
