"""Whether there is a compiler, and whether its work is done: asked before anything needs Numba."""

from __future__ import annotations

from importlib import import_module

_MODULES = ("gdviz.engine.kernels", "gdviz.engine.slice_kernel")

try:
    for _name in _MODULES:
        import_module(_name)
    _PROBLEM = ""
except (ImportError, RuntimeError) as error:
    # Numba or SciPy is missing or broken, or there is no folder to keep compiled code in: the
    # reference still runs.
    _PROBLEM = str(error) or type(error).__name__


def compiler_problem() -> str:
    """Why the compiled engine cannot be had, or an empty text."""
    return _PROBLEM


def is_compiled_on_disk() -> bool:
    """True if nothing is left to compile, or nothing can be."""
    if _PROBLEM:
        return True
    from gdviz.engine.fast_math import is_kept  # noqa: PLC0415  # needs the compiler

    kernels, slice_kernel = (import_module(name) for name in _MODULES)
    return all(map(is_kept, (kernels.burst, kernels.score, slice_kernel.accumulate)))
