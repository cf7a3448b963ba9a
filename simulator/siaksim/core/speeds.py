"""A rate that changes with time, and what it comes to: work done, people who came. PURE.

A centre that stands still or starts slowly does less work in a second; a morning rush brings more
people. Both are piecewise constant rates: `done` is the integral, `when` its inverse. So queues
and arrivals are computed as if the rate were 1, and only read off at the clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from math import inf
from operator import itemgetter

RAMP_STEPS = 30
"""Steps that stand for an even rise."""

Steps = Sequence[tuple[float, float]]
"""(from when on, rate), in order of time."""


class Speeds:
    """The rate at any time from `start` on, in units a second; times are seconds."""

    __slots__ = ("_done", "_place", "_rates", "_times")

    def __init__(self, steps: Steps, start: float = 0.0, done: float = 0.0) -> None:
        """`done` units are done at `start`; the rate before the first step is 1."""
        known = [(time, rate) for time, rate in steps if time <= start]
        rates = [known[-1][1] if known else 1.0]
        self._times = [start]
        for time, rate in steps:
            if time > start:
                self._times.append(time)
                rates.append(rate)
        if any(rate < 0 or rate == inf for rate in rates):
            raise ValueError("a rate is a number from 0 on")
        self._rates = rates
        self._done = [done]
        for place in range(1, len(rates)):
            length = self._times[place] - self._times[place - 1]
            self._done.append(self._done[-1] + length * rates[place - 1])
        self._place = 0

    @property
    def start(self) -> float:
        """The time from which on it is known."""
        return self._times[0]

    def rate(self, time: float) -> float:
        """Return the rate at a time."""
        return self._rates[self._at(time)]

    def done(self, time: float) -> float:
        """Return the units done by a time (not before `start`)."""
        place = self._at(time)
        return self._done[place] + (time - self._times[place]) * self._rates[place]

    def when(self, units: float) -> float:
        """Return the first time at which so many units are done; inf when they never will be."""
        if units <= self._done[0]:
            return self._times[0]
        place = bisect_right(self._done, units) - 1
        # At the end of a stop several steps have done the same: the first of them is meant.
        while place and self._done[place] == units:
            place -= 1
        rate = self._rates[place]
        if rate <= 0.0:
            return inf
        found = self._times[place] + (units - self._done[place]) / rate
        return min(found, self._times[place + 1]) if place + 1 < len(self._times) else found

    def changed(self, now: float, steps: Steps) -> Speeds:
        """Return the same past with other steps from `now` on."""
        return Speeds(steps, now, self.done(now))

    def _at(self, time: float) -> int:
        place, times = self._place, self._times
        if times[place] <= time and (place + 1 == len(times) or time < times[place + 1]):
            return place  # time goes on little by little: mostly it is the same step
        self._place = max(0, bisect_right(times, time) - 1)
        return self._place


def ramp(start: float, length: float, first: float, last: float) -> list[tuple[float, float]]:
    """Return the steps of an even rise or fall; each has the rate of its own middle."""
    wide = length / RAMP_STEPS
    rise = (last - first) / RAMP_STEPS
    found = [(start + n * wide, first + (n + 0.5) * rise) for n in range(RAMP_STEPS)]
    return [*found, (start + length, last)]


def combined(
    parts: Sequence[Steps], join: Callable[[Iterable[float]], float], at_rest: float
) -> Steps:
    """Return at each change what `join` makes of all parts; before its first step one rests."""
    times = sorted({time for part in parts for time, _ in part})
    return [(time, join(rate_at(part, time, at_rest) for part in parts)) for time in times]


def rate_at(steps: Steps, time: float, at_rest: float) -> float:
    """Return the rate of the last step at or before a time; `at_rest` before the first."""
    place = bisect_right(steps, time, key=itemgetter(0))
    return steps[place - 1][1] if place else at_rest
