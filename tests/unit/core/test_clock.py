"""Office time in its four modes."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.clock import WIB, Clock, http_date, office_text

START = datetime(2024, 7, 11, 8, 0, tzinfo=WIB).timestamp()
FACTORS = st.floats(0.1, 1000, allow_nan=False)


def test_a_scaled_and_shortened_clock_runs_by_both_factors() -> None:
    ticks = [0.0]
    clock = Clock(START, "scaled", ticks=lambda: ticks[0], speed=60, shorten=20)
    ticks[0] = 3.0
    assert clock.now() == START + 3 * 60 * 20


def test_shortening_leaves_the_clients_seconds_alone() -> None:
    clock = Clock(START, "real", ticks=lambda: 0.0, shorten=20)
    assert clock.wall_seconds(5) == 5
    assert clock.client_seconds(25 * 60) == 75  # a 25-minute blackout lasts 75 s for the client


@given(FACTORS, FACTORS, st.floats(0, 10**6))
def test_waiting_out_an_office_time_ends_at_that_time(
    speed: float, shorten: float, ahead: float
) -> None:
    ticks = [0.0]
    clock = Clock(START, "scaled", ticks=lambda: ticks[0], speed=speed, shorten=shorten)
    ticks[0] = clock.wall_until(START + ahead)
    assert clock.now() == pytest.approx(START + ahead, abs=1e-3)


def test_a_manual_clock_moves_only_when_told_and_never_back() -> None:
    clock = Clock(START, "manual")
    seen: list[float] = []
    clock.listeners.append(lambda: seen.append(clock.now()))
    clock.move_to(START + 5)
    clock.move_to(START + 1)
    assert clock.now() == START + 5
    assert seen == [START + 5]


def test_a_running_clock_cannot_be_moved() -> None:
    clock = Clock(START, "real", ticks=lambda: 0.0)
    with pytest.raises(ValueError, match="cannot be moved"):
        clock.move_to(START + 1)


def test_office_time_is_written_in_utc_plus_7_and_dates_in_gmt() -> None:
    assert office_text(START) == "2024-07-11T08:00:00.000+07:00"
    assert http_date(START) == "Thu, 11 Jul 2024 01:00:00 GMT"
