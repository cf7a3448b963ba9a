"""NIK and KK numbers as texts, their dates, and blocks of birth dates by age. PURE."""

from __future__ import annotations

from datetime import date
from functools import cache

from siaksim.population.resident import years_between

SERIALS = 900
"""Serials 9000-9899 a day: no real family's numbers."""
KK_DAYS = 20 * 365
"""Days before the reference date in which family cards are issued (assumed)."""
KK_SERIALS = 100
"""Serials 9900-9999 a day, so that a KK number is never a NIK."""
AGE_MAX = 99
"""Ages at the reference date are 0-99: so a two-digit year has one meaning."""


def number(code: str, day: date, sex: str, serial: int) -> str:
    """Return the 16 digits of an area (PP.KK.CC), a date and a serial; women's day + 40."""
    shown = day.day + (40 if sex == "P" else 0)
    return f"{code.replace('.', '')}{shown:02d}{day.month:02d}{day.year % 100:02d}{serial:04d}"


def parts(text: str) -> tuple[str, int, int, int, int] | None:
    """Return (area, day as written, month, two-digit year, serial) of 16 digits, or None."""
    if len(text) != 16 or not text.isascii() or not text.isdigit():
        return None
    code = f"{text[:2]}.{text[2:4]}.{text[4:6]}"
    return code, int(text[6:8]), int(text[8:10]), int(text[10:12]), int(text[12:])


def dated(day: int, month: int, year: int, reference: date) -> date | None:
    """Return the date of two-digit parts: the last one whose age at the reference is 0-99."""
    for century in (reference.year // 100, reference.year // 100 - 1):
        try:
            found = date(century * 100 + year, month, day)
        except ValueError:
            continue
        if found <= reference and years_between(found, reference) <= AGE_MAX:
            return found
    return None


def _years_back(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 2, 28)


@cache
def block(reference: date, age: int) -> tuple[date, int]:
    """Return the last birth date of an age at the reference date, and how many days it has."""
    last = _years_back(reference, age)
    return last, (last - _years_back(reference, age + 1)).days
