"""On which day a scenario that is moved to the present takes place."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from siaksim.core.clock import WIB, office_date
from siaksim.core.holidays import is_holiday


def office_day(start: float, today: date) -> date:
    """Return the day nearest to `today` with the weekday of office time `start`, no holiday."""
    weekday = office_date(start).weekday()
    first = today + timedelta(days=(weekday - today.weekday()) % 7)
    candidates = [first + timedelta(weeks=week) for week in range(-6, 7)]
    free = [day for day in candidates if not is_holiday(day)]
    # Of two equally near days the later one: the present runs towards it.
    return min(free, key=lambda day: (abs((day - today).days), day < today))


def today() -> date:
    """Return the office's date of today, by this machine's clock."""
    return datetime.now(WIB).date()
