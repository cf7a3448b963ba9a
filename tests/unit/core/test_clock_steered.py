"""A running clock that a person steers: never backward, and exact about what it keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.clock import Clock

START = 1_720_659_600.0
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.floats(0, 1000)),
        st.tuples(st.just("speed"), st.sampled_from((0.5, 1.0, 60.0))),
        st.tuples(st.just("stand"), st.booleans()),
        st.tuples(st.just("jump"), st.floats(0, 5000)),
    ),
    max_size=20,
)


@given(STEPS)
def test_office_time_never_goes_back_and_adds_up(steps: list[tuple[str, float]]) -> None:
    wall = [0.0]
    clock = Clock(START, "real", ticks=lambda: wall[0], shorten=2.0)
    expected = START
    for what, value in steps:
        if what == "pass":
            wall[0] += value
            expected += 0.0 if clock.stands else value * clock.speed * 2.0
        elif what == "speed":
            clock.steer(speed=value)
        elif what == "stand":
            clock.steer(stands=bool(value))
        else:
            clock.jump(value)
            expected += value
        assert clock.now() == pytest.approx(expected, abs=1e-3)
    assert clock.mode == ("real" if clock.speed == 1 else "scaled")


def test_a_clock_that_only_moves_when_told_is_not_steered() -> None:
    clock = Clock(START, "manual")
    with pytest.raises(ValueError, match="does not run by itself"):
        clock.steer(speed=2.0)
    with pytest.raises(ValueError, match="does not run by itself"):
        clock.jump(1.0)


def test_a_speed_is_above_nothing() -> None:
    clock = Clock(START, "real", ticks=lambda: 0.0)
    with pytest.raises(ValueError, match="above 0"):
        clock.steer(speed=0.0)
