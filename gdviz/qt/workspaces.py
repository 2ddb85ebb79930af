"""The table of workspaces: what each answers, and where its panels stand at first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from gdviz.qt.docks import Dock
from gdviz.qt.view_table import VIEWS

LEFT, RIGHT = 256, 424
"""Widths of the outer columns, the same in every workspace: seams line up across them."""
SEAM = 8
TABS = 8
"""What the pictures above give to the panels that share a place, for their tabs."""
TOP, BOTTOM, EXAMPLE = 404, 204, 120
INSPECT_TOP, INSPECT_BOTTOM, OUTPUTS, BROWSED = 500, 240, 300, 410
LAB_RESULTS = RIGHT - 80
"""Of the results in the Lab: a list, beside charts that need the room more than elsewhere."""
HILL_LOWER, BARS = 43, 92
"""The lower panel of Hill in per cent of the height; what bars and seams take of a window."""

Docks = Mapping[str, Dock]
_LEFT_AREA = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT_AREA = Qt.DockWidgetArea.RightDockWidgetArea
_BELOW = Qt.DockWidgetArea.BottomDockWidgetArea
_HORIZONTAL, _VERTICAL = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace.

    Parameters
    ----------
    key : str
    title : str
    question : str
        What it answers.
    arrange : callable
        ``(window, docks)``: puts every dock of the workspace to its place.
    resize : callable
        ``(window, docks)``: gives columns and rows their first sizes.
    """

    key: str
    title: str
    question: str
    arrange: Callable[[QMainWindow, Docks], None]
    resize: Callable[[QMainWindow, Docks], None]

    def dock_keys(self) -> tuple[str, ...]:
        """Give the keys of its docks."""
        views = tuple(spec.key for spec in VIEWS if self.key in spec.workspaces)
        return ("settings", *views) if self.key == "train" else views


def settle_tabs(window: QMainWindow) -> None:
    """Let Qt put rows of tabs away that are needed no more, before others are made.

    In a window that is hidden it would else forget them where they are, in sight.
    """
    layout = window.layout()
    assert layout is not None
    layout.activate()


def _arrange_hill(window: QMainWindow, docks: Docks) -> None:
    window.addDockWidget(_RIGHT_AREA, docks["hill_map"])
    window.splitDockWidget(docks["hill_map"], docks["hill_curve"], _VERTICAL)
    window.tabifyDockWidget(docks["hill_curve"], docks["tally"])
    docks["hill_curve"].raise_()


def _resize_hill(window: QMainWindow, docks: Docks) -> None:
    height = max(window.height() - BARS, 400)
    lower = height * HILL_LOWER // 100
    window.resizeDocks([docks["hill_map"], docks["hill_curve"]], [height - lower, lower], _VERTICAL)


def _arrange_train(window: QMainWindow, docks: Docks) -> None:
    window.addDockWidget(_LEFT_AREA, docks["settings"])
    window.addDockWidget(_RIGHT_AREA, docks["cost_surface"])
    window.splitDockWidget(docks["cost_surface"], docks["first_layer_weights"], _HORIZONTAL)
    window.splitDockWidget(docks["cost_surface"], docks["cost_curves"], _VERTICAL)
    window.splitDockWidget(docks["first_layer_weights"], docks["gradient_magnitudes"], _VERTICAL)
    window.splitDockWidget(docks["cost_curves"], docks["example"], _VERTICAL)
    window.addDockWidget(_BELOW, docks["timeline"])
    tabs = ("gradient_magnitudes", "gradient_noise", "all_components", "ruler", "branches")
    for before, key in pairwise(tabs):
        window.tabifyDockWidget(docks[before], docks[key])
    settle_tabs(window)
    for key in ("four_beats", "race_of_gradients", "smoothness"):
        window.tabifyDockWidget(docks["cost_surface"], docks[key])
        settle_tabs(window)
    docks["gradient_magnitudes"].raise_()
    docks["cost_surface"].raise_()


def _resize_train(window: QMainWindow, docks: Docks) -> None:
    window.resizeDocks(
        [docks["settings"], docks["cost_surface"], docks["first_layer_weights"]],
        [LEFT, _center(window), RIGHT],
        _HORIZONTAL,
    )
    spare = window.height() - 900
    # What there is more is shared; what is missing is taken from the higher ones.
    top = TOP + (spare * 3 // 5 if spare > 0 else spare * 3 // 4)
    bottom = BOTTOM + (spare * 2 // 5 if spare > 0 else spare // 4)
    window.resizeDocks(
        [docks["cost_surface"], docks["cost_curves"], docks["example"]],
        [top, bottom, EXAMPLE],
        _VERTICAL,
    )
    window.resizeDocks(
        [docks["first_layer_weights"], docks["gradient_magnitudes"]],
        [top - TABS, bottom + EXAMPLE + SEAM + TABS],
        _VERTICAL,
    )


def _arrange_inspect(window: QMainWindow, docks: Docks) -> None:
    areas = _areas("inspect")
    first = {area: docks[keys[0]] for area, keys in areas.items()}
    window.addDockWidget(_LEFT_AREA, first["inspect_left"])
    window.addDockWidget(_RIGHT_AREA, first["inspect_center_top"])
    window.splitDockWidget(first["inspect_center_top"], first["inspect_right_top"], _HORIZONTAL)
    for upper, lower in (
        ("inspect_left", "inspect_left_bottom"),
        ("inspect_center_top", "inspect_center_bottom"),
        ("inspect_right_top", "inspect_right_bottom"),
    ):
        window.splitDockWidget(first[upper], first[lower], _VERTICAL)
    for area, keys in areas.items():
        for key in keys[1:]:
            window.tabifyDockWidget(first[area], docks[key])
        first[area].raise_()
    window.addDockWidget(_BELOW, docks["timeline"])


def _resize_inspect(window: QMainWindow, docks: Docks) -> None:
    first = {area: docks[keys[0]] for area, keys in _areas("inspect").items()}
    window.resizeDocks(
        [first["inspect_left"], first["inspect_center_top"], first["inspect_right_top"]],
        [LEFT, _center(window), RIGHT],
        _HORIZONTAL,
    )
    height = INSPECT_TOP + SEAM + INSPECT_BOTTOM + window.height() - 900
    for upper, lower, share in (
        ("inspect_left", "inspect_left_bottom", BROWSED),
        ("inspect_center_top", "inspect_center_bottom", INSPECT_TOP),
        ("inspect_right_top", "inspect_right_bottom", OUTPUTS),
    ):
        high = height * share // (INSPECT_TOP + SEAM + INSPECT_BOTTOM)
        window.resizeDocks([first[upper], first[lower]], [high, height - high - SEAM], _VERTICAL)


def _arrange_lab(window: QMainWindow, docks: Docks) -> None:
    window.addDockWidget(_LEFT_AREA, docks["lab_shelf"])
    window.addDockWidget(_RIGHT_AREA, docks["lab_experiment"])
    window.splitDockWidget(docks["lab_experiment"], docks["lab_results"], _HORIZONTAL)


def _resize_lab(window: QMainWindow, docks: Docks) -> None:
    keys = ("lab_shelf", "lab_experiment", "lab_results")
    widths = [LEFT, max(window.width() - LEFT - LAB_RESULTS - 32, 300), LAB_RESULTS]
    window.resizeDocks([docks[key] for key in keys], widths, _HORIZONTAL)


def _areas(workspace: str) -> dict[str, list[str]]:
    """Give the views of a workspace by the place that they share, in the table's order."""
    found: dict[str, list[str]] = {}
    for spec in VIEWS:
        if workspace in spec.workspaces and spec.area.startswith(workspace):
            found.setdefault(spec.area, []).append(spec.key)
    return found


def _center(window: QMainWindow) -> int:
    return max(window.width() - LEFT - RIGHT - 32, 300)


WORKSPACES: tuple[Workspace, ...] = (
    Workspace("hill", "Hill", "What is gradient descent?", _arrange_hill, _resize_hill),
    Workspace("train", "Train", "How does a real network learn?", _arrange_train, _resize_train),
    Workspace("inspect", "Inspect", "What did a network learn?", _arrange_inspect, _resize_inspect),
    Workspace("lab", "Lab", "Is it true, what is said of networks?", _arrange_lab, _resize_lab),
)
"""All workspaces, in the order of the bar at the top."""
