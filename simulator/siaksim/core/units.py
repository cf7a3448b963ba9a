"""Lengths of time and shares as people write them. PURE: standard library only."""

from __future__ import annotations

import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LENGTH = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)", re.ASCII)
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
