"""A discrete-event stage: plays written as plain code, one after another, on a clock that is moved.

Each play runs in a greenlet of its own until it sleeps; then the one that wakes first goes on. So a
client on the stage is the same code as one over sockets: only what `sleep` does is another thing.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

from greenlet import getcurrent, greenlet


class Stage:
    """`now` tells the time in seconds, `advance` moves it on; equal times wake in order."""

    def __init__(self, now: Callable[[], float], advance: Callable[[float], None]) -> None:
        self.now, self._advance = now, advance
        self.closed = False
        self._waking: list[tuple[float, int, greenlet]] = []
        self._count = 0
        self._main = getcurrent()

    def spawn(self, play: Callable[..., None], *given: Any, at: float = 0.0) -> None:
        """Let a play begin at a time, or now when that has passed."""
        self._wake(at, greenlet(lambda: play(*given), parent=self._main))

    def _wake(self, at: float, who: greenlet) -> None:
        self._count += 1
        heapq.heappush(self._waking, (at, self._count, who))

    def sleep(self, seconds: float) -> None:
        """Let a play wait."""
        self.sleep_until(self.now() + seconds)

    def sleep_until(self, at: float) -> None:
        """Let a play wait for a time; when the stage is closed it goes on at once."""
        if not self.closed:
            self._wake(at, getcurrent())
            self._main.switch()

    def run(self, until: float = float("inf")) -> None:
        """Play until every play has ended; what goes wrong in one is raised here.

        At `until` the stage closes: whoever waits wakes, sees `closed`, and is to end.
        """
        while self._waking:
            at, _, who = heapq.heappop(self._waking)
            if at > until and not self.closed:
                self._advance(max(0.0, until - self.now()))
                self.closed = True
            if not self.closed:
                self._advance(max(0.0, at - self.now()))
            who.switch()
