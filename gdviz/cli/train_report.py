"""How well a run went, as one JSON object or as text."""

from __future__ import annotations

import hashlib
from typing import Any

from gdviz.analysis.interval import wilson_interval
from gdviz.cli.output import print_text
from gdviz.data.dataset import Dataset
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation, score
from gdviz.training.trainer import Trainer

# Settings that most runs leave alone, and how a sentence gives their value.
_EXTRAS = {
    "steepness": "steepness {:g}",
    "l1": "L1 {:g}",
    "l2": "L2 {:g}",
    "dropout": "dropout {:.3g}",
    "augment_shift": "shift {:g} px",
    "augment_rotation": "rotation {:g}°",
    "augment_noise": "noise {:g}",
}
_DEFAULTS = TrainingConfig()


def report_of(
    trainer: Trainer,
    dataset: Dataset,
    seconds: float,
    examples: int,
    result: Evaluation,
    saved: str | None,
) -> dict[str, Any]:
    """Give all that ``--json`` promises.

    Parameters
    ----------
    trainer : Trainer
    dataset : Dataset
        As trained on: with its labels shuffled, if they were.
    seconds : float
        Spent training.
    examples : int
        Seen in that time.
    result : Evaluation
        Of the network as it is now.
    saved : str or None
        Where it was written.

    Returns
    -------
    dict
    """
    config = trainer.config
    train_cost, _ = score(
        config.architecture,
        trainer.parameters,
        dataset.train.first(trainer.n_examples),
        config.cost,
    )
    return {
        "preset": config.preset,
        "architecture": config.architecture.name,
        "parameters": config.architecture.n_parameters,
        "activation": config.hidden_activation,
        "output_activation": config.output_activation,
        "cost": config.cost,
        "optimizer": config.optimizer,
        "learning_rate": config.learning_rate,
        "schedule": config.schedule,
        "schedule_epochs": config.schedule_epochs,
        **{name: getattr(config, name) for name in _EXTRAS},
        "mini_batch": trainer.mini_batch,
        "seed": config.seed,
        "data": dataset.source,
        "data_notes": list(dataset.notes),
        "n_examples": trainer.n_examples,
        "epochs": round(trainer.epoch_progress, 6),
        "steps": trainer.step,
        "train_cost": train_cost,
        "test_cost": result.test_cost,
        "test_accuracy": result.test_accuracy,
        "test_correct": result.test_correct,
        "test_total": result.test_total,
        "interval": list(wilson_interval(result.test_correct, result.test_total)),
        "examples_per_second": examples / seconds if examples else None,
        "seconds": seconds,
        "engine": trainer.engine_name,
        "diverged_at": None if trainer.diverged_at is None else trainer.diverged_at + 1,
        "parameters_sha256": hashlib.sha256(trainer.parameters.vector.tobytes()).hexdigest(),
        "saved": saved,
    }


def print_report(report: dict[str, Any]) -> None:
    """Print a report for people."""
    low, high = report["interval"]
    speed = report["examples_per_second"]
    print_text(
        f"{report['architecture']}, {report['parameters']:,} parameters, {report['activation']}, "
        f"{report['cost']}, {report['optimizer']}, seed {report['seed']}"
    )
    extras = [
        words.format(report[name])
        for name, words in _EXTRAS.items()
        if report[name] != getattr(_DEFAULTS, name)
    ]
    if report["schedule"] != _DEFAULTS.schedule:
        extras[:0] = [f"schedule {report['schedule']} over {report['schedule_epochs']:g} epochs"]
    if extras:
        print_text(", ".join(extras))
    if report["data"] != _DEFAULTS.data:
        print_text("; ".join([f"data {report['data']}", *report["data_notes"]]))
    print_text(
        f"{report['epochs']:g} epochs, {report['steps']:,} steps of {report['mini_batch']:,} in "
        f"{report['seconds']:.1f} s" + (f", {speed:,.0f} examples/s" if speed else "")
    )
    print_text(f"train cost {report['train_cost']:.4f} on {report['n_examples']:,}")
    print_text(
        f"test cost {report['test_cost']:.4f}, accuracy {100 * report['test_accuracy']:.2f} % "
        f"[{100 * low:.2f}, {100 * high:.2f}], {report['test_correct']:,} of "
        f"{report['test_total']:,}"
    )
    if report["saved"]:
        print_text(f"saved to {report['saved']}")
