"""Seeded runs: lost packets and drops are functions of the seed and a place, and fit their laws."""

from __future__ import annotations

from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.toxics import Losses
from siaksim.links.profile import DropsPart
from siaksim.links.runs import STALL_MOST_S, Drops, geometric, lost_runs, stall_s
from siaksim.scenario.links import shipped_profile

DAY = 86_400.0
START = 1_720_659_600.0
UNSTABLE = DropsPart.model_validate(shipped_profile("office-unstable").drops)


@given(seed=st.integers(0, 2**63 - 1), ordinal=st.integers(1, 10**6))
def test_lost_runs_are_in_order_apart_and_the_same_for_the_same_place(
    seed: int, ordinal: int
) -> None:
    losses = Losses(20, 2, 0.2)
    found = list(islice(lost_runs(seed, "counter", ordinal, "up", losses), 20))
    assert found == list(islice(lost_runs(seed, "counter", ordinal, "up", losses), 20))
    assert found != list(islice(lost_runs(seed, "counter", ordinal, "down", losses), 20))
    for one, other in pairwise(found):
        assert one.packet + one.length < other.packet


def test_the_share_of_packets_that_is_lost_is_that_of_the_profile() -> None:
    losses = Losses(20, 2, 0.2)
    runs = list(islice(lost_runs(1, "counter", 1, "up", losses), 20_000))
    lost = sum(run.length for run in runs)
    assert lost / (runs[-1].packet + runs[-1].length) == pytest.approx(2 / 22, rel=0.05)


@given(mark=st.floats(0, 1, exclude_max=True), mean=st.floats(1, 1000))
def test_a_run_has_one_packet_at_least_and_longer_ones_are_rarer(mark: float, mean: float) -> None:
    assert geometric(mark, mean) >= 1
    assert geometric(mark / 2, mean) <= geometric(mark, mean)


@given(length=st.integers(1, 10_000), rto=st.floats(0.2, 1.0))
def test_a_longer_run_holds_up_no_shorter_and_never_for_long(length: int, rto: float) -> None:
    losses = Losses(20, 2, rto)
    assert rto <= stall_s(losses, length) <= stall_s(losses, length + 1) <= STALL_MOST_S


@given(seed=st.integers(0, 2**63 - 1), after=st.floats(0, 3 * DAY))
def test_a_moment_lies_in_the_stretch_that_is_told_for_it(seed: int, after: float) -> None:
    drops = Drops(seed, "counter", UNSTABLE, START)
    now = START + after
    found = drops.at(now)
    assert found.since <= now < found.until
    assert Drops(seed, "counter", UNSTABLE, START).at(now) == found
    following = drops.at(found.until)
    assert following.since == found.until


def test_office_unstable_is_down_for_20_to_90_s_after_6_to_15_min() -> None:
    drops = Drops(7, "counter", UNSTABLE, START)
    now = START
    downs: list[float] = []
    ups: list[float] = []
    while now < START + 0.9 * DAY:
        found = drops.at(now)
        (downs if found.down else ups).append(found.until - found.since)
        now = found.until
    assert len(downs) > 50
    assert min(downs) >= 20
    assert max(downs) <= 90
    assert min(ups) >= 360
    assert max(ups) <= 900


def test_a_drop_moves_with_the_day_and_another_seed_or_link_has_others() -> None:
    part = DropsPart.model_validate(
        {"after": "10m", "for": {"uniform": {"min": "1s", "max": "9s"}}}
    )

    def first(seed: int, link: str, start: float) -> float:
        drops = Drops(seed, link, part, start)
        return drops.at(drops.at(start).until).until - start

    assert first(1, "a", START) == first(1, "a", START + 400 * DAY)
    assert len({first(1, "a", START), first(2, "a", START), first(1, "b", START)}) == 3
