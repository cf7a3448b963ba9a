"""Public holidays, on which offices are closed. PURE: standard library only.

The joint decrees of three ministers (SKB 3 Menteri) for 2024 to 2026, without the days of joint
leave; for other years only those with a fixed date are known.
"""

from __future__ import annotations

from datetime import date

_FIXED = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))
_MOVING_BY_YEAR = {
    2024: "02-08 02-10 02-14 03-11 03-29 03-31 04-10 04-11 05-09 05-23 06-17 07-07 09-16",
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
