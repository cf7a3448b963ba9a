"""Types of single parameters in YAML: lengths of time, shares, true and false."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from siaksim.core import units

LONGEST = 180 * 86400.0
"""Seconds: longer than any outage, and as long as a KTP-el recording has been on its way."""


def _length(value: object) -> float:
    found = units.seconds(value)
    if found > LONGEST:
        raise ValueError(f"{value!r} is too long: at most 180d")
    return found


def _positive(value: object) -> float:
    found = _length(value)
    if found <= 0:
        raise ValueError(f"{value!r} is no time at all: give more than 0s")
    return found


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise ValueError(f"{value!r} is neither true nor false")


LENGTH_SCHEMA = {"type": "string", "pattern": units.LENGTH_PATTERN}
Seconds = Annotated[
    float, BeforeValidator(_length), Field(ge=0), WithJsonSchema(dict(LENGTH_SCHEMA))
]
"""A length of time in YAML: 250ms, 2s, 3m, 1h30m."""
PositiveSeconds = Annotated[float, BeforeValidator(_positive), WithJsonSchema(dict(LENGTH_SCHEMA))]
"""A length of time that is not zero."""
SHARE_SCHEMA = {"type": "string", "pattern": units.SHARE_PATTERN}
Share = Annotated[float, BeforeValidator(units.share), WithJsonSchema(dict(SHARE_SCHEMA))]
"""A share in YAML: 30%, 0.5%."""
Flag = Annotated[
    bool, BeforeValidator(_flag), WithJsonSchema({"enum": [True, False, "true", "false"]})
]
"""Only true and false: YAML's `on`, `no` and the like are mistakes."""
