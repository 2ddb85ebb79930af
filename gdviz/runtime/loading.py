"""Data that are loaded while something else goes on: Qt takes a second to be imported."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from gdviz.data.dataset import Dataset
from gdviz.data.sources import load_dataset


def load_dataset_ahead(source: str) -> Callable[[], Dataset]:
    """Begin to load a dataset on a thread of its own, which mostly runs without Python's lock.

    Parameters
    ----------
    source : str
        See `gdviz.data.sources.load_dataset`.

    Returns
    -------
    callable
        Waits for the dataset and gives it; raises what `load_dataset` raises.
    """
    future: Future[Dataset] = Future()

    def work() -> None:
        try:
            future.set_result(load_dataset(source))
        except BaseException as error:  # noqa: BLE001  # raised where the data are asked for
            future.set_exception(error)

    threading.Thread(target=work, name="gdviz-data", daemon=True).start()
    return future.result
