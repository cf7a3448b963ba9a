"""Waits before a queue with Poisson arrivals, by formula: what a centre does on a quiet day. PURE.

Erlang C is exact for exponential service times (M/M/c). For other laws (M/G/c) the usual
approximation (Lee and Longton 1959) scales its wait by (1 + scv) / 2, scv being the variance over
the squared mean; for one server that is the exact formula of Pollaczek and Khinchine.
Erlang-A (M/M/c+M; Mandelbaum and Zeltyn 2005) lets people leave who have waited too long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Impatient:
    """A queue whose people leave (M/M/c+M, Erlang-A), in its steady state.

    `waits` and `leaves` are shares of all who come; `waiting` is the mean number in the queue.
    """

    waits: float
    leaves: float
    waiting: float


def erlang_a(servers: int, arrivals: float, mean_s: float, patience_s: float) -> Impatient:
    """Return how a queue stands with `arrivals` people a second and exponential patience.

    Any load may be asked for: those who leave keep the queue finite. The sum over its lengths is
    broken off where the rest is below 1e-12 of the whole.
    """
    offered, weight = arrivals * mean_s, 1.0
    total = weight
    for n in range(1, servers):
        weight *= offered / n
        total += weight
    busy = queue = 0.0
    length = 0
    while True:  # `length` wait, and all servers work
        rate = servers / mean_s + length / patience_s
        weight *= arrivals / rate
        if weight > 1e100:  # only their proportions count
            weight, total, busy, queue = 1.0, total / weight, busy / weight, queue / weight
        busy += weight
        queue += weight * length
        if arrivals < rate and weight * (length + 1) < 1e-12 * (total + busy):
            break
        length += 1
    whole = total + busy
    waiting = queue / whole
    return Impatient(busy / whole, waiting / patience_s / arrivals, waiting)
