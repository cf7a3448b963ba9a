"""Seeded runs: packets that are lost, and times at which a line is down. PURE.

Both are functions of the seed, the link's name and a place: a connection's ordinal and the packet
for losses, office time for drops. Who calls, and what else happens, plays no part.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from math import ceil, log, log1p
from typing import NamedTuple

from siaksim.core import chance
from siaksim.core.schedule import DAY_S
from siaksim.core.toxics import Losses, Stream
from siaksim.links.profile import DropsPart

PACKET = 1460
"""Bytes of a full packet: Ethernet's 1,500 less 40 of headers."""
STALL_MOST_S = 8.0
"""Client seconds that one lost run holds a stream up at most. Assumed."""
_AGAIN = 3
"""Lost packets for which the time-out doubles: as many as a first try would send. Assumed."""


class LostRun(NamedTuple):
    """The packet (from 0) with which a run of lost ones begins, and how many they are."""

    packet: int
    length: int


def lost_runs(
    seed: int, link: str, ordinal: int, stream: Stream, losses: Losses
) -> Iterator[LostRun]:
    """Yield the lost runs of one stream of a link's nth connection, in order, for ever."""
    packet = number = 0
    while True:
        key = (link, ordinal, stream, number)
        packet += geometric(chance.draw(seed, "loss.good", *key), losses.good)
        length = geometric(chance.draw(seed, "loss.bad", *key), losses.bad)
        yield LostRun(packet, length)
        packet += length
        number += 1


def geometric(mark: float, mean: float) -> int:
    """Return a run's length (1, 2, ...) of this mean at quantile `mark` in [0, 1)."""
    if mean <= 1.0:
        return 1
    return max(1, ceil(log1p(-mark) / log(1.0 - 1.0 / mean)))


def stall_s(losses: Losses, length: int) -> float:
    """Return the client seconds for which a run of so many lost packets holds a stream up."""
    doubled = min((length - 1) // _AGAIN, 10)
    return min(losses.rto_s * 2.0**doubled, STALL_MOST_S)


class Stretch(NamedTuple):
    """Whether a line is down of itself, from office time `since` up to, not including, `until`."""

    down: bool
    since: float
    until: float


class Drops:
    """When a line is down of itself; `origin` is the office time at which its world began.

    Each day from the origin on begins anew, with the line up: a far day costs no more than the
    first.
    """

    def __init__(self, seed: int, link: str, part: DropsPart, origin: float) -> None:
        self._key = (seed, link)
        self._part = part
        self._origin = origin
        self._days: dict[int, tuple[float, ...]] = {}

    def at(self, now: float) -> Stretch:
        """Return whether the line is down at office time `now`."""
        day = int(max(0.0, now - self._origin) // DAY_S)
        begin = self._origin + day * DAY_S
        changes = self._days.get(day) or self._days.setdefault(day, self._drawn(day))
        number = max(0, bisect_right(changes, now - begin) - 1)
        # Rounding must not make a stretch end at the moment for which it was asked.
        if number + 1 < len(changes) and now >= begin + changes[number + 1]:
            number += 1
        last = number + 1 == len(changes)
        until = begin + (DAY_S if last else changes[number + 1])
        return Stretch(number % 2 == 1, begin + changes[number], until)

    def _drawn(self, day: int) -> tuple[float, ...]:
        """Return the seconds of a day at which the line goes down and up by turns; 0 is up."""
        seed, link = self._key
        changes = [0.0]
        while True:
            up = len(changes) % 2 == 1
            law, name = (self._part.after, "drop.after") if up else (self._part.length, "drop.for")
            length = law.at(chance.draw(seed, name, link, day, len(changes)))
            # To 1/1024 s: sums with whole seconds are exact then, and so on any date the same.
            change = changes[-1] + max(round(length * 1024), 1) / 1024
            if change >= DAY_S:
                return tuple(changes)
            changes.append(change)
