"""How often each view is shown: at the rate of its table, less often where time is short.

Three things keep a frame short. Views that are due in the same frame are spread over the next
ones, the longest overdue first; a view that does its work in parts goes on with it before others
have their turn, few of them in a frame; and where the frames cost more than they may all the same,
views are shown less often, until there is room again. What is shown is always the newest: a view
that is shown less often never shows other numbers.

Knows nothing of Qt; owned by one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from gdviz.qt.durations import Durations

VIEW_BUDGET_MS = 4.0
"""What showing and painting a view may take."""
FRAME_ROOM_MS = 8.0
"""What a frame may take of the GUI thread on average: half of the time at 60 Hz, since on two
cores the other thread that wants the interpreter is the training."""
PART_ROOM_MS = 4.5
"""After so much of a frame a view that goes on waits for the next, if it is not its turn."""
MAXIMUM_EVERY = 12
"""No view is shown less often than every so many frames, 5 times a second at 60 Hz."""
MAXIMUM_EVERY_OF_FIRST = 4
"""The same of views that are shown each frame by the table: the ball."""
REVIEW_FRAMES = 30
"""Frames between two looks at the costs: half a second at 60 Hz."""
CALM_REVIEWS = 4
"""So many looks in a row must find room before a view is shown more often again."""
SPARE = 0.75
"""Room is there only if, with the view shown more often, the mean would stay below this share of
`FRAME_ROOM_MS`: what has just been slowed down is not sped up at once."""
PATIENCE_FRAMES = 8
"""So long views that are due stand back while another does its work in parts: the picture that is
painted at the end is the dearest of all."""
RECENT = 12
"""Showings whose mean is what a view costs now."""


class Pacer:
    """Chooses which views are shown in a frame.

    Parameters
    ----------
    table : mapping of str to int
        For each view, in the order of their importance, every how many frames it is shown
        where there is time; at least 1.
    """

    def __init__(self, table: Mapping[str, int]) -> None:
        self._table = dict(table)
        self._every = dict(table)
        # Views of one rate take their first turns in different frames.
        self._due = {key: place for place, key in enumerate(table)}
        self._costs = {key: Durations(RECENT) for key in table}
        self._frames = Durations(REVIEW_FRAMES)
        self._n_frames = 0
        self._calm = 0

    def every(self, key: str) -> int:
        """Give every how many frames a view is shown now."""
        return self._every[key]

    def is_slowed(self, key: str) -> bool:
        """Whether a view is shown less often than its table says."""
        return self._every[key] > self._table[key]

    def is_shown_each_frame(self, key: str) -> bool:
        """Whether its table says so of a view."""
        return self._table[key] == 1

    def add_view(self, key: str, cost_ms: float) -> None:
        """Learn what showing and painting a view once has taken."""
        self._costs[key].add(cost_ms)

    def add_frame(self, cost_ms: float, visible: Callable[[], Iterable[str]]) -> None:
        """Learn what a frame has taken of the GUI thread, with everything; look at it in time.

        Parameters
        ----------
        cost_ms : float
        visible : callable
            Gives the views that are in sight: the others cannot be to blame.
        """
        self._frames.add(cost_ms)
        if len(self._frames) == REVIEW_FRAMES:
            self._review(list(visible()))
            self._frames.clear()

    def choose(self, visible: Iterable[str], going_on: Iterable[str] = ()) -> list[str]:
        """Give the views that are shown in this frame, one call a frame.

        The first that goes on, all that are due each frame, and of the others that are due the
        longest overdue, as many as fit into `FRAME_ROOM_MS`, but at least one in all.

        Parameters
        ----------
        visible : iterable of str
        going_on : iterable of str
            Of them, those with a part of the last frame's work to be done, by whose turn it is.
        """
        self._n_frames += 1
        visible = list(visible)
        parted = [key for key in going_on if key in visible]
        chosen = parted[:1]
        goes_on = bool(chosen)
        due = [
            key
            for key in visible
            if self._due[key] <= self._n_frames
            and (key not in parted or (key not in chosen and self.is_shown_each_frame(key)))
        ]
        due.sort(key=lambda key: (not self.is_shown_each_frame(key), self._due[key]))
        planned = sum(self._cost(key) for key in chosen)
        for key in due:
            cost = self._cost(key)
            is_first = self.is_shown_each_frame(key)
            if goes_on and not is_first and self._n_frames - self._due[key] < PATIENCE_FRAMES:
                break
            waits = self._table[key] > 1 and any(self._table[other] > 1 for other in chosen)
            if waits and planned + cost > FRAME_ROOM_MS:
                break
            planned += cost
            chosen.append(key)
            self._due[key] = self._n_frames + self._every[key]
        return chosen

    def _cost(self, key: str) -> float:
        return self._costs[key].recent_mean(RECENT) or 0.0

    def _review(self, visible: list[str]) -> None:
        mean = self._frames.total / len(self._frames)
        if mean > FRAME_ROOM_MS:
            self._calm = 0
            self._slow_down(visible)
            return
        faster = self._next_to_speed_up(visible)
        if faster is None:
            return
        key, every = faster
        added = self._cost(key) * (1 / every - 1 / self._every[key])
        self._calm = self._calm + 1 if mean + added < SPARE * FRAME_ROOM_MS else 0
        if self._calm >= CALM_REVIEWS:
            self._calm = 0
            self._every[key] = every

    def _slow_down(self, visible: list[str]) -> None:
        """Show the view that takes most of the time half as often; the ball's the last of all."""
        slower = [key for key in visible if self._every[key] < self._most(key)]
        others = [key for key in slower if self._table[key] > 1]
        candidates = others or slower
        if candidates:
            key = max(candidates, key=lambda key: self._cost(key) / self._every[key])
            self._every[key] = min(2 * self._every[key], self._most(key))

    def _next_to_speed_up(self, visible: list[str]) -> tuple[str, int] | None:
        """Give the view that comes back first, and its next rate: the ball's, then the slowest."""
        slowed = [key for key in visible if self.is_slowed(key)]
        if not slowed:
            return None
        key = max(slowed, key=lambda key: (self._table[key] == 1, self._every[key]))
        every = self._table[key]
        while 2 * every < self._every[key]:
            every *= 2
        return key, every

    def _most(self, key: str) -> int:
        most = MAXIMUM_EVERY_OF_FIRST if self._table[key] == 1 else MAXIMUM_EVERY
        return max(most, self._table[key])
