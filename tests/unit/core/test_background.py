"""The other offices: who feeds a storm, who lets the centre recover, and what ends a storm."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from siaksim.core.manners import MANNERS, Budget, Mix
from siaksim.core.speeds import ramp
from storm_stage import Stage

WATCH_S = 400.0
SETTLE_S = 100.0


def _recovered(stage: Stage, until: float) -> float | None:
    stage.people.advance(until)
    return stage.tally.recovered_at(stage.end, until - SETTLE_S)


@pytest.mark.parametrize("manners", [{"no_retry": 1.0}, {"careful": 1.0}])
def test_the_centre_recovers_from_a_stop_when_nobody_feeds_the_storm(
    manners: Mapping[str, float],
) -> None:
    stage = Stage(manners)
    back = _recovered(stage, stage.end + WATCH_S)
    assert back is not None
    # 60 s of people wait; 5 s of them are in time again. L * rho / (1 - rho), less those 5 s.
    assert 80.0 <= back - stage.end <= 220.0
    assert stage.tally.whole().amplification < 1.11


@pytest.mark.parametrize("name", ["immediate", "exponential", "jitter", "careless", "hammer"])
def test_retries_keep_the_same_centre_down_for_good(name: str) -> None:
    stage = Stage({name: 1.0})
    assert _recovered(stage, stage.end + 200.0) is None
    late = stage.tally.between(stage.end + 100.0, stage.end + 200.0)
    assert late.wasted_share > 0.9
    assert late.amplification > 3.0


def test_without_the_stop_the_same_careless_people_do_no_harm() -> None:
    stage = Stage({"careless": 1.0}, stops=False)
    assert _recovered(stage, 400.0) is not None
    assert stage.tally.whole().amplification == 1.0


def test_a_bounded_queue_ends_the_same_storm_by_itself() -> None:
    stage = Stage({"immediate": 1.0}, bound=40)
    back = _recovered(stage, stage.end + 200.0)
    assert back is not None
    assert back - stage.end <= 5.0
    assert stage.queue.refused > 50


def test_shedding_ends_a_storm_that_would_not_end() -> None:
    stage = Stage({"careless": 1.0})
    shed = stage.end + 100.0
    assert _recovered(stage, shed + SETTLE_S) is None
    now = shed + SETTLE_S
    stage.people.shed(now, ramp(now, 600.0, 0.98, 0.0))
    stage.people.thrown_out(stage.queue.drop(now), now)
    stage.people.advance(now + 700.0)
    back = stage.tally.recovered_at(now, now + 600.0)
    assert back is not None
    assert back < now + 300.0


def test_shedding_that_ends_at_once_lets_the_storm_begin_again() -> None:
    stage = Stage({"careless": 1.0})
    now = stage.end + 100.0
    stage.people.advance(now)
    stage.people.shed(now, [(now, 0.98), (now + 100.0, 0.0)])
    stage.people.thrown_out(stage.queue.drop(now), now)
    stage.people.advance(now + 300.0)
    assert stage.tally.recovered_at(now, now + 200.0) is None


def test_everybody_is_counted_once() -> None:
    stage = Stage({"careful": 0.5, "careless": 0.5}, bound=50)
    stage.people.advance(300.0)
    queue, whole = stage.queue, stage.tally.whole()
    assert queue.offered == whole.calls
    assert queue.refused == whole.refused > 0
    assert (queue.served, queue.wasted) == (whole.served, whole.wasted)
    assert whole.well == whole.served, "a person ends well with one answer"
    assert whole.well + whole.lost <= whole.people


def test_careful_people_come_back_no_sooner_than_told() -> None:
    pauses = [MANNERS["budget"].pause(n, 0.999) for n in (1, 2, 3, 9)]
    assert pauses == pytest.approx([1.0, 2.0, 4.0, 32.0], rel=2e-3)
    assert MANNERS["exponential"].pause(3, 0.1) == 4.0
    assert MANNERS["staff"].pause(1, 0.5) == 5.0
    assert MANNERS["hammer"].pause(1000, 0.5) == 1.0


def test_a_budget_allows_its_part_and_saves_little() -> None:
    budget = Budget(0.1)
    assert not budget.spend()
    for _ in range(30):
        budget.earn()
    assert [budget.spend() for _ in range(4)] == [True, True, True, False]
    for _ in range(1000):
        budget.earn()
    assert sum(budget.spend() for _ in range(100)) == 10


def test_a_mix_falls_by_its_shares() -> None:
    mix = Mix({"careful": 0.25, "careless": 0.75})
    names = [mix.manner(n / 100).name for n in range(100)]
    assert (names.count("budget"), names.count("staff")) == (25, 75)
    with pytest.raises(ValueError, match="come to 100%"):
        Mix({"careful": 0.5})
