"""The peers that bring their own compiled arithmetic: PyTorch and JAX."""

import os
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any

from bench_peer_base import ALL_CORES, OWN_CHOICE, SEED, Order, Problem, Program, Train


class PyTorch(Program):
    """Eager PyTorch as its tutorials write it, with the optimizer's fused form."""

    remark = "the same network, cost and steps; eager, with the fused optimizer"
    thread_choices = tuple(sorted({1, ALL_CORES}))

    def load(self) -> None:
        """Import torch; the data become tensors."""
        self.torch = import_module("torch")
        self.inputs = self.torch.from_numpy(self.images)
        self.wanted = self.torch.from_numpy(self.targets)
        self.classes = self.torch.from_numpy(self.labels)

    @property
    def version(self) -> str:
        """Torch's, with its build."""
        return str(self.torch.__version__)

    def set_threads(self, threads: int) -> None:
        """Torch's own setting; it may be changed at any time."""
        self.torch.set_num_threads(threads)

    def trainer(self, problem: Problem) -> Train:
        """20 mini-batches a call."""
        torch = self.torch
        torch.manual_seed(SEED)
        lesson = problem["kind"] == "lesson"
        sizes, count = problem["layer_sizes"], problem["mini_batch"]
        layers: list[Any] = []
        for m, n in pairwise(sizes):
            layers += [torch.nn.Linear(m, n), torch.nn.Sigmoid() if lesson else torch.nn.ReLU()]
        # Cross-entropy takes the weighted inputs of the last layer.
        network = torch.nn.Sequential(*(layers if lesson else layers[:-1]))
        optimizer = torch.optim.SGD(network.parameters(), lr=problem["learning_rate"], fused=True)
        cross_entropy = torch.nn.functional.cross_entropy
        order = Order(len(self.images), count, self.generator)

        def train() -> int:
            for _ in range(20):
                rows = torch.from_numpy(order.next())
                outputs = network(self.inputs[rows])
                if lesson:
                    cost = (outputs - self.wanted[rows]).square().sum(1).mean()
                else:
                    cost = cross_entropy(outputs, self.classes[rows])
                optimizer.zero_grad(set_to_none=True)
                cost.backward()
                optimizer.step()
            return int(20 * count)

        return train


class JAX(Program):
    """One jitted `lax.scan` over the mini-batches of an epoch."""

    remark = (
        "the same network, cost and steps; one jitted scan an epoch, of 15,000 examples for "
        "wider networks"
    )
    thread_choices = (OWN_CHOICE,)
    WIDE_EXAMPLES = 15_000
    """Of a wide network's scan: a whole epoch would outlast the measurement."""

    def load(self) -> None:
        """Import jax for the processor; it chooses its own threads."""
        os.environ["JAX_PLATFORMS"] = "cpu"
        self.jax = import_module("jax")
        self.inputs = self.jax.device_put(self.images)
        self.wanted = self.jax.device_put(self.targets)

    @property
    def version(self) -> str:
        """Jax's."""
        return str(self.jax.__version__)

    def trainer(self, problem: Problem) -> Train:
        """One scan a call, compiled here."""
        jax, np_ = self.jax, self.jax.numpy
        lesson, rate = problem["kind"] == "lesson", problem["learning_rate"]
        sizes, count = problem["layer_sizes"], problem["mini_batch"]
        examples = len(self.images) if lesson else self.WIDE_EXAMPLES
        n_steps = examples // count
        keys = jax.random.split(jax.random.key(SEED), len(sizes))
        parameters = [
            (jax.random.normal(key, (m, n)) / np_.sqrt(float(m)), np_.zeros(n))
            for key, m, n in zip(keys, sizes, sizes[1:], strict=False)
        ]

        def cost(parameters: Any, x: Any, y: Any) -> Any:
            for k, (w, b) in enumerate(parameters):
                z = x @ w + b
                last = k == len(parameters) - 1
                x = jax.nn.sigmoid(z) if lesson else z if last else jax.nn.relu(z)
            if lesson:
                return ((x - y) ** 2).sum(1).mean()
            return -(y * jax.nn.log_softmax(x)).sum(1).mean()

        # The data are an argument: as constants they would be compiled in, for many seconds.
        @partial(jax.jit, donate_argnums=0)
        def epoch(parameters: Any, inputs: Any, wanted: Any, rows: Any) -> Any:
            def step(parameters: Any, rows: Any) -> tuple[Any, None]:
                slope = jax.grad(cost)(parameters, inputs[rows], wanted[rows])
                return jax.tree.map(lambda p, g: p - rate * g, parameters, slope), None

            return jax.lax.scan(step, parameters, rows)[0]

        def train() -> int:
            nonlocal parameters
            order = self.generator.permutation(len(self.images))[: n_steps * count]
            rows = order.reshape(n_steps, count)
            parameters = jax.block_until_ready(epoch(parameters, self.inputs, self.wanted, rows))
            return int(n_steps * count)

        train()
        return train
