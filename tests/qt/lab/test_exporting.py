"""Results are written into folders of their own."""

import sys
from types import ModuleType

from lab_experiments import KindSettings

from gdviz.experiments.experiment import Finished
from gdviz.experiments.result import Result
from gdviz.qt.lab.exporting import EXPORTER, exported


def test_an_earlier_result_stays(tmp_path, monkeypatch):
    def export_result(folder, finished):
        folder.mkdir(parents=True)
        path = folder / "result.json"
        path.write_text(str(finished.settings.seed))
        return [path]

    writer = ModuleType(EXPORTER)
    writer.export_result = export_result
    monkeypatch.setitem(sys.modules, EXPORTER, writer)
    for seed in (1, 2, 3):
        exported(tmp_path, Finished("starts", KindSettings(seed=seed), Result(), 1.0))
    found = {path.parent.name: path.read_text() for path in tmp_path.rglob("result.json")}
    assert found == {"starts": "1", "starts-2": "2", "starts-3": "3"}
