"""Schedules, how they shrink, and the scenario files that they become."""

from __future__ import annotations

import pytest
import yaml
from hunt_plays import PLACES
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim import data
from siaksim.contract.spec import marked
from siaksim.edges.choosing import known_operations
from siaksim.hunting.moves import MOVES, Place, simplicity
from siaksim.hunting.saved import calm, one_line, saved, scenario_with
from siaksim.hunting.schedule import EVERY, Schedule, Strike
from siaksim.hunting.search import Broken
from siaksim.hunting.shrink import shrink, simpler_than
from siaksim.hunting.tried import Failure
from siaksim.scenario.build import load

strikes = st.builds(
    Strike,
    st.sampled_from(sorted(PLACES)),
    st.integers(EVERY, 4),
    st.sampled_from([move.name for move in MOVES]),
    st.integers(1, 3),
)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    schedule = Schedule()
    for strike in draw(st.lists(strikes, min_size=1, max_size=3)):
        if schedule.takes(strike):
            schedule = schedule.plus(strike)
    return schedule


@given(schedules(), st.randoms())
def test_the_order_in_which_strikes_are_named_is_no_matter(
    schedule: Schedule, order: object
) -> None:
    shuffled = list(schedule.strikes)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Schedule.of(shuffled) == schedule


def test_two_strikes_on_one_call_are_refused() -> None:
    with pytest.raises(ValueError, match="two strikes on one call"):
        Schedule.of([Strike("ikd.status", 1, "hang", 3), Strike("ikd.status", 3, "reset")])
    with pytest.raises(ValueError, match="two strikes on one call"):
        Schedule.of([Strike("ikd.status", EVERY, "hang"), Strike("ikd.status", 9, "reset")])


@given(schedules())
def test_each_step_of_shrinking_is_simpler(schedule: Schedule) -> None:
    for simpler in simpler_than(schedule, PLACES):
        assert simpler.cost < schedule.cost


@settings(max_examples=50)
@given(schedules(), st.data())
def test_what_is_shrunk_still_fails_and_nothing_near_it_is_simpler(
    schedule: Schedule, choose: st.DataObject
) -> None:
    culprit = choose.draw(st.sampled_from(schedule.strikes))
    worst = simplicity(culprit.move)

    def one(tried: Schedule) -> bool:
        return any(
            strike.operation == culprit.operation and simplicity(strike.move) >= worst // 2
            for strike in tried.strikes
        )

    simplest = shrink(schedule, lambda tried: [one(each) for each in tried], PLACES)
    assert one(simplest)
    assert simplest.cost <= schedule.cost
    assert len(simplest) == 1
    assert not any(one(simpler) for simpler in simpler_than(simplest, PLACES))


@given(schedules())
def test_what_fired_is_told_by_the_names_of_the_faults(schedule: Schedule) -> None:
    names = [fault["name"] for fault in schedule.faults()]
    assert schedule.fired(names) == schedule
    assert schedule.fired([]) == Schedule()
    assert len(names) == len(set(names))


def _every_place() -> list[Place]:
    found = []
    for service in ("ikd", "siak", "mail"):
        for name, marks in marked(service, data.contract_text(service)).items():
            found.append(Place(name, True, service == "siak", marks))
            found.append(Place(name, False, service == "siak", marks))
    return found


def test_every_move_is_a_sound_fault_wherever_it_fits() -> None:
    made, base = 0, calm(data.scenario_text("normal-day"))
    for move in MOVES:
        fit = sorted({place.operation for place in _every_place() if move.fits(place)})
        schedule = Schedule.of(Strike(operation, 2, move.name, 2) for operation in fit)
        text = scenario_with(base, schedule.faults())
        scenario = load(text, "hunted.yaml", operations=known_operations())
        assert [fault.nth for fault in scenario.faults] == [2, 3] * len(fit)
        made += len(fit)
    assert made > 100


def test_a_found_schedule_is_a_scenario_that_reads_back() -> None:
    schedule = Schedule.of(
        [Strike("ikd.register", 1, "lost-answer"), Strike("ikd.status", 2, "stale")]
    )
    failure = Failure("no_double_activation", "mail.activate", "two\nactivations: \x1b[31mred")
    broken = Broken(failure, schedule, 7, schedule, 3, 3, 3)
    base = data.scenario_text("siak-blackout-25min")
    text = saved(base, "twice", broken, 9, "siaksim check -- ./my client\n")
    scenario = load(text, "twice.yaml", operations=known_operations())
    assert (scenario.name, scenario.seed) == ("twice", 9)
    assert scenario.story == schedule.story()
    before = load(base, "base.yaml", operations=known_operations())
    strikes, others = scenario.faults[:2], scenario.faults[2:]
    assert [fault.kind for fault in strikes] == ["lost_answer", "stale_read"]
    assert [fault.windows for fault in others] == [fault.windows for fault in before.faults]
    assert "\x1b" not in text
    assert "two\\x0aactivations" in text


@given(st.text())
def test_what_others_wrote_is_one_line_of_a_comment(text: str) -> None:
    whole = f"# {one_line(text)}\nstory: told\n"
    try:
        assert yaml.load(whole, Loader=yaml.BaseLoader) == {"story": "told"}
    except yaml.reader.ReaderError:
        # Unpaired surrogates cannot be in a file at all.
        assert any(0xD800 <= ord(letter) <= 0xDFFF or ord(letter) > 0xFFFD for letter in text)


def test_of_a_row_as_much_has_fired_as_was_struck() -> None:
    schedule = Schedule.of(
        [Strike("ikd.register", 2, "hang", 3), Strike("ikd.status", EVERY, "reset")]
    )
    row, every = schedule.strikes
    assert schedule.fired(["strike-1"]).strikes == (Strike("ikd.register", 2, "hang", 1),)
    assert schedule.fired(["strike-1", "strike-3"]).strikes == (row,)
    assert schedule.fired(["strike-4"]).strikes == (every,)
