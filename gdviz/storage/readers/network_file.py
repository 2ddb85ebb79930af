"""What every reader gives: a network as arrays and plain text, and what had to be guessed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gdviz.nn.parameters import Architecture, Parameters
from gdviz.training.config import TrainingConfig
from gdviz.training.state import TrainingState

MNIST_MEAN = 0.1307
MNIST_DEVIATION = 0.3081

INPUT_SCALINGS: dict[str, tuple[float, float]] = {
    # What a network was trained on is (x − shift) · factor, with x from 0 to 1.
    "0-1": (0.0, 1.0),
    "0-255": (0.0, 255.0),
    "standardised": (MNIST_MEAN, 1 / MNIST_DEVIATION),
    # From -1 to 1: Normalize((0.5,), (0.5,)) in many tutorials, Rescaling(1 / 127.5, -1) in others.
    "centred": (0.5, 2.0),
}


class NetworkFileError(ValueError):
    """A file cannot be opened as a network; one sentence that names it and the reason.

    Parameters
    ----------
    sentence : str
        What a file calls its tensors may stand in it: characters that cannot be printed are
        replaced, and the middle of a very long text is left out.
    """

    def __init__(self, sentence: str) -> None:
        printable = "".join(
            character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
            for character in (sentence if len(sentence) <= _MOST else _shortened(sentence))
        )
        super().__init__(printable)


_MOST, _HEAD, _TAIL = 900, 600, 280


def _shortened(sentence: str) -> str:
    return f"{sentence[:_HEAD]} ... {sentence[-_TAIL:]}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file of a network may ask for.

    Parameters
    ----------
    file_bytes : int
        Size of the file.
    parameters : int
        Weights and biases together.
    tensors : int
        Arrays in the file.
    header_bytes : int
        Header of a safetensors file.
    json_bytes, json_depth, json_containers : int
        Size of a JSON text, how deep its lists and objects stand in each other, and how many
        of them there are: each takes some sixty bytes of memory for two in the file.
    archive_entries : int
        Members of an archive.
    array_bytes : int
        Sum of the sizes that arrays declare, uncompressed.
    pickle_operations : int
        Steps of the pickles of a file together; a memo has no larger index.
    pickle_text_bytes : int
        Bytes of texts in them, which are copied.
    pickle_bytes : int
        A pickle in an archive, beside its arrays.
    unpacked_bytes : int
        A compressed pickle, unpacked.
    """

    file_bytes: int = 512 << 20
    parameters: int = 50_000_000
    tensors: int = 4_096
    header_bytes: int = 16 << 20
    json_bytes: int = 64 << 20
    json_depth: int = 64
    json_containers: int = 1_000_000
    archive_entries: int = 10_000
    array_bytes: int = 512 << 20
    pickle_operations: int = 2_000_000
    pickle_text_bytes: int = 64 << 20
    pickle_bytes: int = 32 << 20
    unpacked_bytes: int = 256 << 20


@dataclass(frozen=True, eq=False, slots=True)
class NetworkFile:
    """A network as a file holds it.

    Parameters
    ----------
    format : str
        What people read, for example ``"gdviz safetensors"``.
    architecture : Architecture
    parameters : Parameters
        float32, read-only, as in the file: for inputs scaled as `input_scaling` says.
    input_scaling : str
        A key of `INPUT_SCALINGS`.
    guessed : dict of str to str
        For each of ``hidden_activation``, ``output_activation``, ``input_scaling`` and
        ``biases`` that the file does not say: why it was taken, with the runner-up.
    config : TrainingConfig or None
        Only in gdviz's own checkpoints.
    state : TrainingState or None
        With it, training goes on bit for bit.
    """

    format: str
    architecture: Architecture
    parameters: Parameters
    input_scaling: str = "0-1"
    guessed: dict[str, str] = field(default_factory=dict)
    config: TrainingConfig | None = None
    state: TrainingState | None = None

    @property
    def n_not_finite(self) -> int:
        """Number of parameters that are NaN or infinite."""
        return int((~np.isfinite(self.parameters.vector)).sum())

    @property
    def is_finite(self) -> bool:
        """Whether every parameter is a number."""
        return self.n_not_finite == 0

    def parameters_for_unit_inputs(self) -> Parameters:
        """The same network for inputs from 0 to 1, which is what gdviz feeds.

        Returns
        -------
        Parameters
            `parameters` itself if that is their scaling already; else a copy whose first
            layer takes over the scaling.

        Notes
        -----
        W·(x − s)·f + b = (W·f)·x + (b − f·s·Σ_j W_j): exact but for rounding.
        """
        if self.input_scaling == "0-1":
            return self.parameters
        shift, factor = INPUT_SCALINGS[self.input_scaling]
        scaled = self.parameters.copy()
        first = self.parameters.weights[0].astype(np.float64) * factor
        with np.errstate(over="ignore", invalid="ignore"):
            scaled.biases[0][:] = self.parameters.biases[0] - shift * first.sum(axis=1)
            scaled.weights[0][:] = first
        scaled.vector.flags.writeable = False
        return scaled
