"""What is drawn is what is told: shares by binomial bounds, delay laws by Kolmogorov-Smirnov."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import erf, log, sqrt
from typing import Any

import pytest
from siaksim.core.effects import Wait
from siaksim.core.facts import Facts
from siaksim.scenario.build import Scenario, load

CALLS = 100_000
DRAWS = 20_000
HEAD = "scenario: x\nstory: y\nseed: 3576\nclock: {start: 2024-07-11T08:00}\nfaults:\n"


def scenario(*faults: str) -> Scenario:
    return load(HEAD + "".join(f"  - {{target: all, kind: {f}}}\n" for f in faults), "x")


def call(number: int) -> Facts:
    return Facts("siak.search", f"c.{number % 20}", "c", False, f"s{number // 20}", 1, True)


def hits(found: Scenario, calls: int, seed: int) -> list[frozenset[str]]:
    """Return the ids of the faults that strike each call."""
    plan = found.plan(seed)
    decided = (plan.decide(call(n), found.start) for n in range(calls))
    return [frozenset(reason.fault_id for reason in d.reasons) for d in decided]


def near(count: int, calls: int, share: float) -> bool:
    """Say whether a count is within five deviations of a binomial law (one in 1.7 million)."""
    return abs(count - calls * share) <= 5 * sqrt(calls * share * (1 - share))


def test_shares_of_100_000_draws_are_those_written() -> None:
    found = scenario(
        *("noop, share: 6%, id: six", "latency, delay: 1s, share: 0.5%, id: half"),
        *("reset, share: 30%, id: cut", "hang, share: 50%, id: held"),
    )
    struck = hits(found, CALLS, 3576)
    for fault in found.faults:
        assert near(sum(fault.id in ids for ids in struck), CALLS, fault.share), fault.id
    assert not any({"cut", "held"} <= ids or {"six", "half"} <= ids for ids in struck)


def test_two_faults_of_one_share_in_two_layers_are_not_correlated() -> None:
    struck = hits(scenario("noop, share: 20%", "reset, share: 20%"), CALLS, 1)
    assert near(sum(len(ids) == 2 for ids in struck), CALLS, 0.2 * 0.2)


def test_two_seeds_two_clients_or_two_names_are_not_correlated_either() -> None:
    found = scenario("reset, share: 20%")
    one, other = hits(found, CALLS // 2, 1), hits(found, CALLS // 2, 2)
    assert one != other
    both = sum(bool(a) and bool(b) for a, b in zip(one, other, strict=True))
    assert near(both, CALLS // 2, 0.04)
    neighbours = sum(bool(a) and bool(b) for a, b in itertools.pairwise(one))
    assert near(neighbours, CALLS // 2, 0.04)


def _normal(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


def _cut_normal(x: float) -> float:
    below = _normal(-1.25)  # mean 1 s, deviation 0.8 s
    return (_normal((x - 1.0) / 0.8) - below) / (1 - below)


def _lognormal(x: float, median: float, p99: float) -> float:
    sigma = log(p99 / median) / 2.3263478740408408
    return _normal(log(x / median) / sigma) if x > 0 else 0.0


def _table(x: float) -> float:
    marks, values = (0.0, 0.5, 0.9, 0.99, 1.0), (0.0, 0.35, 0.9, 2.5, 8.0)
    place = min(bisect_right(values, x), len(values) - 1)
    low, high = values[place - 1], values[place]
    return marks[place - 1] + (x - low) / (high - low) * (marks[place] - marks[place - 1])


LAWS: dict[str, tuple[str, Callable[[float], float]]] = {
    "uniform": ("{uniform: {min: 1s, max: 3s}}", lambda x: (x - 1) / 2),
    "normal": ("{normal: {mean: 1s, sd: 800ms}}", _cut_normal),
    "lognormal": ("{lognormal: {median: 4s, p99: 30s}}", lambda x: _lognormal(x, 4, 30)),
    "percentiles": ("{percentiles: {p50: 350ms, p90: 900ms, p99: 2500ms, max: 8s}}", _table),
    # realism.md 2.2: one bad node of seven: 85% healthy, 15% around 12 s.
    "mixture": (
        "{mixture: [{weight: 85, law: {lognormal: {median: 350ms, p99: 2500ms}}}, "
        "{weight: 15, law: {lognormal: {median: 12s, p99: 30s}}}]}",
        lambda x: 0.85 * _lognormal(x, 0.35, 2.5) + 0.15 * _lognormal(x, 12, 30),
    ),
}


def drawn(law: str, seed: int) -> list[float]:
    found = scenario(f"latency, delay: {law}")
    plan = found.plan(seed)
    waits: list[Any] = [plan.decide(call(n), found.start).effects[0] for n in range(DRAWS)]
    assert all(isinstance(wait, Wait) for wait in waits)
    return [wait.seconds for wait in waits]


def distance(values: Sequence[float], cdf: Callable[[float], float]) -> float:
    """Return the Kolmogorov-Smirnov distance of values from a law."""
    n = len(values)
    gaps = [(cdf(value), i) for i, value in enumerate(sorted(values))]
    return max(max(p - i / n, (i + 1) / n - p) for p, i in gaps)


@pytest.mark.parametrize("name", LAWS)
def test_delays_are_drawn_by_their_law(name: str) -> None:
    law, cdf = LAWS[name]
    # The distance exceeds 2.5 / sqrt(n) once in 134,000 times for the right law.
    assert distance(drawn(law, 3576), cdf) <= 2.5 / sqrt(DRAWS)


def test_the_bound_tells_a_wrong_law() -> None:
    values = drawn(LAWS["lognormal"][0], 3576)
    assert distance(values, lambda x: _lognormal(x, 4.4, 30)) > 2.5 / sqrt(DRAWS)


def test_a_trace_is_drawn_evenly() -> None:
    values = drawn("{trace: {values: [1s, 2s, 4s, 8s, 16s]}}", 3576)
    assert {v: near(values.count(v), DRAWS, 0.2) for v in (1, 2, 4, 8, 16)} == dict.fromkeys(
        (1, 2, 4, 8, 16), True
    )
