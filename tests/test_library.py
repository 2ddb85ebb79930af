"""The headless public names: each is shown in an example, and the examples run."""

import doctest
import subprocess
import sys

import gdviz


def test_the_examples_run():
    result = doctest.testmod(gdviz)
    assert result.attempted > 20
    assert result.failed == 0


def test_every_public_name_has_an_example():
    examples = "".join(
        example.source for example in doctest.DocTestParser().get_examples(gdviz.__doc__)
    )
    missing = [name for name in gdviz.__all__ if f"gdviz.{name}" not in examples]
    assert missing == ["__version__"]


def test_importing_gdviz_loads_nothing_heavy():
    code = (
        "import sys, gdviz; print([m for m in ('numpy', 'numba', 'PySide6') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(gdviz, "wings")
    assert "Trainer" in dir(gdviz)
