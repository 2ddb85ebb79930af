"""Everything outside gdviz.qt works where Qt is not installed."""

import os
import subprocess
import sys

PROGRAM = """
import sys

for name in ("PySide6", "shiboken6", "pyqtgraph"):
    assert name not in sys.modules
    sys.modules[name] = None

import importlib
import pkgutil

import gdviz
import gdviz.__main__

imported = []
for module in pkgutil.walk_packages(gdviz.__path__, "gdviz.", onerror=lambda name: None):
    if module.name.split(".")[1] != "qt" and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        imported.append(module.name)
assert len(imported) > 50, imported

from pathlib import Path

import numpy as np

from gdviz.data.dataset import checked_dataset
from gdviz.storage.checkpoint import load_checkpoint, save_checkpoint
from gdviz.training.config import TrainingConfig
from gdviz.training.trainer import Trainer

generator = np.random.default_rng(3)
images = generator.integers(0, 256, (80, 9)).astype(np.uint8)
labels = generator.integers(0, 3, 80)
dataset = checked_dataset("a", "a", (images[:60], labels[:60]), (images[60:], labels[60:]))
config = TrainingConfig(layer_sizes=(9, 5, 3), optimizer="adam", mini_batch=8)
trainer = Trainer(config, dataset)
while trainer.step < 10:
    trainer.advance(10 - trainer.step)
save_checkpoint(Path(sys.argv[1]), config, trainer.state())
again, state = load_checkpoint(Path(sys.argv[1]))
assert again == config
resumed = Trainer(again, dataset, state)
assert resumed.step == 10
for _ in range(5):
    trainer.advance(1)
    resumed.advance(1)
assert resumed.parameters.vector.tobytes() == trainer.parameters.vector.tobytes()

assert gdviz.__main__.main(["train", "--steps", "1", "--n-examples", "100", "--json"]) == 0
assert gdviz.__main__.main([]) == 1
try:
    import gdviz.qt.app
except ImportError:
    print("done")
"""


def test_everything_but_the_window_works_without_qt(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    ended = subprocess.run(
        [sys.executable, "-W", "error", str(program), str(tmp_path / "a.safetensors")],
        capture_output=True, text=True, timeout=120, check=False,
        env=os.environ | {"GDVIZ_HOME": str(tmp_path)},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.endswith("done\n")
    assert ended.stderr.count("gdviz: error: a needed package is missing: ") == 1
    assert ended.stderr.count("\n") == 1
