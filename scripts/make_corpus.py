"""Makes the corpus of saved networks in ``tests/storage/corpus`` with the libraries themselves.

    .venv/bin/python scripts/make_corpus.py [--environment FOLDER]

In an environment of its own, ``.venv-corpus`` by default, since these libraries are large and none
of them comes into gdviz's. ``corpus.json`` says for each file which library made it, what the file
says of the network and what has to be guessed; ``networks.npz`` has the parameters that the files
hold, in gdviz's order. The tests read the files without any of the libraries.

Keras writes times and addresses of memory into its files, so that no two runs give equal bytes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from bench_peer_environment import environment_python
from pip_install import make_venv, pip_command, pip_environment, run_logged

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "storage" / "corpus"
LIMIT_BYTES = 1_000_000
DIGITS = (784, 8, 10)

PACKAGES = (
    "torch==2.13.0", "scikit-learn==1.9.1", "joblib==1.6.0", "safetensors==0.8.0",
    "keras==3.15.1", "h5py==3.16.0", "onnx==1.23.2", "onnxscript==0.7.2", "skl2onnx==1.20.0",
    "neural-network-digits==1.2.2", "tensorflow-cpu==2.20.0", "tf_keras==2.20.1", "platformdirs",
)  # fmt: skip


def make_environment(folder: Path) -> Path:
    """Make the environment if it is missing; give its interpreter."""
    python = environment_python(folder)
    if not python.exists():
        with tempfile.TemporaryDirectory() as logs:
            log = Path(logs) / "pip.log"
            make_venv(folder, log, print)
            own_pip = any(folder.glob("**/site-packages/pip"))
            command = [*pip_command(python, own_pip=own_pip), "install", *PACKAGES]
            run_logged(command, "installing the libraries", log, pip_environment())
    return python


def write_corpus() -> None:
    """Make every file anew; runs in the environment of the libraries."""
    sys.path.insert(0, str(ROOT))
    import corpus_keras  # noqa: PLC0415  only there in the environment of the libraries
    import corpus_keras_2  # noqa: PLC0415  the same
    import corpus_numpy  # noqa: PLC0415  the same
    import corpus_onnx  # noqa: PLC0415  the same
    import corpus_torch  # noqa: PLC0415  the same

    from gdviz.data.mnist import load_mnist  # noqa: PLC0415  from this folder, not installed

    train = load_mnist().train
    images = train.inputs(slice(None), np.float32)
    digits = corpus_torch.trained_on_digits(images, train.labels, DIGITS)
    samples = [
        *corpus_numpy.samples(),
        *corpus_torch.samples(digits),
        *corpus_keras.samples(digits),
        *corpus_keras_2.samples(),
        *corpus_onnx.samples(digits),
    ]
    total = sum(len(sample.content) for sample in samples)
    if total > LIMIT_BYTES:
        raise SystemExit(f"{total:,} bytes are more than the {LIMIT_BYTES:,} that may be kept")
    shutil.rmtree(CORPUS, ignore_errors=True)
    CORPUS.mkdir(parents=True)
    for sample in samples:
        (CORPUS / sample.name).write_bytes(sample.content)
    rows = ",\n".join(json.dumps(sample.row()) for sample in samples)
    (CORPUS / "corpus.json").write_text(f"[\n{rows}\n]\n", "utf-8")
    vectors = {sample.network_key: sample.vector for sample in samples if not sample.refused}
    np.savez_compressed(CORPUS / "networks.npz", **vectors)  # type: ignore[arg-type]  # see its stub
    print(f"{len(samples)} files, {total:,} bytes")


def main() -> int:
    """Make the environment and run there; give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--environment", type=Path, default=ROOT / ".venv-corpus")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        write_corpus()
        return 0
    python = make_environment(arguments.environment)
    return subprocess.run([python, __file__, "--inside"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
