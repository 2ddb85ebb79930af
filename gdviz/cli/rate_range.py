"""``gdviz train --find-learning-rate``: sweeps η and says which would do, without training."""

from __future__ import annotations

import argparse
import sys

from gdviz.analysis.rate_range import RateRange, find_rate_range
from gdviz.cli.interruption import interruptible
from gdviz.cli.output import EXIT_INTERRUPTED, CommandError, print_json, print_text
from gdviz.data.dataset import Dataset
from gdviz.training.config import TrainingConfig
from gdviz.training.state import TrainingState


def run_sweep(
    arguments: argparse.Namespace,
    config: TrainingConfig,
    state: TrainingState | None,
    dataset: Dataset,
) -> int:
    """Sweep from where a run begins, or from a saved network, and say what was found.

    Raises
    ------
    CommandError
        The run cannot be made, or it was interrupted.
    """
    if arguments.save is not None or arguments.curves is not None:
        raise CommandError("--find-learning-rate trains nothing to be saved", 2)
    with interruptible() as interruption:
        try:
            found = find_rate_range(
                config,
                dataset,
                state,
                engine=arguments.engine,
                should_stop=lambda: interruption.signal_number is not None,
                progress=_show if sys.stderr.isatty() else _nothing,
            )
        except ValueError as error:
            raise CommandError(str(error), 2) from None
    if found is None:
        raise CommandError("interrupted", EXIT_INTERRUPTED)
    if arguments.json:
        print_json(_report(found))
    else:
        print_text(found.reason)
    return 0


def _report(found: RateRange) -> dict[str, object]:
    return {
        "suggestion": found.suggestion,
        "reason": found.reason,
        "lowest_at": found.lowest_at,
        "broke_at": found.broke_at,
        "step": found.step,
        "learning_rates": found.learning_rates,
        "costs": found.costs,
        "smoothed": found.smoothed,
    }


def _nothing(_share: float) -> None:
    pass


def _show(share: float) -> None:
    """Say how far it is, over the present line of the terminal."""
    sys.stderr.write(f"sweeping {share:4.0%}\r")
    sys.stderr.flush()
