"""Lengths of time and shares as people write them. PURE: standard library only."""

from __future__ import annotations

import re

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
"""Seconds of each unit."""
_NUMBER = r"\d{1,9}(\.\d{1,6})?"
LENGTH_PATTERN = rf"^({_NUMBER}(ms|s|m|h|d))+$"
SHARE_PATTERN = r"^(100(\.0{1,6})?|\d{1,2}(\.\d{1,6})?)%$"
_LENGTH = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%", re.ASCII)
_NEARLY = re.compile(rf"({_NUMBER})\s*([a-z]*)\.?", re.ASCII | re.IGNORECASE)
_NEARLY_SHARE = re.compile(rf"({_NUMBER})\s*(%|percent|persen|pct)?", re.ASCII | re.IGNORECASE)
_WORDS = {
    "ms": "msec msecs millis millisecond milliseconds",
    "s": "sec secs second seconds detik",
    "m": "min mins minute minutes menit",
    "h": "hr hrs hour hours jam",
    "d": "day days hari",
}
_UNIT_OF = {word: unit for unit, words in _WORDS.items() for word in (unit, *words.split())}


def seconds(value: object) -> float:
    """Return a length such as 250ms, 2s, 3m, 1h, 1h30m in seconds; ValueError says the form."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return float(value)
    text = str(value)
    parts = _LENGTH.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text:
        what = f"{text!r} is no length of time; write it like 250ms, 2s, 3m or 1h30m"
        raise ValueError(what + _meant(_near_length(text)))
    return sum(float(number) * UNITS[unit] for number, unit in parts)


def share(value: object) -> float:
    """Return a share such as 30% as a number from 0 to 1; ValueError says the form."""
    text = str(value)
    found = _SHARE.fullmatch(text)
    if not found or float(found[1]) > 100:
        what = f"{text!r} is no share; write it like 30% or 0.5%, at most 100%"
        raise ValueError(what + _meant(_near_share(text)))
    return float(found[1]) / 100


def time_of_day(value: object) -> float:
    """Return a time such as 09:10 in seconds of the day; ValueError says the form."""
    found = _TIME.fullmatch(str(value))
    if not found:
        raise ValueError(f'{value!r} is no time of day; write it like "09:10"')
    return int(found[1]) * 3600.0 + int(found[2]) * 60.0


def clock_text(seconds: float) -> str:
    """Return a time of day, in seconds since midnight, as files have it: "09:10"."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}"


def hours_of_day(value: object) -> tuple[float, float]:
    """Return hours such as 08:00-15:30 in seconds of the day; ValueError says the form."""
    text = str(value)
    first, dash, last = text.partition("-")
    if not dash or time_of_day(first) >= time_of_day(last):
        raise ValueError(f'{text!r} are no hours; write them like "08:00-15:30"')
    return time_of_day(first), time_of_day(last)


def _meant(near: str) -> str:
    return f". Did you mean {near!r}?" if near else ""


def _near_length(text: str) -> str:
    found = _NEARLY.fullmatch(text.strip())
    if not found:
        return ""
    unit = _UNIT_OF.get(found[3].lower(), "" if found[3] else "s")
    return f"{found[1]}{unit}" if unit else ""


def _near_share(text: str) -> str:
    found = _NEARLY_SHARE.fullmatch(text.strip())
    if not found:
        return ""
    number = float(found[1])
    if not found[3] and 0 < number < 1:
        return f"{100 * number:g}%"
    return f"{number:g}%" if number <= 100 else ""
