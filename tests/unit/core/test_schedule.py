"""Schedules: spans, weekdays, office hours and holidays as windows of office time."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.core.clock import WIB
from siaksim.core.schedule import (
    DAY_S,
    RECURS_DAYS,
    Hours,
    Schedule,
    Window,
    date_of,
    joined,
    meet,
)

HOUR = 3600.0
WEEK = Hours((*[(8 * HOUR, 15.5 * HOUR)] * 4, (8 * HOUR, 15 * HOUR), None, None))


def at(text: str) -> float:
    return datetime.fromisoformat(f"2024-{text}").replace(tzinfo=WIB).timestamp()


THURSDAY = at("07-11T08:00")


def spans(schedule: Schedule, start: float = THURSDAY, hours: Hours = WEEK) -> list[str]:
    """Return the windows of the first week in words: day of the month and hours."""
    found = [w for w in schedule.windows(start, hours) if w.start < start + 7 * DAY_S]
    return [f"{datetime.fromtimestamp(w.start, WIB):%d} {w.text()}" for w in found]


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [
        (Schedule(9 * HOUR, HOUR), ["11 09:00-10:00"]),
        (Schedule(DAY_S + 7 * HOUR, 2 * HOUR), ["12 07:00-09:00"]),
        (Schedule(22 * HOUR, 11 * HOUR), ["11 22:00-09:00"]),
        (Schedule(9 * HOUR, HOUR, frozenset({"fri", "mon"})), ["12 09:00-10:00", "15 09:00-10:00"]),
        (Schedule(15 * HOUR, HOUR, office=True), ["11 15:00-15:30"]),
        (Schedule(22 * HOUR, 11 * HOUR, office=True), ["12 08:00-09:00"]),
        (
            Schedule(office=True),
            [
                "11 08:00-15:30",
                "12 08:00-15:00",
                "15 08:00-15:30",
                "16 08:00-15:30",
                "17 08:00-15:30",
            ],
        ),
        (Schedule(on_days=frozenset({"sat", "sun"}), office=True), []),
        (Schedule(on_days=frozenset({"holidays"})), []),
    ],
)
def test_a_schedule_has_the_windows_that_it_tells_of(schedule: Schedule, wanted: list[str]) -> None:
    assert spans(schedule) == wanted


def test_weekend_days_that_touch_are_one_window() -> None:
    (first, *_) = Schedule(on_days=frozenset({"sat", "sun"})).windows(THURSDAY, WEEK)
    assert first == Window(at("07-13T00:00"), at("07-15T00:00"))
    assert first.text() == "Sat 00:00-Mon 00:00"


def test_offices_are_closed_on_holidays_which_are_no_workdays() -> None:
    start = at("08-15T08:00")  # 17 August 2024 is a Saturday: Independence Day
    six_days = Hours((*WEEK.by_weekday[:5], (8 * HOUR, 12 * HOUR), None))
    workdays = Schedule(9 * HOUR, HOUR, frozenset({"workdays"}))
    assert [day[:2] for day in spans(workdays, start, six_days)] == ["15", "16", "19", "20", "21"]
    assert spans(Schedule(9 * HOUR, HOUR, frozenset({"holidays"})), start) == ["17 09:00-10:00"]
    assert all(not day.startswith("17") for day in spans(Schedule(office=True), start, six_days))


def test_what_is_over_when_the_day_begins_is_left_out() -> None:
    every_day = Schedule(7 * HOUR, 0.5 * HOUR, frozenset({"thu", "fri"}))
    assert spans(every_day)[0] == "12 07:00-07:30"
    assert len(every_day.windows(THURSDAY, WEEK)) < RECURS_DAYS


def test_days_are_counted_from_the_scenarios_first() -> None:
    assert date_of(THURSDAY, 1).isoformat() == "2024-07-11"
    assert date_of(THURSDAY, 5).isoformat() == "2024-07-15"


_windows = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 30)).map(lambda t: Window(t[0], t[0] + t[1]))
)


@settings(max_examples=200)
@given(_windows, st.integers(-1, 240))
def test_joined_windows_hold_the_same_moments_in_order_and_apart(
    windows: list[Window], moment: int
) -> None:
    found = joined(windows)
    assert any(w.start <= moment < w.end for w in windows) == any(
        w.start <= moment < w.end for w in found
    )
    assert all(a.end < b.start for a, b in itertools.pairwise(found))


@settings(max_examples=200)
@given(_windows, _windows)
def test_windows_meet_when_a_moment_is_in_both(some: list[Window], others: list[Window]) -> None:
    moments = range(240)

    def held(windows: list[Window]) -> set[int]:
        return {m for m in moments for w in windows if w.start <= m < w.end}

    assert meet(some, others) == bool(held(some) & held(others)) or not meet(
        joined(some), joined(others)
    )


_schedules = st.builds(
    Schedule,
    st.integers(0, 23).map(lambda h: h * HOUR),
    st.integers(1, 30).map(lambda h: h * HOUR),
    st.sets(st.sampled_from(["mon", "wed", "sat", "workdays", "holidays"])).map(frozenset),
    st.booleans(),
)


@settings(max_examples=100, deadline=None)
@given(_schedules, st.integers(0, 400))
def test_windows_are_in_order_apart_and_in_office_hours_if_asked_for(
    schedule: Schedule, day: int
) -> None:
    start = THURSDAY + day * DAY_S
    found = schedule.windows(start, WEEK)
    assert all(a.end < b.start for a, b in itertools.pairwise(found))
    assert all(w.start < w.end and w.end > start for w in found)
    if schedule.office:
        opening = list(WEEK.windows(at("07-11T00:00") + day * DAY_S, RECURS_DAYS + 2))
        assert all(any(o.start <= w.start and w.end <= o.end for o in opening) for w in found)
