"""How a fault's share goes up and down with office time: bursts, flapping, ramps.

PURE: standard library only. A pace is a function of (seed, office time): who calls, and how often,
plays no part. It gives the share of the moment and the stretch of time for which that holds.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, floor, inf, log1p
from typing import NamedTuple, Protocol

from siaksim.core import chance
from siaksim.core.schedule import Window

TURNS = 64
"""Mean turns (a good and a bad time) after which a chain of bursts begins anew."""
RAMP_STEPS = 1000
"""Even steps of a ramp, none shorter than an office second."""


class Phase(NamedTuple):
    """The share (0..1) that holds from office time `since` up to, not including, `until`."""

    share: float
    since: float
    until: float


class Pace(Protocol):
    """What changes a share with time; `ends` says that a phase's end ends what hangs in it."""

    @property
    def ends(self) -> bool:
        """Say whether a call that is held by the fault is let go when the phase ends."""

    def phase(self, seed: int, share: float, window: Window | None, now: float) -> Phase:
        """Return the phase at `now`, for a fault of this peak share in its open window."""

    def moved(self, seconds: float) -> Pace:
        """Return the same pace for a scenario that begins so much later."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """The share goes evenly from `first` to `last` over the window, in a thousand steps."""

    first: float
    last: float

    @property
    def ends(self) -> bool:
        """A step of a ramp ends nothing."""
        return False

    def phase(self, seed: int, share: float, window: Window | None, now: float) -> Phase:
        """Return the share of the step in which `now` lies; a ramp needs a window."""
        assert window is not None, "a ramp goes over a window"
        length = window.end - window.start
        step = max(1.0, length / RAMP_STEPS)
        number = _place(now, window.start, step)
        since = window.start + number * step
        until = min(window.start + (number + 1) * step, window.end)
        done = ((since + until) / 2 - window.start) / length
        return Phase(self.first + (self.last - self.first) * done, since, until)

    def moved(self, seconds: float) -> Ramp:
        """A ramp goes with its window."""
        return self


@dataclass(frozen=True, slots=True)
class Flap:
    """Down (the share holds) and up (it is 0) by turns, down first.

    It begins with the window, or at `origin` when there is none. With `jitter_s` each change but
    the first comes up to half of it earlier or later, so a stretch is up to `jitter_s` longer or
    shorter, and the changes never drift from their places.
    """

    down_s: float
    up_s: float
    jitter_s: float = 0.0
    origin: float = 0.0
    key: str = ""

    @property
    def ends(self) -> bool:
        """What hangs is let go when the service comes up."""
        return True

    def phase(self, seed: int, share: float, window: Window | None, now: float) -> Phase:
        """Return the share, down, or 0, up."""
        begin = self.origin if window is None else window.start
        if now < begin:
            return Phase(0.0, -inf, begin)
        cycle = self.down_s + self.up_s
        turn, rest = divmod(now - begin, cycle)
        number = 2 * int(turn) + (rest >= self.down_s)
        # The jitter may have moved a neighbouring change across `now`: one place at most.
        if now < self._change(seed, begin, number):
            number -= 1
        elif now >= self._change(seed, begin, number + 1):
            number += 1
        since, until = (self._change(seed, begin, n) for n in (number, number + 1))
        return Phase(0.0 if number % 2 else share, since, until)

    def _change(self, seed: int, begin: float, number: int) -> float:
        """Return when the nth stretch (from 0) begins: even ones are down, odd ones up."""
        place = begin + (number // 2) * (self.down_s + self.up_s) + (number % 2) * self.down_s
        if not self.jitter_s or number <= 0:
            return place
        return place + _even((chance.draw(seed, "flap", self.key, number) - 0.5) * self.jitter_s)

    def moved(self, seconds: float) -> Flap:
        """Return the same flapping, so much later."""
        return replace(self, origin=self.origin + seconds)


@dataclass(frozen=True, slots=True)
class Burst:
    """Good and bad times by turns, each of exponential length (Gilbert and Elliott's chain).

    In bad times the share holds, in good ones `good_share`; `good_s` and `bad_s` are the mean
    lengths. Before `origin` all is good. Every 64 turns' time the chain begins anew, in a state
    drawn as often as it would be met at any moment: so the state of a far moment costs no more
    than that of the first.
    """

    good_s: float
    bad_s: float
    good_share: float = 0.0
    origin: float = 0.0
    key: str = ""

    @property
    def ends(self) -> bool:
        """What hangs is let go when the bad time is over."""
        return True

    def phase(self, seed: int, share: float, window: Window | None, now: float) -> Phase:
        """Return the share of the good or bad time in which `now` lies."""
        if now < self.origin:
            return Phase(self.good_share, -inf, self.origin)
        length = _spell(self.good_s, self.bad_s)
        spell = _place(now, self.origin, length)
        begin = self.origin + spell * length
        first_bad, changes = _chain(seed, self.key, self.good_s, self.bad_s, spell)
        number = max(0, bisect_right(changes, now - begin) - 1)
        # Rounding must not make a phase end at the moment for which it was asked.
        if number + 1 < len(changes) and now >= begin + changes[number + 1]:
            number += 1
        last = number + 1 == len(changes)
        until = self.origin + (spell + 1) * length if last else begin + changes[number + 1]
        bad = first_bad == (number % 2 == 0)
        return Phase(share if bad else self.good_share, begin + changes[number], until)

    def moved(self, seconds: float) -> Burst:
        """Return the same bursts, so much later."""
        return replace(self, origin=self.origin + seconds)


def _place(now: float, begin: float, length: float) -> int:
    """Return the number of the stretch of this length, from `begin` on, in which `now` lies."""
    number = floor((now - begin) / length)
    # Where a stretch ends and the next begins must be one and the same float.
    if now >= begin + (number + 1) * length:
        return number + 1
    return number - 1 if now < begin + number * length else number


def _even(seconds: float) -> float:
    """Round to 1/1024 s: sums with whole seconds are exact then, and so on any date the same."""
    return round(seconds * 1024) / 1024


def _spell(good_s: float, bad_s: float) -> float:
    return float(ceil(TURNS * (good_s + bad_s)))


@lru_cache(maxsize=2048)
def _chain(
    seed: int, key: str, good_s: float, bad_s: float, spell: int
) -> tuple[bool, tuple[float, ...]]:
    """Return whether a spell of 64 turns begins bad, and the seconds at which the state changes."""
    length = _spell(good_s, bad_s)
    first_bad = chance.draw(seed, "burst", key, spell) < bad_s / (good_s + bad_s)
    changes, bad = [0.0], first_bad
    while True:
        mark = chance.draw(seed, "burst", key, spell, len(changes))
        change = changes[-1] + _even(-(bad_s if bad else good_s) * log1p(-mark))
        if change >= length:
            return first_bad, tuple(changes)
        changes.append(change)
        bad = not bad
