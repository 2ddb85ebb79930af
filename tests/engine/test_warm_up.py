"""After the warm-up nothing is left to compile, so that no first evaluation stands still."""

import json
import subprocess
import sys

import pytest

from gdviz.engine import compiler_problem

USE = """
import json
import numpy as np
from gdviz.data.dataset import checked_dataset
from gdviz.analysis.relief import Relief
from gdviz.analysis.relief_camera import Camera, Projection, Room
from gdviz.analysis.relief_drawing import Drawing, Look
from gdviz.engine import kernels, mean_gradient, raster_kernel, slice_kernel
from gdviz.engine.slices import ExactSlice
from gdviz.engine.warm_up import warm_up
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import evaluate
from gdviz.training.trainer import Trainer

def compiled():
    return {
        f"{module.__name__}.{name}": len(function.signatures)
        for module in (kernels, slice_kernel, raster_kernel)
        for name, function in vars(module).items()
        if hasattr(function, "signatures") and function.signatures
    }

assert warm_up()
before = compiled()
generator = np.random.default_rng(0)
images = generator.integers(0, 255, (2100, 16), dtype=np.uint8)
labels = generator.integers(0, 3, 2100).astype(np.uint8)
images.flags.writeable = labels.flags.writeable = False
for mini_batch in (10, "all"):
    config = TrainingConfig(
        layer_sizes=(16, 8, 3), mini_batch=mini_batch, optimizer="adam", schedule="cosine",
        output_activation="softmax", cost="cross_entropy",
    )
    dataset = checked_dataset("small", "made here", (images, labels), (images, labels))
    trainer = Trainer(config, dataset, engine="compiled")
    trainer.next_gradient()
    trainer.advance(3)
    for parameters in (trainer.parameters, trainer.parameters.frozen_copy()):
        evaluate(config.architecture, parameters, dataset, config.cost)
        mean_gradient(
            config.architecture, parameters, dataset.train.images, dataset.train.labels,
            config.cost,
        )
    vector = trainer.parameters.vector
    ExactSlice(
        config.architecture, vector, vector, vector, dataset.train.images,
        dataset.train.labels, config.cost,
    ).costs(np.zeros(3), np.zeros(3))
relief = Relief(generator.random((5, 5)), (0, 1), (0, 1), 0, 1, logarithmic=False)
projection = Projection(Camera(), relief.box.halves, Room(0, 0, 40, 30))
look = Look(np.zeros((256, 4), np.uint8), (0, 0, 0), (9, 9, 9))
for smooth in (False, True):
    drawing = Drawing(relief, projection, look, (40, 30), levels=[0.5], smooth=smooth)
    assert drawing.is_compiled
    drawing.finish()
print(json.dumps([before, compiled()]))
"""


@pytest.mark.skipif(bool(compiler_problem()), reason="there is no compiler")
def test_real_use_compiles_nothing_that_the_warm_up_did_not():
    done = subprocess.run(
        [sys.executable, "-c", USE], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout)
    assert before, "nothing was compiled at all"
    assert after == before
