"""``python -m gdviz.engine``: compile everything once, so that the first start is quick."""

from __future__ import annotations

import os
import sys

# Before NumPy is imported anywhere: see gdviz.__main__.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from gdviz.engine.warm_up import warm_up  # the line above must come first

if __name__ == "__main__":
    sys.exit(0 if warm_up() else 1)
