"""Waits before a queue with Poisson arrivals, by formula: what a centre does on a quiet day. PURE.

Erlang C is exact for exponential service times (M/M/c). For other laws (M/G/c) the usual
approximation (Lee and Longton 1959) scales its wait by (1 + scv) / 2, scv being the variance over
the squared mean; for one server that is the exact formula of Pollaczek and Khinchine.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

GRID = 4096
"""Quantiles by which a law's mean and variance are found: to about 0.2 % for long tails."""


def erlang_c(servers: int, offered: float) -> float:
    """Return the share of calls that must wait; `offered` is arrivals times mean service time."""
    if offered >= servers:
        return 1.0
    blocked = 1.0  # Erlang B by its recursion: no factorials, no overflow
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    load = offered / servers
    return blocked / (1.0 - load * (1.0 - blocked))


def mean_wait(servers: int, arrivals: float, mean_s: float, scv: float = 1.0) -> float:
    """Return the mean wait in seconds of `arrivals` calls a second (inf at or over capacity)."""
    offered = arrivals * mean_s
    if offered >= servers:
        return inf
    return erlang_c(servers, offered) * mean_s / (servers - offered) * (1.0 + scv) / 2.0


def moments(law: Callable[[float], float]) -> tuple[float, float]:
    """Return the mean of a law (given by its quantiles) and variance over mean squared."""
    values = [law((n + 0.5) / GRID) for n in range(GRID)]
    mean = sum(values) / GRID
    if mean <= 0.0:
        return 0.0, 0.0
    return mean, sum((value - mean) ** 2 for value in values) / GRID / mean**2
