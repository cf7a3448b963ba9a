"""Paces: shares that go up and down as a function of seed and office time, of nothing else."""

from __future__ import annotations

from itertools import pairwise
from math import inf, sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.core.pace import TURNS, Burst, Flap, Pace, Phase, Ramp
from siaksim.core.schedule import Window

EVEN = 1 / 1024
"""Seconds to which changes are rounded."""
DAY = Window(1000.0, 1000.0 + 36_000.0)


def phases(pace: Pace, window: Window, seed: int = 1, share: float = 0.6) -> list[Phase]:
    """Return all phases that begin in a window, each found from the end of the one before."""
    found, moment = [], window.start
    while moment < window.end:
        phase = pace.phase(seed, share, window, moment)
        found.append(phase)
        assert phase.until > moment
        moment = phase.until
    return found


def mean(found: list[Phase], window: Window) -> float:
    parts = [(max(p.since, window.start), min(p.until, window.end), p.share) for p in found]
    return sum((b - a) * share for a, b, share in parts) / (window.end - window.start)


PACES: dict[str, Pace] = {
    "ramp": Ramp(0.1, 0.6),
    "odd burst": Burst(1.1, 1.3, key="b", origin=3.25),
    "falling": Ramp(0.6, 0.0),
    "flap": Flap(300.0, 600.0),
    "jittered": Flap(300.0, 600.0, 240.0, key="a"),
    "burst": Burst(500.0, 50.0, 0.005, origin=1000.0, key="a"),
}


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
def test_phases_follow_each_other_without_a_gap_and_hold_at_each_of_their_moments(
    pace: Pace,
) -> None:
    found = phases(pace, DAY)
    assert all(one.until == other.since for one, other in pairwise(found))
    random = Random(1)
    order = random.sample(found, min(len(found), 100))
    for phase in order:  # in any order: what was asked before plays no part
        last = phase.until - 1e-6 * (phase.until - phase.since)
        for moment in (phase.since, last):
            if DAY.start <= moment < DAY.end:
                assert pace.phase(1, 0.6, DAY, moment) == phase
    assert all(0.0 <= phase.share <= 0.6 + 1e-12 for phase in found)


def test_a_ramp_goes_evenly_from_one_share_to_the_other() -> None:
    found = phases(Ramp(0.1, 0.6), DAY)
    shares = [phase.share for phase in found]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0.1, abs=0.001)
    assert shares[-1] == pytest.approx(0.6, abs=0.001)
    assert mean(found, DAY) == pytest.approx(0.35)
    short = Window(0.0, 10.0)
    assert [p.until - p.since for p in phases(Ramp(0.0, 1.0), short)] == [1.0] * 10


def test_flapping_begins_down_and_keeps_its_times() -> None:
    found = phases(Flap(300.0, 600.0), DAY)
    assert [phase.share for phase in found[:4]] == [0.6, 0.0, 0.6, 0.0]
    assert {phase.until - phase.since for phase in found[::2]} == {300.0}
    assert {phase.until - phase.since for phase in found[1::2]} == {600.0}
    assert mean(found, DAY) == pytest.approx(0.2)


def test_without_a_window_flapping_begins_at_its_origin() -> None:
    flap = Flap(300.0, 600.0, origin=5000.0)
    assert flap.phase(1, 0.6, None, 4999.0) == Phase(0.0, -inf, 5000.0)
    assert flap.phase(1, 0.6, None, 5000.0) == Phase(0.6, 5000.0, 5300.0)


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.floats(1, 300))
def test_jitter_moves_changes_but_never_their_order_nor_their_places(
    seed: int, jitter: float
) -> None:
    found = phases(Flap(300.0, 600.0, jitter, key="x"), DAY, seed)
    assert all(one.share != other.share for one, other in pairwise(found))
    for number, phase in enumerate(found):
        place = DAY.start + number // 2 * 900.0 + number % 2 * 300.0
        assert abs(phase.since - place) <= jitter / 2 + EVEN
        meant = 600.0 if number % 2 else 300.0
        assert abs(phase.until - phase.since - meant) <= jitter + 2 * EVEN


def test_bursts_last_as_long_and_come_as_often_as_told() -> None:
    # realism.md 2.2: mean 500 s good and 50 s bad, 0.5% and 60%: 5.9% in all.
    burst = Burst(500.0, 50.0, 0.005, origin=0.0, key="a")
    long = Window(0.0, 2000 * 550.0)
    found = phases(burst, long)
    inner = [p for p in found if p.since % (TURNS * 550.0) and p.until % (TURNS * 550.0)]
    assert len(inner) > 3000
    for share, wanted in ((0.6, 50.0), (0.005, 500.0)):
        lengths = [p.until - p.since for p in inner if p.share == share]
        got = sum(lengths) / len(lengths)
        # An exponential law's deviation is its mean; the edges of spells cut the longest.
        assert abs(got - wanted) < 5 * wanted / sqrt(len(lengths)) + 0.03 * wanted
    wanted = 0.005 * 10 / 11 + 0.6 / 11
    # About 2000 bursts, each of deviation 50 s: 5 of the mean's deviations.
    assert abs(mean(found, long) - wanted) < 5 * 0.6 * sqrt(2 * 2000) * 50 / (long.end - long.start)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_at_any_moment_a_burst_is_as_likely_as_in_the_long_run(seed: int) -> None:
    calls = 400
    for moment in (0.0, 10.0, 3_000.0, 123_456.0):
        bad = sum(
            Burst(90.0, 30.0, key=f"b{n}").phase(seed, 1.0, None, moment).share == 1.0
            for n in range(calls)
        )
        assert abs(bad - calls / 4) <= 6 * sqrt(calls * 0.25 * 0.75)


def test_before_its_origin_all_is_good_and_another_seed_or_key_bursts_at_other_times() -> None:
    burst = Burst(50.0, 50.0, 0.01, origin=1000.0, key="a")
    assert burst.phase(1, 0.5, None, 999.0) == Phase(0.01, -inf, 1000.0)
    mine = phases(burst, DAY)
    assert phases(burst, DAY, seed=2) != mine
    assert phases(Burst(50.0, 50.0, 0.01, 1000.0, "b"), DAY) != mine


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
def test_a_moved_pace_does_the_same_so_much_later(pace: Pace) -> None:
    week = 7 * 86_400.0
    moved = phases(pace.moved(week), DAY.moved(week))
    was = phases(pace, DAY)
    assert [(p.share, p.since - week) for p in moved] == [(p.share, p.since) for p in was]
