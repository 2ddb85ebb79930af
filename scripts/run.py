"""Sets gdviz up in ``.venv`` if need be and starts it.

    python3 scripts/run.py [GDVIZ ARGUMENTS]
    python3 scripts/run.py --check

This file must be read by Pythons too old for gdviz, so that they get a sentence; the work is
in start.py.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- older Pythons must get this sentence
    sys.stderr.write(
        "run.py: error: gdviz needs Python 3.11 or newer, and this is Python "
        + sys.version.split()[0]
        + "; start it with a newer one, for example: python3.11 scripts/run.py\n"
    )
    sys.exit(2)

import start

if __name__ == "__main__":
    sys.exit(start.main(sys.argv[1:]))
