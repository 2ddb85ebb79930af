"""The same mini-batch step as `gdviz.nn`, compiled and free of the interpreter's lock.

`make_engine` gives an engine; `example_results` scores examples; `mean_hessian_product` gives
the curvature along a direction, always by the reference. Without the compiler the
NumPy engine does the same work through the reference. May import `gdviz.nn` only.

Numba's and SciPy's BLAS must run on one thread: the environment says so before NumPy is
imported (`gdviz.__main__`), since limits set later from several threads are unreliable.
"""

from gdviz.engine.availability import compiler_problem
from gdviz.engine.engine import ENGINES, Engine, Examples, Method
from gdviz.engine.making import example_results, make_engine, mean_gradient
from gdviz.engine.mean_hessian import mean_hessian_product, mean_reference_gradient

__all__ = [
    "ENGINES",
    "Engine",
    "Examples",
    "Method",
    "compiler_problem",
    "example_results",
    "make_engine",
    "mean_gradient",
    "mean_hessian_product",
    "mean_reference_gradient",
]
