"""The activations of a written program; see `gdviz.training.program.parts`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of program text.

    Parameters
    ----------
    text : str
        Functions, two empty lines between them.
    needs : tuple of str
        Keys of `PARTS` that must stand before it.
    """

    text: str
    needs: tuple[str, ...] = ()


ACTIVATION_PARTS: dict[str, Part] = {
    "sigmoid": Part('''\
def sigmoid(z):
    """Give σ(z) = 1 / (1 + exp(-z)); exp is only taken of -|z|, which cannot overflow."""
    decay = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, decay) / (1 + decay)


def sigmoid_slope(z):
    """Give σ′(z) = σ(z) (1 - σ(z))."""
    return sigmoid(z) * (1 - sigmoid(z))
'''),
    "identity": Part('''\
def identity(z):
    """Give z itself: the layer is affine."""
    return z


def identity_slope(z):
    """Give 1."""
    return np.ones_like(z)
'''),
    "tanh": Part('''\
def tanh(z):
    """Give the hyperbolic tangent."""
    return np.tanh(z)


def tanh_slope(z):
    """Give 1 - tanh²(z)."""
    return 1 - np.tanh(z) * np.tanh(z)
'''),
    "relu": Part('''\
def relu(z):
    """Give max(0, z)."""
    return np.maximum(z, 0)


def relu_slope(z):
    """Give 1 where z > 0, else 0."""
    return (z > 0).astype(np.float32)
'''),
    "leaky_relu": Part('''\
def leaky_relu(z):
    """Give z where z > 0, else 0.01 z."""
    return np.where(z > 0, z, 0.01 * z)


def leaky_relu_slope(z):
    """Give 1 where z > 0, else 0.01."""
    return np.where(z > 0, 1, 0.01).astype(np.float32)
'''),
    "silu": Part(
        '''\
def silu(z):
    """Give z σ(z)."""
    return z * sigmoid(z)


def silu_slope(z):
    """Give σ(z) (1 + z (1 - σ(z)))."""
    return sigmoid(z) * (1 + z * (1 - sigmoid(z)))
''',
        ("sigmoid",),
    ),
    "gelu": Part('''\
def normal_share(z):
    """Give Φ(z), the chance of a standard normal number below z."""
    share = np.frompyfunc(lambda z: math.erfc(-z * math.sqrt(0.5)) / 2, 1, 1)
    return share(z).astype(np.float32)


def gelu(z):
    """Give z Φ(z)."""
    return z * normal_share(z)


def gelu_slope(z):
    """Give Φ(z) + z φ(z), φ the density of the normal distribution."""
    near = np.clip(z, -40, 40)
    return normal_share(z) + z * (np.exp(-0.5 * near * near) * (1 / math.sqrt(2 * math.pi)))
'''),
    "softplus": Part(
        '''\
def softplus(z):
    """Give log(1 + exp(z)); exp is only taken of -|z|, which cannot overflow."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def softplus_slope(z):
    """Give σ(z)."""
    return sigmoid(z)
''',
        ("sigmoid",),
    ),
    "step": Part('''\
def step_function(z):
    """Give 1 where z > 0, else 0."""
    return np.heaviside(z, np.float32(0))


def step_function_slope(z):
    """Give 0: it is flat, so that no layer before it learns."""
    return np.zeros_like(z)
'''),
    "softmax": Part('''\
def softmax(z):
    """Give exp(z) over its sum; the largest z is taken off first, which cannot overflow then."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
'''),
}
