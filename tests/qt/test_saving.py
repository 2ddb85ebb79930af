"""What the window says of saved curves."""

import numpy as np

from gdviz.analysis.history import LEAST_BOUND, CurveHistory
from gdviz.qt.saving import save_curves
from gdviz.training.records import record_dtype


def test_saved_curves_say_if_older_steps_were_merged(tmp_path):
    history = CurveHistory(1, LEAST_BOUND)
    records = np.zeros(5_000, record_dtype(1))
    records["step"] = np.arange(1, 5_001)
    history.append(records[:1_000])
    assert save_curves(tmp_path / "a.csv", history) == "Saved 1,000 steps to a.csv"
    history.append(records[1_000:])
    said = save_curves(tmp_path / "b.csv", history)
    assert said == f"Saved {len(history):,} of 5,000 steps, all of the newest, to b.csv"
    assert len((tmp_path / "b.csv").read_text().splitlines()) == len(history) + 1
