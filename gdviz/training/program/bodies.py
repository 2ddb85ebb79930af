"""What a written program begins and ends with: settings, examples, the network, its cost."""

from __future__ import annotations

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.training.program.choices import Choices
from gdviz.training.program.parts import INITIALIZERS


def settings(choices: Choices) -> str:
    """Give the settings that hold at the start."""
    config = choices.first
    lines = [
        "# --- settings ".ljust(99, "-"),
        "",
        f"layer_sizes = {config.layer_sizes!r}",
        f"seed = {config.seed}  # of the start, the order of the examples and all else at random",
        f"n_steps = {choices.n_steps}  # mini-batches",
    ]
    for variable in choices.variables:
        if "hidden" in variable.names or variable in choices.functions:
            continue  # functions, which are yet to be defined
        comment = f"  # {variable.comment}" if variable.comment else ""
        lines.append(f"{variable.assignment(config)}{comment}")
    return "\n".join(lines) + "\n"


def examples(choices: Choices) -> str:
    """Give what reads the examples and, if they are, damages their labels."""
    config = choices.first
    parts = [
        "# --- examples ".ljust(99, "-") + "\n",
        '''\
def read_idx(name):
    """Give the array in an IDX file: its type, its dimensions, then its bytes."""
    path = next((p for p in (folder / f"{name}.gz", folder / name) if p.exists()), None)
    if path is None:
        sys.exit(f"{name} (plain or .gz) is not in {folder}; say where: python run.py FOLDER")
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    start = 4 + 4 * content[3]
    shape = struct.unpack(f">{content[3]}I", content[4:start])
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
''',
    ]
    lines = [
        "folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent",
        'images = read_idx("train-images-idx3-ubyte")',
        "images = images.reshape(len(images), -1)  # one a row, 0 to 255",
        'labels = read_idx("train-labels-idx1-ubyte")',
    ]
    if config.shuffle_labels:
        lines += [
            f"# {config.shuffle_labels:.4g} of the labels are shuffled among themselves.",
            "generator = np.random.default_rng([seed, 0x5F1E])",
            f"share = round({config.shuffle_labels!r} * len(labels))",
            "chosen = generator.permutation(len(labels))[:share]",
            "labels = labels.copy()",
            "labels[chosen] = labels[generator.permutation(chosen)]",
        ]
    if config.n_examples is not None:
        lines.append(f"images, labels = images[:{config.n_examples}], labels[:{config.n_examples}]")
    lines.append("n_examples = len(labels)")
    pictures = '''\
def pictures(rows):
    """Give some images as numbers from 0 to 1."""
    return images[rows] * np.float32(1 / 255)
'''
    return "\n\n".join([*parts, "\n".join(lines) + "\n", pictures])


def start(choices: Choices) -> str:
    """Give what draws the first weights and biases."""
    config = choices.first
    drawn = "".join(f"    {line}\n" for line in INITIALIZERS[config.initializer])
    biases = (
        "generator.standard_normal(n_out)" if config.initializer == "normal" else "np.zeros(n_out)"
    )
    lines = [
        "# --- the network ".ljust(99, "-"),
        "",
        "generator = np.random.default_rng([seed, 0])",
        "parameters = []  # weights and biases of the first layer, of the second, ...",
        "for n_in, n_out in zip(layer_sizes, layer_sizes[1:]):",
        f"{drawn}    parameters.append({biases})",
        "parameters = [parameter.astype(np.float32) for parameter in parameters]",
        "weights, biases = parameters[::2], parameters[1::2]",
    ]
    lines += [v.assignment(config) for v in choices.functions if choices.varies(v)]
    if choices.has_memory:
        lines.append(memory(choices, 0))
    return "\n".join(lines) + "\n"


def end(choices: Choices, cost: float | None) -> str:
    """Give what computes and prints the final cost, beside what gdviz came to if it is known."""
    own = "" if cost is None else f"; gdviz came to {cost:.8f}"
    return f"""\
# The cost: the sum over the outputs, the mean over all examples.
costs = []
for first in range(0, n_examples, 1000):
    rows = np.arange(first, min(first + 1000, n_examples))
    zs, activations = forward(pictures(rows))
    costs.append({choices.name("example_costs")}(zs[-1], activations[-1], targets_of(rows)))
cost = np.concatenate(costs).mean(dtype=float)
print(f"cost {{cost:.8f}} after {{n_steps:,}} steps{own}")
"""


def memory(choices: Choices, k: int) -> str:
    """Give what makes the empty memory of the optimizer of a phase."""
    count = len(OPTIMIZERS[choices.phases[k][1].optimizer].arrays)
    return f"memories = [np.zeros(({count}, *p.shape), np.float32) for p in parameters]"
