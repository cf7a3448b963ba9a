"""`scenarios show` prints rates; 100,000 calls through the real exchange find the same."""

from __future__ import annotations

import re
from collections import Counter
from math import sqrt

import pytest
from siaksim import data
from siaksim.core.schedule import Window
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.describing import described
from siaksim.edges.exchange import Raw
from siaksim.scenario.build import Scenario
from siaksim.world import World

HEAD = "scenario: counted\nstory: y\nseed: 3576\nclock: {start: 2024-07-11T08:00}\n"
LAYERED = (
    HEAD
    + """timeline:
  - at: "09:00"
    for: 3h
    faults:
      - {target: siak.*, kind: noop, share: 25%}
      - {target: siak.scan_qr, kind: reset, share: 30%}
      - {target: siak.*, kind: error, status: 504, share: 20%}
      - {target: siak.scan_qr, kind: lost_answer, share: 10%, how: reset}
"""
)
PACED = (
    HEAD
    + """timeline:
  - at: "09:00"
    for: 3h
    faults:
      - {target: siak.scan_qr, kind: reset, share: 60%, burst: {good: 500s, bad: 50s,
         good_share: 0.5%}}
      - {target: siak.scan_qr, kind: error, status: 503, ramp: {from: 0%, to: 80%}}
      - {target: siak.scan_qr, kind: lost_answer, share: 50%, how: reset,
         flap: {down: 5m, up: 10m, jitter: 2m}}
"""
)
RATE = re.compile(r"(\w+)(?: mean)? ([\d.]+)%(?: peak [\d.]+%)?")


@pytest.fixture(scope="module")
def whole() -> Assembly:
    return assemble()


def printed(scenario: Scenario, operation: str) -> dict[str, float]:
    """Return the rates (0..1) that the page prints of an operation in its last stretch."""
    page = (
        described(scenario, width=400).partition("\n\nonly for")[0].partition("\n\nin a check")[0]
    )
    (line,) = [part for part in page.split("\n\n")[-1].splitlines() if operation in part]
    return {kind: float(share) / 100 for kind, share in RATE.findall(line.partition(": ")[2])}


def counted(whole: Assembly, world: World, window: Window, calls: int) -> Counter[str]:
    """Make calls of siak.scan_qr, evenly over a window, by 20 clients; count by the journal."""
    found: Counter[str] = Counter()
    world.journal.listeners.append(
        lambda line: found.update([f["kind"] for f in line.get("faults", ())])
    )
    unharmed: Counter[str] = Counter()
    headers = {"content-type": "application/json"}
    step = (window.end - window.start) / calls
    for number in range(calls):
        world.advance(window.start + (number + 0.5) * step - world.clock.now())
        path = f"/w/{world.name}/c/counter.{number % 20}/siak/v1/ikd/scans"
        conn = whole.exchange.call(Raw("POST", path, headers, b"{}"))
        status = conn.data[9:12].decode()
        # A call that no fault ended is refused by the service itself: it has no session.
        unharmed[status if status not in ("503", "504") else "ended"] += bool(conn.data)
    assert world.counters.internal_errors == 0
    found["unharmed"] = sum(n for status, n in unharmed.items() if status != "ended")
    return found


@pytest.mark.parametrize(
    ("name", "calls"), [("layered", 25_000), ("paced", 50_000), ("ambiguous-commit", 25_000)]
)
def test_the_printed_rates_are_those_that_are_counted(
    whole: Assembly, name: str, calls: int
) -> None:
    text = {"layered": LAYERED, "paced": PACED}.get(name) or data.scenario_text(name)
    scenario = whole.worlds.inline(text)
    world = whole.worlds.create(f"rates-{name}", scenario, mode="auto")
    nine = scenario.start + 3600
    found = counted(whole, world, Window(nine, nine + 3 * 3600), calls)
    told = printed(scenario, "siak.scan_qr")
    assert set(told) == set(found)
    for kind, share in told.items():
        # Five deviations of a binomial law: one in 1.7 million. The seed is fixed.
        assert abs(found[kind] - calls * share) <= 5 * sqrt(calls * share * (1 - share)) + 1, kind
    whole.worlds.delete(world.name)


def test_inner_layers_are_counted_of_what_the_outer_ones_leave(whole: Assembly) -> None:
    told = printed(whole.worlds.inline(LAYERED), "siak.scan_qr")
    assert told == {
        "noop": pytest.approx(0.25),
        "reset": pytest.approx(0.30),
        "error": pytest.approx(0.70 * 0.20),
        "lost_answer": pytest.approx(0.70 * 0.80 * 0.10),
        "unharmed": pytest.approx(0.70 * 0.80 * 0.90),
    }
    told = printed(whole.worlds.scenario("ambiguous-commit"), "siak.scan_qr")
    # 8% are lost, three in ten of them committed: what the story says.
    assert told["lost_answer"] == pytest.approx(0.024, abs=5e-5)
    assert told["unharmed"] == pytest.approx(0.92, abs=5e-5)
