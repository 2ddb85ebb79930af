"""The files of an experiment: read again by other means, they say what it said."""

import csv
import json
import math

import numpy as np
import pytest

from gdviz.experiments import EXPERIMENTS
from gdviz.experiments.experiment import Finished, run_experiment
from gdviz.experiments.export import RESULT_FILE, export_result
from gdviz.experiments.result import (
    Chart,
    Claim,
    ImageRow,
    KeptNetwork,
    Reference,
    Result,
    Series,
    Table,
)
from gdviz.experiments.settings import Settings
from gdviz.runtime.executors import AtOnce
from gdviz.storage.atomic import SaveError
from gdviz.storage.readers import read_network
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state

CONFIG = TrainingConfig(layer_sizes=(4, 3, 2))


def finished_with(**parts):
    return Finished("sample", Settings(seed=5), Result(**parts), 1.5)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_line_with_its_interval_is_read_back_to_the_bit(tmp_path):
    generator = np.random.default_rng(0)
    y = generator.normal(size=5)
    y[2] = np.nan
    line = Series("mean, n = 4", np.arange(5) / 3, y, y - 0.1, y + 0.1)
    plain = Series("other", np.arange(2), np.arange(2))
    chart = Chart("costs", "Costs", "epoch", "cost", (line, plain), (Reference("end", 1.0),))
    export_result(tmp_path, finished_with(charts=(chart,)))
    rows = rows_of(tmp_path / "chart-costs.csv")
    assert list(rows[0]) == ["series", "x", "y", "low", "high"]
    own = [row for row in rows if row["series"] == "mean, n = 4"]
    for column, values in (("x", line.x), ("y", y), ("low", line.low), ("high", line.high)):
        read = [float(row[column] or "nan") for row in own]
        np.testing.assert_array_equal(read, values)
    assert [row["low"] for row in rows if row["series"] == "other"] == ["", ""]


def test_a_histogram_has_both_edges_and_categories_have_names(tmp_path):
    edges = np.array([0.0, 0.5, 2.0])
    histogram = Chart(
        "h", "H", "cost", "networks", (Series("all", edges, np.array([3, 4]), kind="bars"),)
    )
    named = Chart(
        "c", "C", "", "%", (Series("s", np.arange(2), np.array([1.0, 2.0]), kind="bars"),),
        categories=("before", "after"),
    )  # fmt: skip
    export_result(tmp_path, finished_with(charts=(histogram, named)))
    rows = rows_of(tmp_path / "chart-h.csv")
    assert [(row["x"], row["x_end"], row["y"]) for row in rows] == [
        ("0.0", "0.5", "3"),
        ("0.5", "2.0", "4"),
    ]
    rows = rows_of(tmp_path / "chart-c.csv")
    assert [(row["category"], row["y"]) for row in rows] == [("before", "1.0"), ("after", "2.0")]


def test_tables_images_and_networks_are_read_back(tmp_path):
    table = Table("t", "T", ("name", "n"), (("a, b", 1), ('"c"', 2.5)))
    images = np.random.default_rng(1).random((3, 4, 5)).astype(np.float32)
    row = ImageRow("Faces of 8", "Faces", images, ("a", "ä", "c"))
    vector = initial_state(CONFIG).parameters.vector
    networks = tuple(KeptNetwork(name, CONFIG, vector) for name in ("Start 1", "start-1", "日本"))
    paths = export_result(
        tmp_path, finished_with(tables=(table,), images=(row,), networks=networks)
    )
    assert {path.name for path in paths} == {path.name for path in tmp_path.iterdir()}
    assert [(line["name"], line["n"]) for line in rows_of(tmp_path / "table-t.csv")] == [
        ("a, b", "1"),
        ('"c"', "2.5"),
    ]
    with np.load(tmp_path / "images-faces-of-8.npz") as arrays:
        np.testing.assert_array_equal(arrays["images"], images)
        assert arrays["captions"].tolist() == ["a", "ä", "c"]
    assert (tmp_path / "images-faces-of-8.png").read_bytes().startswith(b"\x89PNG")
    files = ["network-start-1", "network-start-1-2", "network-unnamed"]
    for name in files:
        network = read_network(tmp_path / f"{name}.safetensors")
        np.testing.assert_array_equal(network.parameters.vector, vector)
    told = json.loads((tmp_path / RESULT_FILE).read_text())
    titles = {entry["file"]: entry["title"] for entry in told["files"]}
    assert [titles[f"{name}.safetensors"] for name in files] == ["Start 1", "start-1", "日本"]
    config = next(e["config"] for e in told["files"] if e["file"] == f"{files[0]}.safetensors")
    assert TrainingConfig.from_toml(config) == CONFIG


def test_figures_are_json_and_the_settings_can_be_run_again(tmp_path):
    claim = Claim("It is.", 1.0, True, "It is 1.", (0.5, 2.0))
    figures = {"costs": [1.0, math.nan, math.inf], "n": np.int64(3), "deep": {"a": (1, 2)}}
    export_result(tmp_path, finished_with(claims=(claim,), figures=figures))
    told = json.loads((tmp_path / RESULT_FILE).read_text(), parse_constant=pytest.fail)
    assert told["costs"] == [1.0, None, None]
    assert (told["n"], told["deep"]) == (3, {"a": [1, 2]})
    assert (told["name"], told["seed"], told["claims"][0]["holds"]) == ("sample", 5, True)
    assert Settings.from_toml((tmp_path / "settings.toml").read_text()) == Settings(seed=5)


def test_the_result_is_written_last_so_that_it_says_that_all_is_there(tmp_path):
    (tmp_path / "table-t.csv").mkdir()  # so that it cannot be written
    table = Table("t", "T", ("n",), ((1,),))
    with pytest.raises(SaveError, match=r"table-t\.csv cannot be saved: it is a folder"):
        export_result(tmp_path, finished_with(tables=(table,)))
    assert not (tmp_path / RESULT_FILE).exists()


def test_a_second_export_replaces_the_first_and_leaves_strangers(tmp_path):
    folder = tmp_path / "a" / "b"
    export_result(folder, finished_with(figures={"n": 1}))
    (folder / "mine.txt").write_text("mine")
    export_result(folder, finished_with(figures={"n": 2}))
    assert json.loads((folder / RESULT_FILE).read_text())["n"] == 2
    assert (folder / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_can_be_exported(name, tmp_path):
    experiment = EXPERIMENTS[name]
    settings = experiment.settings.from_plain(experiment.small)
    finished = run_experiment(experiment, settings, AtOnce(), [].append, lambda: False)
    export_result(tmp_path, finished)
    told = json.loads((tmp_path / RESULT_FILE).read_text(), parse_constant=pytest.fail)
    told_now = finished.as_json()
    assert {key: told[key] for key in told_now} == json.loads(json.dumps(told_now))
    result = finished.result
    n_files = len(result.charts) + len(result.tables) + 2 * len(result.images)
    assert len(told["files"]) == n_files + len(result.networks)
    assert experiment.settings.from_toml((tmp_path / "settings.toml").read_text()) == settings
