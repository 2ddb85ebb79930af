"""What can be chosen about the cost surface: tools in the header, the rest in the dock's menu."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QComboBox, QMenu

from gdviz.analysis.directions import DIRECTIONS
from gdviz.analysis.vectors import NORMALIZE
from gdviz.qt import number_text
from gdviz.qt.views.cost_surface.other_network import OtherNetworkError, ask_other_network
from gdviz.qt.views.view import ViewContext
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.commands import MOST_IMAGES, OtherNetwork, SurfaceSettings

MODES = {"map": "Map", "relief": "3-D", "lines": "1-D"}
IMAGES = (200, 1_000, 5_000, MOST_IMAGES)
RESOLUTIONS = (25, 41, 61, 101)
COLORS: dict[bool | None, str] = {None: "By range", True: "Logarithmic", False: "Linear"}


OF_RUN = {"weights", "other", "fork"}
"""What a kind of plane needs that another run does not have."""


class SurfaceControls(QObject):
    """Builds the controls and keeps the settings that they stand for.

    Parameters
    ----------
    context : ViewContext
    n_parameters : callable
        How many weights and biases the network has now, or None before it is known.

    Attributes
    ----------
    changed : Signal(bool)
        `settings` are others now; True: another plane is laid, and colours begin anew.
    recentred : Signal()
        A new plane is to be laid through the ball.
    mode_changed : Signal(str)
        A key of `MODES`.
    colors_changed : Signal()
        `is_locked` or `logarithmic` changed.
    told : Signal(str)
        What is to be said; an empty text takes it back.
    """

    changed = Signal(bool)
    recentred = Signal()
    mode_changed = Signal(str)
    colors_changed = Signal()
    told = Signal(str)

    def __init__(self, context: ViewContext, n_parameters: Callable[[], int | None]) -> None:
        super().__init__(context.dock)
        self.settings = SurfaceSettings()
        self._dock, self._picker = context.dock, context.picker
        self._n_parameters = n_parameters
        self._picker.finished.connect(self._weights_picked)
        self._picker.changed.connect(self._picker_changed)
        self._asks = False
        self._n_races = 0
        self._build_header()
        self._build_menu()

    # --- building -------------------------------------------------------------------------

    def _build_header(self) -> None:
        self.kinds = QComboBox()
        self.kinds.setAccessibleName("Axes of the plane")
        self.kinds.setToolTip("Directions in the space of all weights and biases")
        self.kinds.setFixedHeight(28)
        for key, directions in DIRECTIONS.items():
            self.kinds.addItem(directions.title, key)
        self.kinds.activated.connect(self._kind_chosen)
        self.mode = Segmented(list(MODES.items()), "Cost surface as")
        self.mode.segment("lines").setToolTip("Slices along single directions, on one scale")
        self.mode.changed.connect(self.mode_changed)
        self.follow = Segmented([("follow", "Follow"), ("hold", "Hold")], "Plane")
        self.follow.segment("hold").setToolTip("Keep the plane where it is while the ball moves")
        self.follow.segment("follow").setToolTip("Choose the plane anew at each refresh")
        self.follow.changed.connect(lambda key: self.change(follow=key == "follow"))
        for tool in (self.kinds, self.mode, self.follow):
            self._dock.add_tool(tool)

    def _build_menu(self) -> None:
        add = self._dock.add_action
        self.recentre = add("Recentre the plane on the ball", self.recentred.emit)
        add("Another random draw", lambda: self.change(draw=self.settings.draw + 1, anew=True))
        add("Race optimizers from here", self.race)
        self.end_race = add("Take the race away", lambda: self.change(race=0))
        self.end_race.setEnabled(False)
        add("Choose two weights…", self.ask_weights)
        add("Line to another network…", self.ask_other)
        numbers = [(n, number_text.whole(n) if n else "All training images") for n in IMAGES]
        self.images = self._choice("Images", numbers, "n_examples")
        grids = [(n, f"{n} × {n}") for n in RESOLUTIONS]
        self.resolutions = self._choice("Grid", grids, "resolution")
        norms = [(key, title.capitalize()) for key, title in NORMALIZE.items()]
        self.normalize = self._choice("Random directions", norms, "normalize")
        self.lock = add("Lock the colour range", self.colors_changed.emit)
        self.lock.setCheckable(True)
        self.lock.setChecked(True)
        self.colors = self._menu("Colours", list(COLORS.items()), self._color_chosen)
        self.colors[None].setChecked(True)

    def _choice(
        self, title: str, entries: list[tuple[Any, str]], setting: str
    ) -> dict[Any, QAction]:
        """Add a submenu in which one value of a setting is chosen."""

        def chosen(value: Any) -> None:
            self.change(**{setting: value}, anew=setting != "resolution")

        actions = self._menu(title, entries, chosen)
        actions[getattr(self.settings, setting)].setChecked(True)
        return actions

    def _menu(
        self, title: str, entries: Iterable[tuple[Any, str]], chosen: Callable[[Any], None]
    ) -> dict[Any, QAction]:
        menu = QMenu(title, self._dock.menu)
        self._dock.add_menu(menu)
        group, actions = QActionGroup(menu), {}
        for value, text in entries:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, value=value: chosen(value))
            group.addAction(action)
            actions[value] = action
        return actions

    # --- what is chosen -------------------------------------------------------------------

    @property
    def is_locked(self) -> bool:
        """Whether a new slice can only widen the range of colours."""
        return self.lock.isChecked()

    @property
    def logarithmic(self) -> bool | None:
        """The scale of the colours; None by their range."""
        chosen: bool | None = next(k for k, action in self.colors.items() if action.isChecked())
        return chosen

    def change(self, *, anew: bool = False, **changes: Any) -> None:
        """Change settings and tell of it, if they are others then."""
        settings = dataclasses.replace(self.settings, **changes)
        if settings != self.settings:
            self.settings = settings
            self._show_settings()
            self.changed.emit(anew)

    def set_mode(self, mode: str) -> None:
        """Show the cost surface in another way."""
        self.mode.set_current(mode)
        self.mode_changed.emit(mode)

    def race(self) -> None:
        """Let several optimizers go on from where the network stands, on copies."""
        self._n_races += 1
        self.set_mode("map")
        self.change(race=self._n_races, extras=self.settings.extras | {"race"})

    def hold(self, kind: str) -> None:
        """Keep a plane of a kind where it is."""
        self.change(follow=False, kind=kind)

    def _show_settings(self) -> None:
        self.kinds.setCurrentIndex(list(DIRECTIONS).index(self.settings.kind))
        self.end_race.setEnabled(self.settings.race > 0)
        self.follow.set_current("follow" if self.settings.follow else "hold")
        for actions, value in (
            (self.images, self.settings.n_examples),
            (self.resolutions, self.settings.resolution),
            (self.normalize, self.settings.normalize),
        ):
            if value in actions:
                actions[value].setChecked(True)

    def _color_chosen(self, _key: bool | None) -> None:
        self.colors_changed.emit()

    def _kind_chosen(self, index: int) -> None:
        kind = self.kinds.itemData(index)
        self._picker.give_up()
        if kind == "weights":
            self.ask_weights()
        elif kind == "networks" and self.settings.other is None:
            self.ask_other()
        else:
            self.change(kind=kind, anew=True)

    # --- two weights ----------------------------------------------------------------------

    def ask_weights(self) -> None:
        """Let two weights be clicked in other views; until then the plane stays."""
        self._asks = True
        self._picker.ask(2)

    def _picker_changed(self) -> None:
        if not self._asks:
            return
        missing = self._picker.n_missing
        if missing:
            which = "a weight" if missing == 2 else "a second weight"
            self.told.emit(f"Click {which} under First-layer weights or Gradient")
        else:
            self._asks = False
            self.told.emit("")
            self._show_settings()

    def _weights_picked(self, picked: tuple[int, ...]) -> None:
        if self._asks:
            self.change(kind="weights", weights=(picked[0], picked[1]), anew=True)

    # --- another network ------------------------------------------------------------------

    def ask_other(self) -> None:
        """Let a file with another network be chosen; if none is, the plane stays."""
        try:
            other = ask_other_network(self._dock, self._n_parameters())
        except OtherNetworkError as error:
            other = None
            self.told.emit(str(error))
        if other is None:
            self._show_settings()
        else:
            self.take_other(other)

    def take_other(self, other: OtherNetwork) -> None:
        """Draw the line to a network."""
        self.told.emit("")
        self.change(kind="networks", other=other, anew=True)

    def forget_run(self) -> None:
        """Another run begins: its network may have other weights."""
        self._picker.give_up()
        needs = DIRECTIONS[self.settings.kind].needs
        kind = "principal" if needs & OF_RUN else self.settings.kind
        extras = self.settings.extras - {"race"}
        self.change(kind=kind, weights=None, other=None, race=0, extras=extras, anew=True)

    # --- what is remembered ---------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """What should be remembered; a plane that is held belongs to its run."""
        needs = DIRECTIONS[self.settings.kind].needs
        return {
            "kind": "principal" if needs & OF_RUN else self.settings.kind,
            "locked": self.is_locked,
            "logarithmic": self.logarithmic,
            "n_examples": self.settings.n_examples,
            "resolution": self.settings.resolution,
            "normalize": self.settings.normalize,
            "mode": self.mode.current(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave; what is not known is left."""
        changes: dict[str, Any] = {}
        kind = state.get("kind")
        if kind in DIRECTIONS and not DIRECTIONS[kind].needs & OF_RUN:
            changes["kind"] = kind
        for setting, actions in (
            ("n_examples", self.images),
            ("resolution", self.resolutions),
            ("normalize", self.normalize),
        ):
            value = state.get(setting)
            if isinstance(value, int | str) and not isinstance(value, bool) and value in actions:
                changes[setting] = value
        if isinstance(state.get("locked"), bool):
            self.lock.setChecked(state["locked"])
        logarithmic = state.get("logarithmic")
        if logarithmic is None or isinstance(logarithmic, bool):
            self.colors[logarithmic].setChecked(True)
        if state.get("mode") in MODES:
            self.set_mode(state["mode"])
        self.change(**changes)
        self.colors_changed.emit()
