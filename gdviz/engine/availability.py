"""Whether there is a compiler, and whether its work is done.

Numba takes a third of a second to be imported: it is when somebody asks, which the window leaves
to a thread of its own.
"""

from __future__ import annotations

from importlib import import_module

# Compiled code calls the BLAS of the second and third; Numba does not look whether they are there.
_MODULES = (
    "scipy.linalg.cython_blas",
    "scipy.linalg.cython_lapack",
    "gdviz.engine.kernels",
    "gdviz.engine.slice_kernel",
    "gdviz.engine.raster_kernel",
)

_PROBLEM: str | None = None
"""None: nobody has asked yet."""
_HELD_BACK = False


def is_known() -> bool:
    """True if `compiler_problem` answers at once."""
    return _PROBLEM is not None


def compiler_problem() -> str:
    """Why the compiled engine cannot be had, or an empty text; the first call loads Numba.

    Any thread may call.
    """
    global _PROBLEM  # noqa: PLW0603  # what Python knows of its modules is the process's too
    if _PROBLEM is None:
        try:
            for name in _MODULES:
                import_module(name)
        except Exception as error:  # noqa: BLE001  # a broken library may raise what it likes
            # Numba, llvmlite or SciPy is missing or broken, or there is no folder to keep
            # compiled code in: the reference still runs.
            _PROBLEM = str(error) or type(error).__name__
        else:
            _PROBLEM = ""
    return _PROBLEM


def hold_back(*, is_held_back: bool) -> None:
    """Have what may choose its engine take NumPy, while another process compiles.

    Else every loop that is used meanwhile would be compiled in this process too.
    """
    global _HELD_BACK  # noqa: PLW0603  # as above
    _HELD_BACK = is_held_back


def is_ready() -> bool:
    """True if compiled loops may be used by whoever has the choice."""
    return not _HELD_BACK and not compiler_problem()


def is_compiled_on_disk() -> bool:
    """True if nothing is left to compile, or nothing can be."""
    if compiler_problem():
        return True
    from gdviz.engine.fast_math import is_kept  # noqa: PLC0415  # needs the compiler

    kernels = import_module("gdviz.engine.kernels")
    slice_kernel = import_module("gdviz.engine.slice_kernel")
    raster_kernel = import_module("gdviz.engine.raster_kernel")
    loops = (
        kernels.burst, kernels.score, slice_kernel.accumulate,
        raster_kernel.draw_cells, raster_kernel.halve,
    )  # fmt: skip
    return all(map(is_kept, loops))
