"""The functions of a written program, one text for each choice of the tables in `gdviz.nn`.

They say in NumPy alone what `gdviz.nn` does, with the same operations in the same order, so that
a program comes to the same numbers. A new entry of a table needs its text here; a test looks.
"""

from __future__ import annotations

from collections.abc import Iterable

from gdviz.training.program.activation_parts import ACTIVATION_PARTS, Part

PARTS: dict[str, Part] = {
    **ACTIVATION_PARTS,
    # --- costs: of each example, and the error of the last layer, for each kind of output -----
    "quadratic": Part('''\
def quadratic_costs(z, a, y):
    """Give the cost of each example: the sum of (a - y)² over the outputs."""
    return ((a - y) * (a - y)).sum(axis=1)
'''),
    "quadratic of sigmoid": Part(
        '''\
def quadratic_error(z, a, y):
    """Give the error δ = ∂C/∂z of the outputs: 2 (a - y) σ′(z)."""
    return 2 * (a - y) * sigmoid_slope(z)
''',
        ("sigmoid", "quadratic"),
    ),
    "quadratic of identity": Part(
        '''\
def quadratic_error_of_identity(z, a, y):
    """Give the error δ = ∂C/∂z of the outputs: 2 (a - y)."""
    return 2 * (a - y)
''',
        ("identity", "quadratic"),
    ),
    "quadratic of softmax": Part(
        '''\
def quadratic_error_of_softmax(z, a, y):
    """Give the error δ = ∂C/∂z of the outputs; each a depends on every z."""
    slope = 2 * (a - y)
    return a * (slope - (slope * a).sum(axis=1, keepdims=True))
''',
        ("softmax", "quadratic"),
    ),
    "cross_entropy": Part('''\
def cross_entropy_error(z, a, y):
    """Give the error δ = ∂C/∂z of the outputs: the slope of the activation cancels."""
    return a - y
'''),
    "cross_entropy of sigmoid": Part(
        '''\
def cross_entropy_costs(z, a, y):
    """Give the cost of each example: -y log a - (1 - y) log(1 - a), summed over the outputs."""
    positive = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    return positive.sum(axis=1) - (y * z).sum(axis=1)
''',
        ("sigmoid", "cross_entropy"),
    ),
    "cross_entropy of softmax": Part(
        '''\
def cross_entropy_costs_of_softmax(z, a, y):
    """Give the cost of each example: -log a of the right output."""
    highest = z.max(axis=1, keepdims=True)
    return np.log(np.exp(z - highest).sum(axis=1)) + highest[:, 0] - (y * z).sum(axis=1)
''',
        ("softmax", "cross_entropy"),
    ),
    # --- optimizers: they change a parameter array and its memory in place --------------------
    "gradient_descent": Part('''\
def gradient_descent(parameter, gradient, memory, rate):
    """Take a step straight downhill."""
    parameter -= rate * gradient
'''),
    "momentum": Part('''\
def momentum(parameter, gradient, memory, rate):
    """Keep nine tenths of the velocity, add the slope, and coast."""
    (velocity,) = memory
    velocity *= 0.9
    velocity -= rate * gradient
    parameter += velocity
'''),
    "nesterov": Part('''\
def nesterov(parameter, gradient, memory, rate):
    """Like momentum, with the slope where the velocity is about to carry the network."""
    (velocity,) = memory
    velocity *= 0.9
    velocity -= rate * gradient
    parameter += 0.9 * velocity - rate * gradient
'''),
    "adagrad": Part('''\
def adagrad(parameter, gradient, memory, rate):
    """Divide each step by the root of all squared slopes so far."""
    (square,) = memory
    square += gradient * gradient
    parameter -= rate * gradient / (np.sqrt(square) + 1e-8)
'''),
    "rmsprop": Part('''\
def rmsprop(parameter, gradient, memory, rate):
    """Divide each step by the size of the recent slopes."""
    (square,) = memory
    square *= 0.9
    square += (1 - 0.9) * gradient * gradient
    parameter -= rate * gradient / (np.sqrt(square) + 1e-8)
'''),
    "adam": Part('''\
def adam(parameter, gradient, memory, rate):
    """Step along the mean of the recent slopes, divided by their size."""
    mean, square = memory
    mean *= 0.9
    mean += (1 - 0.9) * gradient
    square *= 0.999
    square += (1 - 0.999) * gradient * gradient
    # Both means began at 0 and are too small at first.
    rate, correction = rate / (1 - 0.9**n_updates), 1 / (1 - 0.999**n_updates)
    parameter -= rate * mean / (np.sqrt(square * correction) + 1e-8)
'''),
    "adamw": Part(
        '''\
def adamw(parameter, gradient, memory, rate):
    """Like Adam, but the weights decay by themselves and not through the slopes."""
    if parameter.ndim == 2:  # weights, never biases
        parameter *= 1 - rate * l2
    adam(parameter, gradient, memory, rate)
''',
        ("adam",),
    ),
    # --- schedules of the learning rate -------------------------------------------------------
    "schedule constant": Part('''\
def constant(progress):
    """Give 1."""
    return 1.0
'''),
    "schedule step": Part('''\
def step_decay(progress):
    """Give ½ to the number of fifths passed."""
    return 0.5 ** min(int(progress * 5), 4)
'''),
    "schedule exponential": Part('''\
def exponential(progress):
    """Give a fall to a hundredth."""
    return 0.01**progress
'''),
    "schedule cosine": Part('''\
def cosine(progress):
    """Give half a cosine from 1 down to 0.01."""
    return 0.01 + 0.99 * (1 + math.cos(math.pi * progress)) / 2
'''),
    "schedule one_cycle": Part('''\
def one_cycle(progress):
    """Give a rise from 0.04 to 1, then half a cosine down to 0.001."""
    if progress < 0.3:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * progress / 0.3)) / 2
    return 0.001 + 0.999 * (1 + math.cos(math.pi * (progress - 0.3) / 0.7)) / 2
'''),
}

INITIALIZERS: dict[str, tuple[str, ...]] = {
    "scaled": ("parameters.append(generator.standard_normal((n_out, n_in)) / np.sqrt(n_in))",),
    "normal": ("parameters.append(generator.standard_normal((n_out, n_in)))",),
    "he": ("parameters.append(generator.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in))",),
    "xavier": (
        "limit = np.sqrt(6 / (n_in + n_out))",
        "parameters.append(generator.uniform(-limit, limit, (n_out, n_in)))",
    ),
    "zeros": ("parameters.append(np.zeros((n_out, n_in)))",),
}
"""How a layer's weights are drawn, by the keys of `gdviz.nn.initializers`."""

ERRORS = {
    ("quadratic", "sigmoid"): ("quadratic_costs", "quadratic_error"),
    ("quadratic", "identity"): ("quadratic_costs", "quadratic_error_of_identity"),
    ("quadratic", "softmax"): ("quadratic_costs", "quadratic_error_of_softmax"),
    ("cross_entropy", "sigmoid"): ("cross_entropy_costs", "cross_entropy_error"),
    ("cross_entropy", "softmax"): ("cross_entropy_costs_of_softmax", "cross_entropy_error"),
}
"""What the functions of a cost and an output are called."""


def with_needs(keys: Iterable[str]) -> list[str]:
    """Give keys of `PARTS` with all that they need, each once, in the order of the table."""
    wanted: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key not in wanted:
            wanted.add(key)
            waiting += PARTS[key].needs
    return [key for key in PARTS if key in wanted]
