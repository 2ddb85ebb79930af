"""Settings as texts and back, and as a command line."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_experiments import TABLE, KindSettings

from gdviz.cli.experiment import _settings
from gdviz.experiments import EXPERIMENTS
from gdviz.experiments.settings import specs_of
from gdviz.qt.lab.drafts import changes_of, command_of, draft_of, draft_of_settings, first_draft

ONE = TABLE["every-kind"]


@pytest.mark.parametrize("experiment", [*EXPERIMENTS.values(), ONE], ids=lambda one: one.name)
def test_first_draft_is_the_default_and_valid(experiment):
    draft = first_draft(experiment, "mnist")
    assert draft.settings == experiment.settings()
    assert not draft.problems
    assert not draft.changed
    quick = first_draft(experiment, "mnist", is_quick=True)
    assert quick.settings == experiment.settings.from_plain(experiment.small)


def test_data_of_the_window_are_the_default():
    draft = first_draft(ONE, "/some/where.npz")
    assert draft.settings.data == "/some/where.npz"
    assert not draft.changed


def test_what_is_wrong_stands_beside_its_setting_and_forbids_to_run():
    texts = {**first_draft(ONE, "mnist").texts, "n_points": "1", "widths": "16, many"}
    draft = draft_of(ONE, texts, "mnist")
    assert draft.settings is None
    assert set(draft.problems) == {"n_points", "widths"}
    assert draft.problems["n_points"] == "Points: 1 is not from 2 to 1000."
    assert [title for title, _ in draft.changed] == ["Points", "Widths"]


@given(
    st.integers(2, 1_000),
    st.floats(0.1, 10.0),
    st.lists(st.integers(1, 500), min_size=1, max_size=4),
    st.booleans(),
)
def test_command_line_gives_the_same_settings_again(n_points, scale, widths, is_wide):
    settings = KindSettings(
        n_points=n_points, scale=scale, widths=tuple(widths), is_wide=is_wide, data="a folder"
    )
    words = shlex.split(command_of("every-kind", settings))
    assert words[:3] == ["gdviz", "experiment", "every-kind"]
    pairs = [pair for option, pair in zip(words[3::2], words[4::2], strict=True)]
    assert set(words[3::2]) == {"--set"}
    assert _read(pairs) == settings
    assert len(changes_of(settings)) == len(pairs)


def _read(pairs):
    import argparse

    arguments = argparse.Namespace(
        small=False, settings=None, set=pairs, seed=None, data=None, classes=None
    )
    return _settings(ONE, arguments)


def test_settings_of_a_run_come_back_into_the_form():
    settings = KindSettings(n_points=7, widths=(3, 5), kind="shuffled", is_wide=True)
    draft = draft_of_settings(ONE, settings, "mnist")
    assert draft.settings == settings
    assert len(draft.changed) == 4
    assert set(draft.texts) == {spec.key for spec in specs_of(KindSettings)}
