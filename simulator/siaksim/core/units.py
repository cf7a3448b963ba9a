"""Lengths of time and shares as people write them. PURE: standard library only."""

from __future__ import annotations

import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LENGTH = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%", re.ASCII)


def seconds(value: object) -> float:
    """Return a length such as 250ms, 2s, 3m, 1h, 1h30m in seconds; ValueError says the form."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return float(value)
    text = str(value)
    parts = _LENGTH.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text:
        raise ValueError(f"{text!r} is no length of time; write it like 250ms, 2s, 3m or 1h30m")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def share(value: object) -> float:
    """Return a share such as 30% as a number from 0 to 1; ValueError says the form."""
    text = str(value)
    found = _SHARE.fullmatch(text)
    if not found or float(found[1]) > 100:
        raise ValueError(f"{text!r} is no share; write it like 30% or 0.5%, at most 100%")
    return float(found[1]) / 100


def time_of_day(value: object) -> float:
    """Return a time such as 09:10 in seconds of the day; ValueError says the form."""
    found = _TIME.fullmatch(str(value))
    if not found:
        raise ValueError(f'{value!r} is no time of day; write it like "09:10"')
    return int(found[1]) * 3600.0 + int(found[2]) * 60.0


def hours_of_day(value: object) -> tuple[float, float]:
    """Return hours such as 08:00-15:30 in seconds of the day; ValueError says the form."""
    text = str(value)
    first, dash, last = text.partition("-")
    if not dash or time_of_day(first) >= time_of_day(last):
        raise ValueError(f'{text!r} are no hours; write them like "08:00-15:30"')
    return time_of_day(first), time_of_day(last)
