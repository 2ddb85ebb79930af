"""Curvature and slices along lines: what a gauge beside the running network would cost."""

import time

import numpy as np
from bench_report import Findings, row
from bench_slice import CONFIG, N_EXAMPLES
from bench_training import Extent

from gdviz.analysis.curvature import start_vector, top_curvature
from gdviz.analysis.line_slice import line_slices
from gdviz.analysis.lines import descent_line, extreme_weights, weight_line
from gdviz.data.dataset import Dataset
from gdviz.engine import mean_gradient, mean_hessian_product
from gdviz.training.trainer import Trainer

TRAINED_STEPS = 1875  # one epoch of the lesson


def curvature(dataset: Dataset, extent: Extent) -> Findings:
    """The Hessian's product, the two largest eigenvalues, and three lines on one scale."""
    trainer = Trainer(CONFIG, dataset)
    trainer.advance(TRAINED_STEPS)
    parameters, split = trainer.parameters, dataset.train.first(N_EXAMPLES)
    problem = CONFIG.architecture, parameters, split.images, split.labels, CONFIG.cost
    gradient = mean_gradient(*problem)
    weights = [weight_line(parameters.layout, index) for index in extreme_weights(gradient)]
    lines = [descent_line(gradient.vector), *weights]
    generator = np.random.default_rng(0)
    line_slices(*problem[:2], lines, *problem[2:])  # loads what is compiled
    products, searches, slices, n_products = [], [], [], []
    for _ in range(extent.rounds):
        start = start_vector(parameters.vector.size, generator)
        began = time.perf_counter()
        mean_hessian_product(*problem, start)
        products.append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        found = top_curvature(
            lambda v: mean_hessian_product(*problem, v), start, generator=generator
        )
        searches.append(1000 * (time.perf_counter() - began))
        n_products.append(found.n_products if found else 0)
        began = time.perf_counter()
        line_slices(*problem[:2], lines, *problem[2:])
        slices.append(1000 * (time.perf_counter() - began))
    return Findings(
        [
            row("hessian_product", products),
            row("curvature", searches, f"{min(n_products)} to {max(n_products)} products"),
            row("line_slices", slices, "with slopes and curvatures"),
        ]
    )
