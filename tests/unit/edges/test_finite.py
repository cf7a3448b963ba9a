"""`scenarios show` says what finite centres come to."""

from __future__ import annotations

from siaksim.edges.choosing import known_operations
from siaksim.edges.describing import described
from siaksim.scenario.build import load

HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"


def shown(capacity: str) -> list[str]:
    text = described(load(HEAD + capacity, "x.yaml", known_operations()), 200)
    return [line for line in text.splitlines() if "calls a second" in line or "others" in line]


def test_a_service_and_the_others_are_told_with_the_wait_to_expect() -> None:
    assert shown(
        "capacity:\n"
        "  siak: {servers: 1, service_time: 500ms, queue: 9, retry_after: 30s}\n"
        "  background: {load: 50%, manners: careful}\n"
    ) == [
        "siak: 1 server of 500 ms a call on average, 2 calls a second; "
        "9 calls may wait, then a 503 with Retry-After 30 s",
        # Pollaczek and Khinchine: rho * mean / (2 * (1 - rho)) = 0.5 * 0.5 / 1.
        "  others: 50% of that (1 people a second: a call waits 250 ms); careful, time-out 5 s",
    ]


def test_a_rush_and_a_mix_are_told_one_by_one() -> None:
    (ikd, others) = shown(
        "capacity:\n"
        "  ikd: {servers: 4, service_time: 1s}\n"
        '  background: {load: {"08:00": 120%, "10:00": 25%}, timeout: 9s,\n'
        "    manners: {careful: 70%, careless: 30%}}\n"
    )
    assert ikd.endswith("an unbounded queue")
    assert others.startswith(
        "  others: from 08:00 120% of that (4.8 people a second: more than the servers can do), "
        "from 10:00 25% of that (1 people a second: a call waits "
    )
    assert others.endswith("; 70% careful, 30% careless, time-out 9 s")
