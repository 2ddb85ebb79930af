"""Results are written into folders of their own."""

import json

from lab_experiments import KindSettings

from gdviz.experiments.experiment import Finished
from gdviz.experiments.result import Result
from gdviz.qt.lab.exporting import exported


def test_an_earlier_result_stays(tmp_path):
    for seed in (1, 2, 3):
        paths = exported(tmp_path, Finished("starts", KindSettings(seed=seed), Result(), 1.0))
        assert all(path.is_file() for path in paths)
    found = {
        path.parent.name: json.loads(path.read_text())["seed"]
        for path in tmp_path.rglob("result.json")
    }
    assert found == {"starts": 1, "starts-2": 2, "starts-3": 3}
