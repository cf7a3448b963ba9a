"""Speeds of lines as people write them: 5Mbit/s, 640kbit/s, 80KB/s. PURE."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

UNITS = {
    "bit/s": 0.125,
    "kbit/s": 125.0,
    "Mbit/s": 125_000.0,
    "Gbit/s": 125_000_000.0,
    "B/s": 1.0,
    "KB/s": 1000.0,
    "MB/s": 1_000_000.0,
}
"""Bytes a second of each unit; thousands are of 1,000, as in Toxiproxy's KB/s."""
_UNIT = "|".join(UNITS)
RATE_PATTERN = rf"^\d{{1,9}}(\.\d{{1,6}})?({_UNIT})$"
_RATE = re.compile(rf"(\d{{1,9}}(?:\.\d{{1,6}})?)({_UNIT})", re.ASCII)
_NEARLY = re.compile(r"(\d[\d.]*)\s*([a-z]*)/?(?:s|sec)?", re.ASCII | re.IGNORECASE)
SLOWEST = 10.0
"""Bytes a second: what is slower is a stall."""


def rate(value: object) -> float:
    """Return a rate such as 5Mbit/s in bytes a second; ValueError says the form."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = str(value)
    found = _RATE.fullmatch(text)
    if not found:
        what = f"{text!r} is no rate; write it like 5Mbit/s, 640kbit/s or 80KB/s"
        raise ValueError(what + _meant(text))
    bytes_s = float(found[1]) * UNITS[found[2]]
    if bytes_s < SLOWEST:
        raise ValueError(f"{text!r} is too slow: at least 80bit/s; link.stall stops a line")
    return bytes_s


def _meant(text: str) -> str:
    found = _NEARLY.fullmatch(text.strip())
    if not found:
        return ""
    word = found[2].lower().removesuffix("ps").removesuffix("its").removesuffix("it")
    near = {"k": "kbit/s", "m": "Mbit/s", "g": "Gbit/s", "kb": "kbit/s", "mb": "Mbit/s"}
    unit = near.get(word)
    return f". Did you mean {found[1] + unit!r}?" if unit else ""


def rate_text(bytes_s: float) -> str:
    """Return a rate as a person writes it."""
    for unit in ("Gbit/s", "Mbit/s", "kbit/s"):
        if bytes_s >= UNITS[unit]:
            return f"{bytes_s / UNITS[unit]:g}{unit}"
    return f"{bytes_s * 8:g}bit/s"


Rate = Annotated[
    float, BeforeValidator(rate), WithJsonSchema({"type": "string", "pattern": RATE_PATTERN})
]
"""A rate in YAML, in bytes a second."""
