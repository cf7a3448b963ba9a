"""On which day a scenario that is moved to the present takes place.

Public holidays: the joint decrees of three ministers (SKB 3 Menteri) for 2025 and 2026; for
other years only those with a fixed date are known.
"""

from __future__ import annotations

from datetime import date, timedelta

from siaksim.core.clock import office_date

_FIXED = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))
_MOVING_BY_YEAR = {
    2025: "01-27 01-29 03-29 03-31 04-01 04-18 04-20 05-12 05-29 06-06 06-27 09-05",
    2026: "01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-14 05-27 05-31 06-16 08-25",
}
_MOVING = frozenset(
    date.fromisoformat(f"{year}-{day}")
    for year, days in _MOVING_BY_YEAR.items()
    for day in days.split()
)


def is_holiday(day: date) -> bool:
    """Say whether a day is a public holiday, as far as siaksim knows."""
    return (day.month, day.day) in _FIXED or day in _MOVING


def office_day(start: float, today: date) -> date:
    """Return the day nearest to `today` with the weekday of office time `start`, no holiday."""
    weekday = office_date(start).weekday()
    first = today + timedelta(days=(weekday - today.weekday()) % 7)
    candidates = [first + timedelta(weeks=week) for week in range(-6, 7)]
    free = [day for day in candidates if not is_holiday(day)]
    # Of two equally near days the later one: the present runs towards it.
    return min(free, key=lambda day: (abs((day - today).days), day < today))
