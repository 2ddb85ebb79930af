"""Reading data beside the window: one source at a time, which tells how far it is."""

from __future__ import annotations

from gdviz.data.dataset import DataError, Dataset
from gdviz.data.sources import load_dataset
from gdviz.qt.file_work import CLOSING_LIMIT_MS, FileWork
from gdviz.runtime.background_job import BackgroundJob, Cancelled


class DataReading:
    """Reads one source after another; used from the GUI thread."""

    def __init__(self) -> None:
        self._work = FileWork("gdviz-data-reading")
        self._job: BackgroundJob[Dataset] | None = None
        self.source = ""
        """What was asked for last."""

    @property
    def progress(self) -> float | None:
        """0 to 1 while something is being read, else None."""
        return None if self._job is None else self._job.progress

    def begin(self, source: str) -> None:
        """Begin to read a source; what is being read is given up."""
        self.cancel()
        self.source = source

        def work(job: BackgroundJob[Dataset]) -> Dataset:
            def look(progress: float) -> None:
                if job.cancelled:
                    raise Cancelled
                job.progress = progress

            return load_dataset(source, look)

        self._job = self._work.begin_watched(work)

    def cancel(self) -> None:
        """Give up reading."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def take(self) -> Dataset | None:
        """Give what has been read since, once.

        Raises
        ------
        DataError
            If it could not be read.
        """
        if self._job is None or not self._job.done:
            return None
        job, self._job = self._job, None
        try:
            return job.result()
        except MemoryError:
            raise DataError(f"{self.source}: there is not enough memory for it") from None

    def close(self, limit_ms: int = CLOSING_LIMIT_MS) -> bool:
        """Give up reading and wait for its thread, at most so long; False if it has not ended."""
        self.cancel()
        return self._work.close(limit_ms)
