"""Each shipped scenario is lived through from opening to closing by clients who know nothing of it.

No draw is forced: the seed in the file is the world's. Good clients play citizens and officers on
the world's own clock, and every fault that the file names has to have struck by the evening.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import yaml
from office_day import HOUR, Office, Plan
from siaksim import data
from siaksim.core.units import seconds
from siaksim.edges.assembly import Assembly, assemble
from siaksim.world import World

# What some days need besides sixty visits: whom the faults of the file are about, and enough calls.
MORE: dict[str, dict[str, Any]] = {
    "counter-unmanned": {"counters": 1},
    "duplicate-record": {"lookups": 60},
    # realism's 65 records of a school; and what a kit has stored in the two hours of an outage
    "field-offline-then-sync": {"pupils": 0, "recordings": 65},
    "stored-recordings-burst": {"pupils": 0, "recordings": 100, "sends_at": 9.9},
    "mail-lost": {"visits": 105, "counters": 3},  # a Monday: one mail in 125 is lost
}
DAY = re.compile(r"(?:day (\d+) )?(\d\d):(\d\d)")


UNSERVED = {"maintenance-overrun": 0.25, "pdn-multi-day-outage": 0.9}
"""The share of citizens whom good clients cannot help that day; elsewhere it is one in twenty."""
QUEUED = "capacity."
"""What a journal calls the wait before a finite centre."""
TOLD_AGAIN = ("ambiguous-commit", "quota-exhausted", "clock-skew", "pdn-multi-day-outage")
"""Scenarios of which more is asked than of all."""


@pytest.fixture(scope="module")
def whole() -> Assembly:
    return assemble()


@pytest.fixture(scope="module")
def story(whole: Assembly) -> Callable[[str], Office]:
    """Live through a scenario as it is planned, once, if more is asked of it."""
    kept: dict[str, Office] = {}

    def told(name: str) -> Office:
        office = kept.get(name) or lived(whole, name, plans(name))
        if name in TOLD_AGAIN:
            kept[name] = office
        return office

    return told


def header(name: str, field: str) -> str:
    """Return what a scenario's header comment says under a heading."""
    found = re.search(rf"^# {field}: (.*)$", data.scenario_text(name), re.M)
    assert found, f"{name}.yaml does not say {field!r}"
    return found[1]


def plans(name: str) -> dict[int, Plan]:
    """Return the days of a scenario's story: for whom it is, the file says."""
    kinds = header(name, "For")
    plan = Plan(kiosk="kiosk" in kinds, pupils=30 if "field kit" in kinds else 0)
    plan = replace(plan, **MORE.get(name, {}))
    if name != "pdn-multi-day-outage":
        return {1: plan}
    # Thursday to the second Friday; 1.6 times as many come when all is well again.
    return {day: replace(plan, returns=36 if day == 9 else 0) for day in (1, 2, 5, 6, 7, 8, 9)}


def lived(whole: Assembly, name: str, days: Mapping[int, Plan]) -> Office:
    """Live through days of a scenario and return the office afterwards."""
    if whole.worlds.get("day") is not None:
        whole.worlds.delete("day")
    world = whole.worlds.create("day", whole.worlds.scenario(name), mode="auto")
    office = Office(whole, world)
    office.work(days)
    return office


def lines(world: World, kind: str) -> Iterator[dict[str, Any]]:
    return (line for line in world.journal.lines if line["kind"] == kind)


def time_of(line: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(line["at"]).timestamp()


def results(office: Office, result: str) -> int:
    return sum(outcome.result == result for outcome in office.outcomes)


# -- what must hold on every day -----------------------------------------------------------------


def fired(world: World) -> set[str]:
    """Return the ids of the faults that struck a call or a mail, or that happened."""
    calls = {f["fault"] for line in lines(world, "decided") for f in line.get("faults", ())}
    mails = {line["fault"] for line in lines(world, "mail") if "fault" in line}
    happened = {x["id"] for x in lines(world, "ledger") if x["entry"] == "sessions_ended"}
    queued = {name for name in calls if name.startswith(QUEUED)}
    if queued:  # a stall strikes no call: it is met in the queue
        happened |= {fault.id for fault in world.plan.faults if fault.kind == "stall"}
    return (calls - queued) | mails | happened


def stretches(name: str, midnight: float) -> list[tuple[float, float]]:
    """Return when, by the file's own words, something goes wrong (office time)."""
    told = yaml.safe_load(data.scenario_text(name))
    if told.get("faults"):
        return [(midnight, float("inf"))]

    def moment(text: str) -> float:
        found = DAY.fullmatch(text)
        assert found, text
        day, hour, minute = (int(part or 1) for part in found.groups())
        return midnight + (day - 1) * 24 * HOUR + hour * HOUR + minute * 60

    found = []
    for stage in told.get("timeline", ()):
        begin = moment(stage["at"])
        end = moment(stage["until"]) if "until" in stage else begin + seconds(stage["for"])
        found.append((begin, end))
    return found


def assert_only_the_struck_are_harmed(office: Office, name: str) -> None:
    """Outside of the file's times no call is struck, and who is not struck is served."""
    world = office.world
    windows = stretches(name, office.midnight)
    ends = {line["id"]: line for line in lines(world, "outcome")}
    for line in lines(world, "decided"):
        at, end = time_of(line), ends[line["id"]]
        faults = line.get("faults", ())
        if any(fault["fault"].startswith(QUEUED) for fault in faults):
            continue  # a queue outlives what made it
        if faults:
            assert any(begin <= at < end for begin, end in windows), line
        else:
            assert end["end"] == "sent", (line, end)
            assert end["status"] < 500, (line, end)


def assert_the_ledger_is_sound(world: World) -> None:
    """One device a citizen, and none that no officer has seen."""
    scanned: set[str] = set()
    active: dict[str, set[str]] = defaultdict(set)
    for entry in world.ledger.entries:
        if entry.kind == "scanned":
            scanned.add(entry.data["registration"])
        elif entry.kind == "account_deleted":
            active[entry.nik].clear()
        elif entry.kind == "activated":
            active[entry.nik].add(entry.data["registration"])
            assert entry.data["registration"] in scanned, entry
            assert len(active[entry.nik]) == 1, entry


def assert_the_clients_told_the_truth(office: Office) -> None:
    """Who was told that it is done can log in, and nobody else's account was left behind."""
    entries = office.world.ledger.entries
    done = {outcome.nik for outcome in office.outcomes if outcome.result == "done"}
    assert done == {entry.nik for entry in entries if entry.kind == "activated"}
    assert done == {entry.nik for entry in entries if entry.kind == "pin_set"}


@pytest.mark.parametrize("name", data.scenario_names())
def test_a_scenario_is_lived_through_and_every_fault_of_it_strikes(
    story: Callable[[str], Office], name: str
) -> None:
    days = plans(name)
    office = story(name)
    world = office.world
    # This office has no sockets, so what strikes connections passes it by.
    meant = {f.id for f in world.plan.faults if f.layer not in ("link", "tls")}
    assert fired(world) == meant
    assert world.counters.internal_errors == 0
    assert world.counters.open_calls == 0
    come = sum(plan.visits + plan.returns + plan.pupils for plan in days.values())
    assert len(office.outcomes) == come
    assert come - results(office, "done") <= come * UNSERVED.get(name, 0.05)
    closing = office.midnight + (max(days) - 1) * 24 * HOUR + 15 * HOUR
    assert world.clock.now() > closing
    assert_only_the_struck_are_harmed(office, name)
    assert_the_ledger_is_sound(world)
    assert_the_clients_told_the_truth(office)


# -- what the stories say ------------------------------------------------------------------------


def test_two_days_of_one_scenario_are_the_same_day(whole: Assembly) -> None:
    told = []
    for _ in range(2):
        office = lived(whole, "ambiguous-commit", {1: Plan(visits=20)})
        told.append((office.outcomes, office.world.ledger.entries))
    assert told[0] == told[1]
    assert len(told[0][1]) > 100


def test_what_was_done_although_its_answer_was_lost_is_not_done_twice(
    story: Callable[[str], Office],
) -> None:
    world = story("ambiguous-commit").world
    struck = {f["kind"] for line in lines(world, "decided") for f in line.get("faults", ())}
    assert struck == {"reset", "error", "lost_answer"}
    done = Counter((entry.nik, entry.kind) for entry in world.ledger.entries)
    once = ("registered", "scanned", "mail_issued", "activated", "logged_in")
    assert {count for (_, kind), count in done.items() if kind in once} == {1}


def test_the_quota_is_used_up_by_half_past_nine(story: Callable[[str], Office]) -> None:
    office = story("quota-exhausted")
    struck = [line for line in lines(office.world, "decided") if line.get("faults")]
    assert "09:20" <= struck[0]["at"][11:16] <= "09:35"
    assert {line["at"][11:13] for line in struck} == {"09"}
    assert len({line["client"] for line in struck}) > 1


def test_without_a_fault_one_counter_less_makes_people_wait(whole: Assembly) -> None:
    waits = []
    for counters in (2, 1):
        office = lived(whole, "counter-unmanned", {1: Plan(counters=counters)})
        waits.append(sum(office.waits_s) / len(office.waits_s))
    assert waits[1] > 2 * waits[0] > 0


def test_clients_warn_of_a_clock_that_is_off(story: Callable[[str], Office]) -> None:
    office = story("clock-skew")
    warned = {name for name, caller in office.callers.items() if caller.warned}
    assert warned == {"kiosk.1", "field_kit.2"}
    assert round(office.callers["kiosk.1"].clock_off_s, -1) == -420
    assert round(office.callers["field_kit.2"].clock_off_s, -1) == 86400
    assert results(office, "handed_over") == 2  # one citizen each; then others serve the queue


def test_nobody_is_activated_before_the_ninth_day_of_the_great_outage(
    story: Callable[[str], Office],
) -> None:
    office = story("pdn-multi-day-outage")
    activated = [e.at for e in office.world.ledger.entries if e.kind == "activated"]
    ninth = office.midnight + 8 * 24 * HOUR
    assert min(activated) > ninth + 8 * HOUR
    assert len(activated) > 100  # those of the day, and some who come back


@pytest.mark.parametrize("name", ["field-offline-then-sync", "stored-recordings-burst"])
def test_what_was_recorded_offline_is_in_the_ledger_once(whole: Assembly, name: str) -> None:
    office = lived(whole, name, {1: replace(plans(name)[1], visits=0, kiosk=False)})
    field = office.field
    assert field is not None
    recordings = plans(name)[1].recordings
    assert len(field.queue) == len(field.known) == recordings
    assert {str(found["result"]) for found in field.known.values()} == {
        *("accepted", "already_known"),  # the latter tell that an answer was lost
    }
    made = Counter(e.nik for e in office.world.ledger.entries if e.kind == "enrolled")
    assert len(made) == recordings
    assert set(made.values()) == {1}
    assert field.sent > recordings / 5
