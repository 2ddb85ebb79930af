"""Flow and ball against closed forms, against each other's limits and against steps."""

import math

import numpy as np
import pytest

from gdviz.analysis.hill.courses import ball, ball_like_momentum, flow
from gdviz.analysis.hill.formula import parse_formula
from gdviz.analysis.hill.hills import HILLS
from gdviz.analysis.hill.walks import FAR, walk

BOWL = parse_formula("(3x^2 + y^2)/2", ("x", "y"))
BENDS = np.array([3.0, 1.0])
START = np.array([1.0, -2.0])
ONE = parse_formula("w^2/2", ("w",))


def test_flow_on_a_bowl_is_an_exponential():
    found = flow(BOWL, START, 4.0)
    exact = START * np.exp(-BENDS * found.times[:, None])
    np.testing.assert_allclose(found.points, exact, atol=1e-6)
    np.testing.assert_allclose(found.velocities, -BENDS * found.points, rtol=1e-12)
    np.testing.assert_allclose(found.costs, found.points**2 @ BENDS / 2, rtol=1e-12)
    assert found.is_complete
    assert found.times[-1] == pytest.approx(4.0)
    assert (np.diff(found.times) > 0).all()


def test_flow_between_its_own_times_is_as_good():
    times = np.linspace(0, 4, 333)
    found = flow(BOWL, START, 4.0).at(times)
    np.testing.assert_allclose(found, START * np.exp(-BENDS * times[:, None]), atol=1e-5)
    beyond = flow(BOWL, START, 4.0).at([-0.1, 4.1])
    assert np.isnan(beyond).all()


@pytest.mark.parametrize("friction", [0.0, 0.4, 2.0, 5.0])
def test_a_ball_in_a_parabola_is_the_damped_oscillator(friction):
    """Below, at and above critical damping, from rest: roots of m z² + f z + 1."""
    mass = 1.0
    found = ball(ONE, [1.0], mass, friction, 8.0)
    t = found.times
    root = np.sqrt(complex(friction**2 - 4 * mass))
    if root == 0:
        exact = (1 + t) * np.exp(-t)
    else:
        fast, slow = (-friction - root) / (2 * mass), (-friction + root) / (2 * mass)
        exact = ((slow * np.exp(fast * t) - fast * np.exp(slow * t)) / (slow - fast)).real
    np.testing.assert_allclose(found.points[:, 0], exact, atol=1e-5)


@pytest.mark.parametrize("key", ["himmelblau", "rosenbrock", "saddle", "four_valleys"])
def test_flow_never_rises_and_a_ball_never_gains_energy(key):
    hill = HILLS[key]
    down = flow(hill.formula, hill.start, 1.0)
    assert (np.diff(down.costs) <= 1e-9 * down.costs[0]).all()
    rolling = ball(hill.formula, hill.start, 2.0, 0.5, 1.0)
    energy = rolling.costs + 2.0 / 2 * (rolling.velocities**2).sum(axis=1)
    assert (np.diff(energy) <= 1e-5 * abs(energy[0])).all()
    assert down.is_complete
    assert rolling.is_complete


def test_without_friction_energy_is_kept():
    hill = HILLS["himmelblau"]
    rolling = ball(hill.formula, hill.start, 1.0, 0.0, 1.5)
    energy = rolling.costs + (rolling.velocities**2).sum(axis=1) / 2
    np.testing.assert_allclose(energy, energy[0], rtol=1e-5)


def test_gradient_descent_comes_closer_to_flow_as_its_rate_falls():
    """Euler's method: half the learning rate, half the distance."""
    hill = HILLS["four_valleys"]
    exact = flow(hill.formula, hill.start, 4.0).points[-1]
    apart = [
        np.linalg.norm(
            walk(hill.formula, hill.start, "gradient_descent", rate, round(4 / rate)).points[-1]
            - exact
        )
        for rate in (0.02, 0.01)
    ]
    assert apart[0] / apart[1] == pytest.approx(2, abs=0.1)


def test_momentum_comes_closer_to_its_ball_as_its_rate_falls():
    """β stays 0.9, so that a hundred steps of a smaller η also go less far."""
    apart = []
    for rate in (1e-2, 2.5e-3):
        body = ball_like_momentum(rate)
        course = ball(ONE, [1.0], body.mass, body.friction, 100 * body.time_per_step)
        steps = walk(ONE, [1.0], "momentum", rate, 100).points[:, 0]
        rolled = course.at(np.arange(101) * body.time_per_step)[:, 0]
        apart.append(np.abs(steps - rolled).max())
    assert apart[0] < 0.05
    assert apart[1] < apart[0] / 2


def test_a_heavy_ball_with_little_friction_overshoots_and_flow_does_not():
    assert flow(ONE, [1.0], 20.0).points.min() >= 0
    assert ball(ONE, [1.0], 4.0, 0.1, 20.0).points.min() < -0.5


def test_what_runs_off_the_hill_ends_early():
    steep = parse_formula("-w^2", ("w",))
    found = flow(steep, [1.0], 100.0)
    assert not found.is_complete
    assert np.abs(found.points).max() <= FAR
    # w = e^(2t) until it is a million.
    assert found.times[-1] == pytest.approx(math.log(FAR) / 2, abs=1.0)
    nowhere = flow(parse_formula("log(w)", ("w",)), [-1.0], 1.0)
    assert not nowhere.is_complete
    assert nowhere.at([0.0, 0.5])[:, 0].tolist() == [-1.0, pytest.approx(math.nan, nan_ok=True)]


def test_a_kink_is_crossed_and_rest_on_it_ends_the_course():
    """|w| has slope ±1: flow is there at t = 1, a ball from rest first at t = √2."""
    kink = parse_formula("abs(w)", ("w",))
    down = flow(kink, [1.0], 3.0)
    assert down.times[-1] == pytest.approx(1.0, abs=0.1)
    assert abs(down.points[-1, 0]) < 1e-3
    assert len(down.times) < 500
    rolling = ball(kink, [1.0], 1.0, 0.0, 2 * math.sqrt(2))
    assert rolling.is_complete
    assert rolling.points[-1, 0] == pytest.approx(-1.0, abs=5e-4)


def test_flow_ends_where_the_function_does():
    """dw/dt = −1/w reaches 0, where log ends, at t = ½."""
    found = flow(parse_formula("log(w)", ("w",)), [1.0], 2.0)
    assert not found.is_complete
    assert found.times[-1] == pytest.approx(0.5, abs=1e-3)
    inner = found.times < 0.49
    exact = np.sqrt(1 - 2 * found.times[inner])
    np.testing.assert_allclose(found.points[inner, 0], exact, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: flow(ONE, [1.0], 0.0), "time"),
        (lambda: flow(ONE, [math.inf], 1.0), "start"),
        (lambda: ball(ONE, [1.0], 0.0, 1.0, 1.0), "mass"),
        (lambda: ball(ONE, [1.0], 1.0, -1.0, 1.0), "friction"),
        (lambda: ball_like_momentum(0.0), "learning rate"),
    ],
)
def test_impossible_numbers_are_refused_by_name(call, word):
    with pytest.raises(ValueError, match=word):
        call()
