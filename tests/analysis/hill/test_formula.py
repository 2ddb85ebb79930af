"""Reading against Python's own arithmetic, derivatives against differences and closed forms."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.hill.formula import (
    MAX_DEPTH,
    MAX_LENGTH,
    Formula,
    FormulaError,
    parse_formula,
)

XY = ("x", "y")
AT = np.array([[0.7, -1.3], [2.5, 0.4], [-1.1, -0.6], [0.0, 3.0]])
X, Y = AT.T

READINGS = {
    "1.5": np.full(4, 1.5),
    "x": X,
    "-x^2": -(X**2),
    "2^3^2": np.full(4, 512.0),
    "2^-x": 2**-X,
    "2**x": 2**X,
    "x - y - 1": X - Y - 1,
    "8/4/2": np.full(4, 1.0),
    "3/2x^2+1/2y^2": 1.5 * X**2 + 0.5 * Y**2,
    "2x(y+1)(y-1)": 2 * X * (Y + 1) * (Y - 1),
    "xy^2": X * Y**2,
    "2--x": 2 + X,
    "--x+-y": X - Y,
    "½(x−3)²+2": 0.5 * (X - 3) ** 2 + 2,
    "x²³": X**23,
    "2^x²": 2 ** (X**2),
    "2pi x · π × y ÷ 2": 2 * np.pi * X * np.pi * Y / 2,
    "e^x": np.exp(X),
    "2e": np.full(4, 2 * math.e),
    "2e1x": 20 * X,
    ".5x + 1.": 0.5 * X + 1,
    "sin(x)cos(y)": np.sin(X) * np.cos(Y),
    "sin(x)^2": np.sin(X) ** 2,
    "tanh(sigmoid(x))": np.tanh(1 / (1 + np.exp(-X))),
    "log(exp(x))": X,
    "sqrt(abs(x))": np.sqrt(np.abs(X)),
}


@pytest.mark.parametrize(("text", "expected"), READINGS.items())
def test_a_formula_is_read_as_it_is_written(text, expected):
    np.testing.assert_allclose(parse_formula(text, XY).value(AT), expected, rtol=1e-13, atol=1e-15)


DIFFERENTIABLE = [
    "x^2 + 3x y - y^3",
    "(x^2+y-11)^2 + (x+y^2-7)^2",
    "sin(2x) cos(y) + tan(x/4)",
    "exp(-x^2/3) / (1 + y^2)",
    "log(x^2 + y^2 + 1) sqrt(y^2 + 2)",
    "tanh(x y) - sigmoid(x - 2y)",
    "(x^2 + 1)^(y/3)",
    "(y^2+1)^1.5 + 2^(x y)",
    "abs(x - 10y) + x/(3 + sin(y))",
    "-(x - y)^-2",
    "4",
]


@pytest.mark.parametrize("text", DIFFERENTIABLE)
def test_gradient_agrees_with_central_differences(text):
    formula, points = parse_formula(text, XY), AT + 0.05
    step = 1e-5
    differences = np.stack(
        [
            (formula.value(points + step * axis) - formula.value(points - step * axis)) / (2 * step)
            for axis in np.eye(2)
        ],
        axis=1,
    )
    np.testing.assert_allclose(formula.gradient(points), differences, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("text", DIFFERENTIABLE)
def test_second_derivative_agrees_with_differences_of_the_first(text):
    """Along y = 0.3 + 0.5x, so that both places of every product depend on w."""
    one = re.sub(r"\by\b", "(0.3+0.5w)", re.sub(r"(?<![a-z])x(?![a-z])", "(w)", text))
    one = re.sub(r"(?<![a-z])y(?![a-z])", "(0.3+0.5w)", one)
    formula = parse_formula(one, ("w",))
    points = np.array([[-1.2], [0.1], [0.9], [2.3]])
    step = 1e-5
    differences = (formula.gradient(points + step) - formula.gradient(points - step)) / (2 * step)
    np.testing.assert_allclose(formula.second(points), differences[:, 0], rtol=1e-6, atol=1e-6)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6), st.floats(-3, 3))
def test_polynomials_have_the_derivatives_of_their_coefficients(coefficients, w):
    text = "+".join(f"({c})w^{power}" for power, c in enumerate(coefficients))
    formula = parse_formula(text, ("w",))
    known = np.polynomial.Polynomial(coefficients)
    at = [[w]]
    assert formula.value(at)[0] == pytest.approx(known(w), abs=1e-9)
    assert formula.gradient(at)[0, 0] == pytest.approx(known.deriv()(w), abs=1e-9)
    assert formula.second(at)[0] == pytest.approx(known.deriv(2)(w), abs=1e-9)


@pytest.mark.parametrize("w", [0.0, -2.0])
def test_powers_are_exact_at_zero_and_below(w):
    for power in range(4):
        formula = parse_formula(f"w^{power}", ("w",))
        assert formula.gradient([[w]])[0, 0] == (power * w ** (power - 1) if power else 0)
        assert formula.second([[w]])[0] == (power * (power - 1) * w ** max(power - 2, 0))


def test_the_lessons_gradient_is_three_to_one():
    formula = parse_formula("3/2x²+1/2y²", XY)
    assert formula.gradient([[1, 1]]).tolist() == [[3.0, 1.0]]


def test_undefined_and_overflowing_places_are_nan_and_infinite_without_a_warning():
    """Warnings are errors in this test run."""
    root = parse_formula("log(w) + sqrt(w)", ("w",))
    assert np.isnan(root.value([[-1.0]]))
    assert np.isnan(root.gradient([[-1.0]]))
    assert np.isnan(root.second([[-1.0]]))
    assert root.value([[0.0]]) == -np.inf
    assert parse_formula("exp(w)", ("w",)).value([[1e3]]) == np.inf
    assert np.isnan(parse_formula("0/0", ("w",)).value([[1.0]]))
    assert parse_formula("9^9^9^9", ("w",)).value([[1.0]]) == np.inf


def test_an_infinite_term_leaves_the_other_axis_its_slope():
    formula = parse_formula("exp(x) + y^2", XY)
    assert formula.gradient([[1e3, 2.0]]).tolist() == [[np.inf, 4.0]]


def test_steep_sigmoids_keep_their_relative_precision():
    formula = parse_formula("sigmoid(w) + tanh(w)", ("w",))
    exact = math.exp(-40) + 4 * math.exp(-80)
    assert formula.gradient([[40.0]])[0, 0] == pytest.approx(exact, rel=1e-12)


def test_the_slope_at_the_kink_of_an_absolute_value_is_zero():
    formula = parse_formula("abs(w)", ("w",))
    assert formula.gradient([[-2.0], [0.0], [2.0]])[:, 0].tolist() == [-1, 0, 1]


REFUSED = {
    "": "There is no formula yet.",
    "2+": "A number, a variable or a parenthesis is missing at the end.",
    "x+*y": "A number, a variable or a parenthesis is missing at “*” (character 3).",
    "(x+1": "The parenthesis at “(” (character 1) is not closed.",
    "(x 1)": "An operator is missing at “1” (character 4).",
    "x)": "No parenthesis was opened for the one at “)” (character 2).",
    "2 3": "An operator is missing at “3” (character 3).",
    "x2": "An operator is missing at “2” (character 2).",
    "sin x": "The function at “sin” (character 1) needs its argument in parentheses.",
    "2 + foo": "The name at “foo” (character 5) is not known; the variables are x and y.",
    "0,5": "“,” (character 2) has no meaning in a formula.",
    "1e999": "The number at “1e999” (character 1) is too large.",
    "__import__('os')": "“'” (character 12) has no meaning in a formula.",
    "x.__class__": "“.” (character 2) has no meaning in a formula.",
    "negative": "The name at “negative” (character 1) is not known; the variables are x and y.",
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.items())
def test_what_is_no_formula_is_refused_in_a_sentence_with_the_place(text, sentence):
    with pytest.raises(FormulaError) as refused:
        parse_formula(text, XY)
    assert str(refused.value) == sentence
    if match := re.search(r"character (\d+)", sentence):
        assert refused.value.place == int(match[1]) - 1


def test_length_and_depth_are_limited():
    assert parse_formula("1" * MAX_LENGTH, XY).value(AT)[0] == pytest.approx(float("1" * 200))
    with pytest.raises(FormulaError, match="201"):
        parse_formula("1" * (MAX_LENGTH + 1), XY)
    for opening in ("(", "-", "2^", "sin("):
        with pytest.raises(FormulaError, match="levels"):
            parse_formula(opening * (MAX_DEPTH + 1) + "x", XY)


@given(st.text(alphabet="xy0123.+-*/^() sincoexplgqrtabhdm²½πe", max_size=40) | st.text())
def test_any_text_is_a_formula_or_refused(text):
    """Nothing else is ever raised, and what is read can be worked off anywhere."""
    try:
        formula = parse_formula(text, XY)
    except FormulaError:
        return
    assert formula.value(AT).shape == (4,)
    assert formula.gradient(AT).shape == (4, 2)


def test_points_of_another_shape_are_refused():
    formula = parse_formula("x+y", XY)
    with pytest.raises(ValueError, match=r"\(n, 2\)"):
        formula.value([1.0, 2.0])
    with pytest.raises(ValueError, match="one variable"):
        formula.second(AT)


@pytest.mark.parametrize("variables", [(), ("x", "x"), ("sin",), ("e",), ("2",), ("negative",)])
def test_variables_need_names_of_their_own(variables):
    with pytest.raises(ValueError, match="variable"):
        parse_formula("1", variables)


def test_formulas_are_values():
    assert parse_formula("x+y", XY) == parse_formula("x+y", XY)
    assert isinstance(hash(parse_formula("x", XY)), int)
    assert isinstance(parse_formula("x", XY), Formula)
