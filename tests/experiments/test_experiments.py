"""Every experiment of the table: small runs, the same again, told meanwhile, stopped."""

import json

import numpy as np
import pytest

from gdviz.experiments import EXPERIMENTS
from gdviz.experiments.experiment import run_experiment
from gdviz.experiments.settings import specs_of
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.executors import AtOnce, make_executor

NAMES = tuple(EXPERIMENTS)


def _never():
    return False


def _run(experiment, executor, reports=None):
    settings = experiment.settings.from_plain(experiment.small)
    progress = [].append if reports is None else reports.append
    return run_experiment(experiment, settings, executor, progress, _never)


@pytest.mark.parametrize("name", NAMES)
def test_experiment_small_run_has_verdicts_and_is_the_same_in_threads(name):
    experiment = EXPERIMENTS[name]
    once = _run(experiment, AtOnce())
    told = once.as_json()
    assert json.loads(json.dumps(told)) == told
    assert told["claims"]
    for claim in once.result.claims:
        assert claim.verdict.endswith(".")
        assert claim.holds is None or claim.measured is not None
        if claim.interval is not None:
            assert claim.interval[0] <= claim.measured <= claim.interval[1]
    answer = experiment.prediction.answer(once.result)
    assert answer is None or 0 <= answer < len(experiment.prediction.options)
    reports = []
    executor = make_executor(2, "test")
    try:
        again = _run(experiment, executor, reports)
    finally:
        executor.shutdown()
    assert _without_time(again.as_json()) == _without_time(told)
    shares = [report.share for report in reports]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


def _without_time(told):
    return {key: value for key, value in told.items() if "seconds" not in key}


@pytest.mark.parametrize("name", NAMES)
def test_experiment_charts_hold_what_they_say(name):
    result = _run(EXPERIMENTS[name], AtOnce()).result
    assert result.charts
    assert len({chart.key for chart in result.charts}) == len(result.charts)
    for chart in result.charts:
        assert chart.title
        assert chart.x_label
        assert chart.y_label
        assert chart.series
        for series in chart.series:
            is_histogram = series.kind == "bars" and not chart.categories
            assert len(series.x) == len(series.y) + is_histogram
            for edge in (series.low, series.high):
                assert edge is None or edge.shape == series.y.shape
            assert np.isfinite(series.x).all()
    for row in result.images:
        assert row.images.ndim == 3
        assert len(row.images) == len(row.captions)
        assert row.images.min() >= 0
        assert row.images.max() <= 1
    for table in result.tables:
        assert all(len(cells) == len(table.columns) for cells in table.rows)
    for network in result.networks:
        assert network.vector.shape == (network.config.architecture.n_parameters,)
        assert network.vector.dtype == np.float32


@pytest.mark.parametrize("name", NAMES)
def test_experiment_that_is_told_to_stop_stops(name):
    experiment = EXPERIMENTS[name]
    settings = experiment.settings.from_plain(experiment.small)
    with pytest.raises(Cancelled):
        run_experiment(experiment, settings, AtOnce(), [].append, lambda: True)


@pytest.mark.parametrize("name", NAMES)
def test_experiment_explains_itself(name):
    experiment = EXPERIMENTS[name]
    assert experiment.name == name
    assert experiment.sources
    assert experiment.claim.endswith(".")
    assert len(experiment.prediction.options) >= 2
    assert experiment.seconds > 0
    for spec in specs_of(experiment.settings):
        assert spec.explanation.endswith(".")
        assert spec.parsed(spec.written(spec.default)) == spec.default
    settings = experiment.settings.from_plain(experiment.small)
    assert experiment.settings.from_toml(settings.to_toml()) == settings
