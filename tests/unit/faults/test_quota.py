"""quota: so many calls in an office hour."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.clock import Clock
from siaksim.core.effects import Quota
from siaksim.core.meters import HOUR, Meters
from siaksim.scenario.problems import ScenarioErrors


def test_quota_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: quota, share: 0%}"))
    wanted = Quota(600, True, fault="quota#1")
    assert all(hit == (wanted,) for hit in bench.hits("{target: all, kind: quota, share: 100%}"))


def test_quota_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("quota") == {"quota"}


def test_the_clients_of_an_office_share_it_unless_told(bench: Any) -> None:
    clock = Clock(0.0, "manual")
    for shared, wanted in ((True, [True, False]), (False, [True, True])):
        meters, quota = Meters(), Quota(1, shared)
        assert [meters.take(quota, c, clock).passed for c in ("a", "b")] == wanted
    assert bench.effects("{target: all, kind: quota, shared: false}", None) == (Quota(600, False),)


@pytest.mark.parametrize("calls", ["0", "-1", "many", "1000001"])
def test_a_quota_that_cannot_be_is_a_mistake(bench: Any, calls: str) -> None:
    with pytest.raises(ScenarioErrors, match="calls"):
        bench.planned(f"{{target: all, kind: quota, calls: {calls}}}")


@given(
    st.integers(1, 20),
    st.lists(st.floats(0, 1000), min_size=1, max_size=80),
    st.sampled_from([1.0, 20.0]),
)
def test_no_hour_lets_more_pass_and_all_below_it_pass(
    calls: int, gaps: list[float], shorten: float
) -> None:
    clock, meters, quota = Clock(1e9, "manual", shorten=shorten), Meters(), Quota(calls)
    hours: dict[int, list[bool]] = {}
    for gap in gaps:
        clock.move_to(clock.now() + gap)
        taken = meters.take(quota, "x", clock)
        hours.setdefault(int(clock.now() // HOUR), []).append(taken.passed)
        assert taken.left >= 0
    for passed in hours.values():
        assert passed == [True] * min(calls, len(passed)) + [False] * max(0, len(passed) - calls)


@given(st.floats(0, HOUR, exclude_max=True), st.sampled_from([1.0, 20.0]))
def test_retry_after_leads_to_the_next_hour_and_not_beyond_it(into: float, shorten: float) -> None:
    clock, meters, quota = (
        Clock(1e9 // HOUR * HOUR + into, "manual", shorten=shorten),
        Meters(),
        (Quota(1)),
    )
    hour = int(clock.now() // HOUR)
    assert meters.take(quota, "x", clock).passed
    taken = meters.take(quota, "x", clock)
    assert not taken.passed
    clock.move_to(clock.now() + clock.office_seconds(taken.reset_s))
    assert int(clock.now() // HOUR) == hour + 1
    assert meters.take(quota, "x", clock).passed


def test_calls_that_are_made_elsewhere_use_it_up_evenly_over_the_hour() -> None:
    start = 1e9 // HOUR * HOUR
    clock, meters, quota = Clock(start, "manual"), Meters(), Quota(10, others=20)
    assert meters.take(quota, "x", clock).left == 9
    clock.move_to(start + 0.4 * HOUR)
    assert meters.take(quota, "x", clock).left == 0
    assert not meters.take(quota, "x", clock).passed
    clock.move_to(start + HOUR)
    assert meters.take(quota, "x", clock).left == 9
