"""Settings: what they accept, what they say of the rest, and that nothing is lost in writing."""

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.experiments import EXPERIMENTS
from gdviz.experiments.settings import Settings, setting, specs_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Settings):
    """One setting of every kind."""

    count: int = setting(3, "Count", "How many.", 1, 1_000_000)
    rate: float = setting(0.5, "Rate", "How fast.", 0, 1e6)
    free: float = setting(0.0, "Free", "Anywhere.")
    kind: str = setting("a", "Kind", "Which.", choices=("a", "b c"))
    is_on: bool = setting(True, "On", "Whether.")
    sizes: tuple[int, ...] = setting((1, 2), "Sizes", "Which sizes.", 0, 10**9)
    shares: tuple[float, ...] = setting((0.0, 1.0), "Shares", "Which shares.", 0, 1)
    kinds: tuple[str, ...] = setting(("a",), "Kinds", "Which kinds.", choices=("a", "b c"))


VALUES = {
    "seed": st.integers(0, 2**63 - 1),
    "data": st.text(st.characters(exclude_categories=["Cs"])),
    "count": st.integers(1, 1_000_000),
    "rate": st.floats(0, 1e6),
    "free": st.floats(allow_nan=False),
    "kind": st.sampled_from(["a", "b c"]),
    "is_on": st.booleans(),
    "sizes": st.lists(st.integers(0, 10**9), min_size=1).map(tuple),
    "shares": st.lists(st.floats(0, 1), min_size=1).map(tuple),
    "kinds": st.lists(st.sampled_from(["a", "b c"]), min_size=1).map(tuple),
}
SAMPLES = st.builds(Sample, **VALUES)


@given(SAMPLES)
def test_settings_survive_being_written_as_toml_as_plain_values_and_as_texts(settings):
    assert Sample.from_toml(settings.to_toml()) == settings
    assert Sample.from_plain(settings.plain()) == settings
    texts = {spec.key: spec.written(getattr(settings, spec.key)) for spec in specs_of(Sample)}
    parsed = {spec.key: spec.parsed(texts[spec.key]) for spec in specs_of(Sample)}
    assert Sample(**parsed) == settings


@given(SAMPLES)
def test_settings_that_are_equal_are_written_alike(settings):
    again = Sample.from_plain(settings.plain())
    assert again.to_toml() == settings.to_toml()
    assert hash(again) == hash(settings)


def test_settings_values_get_the_type_that_is_declared():
    settings = Sample(rate=1, shares=[0, 1])
    assert type(settings.rate) is float
    assert settings.shares == (0.0, 1.0)
    assert all(type(share) is float for share in settings.shares)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"count": 0}, "Count: 0 is not from 1 to 1000000"),
        ({"count": 2.5}, "Count: 2.5 is not a whole number"),
        ({"count": True}, "Count: True is not a whole number"),
        ({"rate": math.nan}, "Rate: nan is not from 0 to 1e"),
        ({"rate": "fast"}, "Rate: 'fast' is not a number"),
        ({"kind": "d"}, "Kind: 'd' is none of a, b c"),
        ({"kind": 5}, "Kind: 5 is not a text"),
        ({"is_on": 1}, "On: 1 is not a switch"),
        ({"sizes": ()}, r"Sizes: \(\) is not a list of values"),
        ({"sizes": 5}, "Sizes: 5 is not a list of values"),
        ({"shares": (0.5, 1.25)}, "Shares: 1.25 is not from 0 to 1"),
        ({"speed": 1}, "unknown settings: speed; known: count, rate, .*seed, data"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name_and_rule(values, says):
    with pytest.raises(ValueError, match=says):
        Sample.from_plain(values)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("count", " 1_000 ", 1000),
        ("rate", "1e-3", 0.001),
        ("is_on", "False", False),
        ("sizes", "5, 6,7 ,", (5, 6, 7)),
        ("kinds", "b c, a", ("b c", "a")),
        ("data", " a b ", " a b "),
    ],
)
def test_setting_reads_what_people_type(key, text, value):
    specs = {spec.key: spec for spec in specs_of(Sample)}
    assert specs[key].parsed(text) == value


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("count", "many", "Count: 'many' is not a whole number"),
        ("rate", "0,5", "Rate: '0,5' is not a number"),
        ("is_on", "yes", "On: 'yes' is neither true nor false"),
        ("sizes", ",", "Sizes: .* is not a list of values"),
    ],
)
def test_setting_says_what_it_cannot_read(key, text, says):
    specs = {spec.key: spec for spec in specs_of(Sample)}
    with pytest.raises(ValueError, match=says):
        specs[key].parsed(text)


def test_text_that_is_no_toml_is_a_value_error():
    with pytest.raises(ValueError, match="Invalid value"):
        Sample.from_toml("seed = ")


def test_own_settings_come_before_those_of_all():
    keys = [spec.key for spec in specs_of(Sample)]
    assert keys[-2:] == ["seed", "data"]
    assert keys[0] == "count"


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_settings_of_every_experiment_say_a_change_and_keep_the_rest(name):
    kind = EXPERIMENTS[name].settings
    changed = kind().replace(seed=11)
    assert changed != kind()
    assert changed.plain() | {"seed": kind().seed} == kind().plain()
