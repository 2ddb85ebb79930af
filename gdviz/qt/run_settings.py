"""Settings on their way from the panel to the worker, and back by undo."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QUndoCommand, QUndoStack

from gdviz.qt.panels.settings_panel import SettingsPanel
from gdviz.qt.panels.waiting import live_changes, waiting_settings
from gdviz.qt.replacing import Replacing
from gdviz.qt.session import Session
from gdviz.runtime.commands import ChangeSettings, Restart
from gdviz.runtime.snapshot import Snapshot
from gdviz.training.config import TrainingConfig

MERGED_WITHIN_S = 1.0
"""Changes of the learning rate that follow each other so fast are one movement of its slider."""


class RunSettings:
    """Applies settings: at once where that is possible, else they wait for a restart.

    Parameters
    ----------
    session : Session
    panel : SettingsPanel
    undo_stack : QUndoStack
    replacing : Replacing
        Takes restarts, so that they can be undone.
    on_restart : callable
        Called before a restart.
    on_refused : callable
        Given one sentence.
    now : callable, optional
        The time in seconds.
    """

    def __init__(
        self,
        session: Session,
        panel: SettingsPanel,
        undo_stack: QUndoStack,
        replacing: Replacing,
        on_restart: Callable[[], None],
        on_refused: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._panel, self._undo_stack = session, panel, undo_stack
        self._replacing = replacing
        self._on_restart, self._on_refused = on_restart, on_refused
        self.now = now
        self._asked: tuple[int, TrainingConfig] | None = None
        """Id of the last command that changes settings, and what the worker then has."""
        replacing.replaced.connect(self.expect_run)

    def restart(self) -> None:
        """Begin again, with what the panel shows."""
        self._on_restart()
        self._replacing.replace(Restart(self._panel.config), "restart")

    def new_start(self) -> None:
        """Begin again from another seed."""
        config = self._panel.config
        self._on_restart()
        other = config.replace(seed=(config.seed + 1) % 2**53)
        self._replacing.replace(Restart(other), "new random start")

    def expect_run(self, identity: int, config: TrainingConfig) -> None:
        """Show the settings of another run that is about to begin."""
        self.expect(identity, config)
        self._panel.show_config(config, None)

    def propose(self, config: TrainingConfig, setting: str) -> None:
        """Make a change that can be undone."""
        before = self._panel.config
        changes = {
            name: (getattr(before, name), getattr(config, name))
            for name in TrainingConfig.__slots__
            if getattr(before, name) != getattr(config, name)
        }
        self._undo_stack.push(_SettingChange(self, setting, changes, self.now()))

    def change(self, values: dict[str, Any]) -> None:
        """Change some settings of those that the panel shows now."""
        try:
            config = self._panel.config.replace(**values)
        except ValueError as error:
            # What was changed since does not go with it.
            sentence = str(error)
            self._on_refused(f"{sentence[:1].upper()}{sentence[1:]}.")
            return
        self.apply(config)

    def apply(self, config: TrainingConfig) -> None:
        """Apply settings: at once where that is possible, else they wait for a restart."""
        active = self._active()
        if self._is_untouched() and waiting_settings(config, active):
            # Nothing is lost by it, and what was changed is undone by itself.
            self._on_restart()
            self.expect_run(self._session.send(Restart(config)), config)
            return
        changes = live_changes(config, active)
        if changes:
            identity = self._session.send(ChangeSettings(tuple(changes.items())))
            active = active.replace(**changes)
            self.expect(identity, active)
        self._panel.show_config(config, active)

    def expect(self, identity: int, config: TrainingConfig) -> None:
        """Note what the worker will have once it has obeyed a command."""
        self._asked = identity, config

    def follow(self, snapshot: Snapshot) -> None:
        """Show the settings that the worker really has, once it has obeyed everything."""
        asked, panel = self._asked, self._panel
        if asked is not None and snapshot.acknowledged < asked[0]:
            return
        self._asked = None
        config = panel.config.replace(**live_changes(snapshot.config, panel.config))
        if config != panel.config or (asked is not None and asked[1] != snapshot.config):
            # The step back took changes back, or a change or a restart was refused.
            panel.show_config(config, snapshot.config)

    def _is_untouched(self) -> bool:
        """Whether the run has taken no step, on no branch; not while another one begins."""
        snapshot = self._session.snapshot
        return (
            snapshot is not None
            and not self._replacing.is_busy
            and snapshot.step == snapshot.head_step == 0
            and len(snapshot.branches) <= 1
        )

    def _active(self) -> TrainingConfig:
        """Give what the worker will have when it has obeyed everything it was sent."""
        snapshot = self._session.snapshot
        if self._asked is not None:
            identity, config = self._asked
            if snapshot is None or snapshot.acknowledged < identity:
                return config
            self._asked = None
        return self._panel.config if snapshot is None else snapshot.config


class _SettingChange(QUndoCommand):
    """What the user changed, and nothing else: taking it back leaves later changes alone."""

    def __init__(
        self,
        settings: RunSettings,
        setting: str,
        changes: dict[str, tuple[Any, Any]],
        at: float,
    ) -> None:
        super().__init__(setting.replace("_", " "))
        self._settings, self._setting = settings, setting
        self._changes, self._at = changes, at

    def id(self) -> int:
        """Qt override: changes of the learning rate by its slider merge into one."""
        return 1 if self._setting == "learning_rate" else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Qt override: take the other's end, if it follows at once."""
        if not isinstance(other, _SettingChange):
            return False
        later, at = other._changes, other._at  # noqa: SLF001  # its own class
        if at - self._at > MERGED_WITHIN_S or later.keys() != self._changes.keys():
            return False
        self._changes = {name: (self._changes[name][0], later[name][1]) for name in later}
        self._at = at
        return True

    def redo(self) -> None:
        """Qt override: apply."""
        self._settings.change({name: after for name, (_, after) in self._changes.items()})

    def undo(self) -> None:
        """Qt override: take back."""
        self._settings.change({name: before for name, (before, _) in self._changes.items()})
