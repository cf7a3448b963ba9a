"""A scenario's capacity as the core sees it: rushes, sheds, stalls, shortened days."""

from __future__ import annotations

import pytest
from siaksim.core.centre import Centre, Centres
from siaksim.core.clock import Clock
from siaksim.scenario.build import Scenario, load

HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
FINITE = """\
capacity:
  siak: {servers: 20, service_time: 1s}
  background: {load: {"08:00": 50%, "09:00": 10%}, manners: no_retry}
"""


def begun(text: str, shorten: float = 1.0) -> tuple[Scenario, Clock, Centre]:
    scenario = load(HEAD + text, "x.yaml")
    clock = Clock(scenario.start, "auto", shorten=shorten)
    centres = Centres(scenario.capacity.terms() if scenario.capacity else (), 1, clock)
    centres.plan(scenario.plan())
    centre = centres.of("siak")
    assert centre is not None
    return scenario, clock, centre


def test_people_come_as_the_rush_says() -> None:
    scenario, clock, centre = begun(FINITE)
    clock.move_to(scenario.start + 7200.0)
    centre.now()
    first, second = centre.tally.between(0.0, 3600.0), centre.tally.between(3600.0, 7200.0)
    assert first.people == pytest.approx(36_000, rel=0.02)
    assert second.people == pytest.approx(7_200, rel=0.05)


def test_a_shortened_day_has_as_many_people_a_client_second_and_a_shorter_rush() -> None:
    scenario, clock, centre = begun(FINITE, shorten=20.0)
    clock.move_to(scenario.start + 7200.0)
    assert centre.now() == 360.0
    assert centre.tally.between(0.0, 180.0).people == pytest.approx(1_800, rel=0.08)
    assert centre.tally.between(180.0, 360.0).people == pytest.approx(360, rel=0.2)


def test_a_stall_and_its_recovery_are_as_much_shorter() -> None:
    stall = "{target: all, kind: stall, at: '08:10', for: 10m, recovery: {from: 50%, over: 10m}}"
    scenario, clock, centre = begun(f"{FINITE}faults:\n  - {stall}\n", shorten=20.0)
    speeds = []
    for minute in (9, 11, 19, 21, 29, 31):
        clock.move_to(scenario.start + 60.0 * minute)
        speeds.append(centre.queue.speeds.rate(centre.now()))
    assert speeds == pytest.approx([1.0, 0.0, 0.0, 0.55, 0.95, 1.0], abs=0.02)  # in 30 steps
    assert centre.stall_ends == (60.0,)


def test_two_stalls_at_once_leave_the_slower_speed() -> None:
    stalls = (
        "  - {target: siak.*, kind: stall, speed: 50%, at: '08:10', for: 10m}\n"
        "  - {target: siak.*, kind: stall, speed: 20%, at: '08:15', for: 1m}\n"
    )
    scenario, clock, centre = begun(f"{FINITE}faults:\n{stalls}")
    speeds = []
    for minute in (12, 15, 17, 21):
        clock.move_to(scenario.start + 60.0 * minute)
        speeds.append(centre.queue.speeds.rate(centre.now()))
    assert speeds == [0.5, 0.2, 0.5, 1.0]


def test_shares_of_two_sheds_add_up_for_the_others_too() -> None:
    sheds = (
        "  - {target: siak.*, kind: shed, share: 30%}\n"
        "  - {target: all, kind: shed, share: 20%, at: '08:10', for: 10m}\n"
        "  - {target: siak.login, kind: shed, share: 50%}\n"
    )
    scenario, clock, centre = begun(f"{FINITE}faults:\n{sheds}")
    clock.move_to(scenario.start + 1800.0)
    centre.now()
    before, within = centre.tally.between(0.0, 600.0), centre.tally.between(600.0, 1200.0)
    assert before.refused / before.calls == pytest.approx(0.3, abs=0.03)
    assert within.refused / within.calls == pytest.approx(0.5, abs=0.03)


def test_a_queue_is_thrown_out_when_shedding_begins_however_late_one_looks() -> None:
    faults = (
        "  - {target: siak.*, kind: stall, at: '08:10', for: 10m}\n"
        "  - {target: siak.*, kind: shed, drop_queue: true, at: '08:20', for: 5m, share: 1%}\n"
    )
    seen = []
    for looks in ((30.0,), (19.9, 20.0, 20.1, 25.0, 30.0)):
        scenario, clock, centre = begun(f"{FINITE}faults:\n{faults}")
        for minute in looks:
            clock.move_to(scenario.start + 60.0 * minute)
            centre.now()
        seen.append((centre.queue.dropped, centre.queue.served, centre.tally.whole()))
    assert seen[0] == seen[1]
    assert seen[0][0] > 5000
