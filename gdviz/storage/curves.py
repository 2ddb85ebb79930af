"""The curves of a run as CSV: one row a step."""

from __future__ import annotations

import csv
import io

from gdviz.analysis.history import CurveHistory


def curves_csv(history: CurveHistory) -> str:
    """Give every step of a run as CSV, with the evaluations at their steps."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["step", "epoch", "mini_batch_cost", "smoothed_cost", "learning_rate",
         "test_cost", "test_correct", "test_total"]
    )  # fmt: skip
    evaluations = {evaluation.step: evaluation for evaluation in history.evaluations}
    for record, smoothed in zip(history.records, history.smoothed, strict=True):
        evaluation = evaluations.get(int(record["step"]))
        scored = (
            [f"{evaluation.test_cost:.6g}", evaluation.test_correct, evaluation.test_total]
            if evaluation
            else ["", "", ""]
        )
        writer.writerow(
            [record["step"], f"{record['epoch']:.6g}", f"{record['cost']:.6g}",
             f"{smoothed:.6g}", f"{record['learning_rate']:.6g}", *scored]
        )  # fmt: skip
    return text.getvalue()
