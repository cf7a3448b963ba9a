"""Draws over a work list: each alone as uniform as any, together spread evenly."""

from __future__ import annotations

from collections import Counter
from statistics import mean, pstdev

from hypothesis import given
from hypothesis import strategies as st
from siaksim.core import strata
from siaksim.core.facts import Facts
from siaksim.core.plan import FaultPlan, PlannedFault
from siaksim.faults.error import Error

seeds = st.integers(0, 2**63 - 1)
keys = st.lists(st.one_of(st.text(max_size=8), st.integers(0, 9)), max_size=4)


@given(seeds, keys, st.sampled_from([8, 64]), st.integers(0, 15))
def test_of_eight_or_64_in_a_row_one_lies_in_each_stretch(
    seed: int, key: list[str | int], width: int, block: int
) -> None:
    first = block * width
    draws = [strata.draw(seed, rank, *key) for rank in range(first, first + width)]
    assert sorted(int(draw * width) for draw in draws) == list(range(width))


def test_who_serves_every_second_citizen_meets_both_halves() -> None:
    one_sided = 0
    for seed in range(700):
        halves = {int(strata.draw(seed, rank, "codes") * 2) for rank in range(0, 8, 2)}
        one_sided += len(halves) == 1
    # Two of the 70 ways to choose four of eight: 20 of 700, with five standard deviations.
    assert one_sided < 45


@given(seeds, keys, st.integers(0, 1023))
def test_a_draw_is_a_function_of_seed_rank_and_key(
    seed: int, key: list[str | int], rank: int
) -> None:
    drawn = strata.draw(seed, rank, *key)
    assert 0.0 <= drawn < 1.0
    assert drawn == strata.draw(seed, rank, *key)


def test_a_draw_alone_is_uniform_and_two_keys_are_independent() -> None:
    seen: Counter[tuple[int, int]] = Counter()
    for seed in range(4000):
        one, two = (strata.draw(seed, 5, key) for key in ("a", "b"))
        seen[(int(one * 4), int(two * 4))] += 1
    # 16 cells of 250 each: five standard deviations are 77.
    assert set(seen.values()) <= set(range(173, 328))
    assert len(seen) == 16


def test_whom_one_key_strikes_says_nothing_of_whom_another_does() -> None:
    # Half of 64 citizens are struck by each, 16 by both, and 2 more or less by chance. With strata
    # that all keys share it would be all of them or none, half of the time.
    both = [
        sum(all(strata.draw(seed, rank, "a", n) < 0.5 for n in (1, 2)) for rank in range(64))
        for seed in range(200)
    ]
    assert 15 < mean(both) < 17
    assert pstdev(both) < 3.5


def _plan(seed: int, share: float) -> FaultPlan:
    fault = Error(kind="error", status=503)
    return FaultPlan(seed, [PlannedFault("error#1", "error", "http", fault, share=share)])


def _facts(rank: int, client: str = "counter.1", attempt: int = 1) -> Facts:
    subject = f"35760101{rank:08d}"
    return Facts("siak.scan_qr", client, "counter", False, subject, attempt, True, rank=rank)


@given(seeds, st.sampled_from([8, 16, 24]))
def test_a_share_of_a_quarter_strikes_a_quarter_of_the_citizens(seed: int, people: int) -> None:
    plan = _plan(seed, 0.25)
    struck = [r for r in range(people) if plan.decide(_facts(r), 0.0).effects]
    assert len(struck) == people // 4


@given(seeds, st.integers(0, 63))
def test_whoever_serves_a_citizen_meets_the_same(seed: int, rank: int) -> None:
    plan = _plan(seed, 0.5)
    one, two = (plan.decide(_facts(rank, client), 0.0) for client in ("counter.1", "counter.2"))
    assert one == two


def test_who_is_in_no_work_list_draws_as_ever() -> None:
    plan = _plan(3, 0.5)
    apart = [plan.decide(_facts(-1, attempt=n), 0.0).reasons for n in range(1, 50)]
    assert {bool(reasons) for reasons in apart} == {True, False}
    told = next(reasons for reasons in apart if reasons)[0].why
    assert "work list" not in told
    spread = [plan.decide(_facts(0, attempt=n), 0.0).reasons for n in range(1, 50)]
    assert "of citizen 1 in the work list" in next(r for r in spread if r)[0].why
