"""Every action of the window: its name, words, keys and picture, in one table.

The object names are promises to scripts; the keys are those of the list behind ``Ctrl+/``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMainWindow

from gdviz.qt.icons import icon
from gdviz.qt.playback import BACKWARD, FORWARD
from gdviz.qt.theme import Theme
from gdviz.qt.time_control import TimeControl


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    Parameters
    ----------
    key : str
        The object name is ``action_<key>``.
    text : str
        In menus and on buttons.
    shortcuts : tuple of str
        The first is shown.
    icon : str
        File in ``resources/icons`` without its suffix, or empty.
    explanation : str
        Status tip, tool tip and what a screen reader says.
    """

    key: str
    text: str
    shortcuts: tuple[str, ...]
    icon: str
    explanation: str


RUN_EXPLANATION = "Train, or pause between two mini-batches"
FORK_TEXT = "Run from here: a new branch"
FORK_EXPLANATION = "Run from here: a new branch begins, and what was trained stays as it is"

ACTIONS = (
    ActionSpec("run", "Run", ("Space",), "run", RUN_EXPLANATION),
    ActionSpec("step", "Step", (".",), "step", "Take exactly one mini-batch"),
    # Qt finds it under whatever character Shift and the full stop give on a keyboard; naming
    # that character too would make the shortcut ambiguous.
    ActionSpec("step_epoch", "Epoch", ("Shift+.",), "epoch", "Train to the end of this epoch"),
    ActionSpec("run_until", "Run until…", ("U",), "", "Train until a goal that you set"),
    ActionSpec(
        "step_back", "Back", (",",), "back", "Look at the step before, exactly; nothing is lost"
    ),
    ActionSpec("play", "Play", ("P",), "play_forward", "Play the steps that were taken, forward"),
    ActionSpec(
        "play_backward",
        "Play backward",
        ("Shift+P",),
        "play_backward",
        "Play the steps that were taken, backward",
    ),
    ActionSpec("newest", "To newest step", ("Ctrl+.",), "newest", "Go back to the newest step"),
    ActionSpec("loop", "Loop", ("Shift+L",), "loop", "Repeat a range while the run is played"),
    ActionSpec("loop_from", "Loop from here", ("I",), "", "Begin the loop at the step shown"),
    ActionSpec("loop_to", "Loop to here", ("O",), "", "End the loop at the step shown"),
    ActionSpec("restart", "Restart", ("R",), "restart", "Begin again from the same start"),
    ActionSpec("new_start", "New random start", ("N",), "dice", "Begin again with another seed"),
    ActionSpec("slower", "Slower", ("[",), "", "Fewer steps a second"),
    ActionSpec("faster", "Faster", ("]",), "", "More steps a second"),
    ActionSpec(
        "find_learning_rate",
        "Find learning rate…",
        ("F",),
        "",
        "Sweep the learning rate on a copy of the network",
    ),
    ActionSpec("log_axis", "Log axis", ("L",), "", "Cost on a logarithmic or a linear axis"),
    ActionSpec("open", "Open…", ("Ctrl+O",), "open", "Open a saved network or session"),
    ActionSpec("save", "Save…", ("Ctrl+S",), "save", "Save the network with its training state"),
    ActionSpec(
        "save_session",
        "Save session…",
        ("Ctrl+Shift+S",),
        "",
        "Save all branches, curves and views",
    ),
    ActionSpec("run_library", "Run library…", ("Ctrl+L",), "", "List the runs that were kept"),
    ActionSpec("data", "Data…", ("D",), "", "Choose the images, their classes and label noise"),
    ActionSpec("preferences", "Preferences…", ("Ctrl+,",), "", "Theme, autosave and memory"),
    ActionSpec("record", "Save picture…", ("Ctrl+P",), "camera", "Save the window as PNG"),
    ActionSpec("curves", "Save curves…", (), "", "Save every step's cost as CSV"),
    ActionSpec("quit", "Quit", ("Ctrl+Q",), "", "Stop training and close"),
    ActionSpec("undo", "Undo", ("Ctrl+Z",), "", "Undo the last setting, restart or opened file"),
    ActionSpec("redo", "Redo", ("Ctrl+Shift+Z",), "", "Do it again"),
    ActionSpec(
        "copy_run", "Copy run as text", ("Ctrl+Shift+C",), "", "Copy settings and changes as text"
    ),
    ActionSpec("paste_run", "Paste run", ("Ctrl+Shift+V",), "", "Begin the run that was copied"),
    ActionSpec("workspace_hill", "Hill", ("1",), "", "See what gradient descent is"),
    ActionSpec("workspace_train", "Train", ("2",), "", "See how a real network learns"),
    ActionSpec("workspace_inspect", "Inspect", ("3",), "", "See what a network has learned"),
    ActionSpec("workspace_lab", "Lab", ("4",), "", "Try what is said of networks"),
    ActionSpec("menu", "Menu", ("F10",), "", "Open the menu"),
    ActionSpec("reset_layout", "Reset layout", (), "", "Put every panel back to its place"),
    ActionSpec("full_screen", "Full screen", ("F11",), "expand", "Fill the screen, or leave it"),
    ActionSpec("keys", "List of keys", ("Ctrl+/",), "", "Show every key"),
    # For those who work on the window itself: in the list of keys, not in the menus.
    ActionSpec(
        "frame_times", "Frame times", ("Ctrl+Shift+F",), "", "Show what each view's frames take"
    ),
    ActionSpec("explain", "Explain this", ("F1",), "", "Explain what has the focus"),
    ActionSpec("about", "About gdviz", (), "", "Version, licence and where the data are from"),
)

REPEATING = frozenset({"step", "step_back", "slower", "faster", "undo", "redo"})
"""Actions whose keys may be held down."""
WORKSPACE_ACTIONS = ("workspace_hill", "workspace_train", "workspace_inspect", "workspace_lab")
CHECKABLE = ("run", "play", "play_backward", "loop", *WORKSPACE_ACTIONS)
"""Actions that are on or off."""


class Actions:
    """The actions of a window, by key.

    Parameters
    ----------
    window : QMainWindow
        Owns them, so that their keys work wherever the focus is.
    handlers : dict of callable
        What each does; every key of `ACTIONS` must be in it.
    """

    def __init__(self, window: QMainWindow, handlers: dict[str, Callable[[], object]]) -> None:
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(spec.text, window)
            action.setObjectName(f"action_{spec.key}")
            action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            shown = f" ({spec.shortcuts[0]})" if spec.shortcuts else ""
            action.setToolTip(f"{spec.explanation}{shown}")
            action.setStatusTip(spec.explanation)
            # A key held down repeats a step, not a restart or a pause.
            action.setAutoRepeat(spec.key in REPEATING)
            handler = handlers[spec.key]
            # The bool that triggered carries is none of the handlers' business.
            action.triggered.connect(lambda _checked=False, handler=handler: handler())
            window.addAction(action)
            self._actions[spec.key] = action
        self._run_icons: dict[str, QIcon] = {}
        for key in CHECKABLE:
            self[key].setCheckable(True)

    def __getitem__(self, key: str) -> QAction:
        return self._actions[key]

    def restyle(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours."""
        for spec in ACTIONS:
            if spec.icon:
                self[spec.key].setIcon(icon(spec.icon, theme.text, theme.muted))
        # To draw one takes 4 ms, in which a pause would have to wait.
        self._run_icons = {
            "Run": self["run"].icon(),
            "Pause": icon("pause", theme.text, theme.muted),
            "Fork": icon("fork", theme.text, theme.muted),
        }

    def show_running(self, running: bool, *, is_past: bool = False) -> None:
        """Make the Run action say what the worker does, not what was clicked.

        Parameters
        ----------
        running : bool
        is_past : bool
            Whether a step before the newest is shown: to run from there begins a branch.
        """
        action = self["run"]
        short = "Pause" if running else "Fork" if is_past else "Run"
        if action.iconText() == short and action.text() and action.isChecked() == running:
            return
        with QSignalBlocker(action):  # The button takes everything over once, not five times.
            self._write_run(action, short, is_checked=running)
        action.changed.emit()

    def _write_run(self, action: QAction, short: str, *, is_checked: bool) -> None:
        action.setChecked(is_checked)
        text = FORK_TEXT if short == "Fork" else short
        explanation = FORK_EXPLANATION if short == "Fork" else RUN_EXPLANATION
        action.setText(text)
        # What stands on the button, where there is no room for a sentence.
        action.setIconText(short)
        action.setToolTip(f"{explanation} (Space)")
        action.setStatusTip(explanation)
        action.setIcon(self._run_icons[short])

    def show_time(self, control: TimeControl) -> None:
        """Say what can be done with the steps that were taken, and what is being played."""
        first, last = control.run_ends
        for key in ("play", "play_backward", "loop", "loop_from", "loop_to"):
            self[key].setEnabled(last > first)
        self["play"].setChecked(control.direction == FORWARD)
        self["play_backward"].setChecked(control.direction == BACKWARD)
        self["loop"].setChecked(control.is_looping)
        self["newest"].setEnabled(control.is_past)
        self["step_back"].setEnabled(control.shown_step > first)
