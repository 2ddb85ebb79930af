"""Where background work runs."""

from gdviz.runtime.executors import n_cores


def test_there_is_a_core():
    assert n_cores() >= 1
