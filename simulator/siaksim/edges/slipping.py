"""Measures how late this server's timers fire, and journals it for each world that is called.

Rules of time ask the journal whether the machine kept time, so a verdict from the file is the live
one. A world that nobody calls gets no such lines, and one with a stepped clock has no use for them.
"""

from __future__ import annotations

from time import monotonic

from siaksim.core.clock import office_text
from siaksim.core.slip import STEP_S, Slip
from siaksim.edges.repeating import Repeating
from siaksim.world import World
from siaksim.worlds import Worlds

STRETCH_S = 5.0
"""Wall seconds that one journal line tells of."""


class SlipMeter(Repeating):
    """One greenlet for all worlds of a server."""

    step_s = STEP_S

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self._late: list[float] = []
        self._seen: dict[str, tuple[World, int]] = {}
        self._due = self._ends = 0.0

    def start(self) -> None:
        """Begin to look."""
        now = monotonic()
        self._due, self._ends = now + STEP_S, now + STRETCH_S
        super().start()

    def stop(self) -> None:
        """Stop looking, and journal the last stretch."""
        super().stop()
        self.flush()

    def step(self) -> None:
        """Note how late this timer was."""
        now = monotonic()
        self.note(now - self._due)
        if now >= self._ends:
            self._ends = now + STRETCH_S
            self.flush()
        self._due = monotonic() + STEP_S

    def note(self, late_s: float) -> None:
        """Note that a timer was late by so many wall seconds."""
        self._late.append(late_s)

    def flush(self) -> None:
        """Journal what was measured since the last time, in the worlds that were called."""
        slip, self._late = Slip.of(self._late), []
        for name in self._worlds.names():
            world = self._worlds.get(name)
            if world is None or world.clock.stepped or not self._called(name, world):
                continue
            if slip.samples:
                note_slip(world, "server", slip)
        self._seen = {name: seen for name, seen in self._seen.items() if self._worlds.get(name)}

    def _called(self, name: str, world: World) -> bool:
        before, count = self._seen.get(name, (None, 0))
        now = world.counters.requests
        self._seen[name] = (world, now)
        return world.counters.open_calls > 0 or now != (count if before is world else 0)


def note_slip(world: World, of: str, slip: Slip) -> None:
    """Journal how late the timers of a process were; `of` says which: server or check."""
    line = {"kind": "slip", "at": office_text(world.clock.now()), "of": of, **slip.as_dict()}
    try:
        world.journal.add(line)
    except OSError:  # a full disk: calls tell of it, each by itself
        return
