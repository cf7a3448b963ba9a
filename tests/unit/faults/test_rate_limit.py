"""rate_limit: a token bucket for each client."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.clock import Clock
from siaksim.core.effects import Rate
from siaksim.core.meters import Meters
from siaksim.scenario.problems import ScenarioErrors


def test_rate_limit_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{target: all, kind: rate_limit, calls: 5, share: %s}"
    assert not any(bench.hits(told % "0%"))
    wanted = Rate(5, 1.0, 5, False, "rate_limit#1")
    assert all(hit == (wanted,) for hit in bench.hits(told % "100%"))


def test_rate_limit_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("rate_limit") == {"rate_limit"}


def test_the_plan_names_the_fault_whose_bucket_it_is(bench: Any) -> None:
    scenario = bench.example("rate_limit")
    (rate,) = scenario.plan().decide(bench.call(1, "ikd.status"), scenario.start).effects
    assert rate == Rate(10, 60.0, 3, False, "rate_limit#1")


def test_two_limits_of_the_same_numbers_have_a_bucket_each() -> None:
    meters, clock = Meters(), Clock(0.0, "manual")
    one, other = Rate(1, 60.0, 1, fault="a"), Rate(1, 60.0, 1, fault="b")
    assert [meters.take(r, "x", clock).passed for r in (one, other, one)] == [True, True, False]


@pytest.mark.parametrize("told", ["calls: 0", "calls: x", "calls: 5, every: 0s", "every: 1s"])
def test_a_limit_that_cannot_be_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors):
        bench.planned(f"{{target: all, kind: rate_limit, {told}}}")


def test_each_client_has_a_bucket_unless_it_is_shared() -> None:
    clock = Clock(0.0, "manual")
    for shared, wanted in ((False, [True, False, True]), (True, [True, False, False])):
        meters, rate = Meters(), Rate(1, 60.0, 1, shared)
        found = [meters.take(rate, client, clock).passed for client in ("a", "a", "b")]
        assert found == wanted


def test_forgotten_buckets_are_full_again() -> None:
    meters, clock, rate = Meters(), Clock(0.0, "manual"), Rate(1, 60.0, 1)
    assert meters.take(rate, "a", clock).passed
    assert not meters.take(rate, "a", clock).passed
    meters.clear()
    assert meters.take(rate, "a", clock).passed


RATES = st.builds(
    Rate,
    calls=st.integers(1, 50),
    every=st.floats(0.1, 600),
    at_once=st.integers(1, 20),
    shared=st.just(False),
    fault=st.just("f"),
)


@given(RATES, st.lists(st.floats(0, 30), max_size=60), st.sampled_from([1.0, 20.0]))
def test_no_bucket_lets_more_pass_than_it_held_and_got(
    rate: Rate, gaps: list[float], shorten: float
) -> None:
    clock, meters, passed, elapsed = Clock(0.0, "manual", shorten=shorten), Meters(), 0, 0.0
    for gap in gaps:
        clock.move_to(clock.now() + clock.office_seconds(gap))
        elapsed += gap
        taken = meters.take(rate, "x", clock)
        passed += taken.passed
        assert 0 <= taken.left <= rate.at_once
    assert passed <= rate.at_once + elapsed * rate.calls / rate.every + 1e-3


@given(RATES, st.sampled_from([1.0, 7.0, 20.0]))
def test_who_waits_as_told_passes(rate: Rate, shorten: float) -> None:
    clock, meters = Clock(1e9, "manual", shorten=shorten), Meters()
    taken = meters.take(rate, "x", clock)
    while taken.passed:
        taken = meters.take(rate, "x", clock)
    clock.move_to(clock.now() + clock.office_seconds(taken.reset_s))
    assert meters.take(rate, "x", clock).passed
