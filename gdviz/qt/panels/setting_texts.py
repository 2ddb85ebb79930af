"""What the settings panel says: an explanation of every field, hints and summaries. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from gdviz.qt.widgets.ticks import format_number
from gdviz.training.config import TrainingConfig

LIVE = "Changes at the next step and is marked on the curves."
WAITS = "Waits for a restart once training has begun."

EXPLANATIONS = {
    "preset": "A whole set of settings. What may change while running changes at once, the rest "
    "waits for a restart. Own settings: at least one differs from every preset.",
    "hidden": f"Neurons in each hidden layer, for example 16, 16. {WAITS}",
    "hidden_activation": "The function σ of every hidden neuron: its activation is σ of its "
    f"weighted input. {LIVE}",
    "output_activation": "The function of the output layer. Softmax makes the outputs "
    f"probabilities. {LIVE} The smoothed cost begins afresh there.",
    "steepness": "k in σ(kz): how steeply every sigmoid rises. Shown while a layer has a sigmoid. "
    f"{LIVE}",
    "cost": "What is minimised: the distance between the outputs and their targets. "
    f"{LIVE} The smoothed cost begins afresh there.",
    "optimizer": "How a gradient becomes a step. A method that is changed begins with an empty "
    f"memory. {LIVE}",
    "learning_rate": f"η: how long a step is along the negative gradient. {LIVE}",
    "mini_batch": "Examples in a step. All of them is the lesson's full-batch gradient descent. "
    f"{LIVE}",
    "schedule": "How the learning rate changes over the epochs: η is multiplied by a factor that "
    f"falls, or rises first and falls then. {LIVE}",
    "schedule_epochs": "Epochs over which the schedule is laid out; beyond them its last factor "
    f"holds. Shown unless the schedule is constant. {LIVE}",
    "l1": "λ₁ pulls every weight towards 0 by the same amount: small weights become 0. 0 is off; "
    f"0.00001 is a beginning. {LIVE}",
    "l2": "λ₂ pulls every weight towards 0 in proportion to it: large weights shrink most. 0 is "
    f"off; 0.0001 is a beginning. {LIVE}",
    "dropout": "Share of the hidden neurons that is switched off in each step, others for every "
    f"example. The test images always see the whole network. {LIVE}",
    "n_examples": "Only the first so many training images are used; a number above all of them "
    f"means all. {WAITS}",
    "shuffle_labels": f"Share of the training labels that is mixed up among them. {WAITS}",
    "epochs": "Passes over the training images after which the run is finished.",
    "augment_shift": "Each training image is shifted by up to so many pixels, to the sides and up "
    f"or down, otherwise in every epoch. {LIVE}",
    "augment_rotation": "Each training image is turned by up to so many degrees, either way, "
    f"otherwise in every epoch. {LIVE}",
    "augment_noise": "Standard deviation of the noise on every pixel of a training image, in per "
    f"cent of black to white. {LIVE}",
    "initializer": f"From what the first weights are drawn. {WAITS}",
    "seed": "The start, the order of the images and everything else that is drawn follow from "
    f"this number: the same seed gives the same run. {WAITS}",
}

FOLDED = {
    "regularisation": "L1, L2 and dropout: what keeps a network from learning its training images "
    "by heart.",
    "augmentation": "The training images are shifted, turned and made noisy, otherwise in every "
    "epoch. The test images never are.",
}

PENALTIES = "L1 and L2 are added to the gradient of the weights; the cost shown is without them."
DECOUPLED = (
    "L2 is decoupled: weights shrink by η·λ₂ each step. L1 is added to the gradient. The cost "
    "shown is without either."
)
ADAMW_ALONE = "AdamW without L2 is Adam."


def class_names(names: Sequence[str]) -> str:
    """Say which output stands for which class, where classes have names."""
    return ", ".join(f"{label} {name}" for label, name in enumerate(names))


def optimizer_hint(config: TrainingConfig) -> str:
    """Give what must be known of the optimizer with the other settings; often nothing."""
    return ADAMW_ALONE if config.optimizer == "adamw" and config.l2 == 0 else ""


def penalties_hint(config: TrainingConfig) -> str:
    """Give how the penalties enter a step."""
    return DECOUPLED if config.optimizer == "adamw" else PENALTIES


def regularisation_summary(config: TrainingConfig) -> str:
    """Give what of L1, L2 and dropout is on, in a few words."""
    return _summary(
        ("L1", "", config.l1, ""), ("L2", "", config.l2, ""), ("dropout", "", config.dropout, "%")
    )


def augmentation_summary(config: TrainingConfig) -> str:
    """Give what of shift, rotation and noise is on, in a few words."""
    return _summary(
        ("shift", "±", config.augment_shift, " px"),
        ("rotation", "±", config.augment_rotation, "°"),
        ("noise", "", config.augment_noise, "%"),
    )


def _summary(*settings: tuple[str, str, float, str]) -> str:
    """Give one setting with its value, or the names of several: there is room for no more."""
    used = [setting for setting in settings if setting[2]]
    if len(used) != 1:
        return ", ".join(name for name, *_ in used) or "off"
    ((name, sign, value, unit),) = used
    number = f"{format_number(100 * value)} %" if unit == "%" else f"{format_number(value)}{unit}"
    return f"{name} {sign}{number}"


def has_sigmoid(config: TrainingConfig) -> bool:
    """Tell whether any layer has a sigmoid, whose steepness then counts."""
    hidden = config.hidden_activation == "sigmoid" and len(config.layer_sizes) > 2
    return hidden or config.output_activation == "sigmoid"
