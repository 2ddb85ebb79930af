"""The passes of a written program: forwards, and back, with what is drawn at random for them."""

from __future__ import annotations

from gdviz.training.program.choices import Choices

_HASH = '''\
def hashed(x):
    """Give 64 well mixed bits for each number, by SplitMix64."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def numbers(purpose, rows, stream, count):
    """Give numbers at random that depend on the epoch, the example's row and the place alone."""
    key = np.random.SeedSequence([seed, purpose, epoch]).generate_state(1, np.uint64)
    row_keys = hashed(key ^ hashed(rows.astype(np.uint64) + np.uint64(stream << 48)))
    places = np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return hashed(row_keys[:, np.newaxis] + places)
'''
_MASKS = '''\
def masks_of(rows):
    """Give what each hidden layer is multiplied by: 0 for the neurons that are switched off."""
    limit, kept = np.uint64(round(dropout * 2**24)), np.float32(1 / (1 - dropout))
    drawn = [numbers(3, rows, k, size) for k, size in enumerate(layer_sizes[1:-1])]
    return [np.where(bits >> np.uint64(40) >= limit, kept, np.float32(0)) for bits in drawn]
'''
_MOVED = '''\
def moved(inputs, rows):
    """Give images turned about their middle and then shifted, mixed from the nearest pixels."""
    draws = 2 * ((numbers(4, rows, 0, 3) >> np.uint64(40)) / 2.0**24) - 1
    dx, dy = draws[:, :1] * augment_shift, draws[:, 1:2] * augment_shift
    angle = draws[:, 2:] * math.radians(augment_rotation)
    side = math.isqrt(inputs.shape[1])
    middle = (side - 1) / 2
    down, right = np.divmod(np.arange(side * side), side)
    x, y = (right - middle) - dx, (down - middle) - dy
    from_x = np.cos(angle) * x - np.sin(angle) * y + middle
    from_y = np.sin(angle) * x + np.cos(angle) * y + middle
    left, top = np.floor(from_x), np.floor(from_y)
    right_share, bottom_share = from_x - left, from_y - top
    result = np.zeros(inputs.shape)
    for row, row_share in ((top, 1 - bottom_share), (top + 1, bottom_share)):
        for column, column_share in ((left, 1 - right_share), (left + 1, right_share)):
            is_inside = (row >= 0) & (row < side) & (column >= 0) & (column < side)
            place = np.where(is_inside, row * side + column, 0).astype(int)
            pixel = np.where(is_inside, np.take_along_axis(inputs, place, 1), np.float32(0))
            result += row_share * column_share * pixel
    return result.astype(np.float32)
'''
_NOISY = '''\
NORMAL = np.array([NormalDist().inv_cdf((i + 0.5) / 4096) for i in range(4096)], np.float32)


def noisy(inputs, rows):
    """Give images with a normal number added to each pixel, cut off at 0 and 1."""
    drawn = numbers(4, rows, 1, -(-inputs.shape[1] // 4))
    lanes = np.arange(4, dtype=np.uint64) * np.uint64(16) + np.uint64(4)
    which = (drawn[:, :, np.newaxis] >> lanes) & np.uint64(0xFFF)
    noise = NORMAL[which.reshape(len(rows), -1)[:, : inputs.shape[1]]]
    return np.clip(inputs + np.float32(augment_noise) * noise, 0, 1)
'''
_LARGE = '''\
def large_gradients_of(rows):
    """Give the same of any number of examples, a thousand at a time."""
    total = [np.zeros_like(parameter) for parameter in parameters]
    for first in range(0, len(rows), 1000):
        part = rows[first : first + 1000]
        for added, gradient in zip(total, gradients_of(part)):
            added += len(part) / len(rows) * gradient
    return total
'''


def passes(choices: Choices) -> list[str]:
    """Give the pass forwards and the pass back, and what they need."""
    has_random = choices.has_dropout or choices.has_moves or choices.has_noise
    return [
        *([_HASH] if has_random else []),
        *([_MASKS] if choices.has_dropout else []),
        *([_MOVED] if choices.has_moves else []),
        *([_NOISY] if choices.has_noise else []),
        _forward(choices),
        _backward(choices),
        *([_LARGE] if choices.is_large else []),
    ]


def _forward(choices: Choices) -> str:
    hidden, output = choices.name("hidden"), choices.name("output")
    hidden_gain, output_gain = choices.gains
    weighted = "activations[-1] @ w.T + b"
    if hidden_gain:
        factor = hidden_gain
        if hidden_gain != output_gain:
            factor = f"({output_gain} if is_output else {hidden_gain})"
        weighted = f"{factor} * ({weighted})"
    function = f"{hidden}(zs[-1])"
    if hidden != output:
        function = f"{output}(zs[-1]) if is_output else {function}"
    lines = [f"        zs.append({weighted})", f"        activations.append({function})"]
    if choices.has_dropout:
        lines += [
            "        if masks and not is_output:",
            "            activations[-1] = activations[-1] * masks[k]",
        ]
    head = "for w, b in zip(weights, biases):"
    if any("is_output" in line for line in lines):
        head = "for k, (w, b) in enumerate(zip(weights, biases)):"
        lines.insert(0, "        is_output = k == len(weights) - 1")
    arguments = "inputs, masks=()" if choices.has_dropout else "inputs"
    return "\n".join([
        f"def forward({arguments}):",
        '    """Give the weighted inputs z of each layer, and activations, the inputs first."""',
        "    zs, activations = [], [inputs]",
        f"    {head}",
        *lines,
        "    return zs, activations",
        "",
    ])  # fmt: skip


def _backward(choices: Choices) -> str:
    hidden_gain, output_gain = choices.gains
    inputs, masks, through_mask = "pictures(rows)", "", ""
    if choices.has_moves:
        inputs = f"moved({inputs}, rows)"
    if choices.has_noise:
        inputs = f"noisy({inputs}, rows)"
    lines = []
    if choices.has_dropout:
        lines.append("    masks = masks_of(rows)")
        masks, through_mask = ", masks", " * masks[k - 1]"
    slope = f"{choices.name('hidden_slope')}(zs[k - 1])"
    slope = f"({hidden_gain} * {slope})" if hidden_gain else slope
    gain = f" * {output_gain}" if output_gain else ""
    error = f"{choices.name('output_error')}(zs[-1], activations[-1], targets_of(rows))"
    return "\n".join([
        "def targets_of(rows):",
        '    """Give the outputs that are wanted: 1 at the label, 0 elsewhere."""',
        "    return np.eye(layer_sizes[-1], dtype=np.float32)[labels[rows]]",
        "",
        "",
        "def gradients_of(rows):",
        '    """Give the slopes of the mean cost along all parameters, by backpropagation."""',
        *lines,
        f"    zs, activations = forward({inputs}{masks})",
        f"    error = {error}{gain} / len(rows)",
        "    gradients = []",
        "    for k in reversed(range(len(weights))):",
        "        gradients = [error.T @ activations[k], error.sum(axis=0), *gradients]",
        "        if k > 0:",
        f"            error = error @ weights[k]{through_mask} * {slope}",
        "    return gradients",
        "",
    ])  # fmt: skip
