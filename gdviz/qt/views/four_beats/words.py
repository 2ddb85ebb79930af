"""What each beat says happened, with its numbers."""

from __future__ import annotations

import numpy as np

from gdviz.analysis.beat_diagrams import Beat
from gdviz.analysis.beats import Beats
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Layout
from gdviz.qt import number_text
from gdviz.qt.accuracy_text import counted

TITLES: dict[Beat, str] = {
    "forward": "Forward  F",
    "cost": "Cost  C",
    "gradient": "Gradient  G",
    "update": "Update  U",
}
SCOPE_TITLES = {"example": "One example", "mini_batch": "Mini-batch", "all": "All images"}
PAUSE = "Pause to go through the next step beat by beat: forward, cost, gradient, update."
WAIT = "The beats of the next step appear here in a moment."


def name_of(layout: Layout, index: int) -> str:
    """Name a component in one line, for example ``hidden 2, 15 ← 10``."""
    return layout.component_title(index).replace("  ", ", ")


def examples_of(beats: Beats) -> str:
    """Say over which examples, for example ``the next mini-batch of 32``."""
    n = number_text.whole(beats.forward.n_examples)
    if beats.scope == "example":
        return f"training image {number_text.whole(beats.row or 0)}, a {beats.label}"
    if beats.scope == "mini_batch":
        return f"the next mini-batch of {n}"
    return f"all {n} training images"


def sentence(beats: Beats, beat: Beat) -> str:
    """Say what happens in a beat."""
    say = {"forward": _forward, "cost": _cost, "gradient": _gradient, "update": _update}
    return say[beat](beats)


def _forward(beats: Beats) -> str:
    means, which = beats.forward, examples_of(beats)
    disturbed = _disturbances(beats)
    if beats.scope == "example":
        outputs = means.activations[-1]
        said = int(np.argmax(outputs))
        text = f"{which}, goes through the layers. The largest output is {said}, at "
        text += f"{outputs[said]:.3f}"
        if said == beats.label:
            text += ": right."
        else:
            text += f"; that of its label {beats.label} is at {outputs[beats.label or 0]:.3f}."
        return f"{text[:1].upper()}{text[1:]}{disturbed}"
    return (
        f"{which[:1].upper()}{which[1:]} goes through the layers; the discs show mean activations. "
        f"The largest output is the label for {counted(means.n_right, means.n_examples)}."
        f"{disturbed}"
    ).replace("images goes", "images go")


def _disturbances(beats: Beats) -> str:
    config = beats.config
    notes = []
    if config.dropout:
        notes.append(f"with dropout, {number_text.percent(config.dropout, 0)} of hidden off")
    if config.augment_shift or config.augment_rotation or config.augment_noise:
        notes.append("augmented as in this epoch")
    return f" ({', '.join(notes)})" if notes else ""


def _cost(beats: Beats) -> str:
    means = beats.forward
    most = int(np.argmax(means.output_costs))
    adds = number_text.cost(float(means.output_costs[most]))
    what, n_outputs = what_is_summed(beats), len(means.output_costs)
    cost = number_text.cost(means.cost)
    if beats.scope == "example":
        text = f"The cost of this example is {cost}: the sum over {n_outputs} outputs of {what}."
    else:
        n = number_text.whole(means.n_examples)
        text = f"The cost is {cost}: the mean over {n} examples of the sum of {what}."
    return f"{text} Output {most} adds most, {adds}."


def what_is_summed(beats: Beats) -> str:
    """Say what each output adds to the cost of an example."""
    if beats.config.cost == "quadratic":
        return "(output − target)²"
    if beats.config.architecture.output_activation == "softmax":
        return "−log of the label's output"
    return "each output's cross-entropy"


def _gradient(beats: Beats) -> str:
    gradient = beats.gradient
    vector = gradient.vector.astype(np.float64)
    if not np.isfinite(vector).all():
        return "The gradient is not finite: no step can be taken from here."
    size = float(np.linalg.norm(vector))
    n = number_text.whole(vector.size)
    text = (
        f"Backpropagation sends the error back through the layers and gives ∂C/∂w for all {n} "
        f"weights and biases; |∇C| is {number_text.cost(size)}."
    )
    if size == 0:
        return text
    most = int(np.argmax(np.abs(vector)))
    way = "down" if vector[most] > 0 else "up"
    slope = number_text.three_digits(float(vector[most]))
    name = name_of(gradient.layout, most)
    return f"{text} C depends most on {name}, ∂C/∂w = {slope}: it goes {way}."


def _update(beats: Beats) -> str:
    if beats.after is None:
        return "The step is not finite: it cannot be taken. Choose a smaller learning rate."
    config = beats.config
    length = number_text.cost(float(np.linalg.norm(beats.step)))
    rate = number_text.tick(float(f"{beats.learning_rate:.4g}"))
    if beats.is_plain:
        return f"Each weight moves by −η∇C with η = {rate}; the step is {length} long."
    title = OPTIMIZERS[config.optimizer].title
    penalty = " and ".join(name for name, value in (("L1", config.l1), ("L2", config.l2)) if value)
    if config.optimizer == "gradient_descent":
        return (
            f"Each weight moves by −η(∇C + the pull of {penalty}) with η = {rate}, which is not "
            f"−η∇C; the step is {length} long."
        )
    pulled = f", with the pull of {penalty}" if penalty else ""
    n_updates = beats.state.optimizer_step
    remembers = OPTIMIZERS[config.optimizer].arrays
    memory = f" It remembers {number_text.whole(n_updates)} steps." if remembers else ""
    return (
        f"This is {title}'s own step{pulled}, not −η∇C (η = {rate}); it is {length} long.{memory}"
    )


def outcome(beats: Beats, n_equal: int | None) -> str:
    """Say what has become of the step.

    Parameters
    ----------
    beats : Beats
    n_equal : int or None
        New weights of the run that are what was foretold, to the bit; None: not taken.
    """
    if beats.after is None:
        return ""
    count = beats.before.layout.size
    if n_equal is None:
        if beats.scope == "mini_batch":
            return "The run takes this step now."
        whole = number_text.whole(beats.n_batch)
        text = f"Not taken: the run itself goes by mini-batches of {whole}. "
        forgets = " and empties the optimizer's memory" if len(beats.state.optimizer_state) else ""
        return f"{text}Move there (M) puts the network there{forgets}; it can be undone."
    all_of = number_text.whole(count)
    if n_equal == count:
        return f"Taken: all {all_of} new weights of the run are the foretold ones, to the last bit."
    return f"Taken: {number_text.whole(n_equal)} of {all_of} new weights are the foretold ones."


def cost_change(beats: Beats) -> str:
    """Say what the step does to the cost of the same examples."""
    if beats.cost_after is None:
        return ""
    before, after = beats.forward.cost, beats.cost_after
    way = "falls" if after < before else "rises" if after > before else "stays"
    n = number_text.whole(beats.forward.n_examples)
    same = "this example" if beats.scope == "example" else f"these {n}"
    return (
        f" The cost of {same} {way} from {number_text.fixed(before, 4)} to "
        f"{number_text.fixed(after, 4)}."
    )
