"""Quantile functions of delay laws: from one even draw in [0, 1) to a value.

PURE: standard library only. Each is the inverse of a law's distribution, so one keyed draw gives
the value and nothing is drawn twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import exp, log
from statistics import NormalDist

_NORMAL = NormalDist()
_Z99 = _NORMAL.inv_cdf(0.99)
_LEAST = 2.0**-53
"""Half of the smallest draw above 0 and below 1: inverse laws have no value at 0 and 1."""


def _inner(u: float) -> float:
    return min(max(u, _LEAST), 1.0 - _LEAST)


def lognormal(u: float, median: float, p99: float) -> float:
    """Return the lognormal value at quantile `u`, for a law given by median and 99th percentile."""
    if u <= 0.0:
        return 0.0
    sigma = log(p99 / median) / _Z99
    return median * exp(sigma * _NORMAL.inv_cdf(_inner(u)))


def normal(u: float, mean: float, sd: float) -> float:
    """Return the value at quantile `u` of a normal law of which what lies below 0 is cut off."""
    if sd <= 0.0:
        return mean
    cut = _NORMAL.cdf(-mean / sd)
    return max(0.0, mean + sd * _NORMAL.inv_cdf(_inner(cut + u * (1.0 - cut))))


def table(u: float, marks: Sequence[float], values: Sequence[float]) -> float:
    """Return the value at quantile `u` of a table (quantile -> value), straight lines between.

    Both rise; below the first mark the first value holds, above the last mark the last one.
    """
    place = bisect_right(marks, u)
    if place == 0:
        return values[0]
    if place == len(marks):
        return values[-1]
    low, high = marks[place - 1], marks[place]
    part = (u - low) / (high - low)
    return values[place - 1] + part * (values[place] - values[place - 1])


def recorded(u: float, values: Sequence[float]) -> float:
    """Return one of the recorded values (in rising order), each as likely as the others."""
    return values[min(int(u * len(values)), len(values) - 1)]


def part(u: float, bounds: Sequence[float]) -> tuple[int, float]:
    """Return which part of a mixture `u` falls into, and where within that part, in [0, 1).

    `bounds` are the upper ends of the parts, rising to 1: so one draw serves both questions.
    """
    place = min(bisect_right(bounds, u), len(bounds) - 1)
    low = bounds[place - 1] if place else 0.0
    within = (u - low) / (bounds[place] - low)
    return place, min(max(within, 0.0), 1.0 - _LEAST)
