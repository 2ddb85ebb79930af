"""Sets gdviz and its test tools up in ``.venv`` if need be and runs every check.

    python3 scripts/test.py [PYTEST ARGUMENTS]

This file must be read by Pythons too old for gdviz, so that they get a sentence; the work is
in checks.py.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- older Pythons must get this sentence
    sys.stderr.write(
        "test.py: error: gdviz needs Python 3.11 or newer, and this is Python "
        + sys.version.split()[0]
        + "; start it with a newer one, for example: python3.11 scripts/test.py\n"
    )
    sys.exit(2)

import checks

if __name__ == "__main__":
    sys.exit(checks.main(sys.argv[1:]))
