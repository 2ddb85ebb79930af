"""Whether there is a compiler: asked before anything that needs Numba is imported."""

from __future__ import annotations

try:
    import gdviz.engine.kernels

    _PROBLEM = ""
    del gdviz
except ImportError as error:  # Numba or SciPy is missing or broken: the reference still runs.
    _PROBLEM = str(error)


def compiler_problem() -> str:
    """Why the compiled engine cannot be had, or an empty text."""
    return _PROBLEM
