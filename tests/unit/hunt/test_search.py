"""The search over a client of a few lines: what is found, in how many tries, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hunt_plays import MAIL, READ, WRITE, Bug, Deaf, Model, breaks_in_recovery, breaks_on, sound
from siaksim.hunting.schedule import EVERY, Schedule, Strike
from siaksim.hunting.search import Hunted, Limits, hunt
from siaksim.hunting.tried import Failure, Try


def quiet(found: Hunted, step: str) -> None:
    """Hear nothing."""


def hunted(bug: Bug, limits: Limits | None = None) -> tuple[Hunted, Model]:
    model = Model(bug)
    return hunt(model, limits or Limits(), quiet), model


def test_what_a_lost_answer_breaks_is_found_at_once_and_is_one_strike() -> None:
    found, _ = hunted(breaks_on(MAIL, "lost-answer", "lost-in-504"))
    (broken,) = found.broken
    assert broken.tries <= 5
    assert broken.simplest.strikes == (Strike(MAIL, 1, "lost-answer"),)
    assert (broken.failed, broken.plays) == (3, 3)


def test_a_bug_in_the_recovery_takes_a_pair() -> None:
    found, _ = hunted(breaks_in_recovery(WRITE, "lost-answer", "hang"))
    (broken,) = found.broken
    assert broken.simplest.strikes == (Strike(WRITE, 1, "lost-answer"), Strike(WRITE, 2, "hang"))


def test_no_pair_is_tried_to_the_depth_of_one() -> None:
    found, model = hunted(breaks_in_recovery(WRITE, "lost-answer", "hang"), Limits(depth=1))
    assert not found.broken
    assert max(len(schedule) for schedule in model.played) == 1


def test_a_sound_client_is_hunted_to_the_end_of_the_budget() -> None:
    found, model = hunted(sound, Limits(budget=120))
    assert not found.broken
    assert found.tries == 120 == len(model.played) - 1
    assert found.drawn == 30
    singles, pairs = found.reach
    assert 0 < singles.chance < 1
    assert pairs.chance > singles.chance


def test_no_schedule_is_tried_twice() -> None:
    _, model = hunted(sound, Limits(budget=300))
    assert len(model.played) == len(set(model.played))


def test_the_same_seed_makes_the_same_hunt_and_another_draws_otherwise() -> None:
    one, two = (hunted(sound, Limits(budget=100, seed=1))[1].played for _ in range(2))
    other = hunted(sound, Limits(budget=100, seed=2))[1].played
    assert one == two
    assert one[:76] == other[:76]
    assert one != other


def test_jobs_change_nothing_of_what_is_found() -> None:
    alone, _ = hunted(breaks_on(MAIL, "gateway-502"))
    together, _ = hunted(breaks_on(MAIL, "gateway-502"), Limits(jobs=8))
    assert [b.simplest for b in alone.broken] == [b.simplest for b in together.broken]


def test_all_distinct_failures_are_collected() -> None:
    lost, page = breaks_on(MAIL, "lost-answer"), breaks_on(WRITE, "gateway-502")
    found, _ = hunted(lambda calls: lost(calls) or page(calls), Limits(every=True, budget=100))
    assert {broken.failure.operation for broken in found.broken} == {MAIL, WRITE}
    assert found.tries == 100


def test_a_client_that_fails_without_faults_is_no_prey() -> None:
    found, model = hunted(lambda calls: breaks_on(READ, "")(calls))
    assert found.fails_already
    assert len(model.played) == 1


def test_ctrl_c_keeps_what_was_found() -> None:
    class Stops(Model):
        def __call__(self, schedules: Sequence[Schedule]) -> list[Try]:
            if len(self.played) == 40:
                raise KeyboardInterrupt
            return super().__call__(schedules)

    model = Stops(breaks_on(MAIL, "lost-answer"))
    found = hunt(model, Limits(every=True), quiet)
    assert found.stopped == "interrupted"
    assert len(found.broken) == 1


def test_what_fails_only_sometimes_is_told_with_its_rate() -> None:
    class Sometimes(Model):
        def _play(self, schedule: Schedule) -> Try:
            whole = super()._play(schedule)
            odd = len(self.played) % 2
            return whole if odd else Try(whole.schedule, whole.fired, (), whole.spots)

    found = hunt(Sometimes(breaks_on(MAIL, "lost-answer", "reset", "hang")), Limits(), quiet)
    assert found.broken[0].flaky
    assert found.broken[0].rate < 1


def test_a_strike_that_never_fired_is_told_and_leads_no_further() -> None:
    model = Deaf(sound)
    found = hunt(model, Limits(budget=60), quiet)
    assert set(found.never_fired) == {WRITE, READ, MAIL}
    systematic = model.played[: 60 - found.drawn]
    assert max(len(schedule) for schedule in systematic) == 1


@pytest.mark.parametrize("move", ["lost-answer", "gateway-502", "hang"])
def test_every_call_may_be_struck(move: str) -> None:
    found, model = hunted(sound, Limits(budget=200))
    assert Schedule((Strike(WRITE, EVERY, move),)) in model.played
    assert not found.broken


def test_two_failures_of_one_try_are_both_collected_and_one_will_do_else() -> None:
    class Two(Model):
        def _play(self, schedule: Schedule) -> Try:
            whole = super()._play(schedule)
            other = tuple(Failure("no_orphan", f.operation, "lost") for f in whole.failures)
            return replace(whole, failures=(*whole.failures, *other))

    every = hunt(Two(breaks_on(MAIL, "lost-answer")), Limits(every=True, budget=30), quiet)
    assert {b.failure.rule for b in every.broken} == {"no_double_activation", "no_orphan"}
    one = hunt(Two(breaks_on(MAIL, "lost-answer")), Limits(budget=30), quiet)
    assert [b.failure.rule for b in one.broken] == ["no_double_activation"]


def test_a_row_that_struck_once_is_the_strike_on_one_call() -> None:
    class Patient(Model):
        """Never calls again what has failed: of a row only the first call is there."""

        def _play(self, schedule: Schedule) -> Try:
            whole = super()._play(schedule)
            kept = tuple(replace(s, calls=1) for s in whole.fired.strikes)
            return replace(whole, fired=Schedule(kept))

    model = Patient(sound)
    hunt(model, Limits(budget=40, depth=1), quiet)
    row = Strike(MAIL, 1, "lost-answer", 3)
    assert Schedule((row,)) in model.played
    assert Schedule((replace(row, calls=1),)) not in model.played
