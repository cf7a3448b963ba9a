"""When a fault acts, as people write it: days, weekdays, office hours, rhythms, whom it meets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from siaksim.core.clock import WIB, office_date
from siaksim.core.facts import Facts
from siaksim.core.pace import Burst, Flap, Ramp
from siaksim.core.plan import PlannedFault
from siaksim.scenario.build import Scenario, load
from siaksim.scenario.problems import ScenarioErrors

OPERATIONS = ("ikd.register", "ikd.status", "siak.scan_qr", "siak.search", "mail.activate")
HOURS = 'hours: {mon-thu: "08:00-15:30", fri: "08:00-15:00"}\n'


def scenario(body: str, days: str = "") -> Scenario:
    clock = f"clock: {{start: 2024-07-11T08:00{days}}}\n"  # a Thursday
    return load(f"scenario: x\nstory: y\nseed: 1\n{clock}{body}", "x.yaml", OPERATIONS)


def fault(line: str, head: str = "", days: str = "") -> PlannedFault:
    body = f"{head}faults:\n  - {{target: all, kind: hang, {line}}}"
    return scenario(body, days).faults[0]


def words(planned: PlannedFault, most: int = 3) -> list[str]:
    return [f"{office_date(w.start):%a %d} {w.text()}" for w in (planned.windows or ())[:most]]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('at: "day 2 07:00", for: 90m', ["Fri 12 07:00-08:30"]),
        ('at: "day 2 07:00", until: "09:00"', ["Fri 12 07:00-09:00"]),
        ('at: "22:00", until: "day 2 07:00", hours: always', ["Thu 11 22:00-07:00"]),
        ('at: "12:00", until: "day 4 07:00"', ["Thu 11 Thu 12:00-Sun 07:00"]),
        ('at: "09:00", for: 1h, days: mon-wed', ["Mon 15 09:00-10:00", "Tue 16 09:00-10:00"]),
        ('at: "09:00", for: 1h, days: [fri, mon]', ["Fri 12 09:00-10:00", "Mon 15 09:00-10:00"]),
        ("days: fri-sat, hours: office", ["Fri 12 08:00-15:00", "Fri 19 08:00-15:00"]),
        ("hours: office", ["Thu 11 08:00-15:30", "Fri 12 08:00-15:00"]),
        ('at: "14:00", for: 6h, hours: office', ["Thu 11 14:00-15:30"]),
        ('at: "09:00", for: 1h, days: workdays', ["Thu 11 09:00-10:00", "Fri 12 09:00-10:00"]),
    ],
)
def test_times_as_people_write_them(line: str, wanted: list[str]) -> None:
    assert words(fault(line, HOURS), 2) == wanted


def test_a_stage_gives_its_days_and_rhythm_to_all_its_faults() -> None:
    found = scenario(
        HOURS + "timeline:\n"
        '  - {at: "09:00", for: 90m, days: workdays, flap: {down: 5m, up: 10m, jitter: 2m},\n'
        "     faults: [{target: siak.*, kind: hang, share: 50%},\n"
        "              {target: siak.*, kind: reset, share: 50%}]}"
    ).faults
    assert found[0].windows == found[1].windows
    assert words(found[0], 2) == ["Thu 11 09:00-10:30", "Fri 12 09:00-10:30"]
    # One rhythm: both are down at the same time.
    assert found[0].pace == found[1].pace
    assert isinstance(found[0].pace, Flap)


def test_rhythms_get_into_the_plan() -> None:
    start = datetime(2024, 7, 11, 8, tzinfo=WIB).timestamp()
    burst = fault("share: 60%, burst: {good: 500s, bad: 50s, good_share: 0.5%}")
    assert burst.pace == Burst(500.0, 50.0, 0.005, start, "hang#1")
    flap = fault("id: mine, flap: {down: 5m, up: 10m}")
    assert flap.pace == Flap(300.0, 600.0, 0.0, start, "mine")
    ramp = fault('at: "09:00", for: 10m, ramp: {from: 60%, to: 0%}')
    assert (ramp.pace, ramp.share) == (Ramp(0.6, 0.0), 0.6)


def test_whom_a_fault_meets_gets_into_the_plan() -> None:
    found = fault(
        'area: [35.76.02, Kranggan, "35.16.11.2001"], after: mail_sent, nth: 2, per: world'
    )
    assert found.areas == ("35.76.02", "35.76.03", "35.16.11.2001")
    assert (found.after, found.nth, found.per_world) == ("mail_issued", 2, True)


# -- what the plan then does -------------------------------------------------------------------


def call(**changed: Any) -> Facts:
    given = {"operation": "siak.search", "client": "counter.1", "kind": "counter"}
    rest = {"actor": False, "subject": "3576014107079000", "attempt": 1, "write": True}
    return Facts(**(given | rest | changed))  # type: ignore[arg-type]


def strikes(line: str, **changed: Any) -> bool:
    found = scenario(f"faults:\n  - {{target: all, kind: reset, {line}}}")
    return bool(found.plan().decide(call(**changed), found.start + 3600).effects)


def test_after_an_event_only_what_comes_after_it_is_struck() -> None:
    assert not strikes("after: mail_issued")
    assert not strikes("after: mail_issued", events=frozenset({"registered"}))
    assert strikes("after: mail_issued", events=frozenset({"registered", "mail_issued"}))


def test_an_area_holds_what_lies_within_it_and_nothing_else() -> None:
    assert strikes("area: 35.76", area="35.76.02.1003")
    assert strikes("area: 35.76.02.1003", area="35.76.02.1003")
    assert strikes("area: Magersari", area="35.76.02.1003")
    assert not strikes("area: Kranggan", area="35.76.02.1003")
    assert not strikes("area: 35.76", area="")


def test_numbers_count_a_clients_calls_or_the_worlds() -> None:
    assert strikes("first: 2", call=2, world_call=9)
    assert not strikes("first: 2, per: world", call=2, world_call=9)
    assert strikes("nth: 9, per: world", call=2, world_call=9)


def test_a_call_that_hangs_is_let_go_when_the_service_comes_up() -> None:
    found = scenario(
        'timeline:\n  - {at: "09:00", for: 1h, flap: {down: 5m, up: 10m},\n'
        "     faults: [{target: all, kind: hang}]}"
    )
    nine = found.start + 3600
    (hang,) = found.plan().decide(call(), nine + 900 + 60).effects
    assert getattr(hang, "until", None) == nine + 900 + 300
    assert not found.plan().decide(call(), nine + 400).effects


# -- other dates -------------------------------------------------------------------------------


def test_on_another_date_recurring_faults_fall_on_that_dates_days() -> None:
    week = scenario(
        HOURS + 'faults:\n  - {target: all, kind: hang, at: "09:00", for: 1h, days: fri}'
    )
    monday = week.shifted(date(2024, 7, 15))
    assert words(monday.faults[0], 1) == ["Fri 19 09:00-10:00"]
    assert monday.shifted(date(2024, 7, 11)) == week


def test_on_a_holiday_the_office_is_closed() -> None:
    day = scenario(HOURS + "faults:\n  - {target: all, kind: hang, hours: office}")
    christmas = day.shifted(date(2025, 12, 25))  # a Thursday too
    assert words(christmas.faults[0], 1) == ["Fri 26 08:00-15:00"]


# -- how long the story is -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "days", "wanted"),
    [
        ("share: 5%", "", 1),
        ('at: "day 9 07:00", for: 1h', "", 9),
        ('at: "09:00", until: "day 3 07:00"', "", 3),
        ("days: mon-fri", "", 7),
        ("days: mon-fri", ", days: 12", 12),
    ],
)
def test_a_story_has_the_days_that_it_names(line: str, days: str, wanted: int) -> None:
    found = scenario(f"faults:\n  - {{target: all, kind: hang, {line}}}", days)
    assert found.days == wanted


def test_a_time_when_the_office_is_closed_must_be_meant() -> None:
    with pytest.raises(ScenarioErrors, match="add `hours: always`"):
        fault('at: "20:00", for: 1h', HOURS)
    assert words(fault('at: "20:00", for: 1h, hours: always', HOURS)) == ["Thu 11 20:00-21:00"]
    assert words(fault('at: "20:00", for: 1h')) == ["Thu 11 20:00-21:00"]
