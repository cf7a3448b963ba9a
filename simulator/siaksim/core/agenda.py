"""What a world will do by itself, in order of office time. PURE: standard library only."""

from __future__ import annotations

import heapq
from collections.abc import Callable

Action = Callable[[], None]


class Agenda:
    """A heap of (due, action); equal times run in the order they were planned."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Action]] = []
        self._count = 0
        self.listeners: list[Callable[[], None]] = []

    def __len__(self) -> int:
        return len(self._heap)

    def plan(self, due: float, action: Action) -> None:
        """Run `action` once office time has reached `due` (POSIX seconds)."""
        self._count += 1
        heapq.heappush(self._heap, (due, self._count, action))
        for listener in self.listeners:
            listener()

    def next_due(self) -> float | None:
        """Return the office time of the next action, or None."""
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: float) -> tuple[float, Action] | None:
        """Take the next action due at or before `now`, or return None."""
        if self._heap and self._heap[0][0] <= now:
            due, _, action = heapq.heappop(self._heap)
            return due, action
        return None
