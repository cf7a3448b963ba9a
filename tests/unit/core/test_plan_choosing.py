"""Whom a fault aims at: clients, actors, subjects, and calls by their number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from siaksim.core.effects import Effect, Hang, LoseAnswer, Reply, Reset, Wait
from siaksim.core.facts import Facts
from siaksim.core.plan import NOTHING, Decision, Draw, FaultPlan, PlannedFault, Window

CALL = Facts("siak.scan_qr", "counter.3", "counter", False, "3576014107079000", 1, True)
CITIZEN = replace(CALL, client="actor.citizen", kind="actor", actor=True)


class Cut:
    """Resets every call that it is given."""

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        return (Reset(),)


def strikes(facts: Facts, **where: object) -> bool:
    planned = PlannedFault("a", "cut", "transport", Cut(), **where)  # type: ignore[arg-type]
    return bool(FaultPlan(1, [planned]).decide(facts, 0.0).effects)


@pytest.mark.parametrize(
    ("clients", "wanted"),
    [
        ((), (True, False)),
        (("counter",), (True, False)),
        (("counter.3",), (True, False)),
        (("*.3",), (True, False)),
        (("counter.1", "kiosk"), (False, False)),
        (("*",), (True, False)),
        (("actor",), (False, True)),
        (("actor.*",), (False, True)),
        (("actor.citizen",), (False, True)),
        (("actor.officer",), (False, False)),
        (("actor", "counter"), (True, True)),
    ],
)
def test_clients_go_by_name_and_kind_and_actors_only_when_asked_for(
    clients: tuple[str, ...], wanted: tuple[bool, bool]
) -> None:
    assert tuple(strikes(facts, clients=clients) for facts in (CALL, CITIZEN)) == wanted


def test_a_client_that_calls_itself_an_actor_is_none() -> None:
    liar = replace(CALL, client="actor.citizen", kind="actor")
    assert not strikes(liar, clients=("actor",))
    assert strikes(liar)


def test_subjects_are_globs_too() -> None:
    assert strikes(CALL, subjects=("3576014107079000",))
    assert strikes(CALL, subjects=("3516*", "3576*"))
    assert not strikes(CALL, subjects=("3576014107079001",))


@pytest.mark.parametrize(
    ("where", "struck"),
    [
        ({"first": 2}, [1, 2]),
        ({"nth": 3}, [3]),
        ({"first": 1}, [1]),
        ({"first": 3, "nth": 2}, [2]),
    ],
)
def test_first_and_nth_pick_calls_by_their_number(where: dict[str, int], struck: list[int]) -> None:
    counted = [replace(CALL, attempt=9, call=number) for number in range(1, 5)]
    assert [facts.call for facts in counted if strikes(facts, **where)] == struck
    # A caller that does not count calls has attempts in their place.
    tried = [replace(CALL, attempt=number) for number in range(1, 5)]
    assert [facts.attempt for facts in tried if strikes(facts, **where)] == struck


def test_a_fault_that_does_not_aim_leaves_its_stretch_to_the_others() -> None:
    faults = [
        PlannedFault("kiosks", "cut", "transport", Cut(), clients=("kiosk",)),
        PlannedFault("once", "cut", "transport", Cut(), nth=5),
        PlannedFault("rest", "cut", "transport", Cut()),
    ]
    (reason,) = FaultPlan(1, faults).decide(CALL, 0.0).reasons
    assert reason.fault_id == "rest"


def test_a_share_of_nothing_never_strikes_even_beside_others() -> None:
    faults = [
        PlannedFault("never", "cut", "transport", Cut(), share=0.0),
        PlannedFault("always", "cut", "transport", Cut(), share=1.0),
        PlannedFault("never too", "cut", "transport", Cut(), share=0.0),
    ]
    plan = FaultPlan(1, faults)
    told = {plan.decide(replace(CALL, attempt=n), 0.0).reasons[0].fault_id for n in range(300)}
    assert told == {"always"}


def test_a_call_that_nothing_strikes_gets_the_one_empty_decision() -> None:
    assert FaultPlan(1, []).decide(CALL, 0.0) is Decision.none
    assert Decision.none is NOTHING
    assert Decision((), ()) == NOTHING


def test_the_plans_memory_stays_small_however_many_clients_come() -> None:
    plan = FaultPlan(1, [PlannedFault("a", "cut", "transport", Cut(), clients=("counter",))])
    for number in range(6_000):
        plan.decide(replace(CALL, client=f"counter.{number}"), 0.0)
    assert len(plan._index) <= 4096


def test_windows_that_touch_hand_over_without_a_gap_or_an_overlap() -> None:
    faults = [
        PlannedFault("early", "cut", "transport", Cut(), windows=(Window(0.0, 10.0),)),
        PlannedFault("late", "cut", "transport", Cut(), windows=(Window(10.0, 20.0),)),
    ]
    plan = FaultPlan(1, faults)
    told = [plan.decide(CALL, now).reasons[0].fault_id for now in (0.0, 9.999, 10.0, 19.999)]
    assert told == ["early", "early", "late", "late"]
    assert plan.decide(CALL, 20.0) is NOTHING
    assert [fault.id for fault in plan.active(10.0)] == ["late"]


@pytest.mark.parametrize(
    ("effect", "ends", "commits"),
    [
        (Wait(1.0), False, True),
        (Reply(503), True, False),
        (Hang(None), True, False),
        (Reset(), True, False),
        (LoseAnswer("reset"), True, True),
    ],
)
def test_every_effect_says_whether_it_ends_the_call_and_whether_the_operation_runs(
    effect: Effect, ends: bool, commits: bool
) -> None:
    assert (effect.ends, effect.commits) == (ends, commits)
