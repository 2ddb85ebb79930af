"""The environment of the programs to compare with: which they are, and how it is made.

It is theirs alone, so that none of their packages comes into gdviz's.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench_process import SCRIPTS
from pip_install import make_venv, pip_command, pip_environment, run_logged
from setup_errors import SetupError

Say = Callable[[str], None]
FOLDER = SCRIPTS.parent / ".venv-peers"


class PeerPackage(NamedTuple):
    """A peer that is installed from the package index.

    Attributes
    ----------
    name : str
        The peer's, as in bench_peer.py.
    requirement : str
        What pip is asked for.
    reason : str
        Why this peer, and why this version is pinned.
    wide : bool
        Whether it is compared on the wider networks too.
    """

    name: str
    requirement: str
    reason: str
    wide: bool = False


PACKAGES = (
    PeerPackage(
        "PyTorch",
        "torch==2.13.0",
        "what most people train with; without a local version, so that pip takes the processor's "
        "build where its index is configured",
        wide=True,
    ),
    PeerPackage("JAX", "jax==0.10.2", "compiles a whole epoch; it brings its jaxlib", wide=True),
    PeerPackage("scikit-learn", "scikit-learn==1.9.1", "the usual multi-layer perceptron"),
    PeerPackage(
        "neural-network-digits",
        "neural-network-digits==1.2.2",
        "the closest program: the same digits, watched while they are learned",
    ),
)


def environment_python(folder: Path) -> Path:
    """Give an environment's interpreter."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment(folder: Path, say: Say) -> dict[str, str]:
    """Make or complete the peers' environment; what cannot be installed is left out.

    Returns
    -------
    dict
        Peer: why it could not be installed.
    """
    failed = {}
    with tempfile.TemporaryDirectory() as logs:
        log = Path(logs) / "pip.log"
        try:
            if not environment_python(folder).exists():
                make_venv(folder, log, say)
        except SetupError as error:
            return dict.fromkeys((package.name for package in PACKAGES), _reason(error))
        own_pip = any(folder.glob("**/site-packages/pip"))
        pip = pip_command(environment_python(folder), own_pip=own_pip)
        for package in PACKAGES:
            say(f"installing {package.requirement}: {package.reason}")
            command = [*pip, "install", "--only-binary", ":all:", package.requirement]
            try:
                run_logged(command, f"installing {package.name}", log, pip_environment())
            except SetupError as error:
                failed[package.name] = _reason(error)
    return failed


def _reason(error: SetupError) -> str:
    """Give why something could not be installed on one line: pip's own last one, if it has any."""
    lines = error.details.splitlines()
    return f"not installed: {lines[-1] if lines else error.sentence}"
