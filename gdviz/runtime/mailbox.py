"""A place for the newest snapshot: the screen pulls, the worker never waits.

What must not be lost (records, evaluations) is gathered here until it is taken.
"""

from __future__ import annotations

import dataclasses
import threading

import numpy as np

from gdviz.runtime.snapshot import BranchNews, Snapshot


class Mailbox:
    """Holds at most one snapshot. Any thread may put, take or ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._wanted = True
        self._acknowledged = 0

    @property
    def acknowledged(self) -> int:
        """Id of the last command that a snapshot which was taken has acknowledged."""
        return self._acknowledged

    @property
    def wanted(self) -> bool:
        """True if the last snapshot was taken: only then is a new one worth its copies."""
        return self._wanted

    def put(self, snapshot: Snapshot) -> None:
        """Leave a snapshot; what an untaken older one of the same run gathered is kept."""
        with self._lock:
            older = self._snapshot
            if older is not None and older.run_id == snapshot.run_id:
                snapshot = _gathered(older, snapshot)
            self._snapshot = snapshot
            self._wanted = False

    def take(self) -> Snapshot | None:
        """Give the newest snapshot once, or None if there is no new one."""
        with self._lock:
            snapshot, self._snapshot = self._snapshot, None
            self._wanted = True
            if snapshot is not None:
                self._acknowledged = snapshot.acknowledged
        return snapshot


def _gathered(older: Snapshot, newer: Snapshot) -> Snapshot:
    """Give the newer snapshot with what the older one still had to tell."""
    if older.branch != newer.branch or newer.earlier:
        # The network has been elsewhere since: what was to be told of the older branch is told
        # before that.
        told = BranchNews(
            older.branch,
            *_origin(older),
            older.records,
            older.evaluations,
            older.rewound_to,
        )
        return dataclasses.replace(newer, earlier=(*older.earlier, told, *newer.earlier))
    records, evaluations, rewound_to = older.records, older.evaluations, older.rewound_to
    if newer.rewound_to is not None:
        records = records[records["step"] <= newer.rewound_to]
        evaluations = tuple(e for e in evaluations if e.step <= newer.rewound_to)
        rewound_to = newer.rewound_to if rewound_to is None else min(rewound_to, newer.rewound_to)
    gathered = np.concatenate([records, newer.records])
    gathered.flags.writeable = False
    return dataclasses.replace(
        newer,
        records=gathered,
        evaluations=(*evaluations, *newer.evaluations),
        rewound_to=rewound_to,
        earlier=older.earlier,
    )


def _origin(snapshot: Snapshot) -> tuple[int | None, int]:
    """Give from which branch the one that a snapshot shows has come, and at which step."""
    for info in snapshot.branches:
        if info.id == snapshot.branch:
            return info.parent, info.fork_step
    return None, snapshot.start_step
