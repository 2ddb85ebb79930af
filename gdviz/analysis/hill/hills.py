"""Known hills: curves of one variable and surfaces of two, each with its source.

Explicit and ordered, for menus. What is typed goes through `formula.parse_formula` alike.

References
----------
3Blue1Brown, *Gradient descent, how neural networks learn* (2017): the lesson, whose parabola,
curve of three valleys and ∇C = (3, 1) are here.
Nielsen, *Neural networks and deep learning* (2015), chapter 3: a saturated neuron learns slowly
with the quadratic cost.
Sutton, *Two problems with backpropagation and other steepest-descent learning procedures* (1986):
ravines.
Dauphin and others, *Identifying and attacking the saddle point problem in high-dimensional
non-convex optimization* (2014).
Rosenbrock, *An automatic method for finding the greatest or least value of a function* (1960).
Beale, *On an iterative method for finding a local minimum of a function of more than one
variable* (1958).
Himmelblau, *Applied nonlinear programming* (1972).
Rastrigin, *Systems of extremal control* (1974).
Functions without a name there are our own.
"""

from __future__ import annotations

from dataclasses import dataclass

from gdviz.analysis.hill.formula import Formula, parse_formula

Range = tuple[float, float]
Point = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Hill:
    """A function and how to look at it.

    Parameters
    ----------
    key, title : str
        What files say and what people read.
    text : str
        The formula, of w for a curve and of x and y for a surface.
    x_range : tuple of float
        What is shown of w, or of x.
    y_range : tuple of float
        What is shown of y; for a curve, of its cost.
    start : tuple of float
        Where the ball is let go, as long as there are variables.
    learning_rate : float
        η at which plain gradient descent from there goes well.
    known_minima : tuple of points
        Local minima, deepest first; not all of them where there are many, none where the
        function has none.
    source : str
        Where it comes from, see the module's references; empty if it is our own.
    """

    key: str
    title: str
    text: str
    x_range: Range
    y_range: Range
    start: Point
    learning_rate: float
    known_minima: tuple[Point, ...]
    source: str

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables: w, or x and y."""
        return ("w",) if len(self.start) == 1 else ("x", "y")

    @property
    def formula(self) -> Formula:
        """The formula, read anew."""
        return parse_formula(self.text, self.variables)


_OURS = ""
_LESSON = "the lesson"

_CURVES = (
    Hill(
        "parabola",
        "Parabola",
        "0.5(w-3)^2 + 2",
        (-2.0, 8.0),
        (0.0, 12.0),
        (-1.0,),
        0.3,
        ((3.0,),),
        _LESSON,
    ),
    Hill(
        "wiggly",
        "Three valleys",
        "0.05((w+2)(w-1)(w-3))^2 + 2 + 0.3(w-3)",
        (-2.6, 3.6),
        (0.0, 7.0),
        (-0.5,),
        0.06,
        ((-2.013059,), (0.919577,), (2.967879,)),
        _LESSON,
    ),
    Hill(
        "quartic",
        "Two valleys",
        "w^4/4 - w^2 + 0.2w + 1.5",
        (-2.2, 2.2),
        (0.0, 3.5),
        (0.3,),
        0.1,
        ((-1.461786,), (1.361279,)),
        _OURS,
    ),
    Hill(
        "kink",
        "Kink",
        "abs(w-1) + 0.5",
        (-3.0, 5.0),
        (0.0, 5.0),
        (-2.0,),
        0.13,
        ((1.0,),),
        _OURS,
    ),
    Hill(
        "flat_bottom",
        "Flat bottom",
        "w^4",
        (-1.6, 1.6),
        (0.0, 5.0),
        (1.4,),
        0.1,
        ((0.0,),),
        _OURS,
    ),
    Hill(
        "wavy",
        "Many valleys",
        "w^2/8 + 1 - cos(3w)",
        (-7.0, 7.0),
        (0.0, 8.0),
        (5.0,),
        0.1,
        ((0.0,), (-2.037522,), (2.037522,), (-4.073348,), (4.073348,)),
        _OURS,
    ),
    Hill(
        "saturated",
        "Saturated neuron",
        "(sigmoid(4w) - 1)^2",
        (-3.0, 2.0),
        (0.0, 1.2),
        (-2.0,),
        1.0,
        (),
        "Nielsen, chapter 3",
    ),
)

_SURFACES = (
    Hill(
        "bowl",
        "Bowl",
        "(x^2 + y^2)/2",
        (-3.0, 3.0),
        (-3.0, 3.0),
        (2.4, 1.6),
        0.2,
        ((0.0, 0.0),),
        _OURS,
    ),
    Hill(
        "three_to_one",
        "Three to one",
        "3/2x^2 + 1/2y^2",
        (-2.0, 2.0),
        (-2.0, 2.0),
        (1.0, 1.0),
        0.2,
        ((0.0, 0.0),),
        _LESSON,
    ),
    Hill(
        "ravine",
        "Ravine",
        "(x^2 + 20y^2)/10",
        (-10.0, 10.0),
        (-4.0, 4.0),
        (-9.0, 2.5),
        0.4,
        ((0.0, 0.0),),
        "after Sutton (1986)",
    ),
    Hill(
        "saddle",
        "Saddle",
        "(x^2 - y^2)/2 + y^4/12",
        (-3.0, 3.0),
        (-3.0, 3.0),
        (2.5, 0.02),
        0.2,
        ((0.0, -(3.0**0.5)), (0.0, 3.0**0.5)),
        "after Dauphin and others (2014)",
    ),
    Hill(
        "plateau",
        "Plateau",
        "1 - exp(-(x^2 + y^2)/2) + (x^2 + y^2)/1000",
        (-5.0, 5.0),
        (-5.0, 5.0),
        (3.2, 1.8),
        0.5,
        ((0.0, 0.0),),
        _OURS,
    ),
    Hill(
        "rosenbrock",
        "Rosenbrock",
        "(1-x)^2 + 100(y-x^2)^2",
        (-2.0, 2.0),
        (-1.0, 3.0),
        (-1.2, 1.0),
        0.001,
        ((1.0, 1.0),),
        "Rosenbrock (1960)",
    ),
    Hill(
        "beale",
        "Beale",
        "(1.5-x+x y)^2 + (2.25-x+x y^2)^2 + (2.625-x+x y^3)^2",
        (-4.5, 4.5),
        (-4.5, 4.5),
        (1.0, 1.5),
        0.005,
        ((3.0, 0.5),),
        "Beale (1958)",
    ),
    Hill(
        "himmelblau",
        "Himmelblau",
        "(x^2+y-11)^2 + (x+y^2-7)^2",
        (-5.0, 5.0),
        (-5.0, 5.0),
        (0.0, 1.0),
        0.01,
        ((3.0, 2.0), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)),
        "Himmelblau (1972)",
    ),
    Hill(
        "four_valleys",
        "Four valleys",
        "((x^2+y-11)^2 + (x+y^2-7)^2)/100 + 0.06x - 0.02y + 0.6",
        (-5.0, 5.0),
        (-5.0, 5.0),
        (0.0, 1.0),
        0.2,
        (
            (-2.893780, 3.157218),
            (-3.828272, -3.276212),
            (2.879986, 2.119913),
            (3.519545, -1.758004),
        ),
        "after Himmelblau (1972)",
    ),
    Hill(
        "many_valleys",
        "Many valleys",
        "20 + x^2 + y^2 - 10cos(2pi x) - 10cos(2pi y)",
        (-5.12, 5.12),
        (-5.12, 5.12),
        (2.3, 3.4),
        0.002,
        ((0.0, 0.0),),
        "Rastrigin (1974)",
    ),
)

CURVES: dict[str, Hill] = {hill.key: hill for hill in _CURVES}
HILLS: dict[str, Hill] = {hill.key: hill for hill in _SURFACES}
