"""What the window says about itself: keys, explanations, version and sources."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QMessageBox, QWhatsThis, QWidget

import gdviz
from gdviz.qt.actions import ACTIONS

EXPLANATIONS = {
    "dock_settings": "Everything that defines a run. What says where a run begins (hidden layers, "
    "initializer, seed, examples, label noise) waits for a restart once training has begun; all "
    "else changes at the next step, and each change is marked on the curves.",
    "dock_cost_surface": "The real cost on a plane through the 13,002-dimensional space of "
    "weights and biases. The ball is the network, projected on that plane; the off-plane meter "
    "says how much of it lies beside the plane, and the wedge on the colour bar is its true cost. "
    "On the map the arrow keys or a click read the cost at a computed point, Enter or a double "
    "click puts the ball there, and undo takes it back. In 3-D the arrow keys or a drag turn the "
    "block, plus, minus or the wheel zoom, Home turns it back. In 1-D, up and down choose a slice.",
    "dock_cost_curves": "The cost of every mini-batch (raw and smoothed), the cost and the "
    "accuracy on the test images, which the network never trains on. Dotted lines mark where a "
    "setting was changed.",
    "dock_first_layer_weights": "Each tile holds the 784 weights into one neuron of the first "
    "hidden layer, where the pixels are that they belong to.",
    "dock_gradient_magnitudes": "How much each weight and bias matters now: the components of "
    "the gradient of the cost on the last mini-batch.",
    "dock_four_beats": "The next step in four beats: F forward, C cost, G gradient, U update; "
    "Enter or the right arrow go on. Over the next mini-batch the update is the run's own next "
    "step, and the new weights are compared with what was foretold. Over one example (< and > "
    "choose it) or all images it is shown what a step would do; M puts the network there, which "
    "undo takes back. Rows of weights are found by name, and a click selects one.",
    "dock_gradient_noise": "The gradient of a mini-batch beside that of all training images: the "
    "angle between them, how long one is beside the other, and the noise scale, which is the size "
    "of mini-batch at which noise and gradient are equally large. Now has the angles of many "
    "mini-batches; Memory has what the optimizer remembers of each weight, and its next step. All "
    "is computed while this panel is in sight.",
    "dock_all_components": "All components of the gradient beside their weights: by its sign −∇C "
    "says up or down, by its size how much a weight matters. Find by name, filter, and sort by a "
    "click on a head or in the menu; rows stand still under the pointer. A click or Enter selects "
    "a weight in every view. One weight shows its exact slice of the cost beside those of the "
    "weights that matter most and least, and a nudge moves it on a copy. How few shows how many "
    "weights carry which share of |∇C|².",
    "dock_ruler": "All parameters on one strip, layer by layer, weights then biases: coloured by "
    "value, gradient, change since the start or the optimizer's memory. The wheel, plus and minus "
    "zoom from the whole strip to one number, a drag or the arrow keys move, Page up and Page down "
    "go from layer to layer, Escape shows all. Click a number of the sum to see that part.",
    "dock_race_of_gradients": "The same gradient twice: by backpropagation, in one pass forward "
    "and one back, and by central differences, which move one weight at a time and evaluate the "
    "cost twice for each. Race begins on a copy of the network as it is now and can be cancelled; "
    "at the end it says how well the two agree. Changed layers keeps of every forward pass what "
    "the moved weight does not reach. Error over ε shows the two branches of the error: rounding "
    "falls with ε, truncation rises with ε or ε²; dots mark the best ε, wedges what theory says.",
    "dock_smoothness": "Why neurons are smooth: k makes the sigmoids of a copy of the network "
    "steeper, up to hard steps at the far right. |∇C| of the mean gets erratic and then 0, that of "
    "the median image vanishes, neurons saturate, and the slice of the cost becomes a staircase, "
    "while the trained network goes on recognising. The slice goes along −∇C or along the weight "
    "that is selected in the window.",
    "dock_example": "One test image through the network: ten outputs beside their targets, and "
    "the squared differences that add up to its cost.",
    "dock_branches": "A branch is one way on from a moment of the run. To fork, scrub back and "
    "press Run, or change a setting there: the way that was taken is kept. Enter or a double "
    "click goes on with a branch, F2 renames it, H hides it on the curves and the surface, Delete "
    "puts it away until you undo. The selected branch is compared with the live one at the newest "
    "step that both have taken; brackets are 95 % intervals.",
    "dock_hill_curve": "A cost of one variable. Click, or move the cursor with the arrow keys and "
    "press Enter, to drop balls; Space runs, full stop and comma step. The axis is painted with "
    "the valley to which gradient descent leads from there; the mark below η is 2/C″ of the "
    "nearest valley: above it, steps there grow instead of shrinking.",
    "dock_hill_map": "A cost of two variables. Every optimizer begins at the white dot, which is "
    "dragged or moved with the arrow keys; each path has a corner at every step. Arrows point "
    "along −∇C. The compass shows the cost in all directions around the chosen optimizer, dashed "
    "what the gradient predicts: the cosine law.",
    "dock_tally": "1,000 balls start anywhere on a hill of many valleys, in 1, 2 and 10 "
    "dimensions, and go down with the chosen optimizer. The bars say how high they came to rest, "
    "green those in the lowest valley; at the right is their share with its 95 % interval. Every "
    "ball finds a valley; with the dimensions, hardly any finds the lowest.",
    "dock_network": "The inspected network for the example: discs are filled by activation, edges "
    "coloured by what they carry (or by weight, or by the slope of this example's cost), the "
    "weights into the first layer stand beside it as pictures. A click or the arrow keys choose a "
    "neuron, Escape lets it go; point at an edge, a neuron or a pixel to read its numbers. What "
    "varies tells the cost's variables from its constants.",
    "dock_neuron": "The neuron that was chosen: its activation curve with this example on it, the "
    "weighted inputs z of 1,000 test images below, its weights, the images that excite it most "
    "and least. Drag the dot, type, or press the left or right arrow to change its bias: a copy "
    "of the network is changed, and undo takes it back.",
    "dock_lab_shelf": "What is said of networks, each as an experiment that runs here. Up and down "
    "choose one, Enter runs it, Escape gives the run up. The mark says what came of it in this "
    "session.",
    "dock_lab_experiment": "The claim and where it is from; what you predict; the settings; while "
    "it runs, what is known by then; then the verdict with its figures. Brackets are 95 % "
    "intervals. In a chart the arrow keys read values. Training in the window may go on meanwhile.",
    "dock_lab_results": "The results of this experiment in this session. With Ctrl or Shift a "
    "second one is shown beside the first. Any network of a result can be looked at in Inspect or "
    "trained on in Train; undo has the former run back.",
    "dock_timeline": "Every step of the run on one strip. Drag, click, turn the wheel or use the "
    "arrow keys to look at a step that was taken; all views follow, and the curves show a cursor. "
    "Page up and page down go an epoch, Home to the start, End to the newest step. Flags mark "
    "changed settings, arrows saved networks, coloured dots where branches leave. Nothing is ever "
    "lost: what you change in the past, and Run there, begins a new branch.",
    "dock_arithmetic": "One neuron, cell by cell: each weight times its input, their sum, the "
    "bias, the activation; and backward, how the cost comes back to each weight. Point at a cell, "
    "or go through them with the arrow keys.",
    "dock_wishes": "The image is changed step by step along the gradient until a neuron is as "
    "excited as can be: nothing is learned, the weights stay. The second image is also kept "
    "smooth. Beside them are the average of real images and the training image that is nearest. "
    "A click, or Enter, makes a picture the example of all panels.",
    "dock_compare": "Two networks side by side. Hidden neurons have no order, so they are matched "
    "first; then their weights, their mistakes and the cost on the straight line between them can "
    "be compared.",
    "dock_inspect_example": "The image that is sent through the network. Browse all of them, only "
    "those that it gets wrong, or those of which it is least sure.",
    "dock_drawing_pad": "Draw a digit; the small picture is what the network gets: the longer side "
    "20 of 28 pixels, the centre of mass in the middle, as MNIST's digits were made. With the "
    "keyboard, arrows move the brush (with Shift finely), Enter puts it down and lifts it, plus "
    "and minus change it, Page Up and Page Down turn the drawing, Delete clears. Ctrl+Z undoes a "
    "stroke, Ctrl+V pastes a picture; PNG, JPEG and BMP files can be dropped.",
    "dock_outputs": "The outputs for this image, beside what they should be, and what each adds to "
    "the cost of the image.",
    "dock_confusion": "How often images of one digit are called another. Choose a cell to see its "
    "images under Mistakes.",
    "dock_mistakes": "The images that the network gets wrong, those first of which it is surest. "
    "The histogram shows what single images cost; choose a bar to see its images.",
    "dock_certainty": "How far its outputs can be believed: on noise, against how often it is "
    "right, at another temperature, and when it may abstain.",
    "dock_fragility": "Drag the digit, or use the arrow keys: all panels follow, and the map shows "
    "how many of 1,000 test images are right when all are moved as far. The curves do the same "
    "for turning and for noise; drag on them to turn the example or to make it noisy. Brackets "
    "are 95 % intervals. Home puts the digit back.",
    "dock_surgery": "Change the network by hand and see what it costs: switch off neurons, prune "
    "small weights, add noise, make the sigmoid a step. A network in training is not touched; you "
    "change a copy.",
    "dialog_run_until": "The run goes on until the first of the checked conditions is met, then "
    "pauses at exactly that step. The cost is the smoothed one of the curves. A fall counts when "
    "it leads at least 1 % below the lowest level before it.",
    "dialog_run_library": "Every run of at least 100 steps is kept here when it finishes and when "
    "you leave it. Enter or a double click opens one where it ended, with all its branches; the "
    "run that is shown is kept first. Delete removes one, Ctrl+Z brings it back. The search looks "
    "for all words in titles, dates and settings, as in 'adam dropout'.",
    "dialog_crash_report": "What the interpreter wrote when gdviz ended unexpectedly, and what the "
    "log says of that process. Copy takes all of it, for those who can mend it.",
    "dialog_data": "What is trained on: a table (CSV), arrays (NPZ), IDX files or a folder with a "
    "sub-folder of pictures for each class. Choose classes, how many images, and how many labels "
    "are shuffled; Train begins a new run, undo brings the former one back. A class that is left "
    "out keeps its output. Everything stands in the settings, so that a run can be repeated.",
    "dialog_preferences": "The session is saved by itself while something changes, so that "
    "nothing is lost if gdviz or the machine stops. The memory of a run is bounded whatever its "
    "length: its bounds stand beside what is used now.",
    "dialog_find_learning_rate": "A copy of the network takes one mini-batch at each learning "
    "rate, from small to large. While the rate is too small the cost stands still, then it falls, "
    "and where it rises the steps are too long. A tenth of the rate at the lowest cost is "
    "suggested; nothing is changed until you use it.",
}


def _show(parent: QWidget, title: str, text: str) -> None:
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(text)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def show_keys(parent: QWidget) -> None:
    """Show every key in a table."""
    rows = "".join(
        f"<tr><td><b>{spec.shortcuts[0]}</b>&nbsp;&nbsp;</td><td>{spec.explanation}</td></tr>"
        for spec in ACTIONS
        if spec.shortcuts
    )
    _show(parent, "Keys", f"<table cellspacing='4'>{rows}</table>")


def show_about(parent: QWidget) -> None:
    """Show version, licence and sources."""
    _show(
        parent,
        "About gdviz",
        f"<h3>gdviz {gdviz.__version__}</h3>"
        "<p>A neural network learns handwritten digits in front of you, after the lesson "
        "“Gradient descent, how neural networks learn”.</p>"
        "<p>MIT licence. MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, "
        "CC BY-SA 3.0. Inter by The Inter Project Authors, SIL Open Font License.</p>",
    )


def explain(window: QWidget) -> None:
    """Explain what has the focus, or the panel it is in."""
    focus = QApplication.focusWidget() or window
    widget: QWidget | None = focus
    text = focus.whatsThis() or focus.toolTip()
    while not text and widget is not None:
        if isinstance(widget, QDockWidget | QDialog):
            text = EXPLANATIONS.get(widget.objectName(), "")
        widget = widget.parentWidget()
    text = text or "Space runs and pauses, a full stop takes one step. Ctrl+/ lists every key."
    QWhatsThis.showText(focus.mapToGlobal(QPoint(0, focus.height())), text, focus)
