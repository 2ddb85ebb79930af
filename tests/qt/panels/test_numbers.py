"""What the numbers of the panel mean, both ways. No window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.qt.panels.numbers import NUMBERS, entered_value, is_shown, shown_number
from gdviz.training.config import TrainingConfig

CONFIG = TrainingConfig()
N_TRAIN = 60_000
SHARES = ("dropout", "shuffle_labels", "augment_noise")


@pytest.mark.parametrize("setting", NUMBERS)
def test_what_a_field_lets_through_is_a_valid_setting(setting):
    """Nothing is refused a second time, in other words."""
    about = NUMBERS[setting]
    lowest = about.low if about.zero or about.low > 0 else 1e-6
    for number in (lowest, min(about.high, 1e9)):
        value = entered_value(CONFIG, setting, number, N_TRAIN)
        config = CONFIG.replace(**{setting: value})
        expected = min(number, N_TRAIN) if setting in {"mini_batch", "n_examples"} else number
        assert shown_number(config, setting, N_TRAIN) == pytest.approx(expected)


@given(st.sampled_from(SHARES), st.integers(0, 999))
def test_per_cent_comes_back_as_it_was_entered(setting, tenths):
    number = tenths / 10
    config = CONFIG.replace(**{setting: entered_value(CONFIG, setting, number, N_TRAIN)})
    assert is_shown(number, shown_number(config, setting, N_TRAIN))


def test_all_examples_are_a_word_and_no_number():
    assert entered_value(CONFIG, "mini_batch", 60_000, N_TRAIN) == "all"
    assert entered_value(CONFIG, "mini_batch", 59_999, N_TRAIN) == 59_999
    few = CONFIG.replace(n_examples=500, mini_batch="all")
    assert entered_value(few, "mini_batch", 500, N_TRAIN) == "all"
    assert shown_number(few, "mini_batch", N_TRAIN) == 500
    assert shown_number(CONFIG.replace(mini_batch="all"), "mini_batch", N_TRAIN) == 60_000
    assert entered_value(CONFIG, "n_examples", 70_000, N_TRAIN) is None
    assert shown_number(CONFIG, "n_examples", N_TRAIN) == 60_000


def test_whole_numbers_are_whole():
    for setting in ("mini_batch", "n_examples", "epochs", "seed"):
        assert type(entered_value(CONFIG, setting, 12.0, N_TRAIN)) is int


@pytest.mark.parametrize("rate", [0.123456789, 0.7, 1e-7])
def test_the_rounded_text_of_a_field_is_no_wish(rate):
    config = CONFIG.replace(learning_rate=rate)
    shown = shown_number(config, "learning_rate", N_TRAIN)
    assert is_shown(float(f"{rate:.6g}"), shown)
    assert not is_shown(rate * 1.01, shown)
