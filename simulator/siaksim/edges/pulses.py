"""The last two minutes of a world second by second, counted while somebody looks, and looked back.

Seconds are wall seconds: this is what a person watches, and no part of a verdict.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from weakref import WeakKeyDictionary

from siaksim.world import World

SECONDS = 120
"""Seconds that are kept."""
SAMPLES = 400
"""Times of one second's calls that are kept: of more, percentiles are of the first ones."""
LINES = 20_000
"""Journal lines that are looked back at when somebody begins to look."""
UNWATCHED_S = 60.0
"""Seconds without a look after which a world is no longer counted."""


@dataclass(slots=True)
class Second:
    """What one second saw; `at` is its number. Times are client seconds."""

    at: int
    calls: int = 0
    actors: int = 0
    ok: int = 0
    refused: int = 0
    errors: int = 0
    unanswered: int = 0
    asked: list[float] = field(default_factory=list)
    given: list[float] = field(default_factory=list)
    queue: int | None = None


class Pulse:
    """The seconds of one world."""

    def __init__(self, world: World, ticks: Callable[[], float]) -> None:
        self._world = world
        self._ticks = ticks
        self._actors: set[str] = set()
        self._seconds: deque[Second] = deque(maxlen=SECONDS)
        self._looked = ticks()
        if not world.clock.stepped:
            self._look_back()
        world.journal.listeners.append(self.take)

    def _look_back(self) -> None:
        """Count what the journal tells of the seconds before somebody looked."""
        clock, now = self._world.clock, self._ticks()
        office_now, rate = clock.now(), clock.speed * clock.shorten
        lately: list[tuple[int, Mapping[str, Any]]] = []
        for line in islice(reversed(self._world.journal.lines), LINES):
            ago_s = (office_now - datetime.fromisoformat(line["at"]).timestamp()) / rate
            if ago_s >= SECONDS:
                break
            lately.append((int(now - max(0.0, ago_s)), line))
        for at, line in reversed(lately):
            self._count(line, self._second(at))

    def _second(self, at: int) -> Second:
        if not self._seconds or self._seconds[-1].at < at:
            self._seconds.append(Second(at))
        return self._seconds[-1]

    def _now(self) -> Second:
        return self._second(int(self._ticks()))

    def _count(self, line: Mapping[str, Any], second: Second) -> None:
        kind = line["kind"]
        if kind == "decided":
            if line["actor"]:
                self._actors.add(line["id"])
                second.actors += 1
            else:
                second.calls += 1
        elif kind == "outcome":
            if line["id"] in self._actors:
                self._actors.discard(line["id"])
            else:
                self._ended(second, line)
        elif kind == "unrouted":
            second.calls += 1
            second.refused += 1

    def take(self, line: Mapping[str, Any]) -> None:
        """Count a journal line."""
        self._count(line, self._now())
        if self._ticks() - self._looked > UNWATCHED_S:
            self.stop()

    @staticmethod
    def _ended(now: Second, line: Mapping[str, Any]) -> None:
        status = line["status"]
        if not status:
            now.unanswered += 1
        elif status >= 500:
            now.errors += 1
        elif status >= 400:
            now.refused += 1
        else:
            now.ok += 1
        if len(now.given) < SAMPLES:
            now.given.append(line["took_s"])
            now.asked.append(line.get("asked_s", 0.0))

    def stop(self) -> None:
        """Count no more."""
        if self.take in self._world.journal.listeners:
            self._world.journal.listeners.remove(self.take)

    @property
    def watching(self) -> bool:
        """Whether lines are still counted."""
        return self.take in self._world.journal.listeners

    def read(self, seconds: int) -> list[dict[str, Any]]:
        """Return the last seconds, oldest first; one in which nothing happened has zeros.

        The present second is the last one, and not over yet.
        """
        self._looked = self._ticks()
        now = self._now()
        if self._world.centres:
            now.queue = sum(centre.standing().waiting for centre in self._world.centres)
        held = {second.at: second for second in self._seconds}
        return [
            _shown(held.get(at, Second(at)), now.at)
            for at in range(now.at - seconds + 1, now.at + 1)
        ]


def _shown(second: Second, now: int) -> dict[str, Any]:
    return {
        "ago_s": now - second.at,
        **{n: getattr(second, n) for n in ("calls", "actors", "ok", "refused", "errors")},
        "unanswered": second.unanswered,
        "asked_p95_s": percentile(second.asked, 0.95),
        "took_p50_s": percentile(second.given, 0.5),
        "took_p95_s": percentile(second.given, 0.95),
        "queue": second.queue,
    }


def percentile(values: list[float], part: float) -> float | None:
    """Return the value that `part` (0..1) of the values do not exceed; None of no values."""
    if not values:
        return None
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


class Pulses:
    """The pulses of a server's worlds, begun when somebody first looks."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._held: WeakKeyDictionary[World, Pulse] = WeakKeyDictionary()

    def of(self, world: World) -> Pulse:
        """Return a world's pulse."""
        found = self._held.get(world)
        if found is None or not found.watching:
            found = self._held[world] = Pulse(world, self._ticks)
        return found
