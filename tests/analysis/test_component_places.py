"""Finding components by words, against their names."""

import re

import numpy as np
import pytest

from gdviz.analysis.component_places import component_places, found_by
from gdviz.nn.parameters import Architecture

LESSON = Architecture((784, 16, 16, 10)).layout
SMALL = Architecture((3, 2, 4, 2)).layout


def test_places_spell_the_names_of_all_components():
    places = component_places(SMALL)
    for index in range(SMALL.size):
        layer, neuron, source = places.layer[index], places.neuron[index], places.source[index]
        rest = f"bias {neuron}" if source < 0 else f"{neuron} ← {source}"
        assert SMALL.component_title(index) == f"{SMALL.layer_title(layer)}  {rest}"


@pytest.mark.parametrize(
    ("search", "pattern"),
    [
        ("hidden 1 3 <- 405", r"hidden 1 3 ← 405"),
        ("HIDDEN 1  3←405", r"hidden 1 3 ← 405"),
        ("bias", r".* bias \d+"),
        ("biases", r".* bias \d+"),
        ("output 7", r"output (7 ← \d+|bias 7)"),
        ("hidden", r"hidden .*"),
        ("hidden 2", r"hidden 2 .*"),
        ("hidden 2 bias 4", r"hidden 2 bias 4"),
        ("weights 3", r".* 3 ← \d+"),
        ("output weight", r"output \d+ ← \d+"),
        ("<- 405", r".* ← 405"),
        ("output 2 <-", r"output 2 ← \d+"),
        ("", r".*"),
        ("hidden 3", r"nothing"),
    ],
)
def test_search_finds_the_components_of_that_name(search, pattern):
    names = [" ".join(LESSON.component_title(k).split()) for k in range(LESSON.size)]
    expected = [bool(re.fullmatch(pattern, name)) for name in names]
    np.testing.assert_array_equal(found_by(LESSON, search), expected)


def test_search_finds_a_position():
    assert np.flatnonzero(found_by(LESSON, "#12544")).tolist() == [12544]
    assert not found_by(LESSON, "#13002").any()


@pytest.mark.parametrize("search", ["nonsense", "hidden one", "7 7 7 7", "bias <- bias", "#x"])
def test_search_that_cannot_be_read_says_how_one_reads(search):
    with pytest.raises(ValueError, match="a search reads like"):
        found_by(LESSON, search)
