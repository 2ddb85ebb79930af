"""The peers that rest on NumPy and its BLAS."""

from importlib import import_module
from importlib.metadata import version
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from bench_peer_base import ALL_CORES, SEED, Order, Problem, Program, Train

Float32 = npt.NDArray[np.float32]


class NumPyLoop:
    """Sigmoid layers and the quadratic cost, as in the textbook, in buffers made once.

    Parameters
    ----------
    images : ndarray of shape (n, n_in), float32
    targets : ndarray of shape (n, n_out), float32
    problem : dict
    generator : numpy.random.Generator
    """

    def __init__(
        self, images: Float32, targets: Float32, problem: Problem, generator: np.random.Generator
    ) -> None:
        sizes, count = problem["layer_sizes"], problem["mini_batch"]
        self.weights = [
            (generator.normal(size=(m, n)) / np.sqrt(m)).astype(np.float32)
            for m, n in pairwise(sizes)
        ]
        """Of shape (n_in, n_out), layer by layer."""
        self.biases = [np.zeros(n, np.float32) for n in sizes[1:]]
        self._images, self._targets = images, targets
        self._order = Order(len(images), count, generator)
        # The mean over the examples, and the 2 of the square's derivative.
        self._factor = np.float32(2 * problem["learning_rate"] / count)
        self._slopes = [np.empty_like(w) for w in self.weights]
        self._passed = [np.empty((count, n), np.float32) for n in sizes]
        self._errors = [np.empty((count, n), np.float32) for n in sizes[1:]]
        self._wanted = np.empty((count, sizes[-1]), np.float32)

    def step(self) -> None:
        """Take one mini-batch."""
        rows = self._order.next()
        np.take(self._images, rows, axis=0, out=self._passed[0], mode="clip")
        np.take(self._targets, rows, axis=0, out=self._wanted, mode="clip")
        for k, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = np.dot(self._passed[k], weights, out=self._passed[k + 1])
            z += biases
            np.negative(z, out=z)
            np.exp(z, out=z)
            z += 1
            np.reciprocal(z, out=z)
        np.subtract(self._passed[-1], self._wanted, out=self._errors[-1])
        for k in reversed(range(len(self.weights))):
            self._back(k)

    def _back(self, k: int) -> None:
        """Turn the error of a layer's outputs into its update, and hand it to the layer before."""
        a, error, slope = self._passed[k + 1], self._errors[k], self._slopes[k]
        error *= a
        np.subtract(1, a, out=a)
        error *= a
        if k:
            np.dot(error, self.weights[k].T, out=self._errors[k - 1])
        np.dot(self._passed[k].T, error, out=slope)
        slope *= self._factor
        self.weights[k] -= slope
        self.biases[k] -= self._factor * error.sum(axis=0)


class NumPy(Program):
    """A loop over buffers that are made once; every product is written in place."""

    remark = "the same network, cost and steps; written for this comparison"

    @property
    def version(self) -> str:
        """NumPy's."""
        return np.__version__

    def trainer(self, problem: Problem) -> Train:
        """50 mini-batches a call."""
        self.only_lesson(problem)
        loop = NumPyLoop(self.images, self.targets, problem, self.generator)

        def train() -> int:
            for _ in range(50):
                loop.step()
            return int(50 * problem["mini_batch"])

        return train


class BlasProgram(Program):
    """A peer whose only threads are BLAS's, set through threadpoolctl where that is there."""

    thread_choices = tuple(sorted({1, ALL_CORES}))

    def set_threads(self, threads: int) -> None:
        """All libraries that are loaded by now."""
        import_module("threadpoolctl").threadpool_limits(threads)


class ScikitLearn(BlasProgram):
    """`MLPClassifier.partial_fit`, which goes once over the examples a call."""

    remark = "softmax and log-loss in the last layer: it has no quadratic cost for classes"

    def load(self) -> None:
        """Import scikit-learn."""
        self.neural_network = import_module("sklearn.neural_network")

    @property
    def version(self) -> str:
        """Scikit-learn's."""
        return version("scikit-learn")

    def trainer(self, problem: Problem) -> Train:
        """A third of an epoch a call."""
        self.only_lesson(problem)
        classifier = self.neural_network.MLPClassifier(
            hidden_layer_sizes=tuple(problem["layer_sizes"][1:-1]),
            activation="logistic",
            solver="sgd",
            momentum=0,
            nesterovs_momentum=False,
            alpha=0,
            batch_size=problem["mini_batch"],
            learning_rate_init=problem["learning_rate"],
            random_state=SEED,
        )
        third = len(self.images) // 3
        classes = np.arange(10)
        turn = 0

        def train() -> int:
            nonlocal turn
            part = slice(turn * third, (turn + 1) * third)
            turn = (turn + 1) % 3
            classifier.partial_fit(self.images[part], self.labels[part], classes=classes)
            return third

        return train


class NeuralNetworkDigits(BlasProgram):
    """The package's `NeuralNetwork.train_step`, in the loop of its own `Trainer.run_epoch`.

    Without that method's image distortion, curves and scoring at the end of an epoch, which
    would count against it.
    """

    remark = (
        "softmax and cross-entropy, all it has; its training step alone, without its image "
        "distortion, scoring and window"
    )

    def load(self) -> None:
        """Import the network; its window stays out."""
        self.network = import_module("nn_digits.neural_net.network")

    @property
    def version(self) -> str:
        """The package's."""
        return version("neural-network-digits")

    def set_threads(self, threads: int) -> None:
        """Like the others, but threadpoolctl is not among what it brings along."""
        try:
            super().set_threads(threads)
        except ModuleNotFoundError:
            self.thread_choices = (1,)

    def trainer(self, problem: Problem) -> Train:
        """50 mini-batches a call."""
        self.only_lesson(problem)
        network = self.network.NeuralNetwork(problem["layer_sizes"], "sigmoid", seed=SEED)
        order = Order(len(self.images), problem["mini_batch"], self.generator)

        def train() -> int:
            for _ in range(50):
                rows = order.next()
                network.train_step(
                    self.images[rows],
                    self.targets[rows],
                    problem["learning_rate"],
                    momentum=0.0,
                    l2=0.0,
                )
            return int(50 * problem["mini_batch"])

        return train
