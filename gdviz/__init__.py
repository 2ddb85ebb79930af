"""gdviz: a neural network learns handwritten digits in front of you."""

__version__ = "0.1.0"
