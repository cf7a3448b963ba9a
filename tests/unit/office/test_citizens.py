"""Who comes is a pure function of seed, office and number; how many is Poisson by the curve."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_stage import A_MONDAY, A_THURSDAY, OFFICE
from siaksim.errors import UserError
from siaksim.office.citizens import FIRST_PUPIL, citizens
from siaksim.office.office import Field, Kiosks, exponential, lognormal

DAY = OFFICE.day(A_THURSDAY)
SEEDS = st.integers(0, 2**63 - 1)


@given(SEEDS, st.integers(0, 50))
def test_the_same_seed_brings_the_same_people_whoever_serves_them(seed: int, run: int) -> None:
    found = citizens(DAY, seed, run)
    assert found == citizens(OFFICE.manned(7).day(A_THURSDAY), seed, run)
    assert [c.came for c in found] == sorted(c.came for c in found)
    assert all(DAY.zero + 7 * 3600 <= c.came < DAY.hours.end for c in found)
    assert [c.number for c in found] == list(range(len(found)))


@given(SEEDS)
def test_another_seed_and_another_run_bring_others(seed: int) -> None:
    assert citizens(DAY, seed) != citizens(DAY, seed + 1)
    assert citizens(DAY, seed, 0) != citizens(DAY, seed, 1)


@given(SEEDS, st.floats(1.0, 100.0), st.floats(1.1, 4.0))
def test_more_visits_bring_people_earlier_and_leave_each_as_she_is(
    seed: int, visits: float, more: float
) -> None:
    few = citizens(OFFICE.visited(visits).day(A_THURSDAY), seed)
    many = citizens(OFFICE.visited(visits * more).day(A_THURSDAY), seed)
    assert len(many) >= len(few)
    for one, other in zip(few, many, strict=False):
        assert other.came <= one.came + 1e-6
        assert replace(other, came=one.came) == one


def test_their_number_is_poisson_and_their_times_follow_the_curve() -> None:
    days = [citizens(DAY, 7, run) for run in range(400)]
    counts = [len(day) for day in days]
    # 400 days of 60: a mean is off by 0.39, the ratio by 0.07 (standard errors); seeds are fixed
    assert fmean(counts) == pytest.approx(60.0, abs=1.2)
    assert pvariance(counts) / fmean(counts) == pytest.approx(1.0, abs=0.2)
    early = fmean(sum(c.came < DAY.hours.start for c in day) for day in days)
    assert early == pytest.approx(0.08 * 60, rel=0.1)
    assert fmean(len(citizens(OFFICE.day(A_MONDAY), 7, run)) for run in range(100)) > 100


def test_laws_have_the_means_that_they_are_given() -> None:
    marks = [(n + 0.5) / 20_000 for n in range(20_000)]
    lengths = [lognormal(u, 420.0, 0.5) for u in marks]
    assert fmean(lengths) == pytest.approx(420.0, rel=2e-3)
    assert pvariance(lengths) ** 0.5 / fmean(lengths) == pytest.approx(0.5, rel=0.01)
    assert fmean(exponential(u, 7200.0) for u in marks) == pytest.approx(7200.0, rel=2e-3)
    assert lognormal(0.3, 100.0, 0.0) == pytest.approx(100.0)


def test_kiosks_take_their_share_and_pupils_come_together() -> None:
    office = replace(
        OFFICE, kiosks=Kiosks(1, 0.25), field=Field(4, (8 * 3600.0, 11 * 3600.0))
    ).visited(2000)
    found = citizens(office.day(A_THURSDAY), 1)
    visitors = [c for c in found if c.channel != "field"]
    pupils = [c for c in found if c.channel == "field"]
    share = sum(c.channel == "kiosk" for c in visitors) / len(visitors)
    assert share == pytest.approx(0.25, abs=0.04)
    assert {c.came for c in pupils} == {DAY.zero + 8 * 3600.0}
    assert pupils[0].number == FIRST_PUPIL
    assert len(pupils) > 20


def test_a_closed_day_is_refused() -> None:
    with pytest.raises(UserError, match="closed on Sat 2024-07-13"):
        OFFICE.day(A_THURSDAY.replace(day=13))


def test_a_day_without_visits_brings_nobody() -> None:
    assert citizens(OFFICE.visited(0).day(A_THURSDAY), 1) == ()


def test_friday_closes_earlier() -> None:
    friday = OFFICE.day(A_THURSDAY.replace(day=12))
    assert (friday.hours.end - friday.zero) / 3600 == 15.0
