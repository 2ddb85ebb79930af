"""One experiment at a time beside the window: on both cores, behind whatever else wants them."""

from __future__ import annotations

from typing import Any

from gdviz.experiments.experiment import Experiment, Finished, run_experiment
from gdviz.experiments.runner import Report
from gdviz.experiments.settings import Settings
from gdviz.runtime.background_job import BackgroundJob
from gdviz.runtime.background_threads import BackgroundThreads
from gdviz.runtime.executors import n_cores


class LabWork:
    """Threads that run experiments; used from the GUI thread.

    One thread conducts, those of the other executor do the tasks: the conductor waits for them
    and must not be one of them.
    """

    def __init__(self) -> None:
        self._conductor = BackgroundThreads(1, "gdviz-lab-conductor", is_computing=False)
        self._workers = BackgroundThreads(n_cores(), "gdviz-lab", is_computing=True)

    def begin(self, experiment: Experiment, settings: Settings) -> BackgroundJob[Any]:
        """Begin an experiment; its reports come as `partial`, what came of it as `result`.

        One that was cancelled a moment ago ends first.
        """

        def conduct(job: BackgroundJob[Any]) -> Finished:
            def progress(report: Report) -> None:
                job.tell(report)

            return run_experiment(
                experiment, settings, self._workers, progress, lambda: job.cancelled
            )

        return BackgroundJob(self._conductor, conduct, _nobody)

    def close(self) -> None:
        """Wait for the threads to end; what is under way was cancelled before."""
        for executor in (self._conductor, self._workers):
            executor.shutdown(wait=True, cancel_futures=True)


def _nobody() -> None:
    """Nobody waits for the end: the window looks at every tick."""
