"""The steps of a written program, with what is changed between them."""

from __future__ import annotations

from gdviz.training.program.bodies import memory
from gdviz.training.program.choices import Choices


def loop(choices: Choices) -> str:
    """Give the steps, with what is changed between them."""
    lines = ["# --- training ".ljust(99, "-"), "", "epoch = position = 0"]
    if choices.counts_updates:
        lines.append("n_updates = 0  # since the optimizer began")
    lines += [
        "for step in range(n_steps):",
        "    if position == 0:",
        "        order = np.random.default_rng([seed, 1, epoch]).permutation(n_examples)",
    ]
    for k, (step, _) in enumerate(choices.phases[1:], start=1):
        changes = _changes(choices, k)
        if changes and step < choices.n_steps:
            lines += [f"    if step == {step}:  # changed on the way"]
            lines += [f"        {change}" for change in changes]
    lines += [*_rate(choices), "    rows = order[position : position + mini_batch]"]
    if choices.counts_updates:
        lines.append("    n_updates += 1")
    gradients = "gradients_of(rows)"
    if choices.is_large:
        gradients = "large_gradients_of(rows) if len(rows) > 1000 else gradients_of(rows)"
        lines.append(f"    gradients = {gradients}")
        gradients = "gradients"
    if choices.has_memory:
        lines.append(
            f"    for parameter, gradient, memory in zip(parameters, {gradients}, memories):"
        )
    else:
        lines.append(f"    for parameter, gradient in zip(parameters, {gradients}):")
    lines += _pulled(choices)
    update = "parameter -= rate * gradient"
    if choices.has_memory:
        update = f"{choices.name('optimizer')}(parameter, gradient, memory, rate)"
    lines += [
        f"        {update}",
        "    position += mini_batch",
        "    if position >= n_examples:",
        "        epoch, position = epoch + 1, 0",
    ]
    last_step = choices.phases[-1][0]
    if len(choices.phases) > 1 and last_step >= choices.n_steps:
        lines += [
            variable.assignment(choices.phases[-1][1])
            for variable in choices.changed(len(choices.phases) - 1)
            if variable.is_of_network
        ]
    return "\n".join(lines) + "\n"


def _rate(choices: Choices) -> list[str]:
    """Give what computes the learning rate of a step, which gdviz keeps in single precision."""
    if not choices.has_schedule:
        return ["    rate = float(np.float32(learning_rate))"]
    return [
        "    progress = min((epoch + position / n_examples) / schedule_epochs, 1)",
        f"    rate = float(np.float32(learning_rate * {choices.name('schedule')}(progress)))",
    ]


def _changes(choices: Choices, k: int) -> list[str]:
    """Give what is assigned at the beginning of a phase."""
    config = choices.phases[k][1]
    changed = choices.changed(k)
    lines = [variable.assignment(config) for variable in changed]
    if any("optimizer" in variable.names for variable in changed):
        lines.append(memory(choices, k))  # another optimizer remembers nothing
        if choices.counts_updates:
            lines.append("n_updates = 0")
    return lines


def _pulled(choices: Choices) -> list[str]:
    """Give what adds the penalties to the gradient."""
    terms = ["l1 * np.sign(parameter)"] if choices.has_l1 else []
    lines = ["        if parameter.ndim == 2:  # weights are pulled, biases never"]
    pull = "l2"
    if choices.has_l2_slope and choices.has_decay:
        pull = "pull"
        lines.append("            pull = 0 if optimizer is adamw else l2  # AdamW has its own way")
    if choices.has_l2_slope:
        terms.append(f"{pull} * parameter")
    pulls = f"({' + '.join(terms)})" if len(terms) > 1 else "".join(terms)
    lines.append(f"            gradient = gradient + {pulls}")
    return lines if terms else []
