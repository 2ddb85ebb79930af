"""What each action of the window does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gdviz.qt import help_texts
from gdviz.qt.playback import BACKWARD, FORWARD
from gdviz.runtime.commands import Step, StepBack, StepEpoch

if TYPE_CHECKING:
    from gdviz.qt.main_window import MainWindow


def handlers_of(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Give a function for every key of `gdviz.qt.actions.ACTIONS`.

    Parameters
    ----------
    window : MainWindow
        Under construction: most of its parts are built after its actions.
    """
    return {
        "run": window.toggle_run,
        "step": lambda: window.send(Step()),
        "step_epoch": lambda: window.send(StepEpoch()),
        "run_until": lambda: window.dialogs.show_run_until(),  # noqa: PLW0108  # built later
        "find_learning_rate": lambda: window.dialogs.find_learning_rate(),  # noqa: PLW0108  # built later
        "step_back": lambda: window.send(StepBack()),
        "play": lambda: window.time_control.toggle_play(FORWARD),
        "play_backward": lambda: window.time_control.toggle_play(BACKWARD),
        "newest": window.time_control.newest,
        "loop": window.time_control.toggle_loop,
        "loop_from": window.time_control.loop_from_here,
        "loop_to": window.time_control.loop_to_here,
        "restart": lambda: window.run_settings.restart(),  # noqa: PLW0108  # built later
        "new_start": lambda: window.run_settings.new_start(),  # noqa: PLW0108  # built later
        "slower": lambda: window.transport.change_speed(-1),
        "faster": lambda: window.transport.change_speed(1),
        "log_axis": lambda: window.views.toggle_log(),  # noqa: PLW0108  # built later
        "open": window.file_actions.ask_open,
        "save": window.file_actions.ask_save,
        "save_session": window.file_actions.ask_save_session,
        "run_library": lambda: window.dialogs.show_library(),  # noqa: PLW0108  # built later
        "data": lambda: window.dialogs.show_data(),  # noqa: PLW0108  # built later
        "preferences": lambda: window.dialogs.show_preferences(),  # noqa: PLW0108  # built later
        "record": window.file_actions.ask_picture,
        "curves": window.file_actions.ask_curves,
        "quit": window.close,
        "undo": lambda: window.replacing.undo(),  # noqa: PLW0108  # built later
        "redo": lambda: window.replacing.redo(),  # noqa: PLW0108  # built later
        "copy_run": window.run_clipboard.copy,
        "paste_run": window.run_clipboard.paste,
        "workspace_hill": lambda: window.show_workspace("hill"),
        "workspace_train": lambda: window.show_workspace("train"),
        "workspace_inspect": lambda: window.show_workspace("inspect"),
        "workspace_lab": lambda: window.show_workspace("lab"),
        "menu": lambda: window.transport.menu_button.open_menu(),  # noqa: PLW0108  # built later
        "reset_layout": lambda: window.dock_layout.reset(),  # noqa: PLW0108  # built later
        "full_screen": window.toggle_full_screen,
        "keys": lambda: help_texts.show_keys(window),
        "frame_times": lambda: window.frame_times.toggle(),  # noqa: PLW0108  # built later
        "explain": lambda: help_texts.explain(window),
        "about": lambda: help_texts.show_about(window),
    }
