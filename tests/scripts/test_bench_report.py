"""Rows, ratios, growth and their two forms; and the table of promises itself."""

import json
import math

import bench_targets
import pytest
from bench_report import (
    Findings,
    Growth,
    GrowthPoint,
    as_text,
    local_exponents,
    number,
    ratios,
    row,
    table,
)
from bench_targets import TARGETS, Target


@pytest.mark.parametrize(
    ("at_least", "figure", "met"),
    [
        (True, 1.5, True),
        (True, 1.499, False),
        (False, 1.5, True),
        (False, 1.501, False),
        (True, math.nan, False),
        (False, math.nan, False),
    ],
)
def test_target_is_met_up_to_and_with_its_bound(at_least, figure, met):
    assert Target("key", "what", "x", 1.5, at_least).met(figure) is met


def test_target_without_a_bound_is_neither_met_nor_missed():
    assert Target("key", "what", "s").met(1.0) is None


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("training_32", ">= 1.5x (stretch: 2x)"),
        ("training_784-512-256-10_100", ">= 1x"),
        ("live_surface", ">= 0.6x"),
        ("surface_rate", ">= 2 Hz"),
        ("frame_p99", "<= 20 ms"),
        ("stall", "<= 50 ms"),
        ("pause", "<= 50 ms"),
        ("surface_one_core", ">= 5x"),
        ("surface_both_cores", ">= 8x"),
        ("surface_large_cancel", "<= 100 ms"),
        ("replay", "<= 200 ms"),
        ("scrub", "<= 30 ms"),
        ("scrub_between", "<= 200 ms"),
        ("first_window", "<= 1.5 s"),
        ("first_curve", "<= 3 s"),
        ("memory", "<= 512 MB"),
        ("starts", ">= 1.8x"),
        ("surface_error", "<= 1e-05"),
        ("full_batch", "–"),
    ],
)
def test_target_text(key, text):
    assert TARGETS[key].text == text


def test_every_row_has_a_key_of_its_own():
    keys = [target.key for target in bench_targets._TABLE]
    assert sorted(keys) == sorted({*keys})


def test_row_is_the_median_with_its_spread():
    found = row("live", [0.5, 0.95, 0.9])
    assert (found.figure, found.low, found.high, found.n) == (0.9, 0.5, 0.95, 3)
    assert found.met


def test_row_worst_is_the_value_on_the_wrong_side():
    assert row("pause", [1, 60, 2], worst=True).figure == 60
    assert row("live", [0.5, 0.95, 0.9], worst=True).figure == 0.5


def test_ratios_are_taken_pair_by_pair():
    """The machine halves its speed in the second round; the ratio does not move."""
    assert ratios([100, 50], [50, 25]) == [2, 2]
    with pytest.raises(ValueError, match="argument"):
        ratios([1, 2], [1])


@pytest.mark.parametrize("power", [0, 0.5, 1, 3])
def test_local_exponents_of_a_power_law(power):
    sizes = [1, 10, 32, 100]
    first, *others = local_exponents(sizes, [7 * size**power for size in sizes])
    assert first is None
    assert others == pytest.approx([power] * 3, abs=1e-12)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.00"),
        (0.9234, "0.923"),
        (12.34, "12.3"),
        (99.96, "100"),
        (123456.7, "123,457"),
        (1.6e-7, "1.6e-07"),
        (math.nan, "nan"),
    ],
)
def test_number_has_the_digits_that_mean_something(value, text):
    assert number(value) == text


def test_table_aligns_columns():
    lines = table([("a", "1"), ("long", "100")], right=(1,))
    assert lines == ["a       1", "long  100"]


def speed(program, over):
    spread = {"median": 2.0, "low": 1.0, "high": 3.0}
    return {
        "problem": "784-16-16-10, mini-batch 32",
        "program": program,
        **spread,
        "gdviz_over_it": spread if over else None,
    }


@pytest.fixture
def findings():
    return Findings(
        rows=[
            row("live", [0.91, 0.95]),
            row("pause", [80.0], worst=True),
            row("starts", [math.nan]),
        ],
        speeds=[speed("gdviz", over=False), speed("NumPy 2", over=True)],
        growths=[
            Growth(
                "width", "all else held", [GrowthPoint(1, [0.1], 5), GrowthPoint(2, [9, 0.2, 0], 5)]
            )
        ],
        compared_with={"NumPy 2": "the same"},
        not_compared={"JAX": "not installed"},
        not_measured={"scrub": "no view"},
        remarks=["Read it so."],
    )


def test_findings_as_json_are_plain_values(findings):
    told = json.loads(json.dumps(findings.as_dict(), allow_nan=False))
    assert set(told) == {
        "rows", "speeds", "growth", "compared_with", "not_compared", "not_measured", "remarks",
    }  # fmt: skip
    assert told["rows"][0] == {
        "key": "live",
        "what": TARGETS["live"].what,
        "target": ">= 0.9x",
        "unit": "x",
        "figure": pytest.approx(0.93),
        "low": 0.91,
        "high": 0.95,
        "n": 2,
        "met": True,
        "note": "",
    }
    assert told["rows"][2]["figure"] is None
    assert told["rows"][2]["met"] is False
    first, second = told["growth"][0]["rows"]
    assert first["exponent"] is None
    assert second["exponent"] == pytest.approx(1)
    assert second["examples_per_second"] == pytest.approx(25)
    assert (second["low"], second["high"]) == (0, 9)


def test_findings_as_text_say_everything(findings):
    text = as_text(findings)
    met, missed = (
        next(line for line in text.splitlines() if line.startswith(TARGETS[key].what))
        for key in ("live", "pause")
    )
    assert met.split()[-1] == "met"
    assert "NOT MET" not in met
    assert missed.endswith("NOT MET")
    for part in (
        "NumPy 2: the same",
        "JAX: not installed",
        "scrub: no view",
        "Read it so.",
        "2.00x",
    ):
        assert part in text


def test_findings_add_keeps_both(findings):
    whole = Findings(not_compared={"windows": "not driven"})
    whole.add(findings)
    assert len(whole.rows) == 3
    assert set(whole.not_compared) == {"windows", "JAX"}
