"""Makes the sample files beside the tests importable: a table over which tests are laid out."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
