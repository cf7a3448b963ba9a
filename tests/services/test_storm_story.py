"""The story of a storm: one minute's stall, careful or careless offices, and the client under test.

Small copies of scenarios/metastable-retry-storm.yaml, on a clock that nobody waits for.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from exchange_harness import Desk
from siaksim.core.centre import Centre
from siaksim.verdict.clients import shipped
from siaksim.verdict.history import read_history
from siaksim.verdict.system_words import system_words

HEAD = """\
scenario: storm
story: A minute's stall.
seed: 3576
clock: {{start: 2024-07-11T09:00}}
capacity:
  siak: {{servers: 4, service_time: 400ms, queue: unbounded}}
  background: {{load: 70%, manners: {manners}, timeout: 5s}}
"""
STALL = "{target: siak.*, kind: stall, at: '09:05', for: 1m}"
SHED = (
    "{target: siak.*, kind: shed, drop_queue: true, at: '09:12', for: 12m, "
    "ramp: {from: 98%, to: 0%}}"
)
LOGIN = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
TIME_OUT = "5"
MANNERS = {"retry_budget", "retry_limit", "retry_spacing", "retry_jitter", "deadline_kept"}
"""Rules about how calls are repeated."""


def storm(manners: str, *faults: str) -> Desk:
    return Desk(STALL, *faults, head=HEAD.format(manners=manners), mode="auto")


def centre(desk: Desk) -> Centre:
    found = desk.world.centres.of("siak")
    assert found is not None
    return found


def at(desk: Desk, clock: str) -> Centre:
    hour, minute, second = map(int, f"{clock}:00".split(":")[:3])
    desk.advance(desk.start + (hour - 9) * 3600 + minute * 60 + second - desk.now)
    return centre(desk)


@pytest.mark.parametrize("manners", ["careful", "no_retry"])
def test_the_minute_is_over_within_three_minutes_where_nobody_feeds_the_storm(manners: str) -> None:
    found = at(storm(manners), "09:12")
    standing = found.standing()
    assert standing.recovered is True
    assert standing.recovered_after_s is not None
    assert standing.recovered_after_s <= 180.0


def test_the_same_minute_never_ends_where_everybody_presses_again() -> None:
    desk = storm("careless")
    for clock in ("09:08", "09:15", "09:25", "09:35"):
        standing = at(desk, clock).standing()
        assert standing.recovered is False, clock
        assert standing.wasted_share > 0.9, clock


def test_shedding_ends_the_storm_for_good() -> None:
    desk = storm("careless", SHED)
    assert at(desk, "09:11").standing().recovered is False
    after = at(desk, "09:30").standing()
    assert after.recovered is True
    assert (after.wasted_share, after.speed) == (0.0, 1.0)


# -- who feeds it ----------------------------------------------------------------------------


def pressing(desk: Desk) -> Iterator[bool]:
    """Log in again and again until it works, as people at a counter do."""
    for _ in range(10):
        for _ in range(15):
            status = desk.call("POST", "/siak/v1/sessions", LOGIN, siaksim_deadline=TIME_OUT).status
            yield status == 201
            if status == 201:
                break
            desk.advance(2.0)
        desk.advance(5.0)


def sparing(desk: Desk) -> Iterator[bool]:
    """Try once for each citizen and take the papers when there is no answer."""
    for _ in range(30):
        status = desk.call("POST", "/siak/v1/sessions", LOGIN, siaksim_deadline=TIME_OUT).status
        yield status == 201
        desk.advance(15.0 if status != 201 else 5.0)


def test_the_rules_tell_who_feeds_the_storm_from_who_does_not() -> None:
    failed = {}
    for name, client in (("pressing", pressing), ("sparing", sparing)):
        desk = storm("careless")
        at(desk, "09:07")
        answers = list(client(desk))
        assert answers.count(True) == 0, "nobody gets through"
        run = read_history(desk.world.journal.lines)
        rulings = [rule.judge(run) for rule in shipped("counter").rules]
        failed[name] = {r.rule for r in rulings if r.value == "FAIL" and r.rule in MANNERS}
    assert "retry_limit" in failed["pressing"]
    assert not failed["sparing"]


def test_what_the_client_added_is_counted_apart_from_the_others() -> None:
    desk = storm("careless")
    at(desk, "09:07")
    calls = len(list(pressing(desk)))
    own = centre(desk).own
    assert own.calls == calls
    assert own.served == 0
    assert own.people == 1, "one first attempt for this operator"
    assert own.wasted + own.refused < calls, "the rest still lies in the queue"


# -- what the verdict says of the system -------------------------------------------------------


def said(desk: Desk) -> list[str]:
    return list(system_words(read_history(desk.world.journal.lines)))


def test_the_verdict_says_when_the_centre_was_back() -> None:
    desk = storm("careful")
    at(desk, "09:13")
    (recovery, budget, own) = said(desk)
    assert recovery.startswith("siak was back ")
    assert recovery.endswith(" s after its stall, within 300 s (others: 1.1 calls each)")
    after = float(recovery.split()[3])
    assert 60.0 <= after <= 200.0
    assert float(budget.split()[-2]) == after, "these people have a budget already"
    assert own == "the client did not call siak"


def test_the_verdict_says_that_a_storm_has_no_end_and_what_would_have_ended_it() -> None:
    desk = storm("careless")
    at(desk, "09:07")
    calls = len(list(pressing(desk)))
    at(desk, "09:30")
    (recovery, budget, own) = said(desk)
    assert recovery.startswith("siak was not back 300 s after its stall; 300 s are its limit (oth")
    assert budget.startswith("with a retry budget of 10% at every client it would be back after ")
    assert own == (
        f"the client made {calls} calls to siak for 1 first attempts ({calls:.1f} times); "
        f"a retry budget of 10% would have spared {calls - 1}"
    )


def test_the_verdict_says_that_shedding_brought_it_back_late() -> None:
    desk = storm("careless", SHED)
    at(desk, "09:30")
    texts = said(desk)
    assert texts[0].startswith("siak was back only ")
    assert "later than 300 s" in texts[0]
    lines = [x for x in desk.world.journal.lines if x["kind"] == "capacity"]
    told = [(line["event"], line["after_s"]) for line in lines]
    assert told[:2] == [("not_recovered", 60.0), ("not_recovered", 300.0)]
    assert [event for event, _ in told[2:]] == ["recovered"]


def test_what_a_budget_would_change_is_worked_out_to_the_limit_before_it_is_reached() -> None:
    desk = storm("careless")
    at(desk, "09:07:30")
    texts = said(desk)
    assert texts[0].startswith("siak was not back 60 s after its stall")
    after = float(texts[1].split()[-2])
    assert 60.0 < after < 300.0, "nobody could have seen it by then"


def test_what_a_budget_would_change_is_told_of_the_time_before_the_next_stall() -> None:
    stalls = ("for: 20s, at: '09:05'", "for: 10m, at: '09:08'")
    faults = [f"{{target: siak.*, kind: stall, {when}}}" for when in stalls]
    desk = Desk(*faults, head=HEAD.format(manners="careless"), mode="auto")
    at(desk, "09:06:30")
    texts = said(desk)
    assert texts[0].startswith("siak was not back 60 s after its stall")
    assert float(texts[1].split()[-2]) < 150.0, "the second one would bring everybody down again"


def test_where_no_centre_is_finite_nothing_is_said() -> None:
    desk = Desk(mode="auto")
    assert desk.call("POST", "/siak/v1/sessions", LOGIN).status == 201
    assert said(desk) == []
