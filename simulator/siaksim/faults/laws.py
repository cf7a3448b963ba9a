"""Types of parameters in YAML: lengths of time, true and false, and delay laws."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from siaksim.core import chance, units

LONGEST = 7 * 86400.0
"""Seconds: longer than any outage that a scenario tells of."""


def _length(value: object) -> float:
    found = units.seconds(value)
    if found > LONGEST:
        raise ValueError(f"{value!r} is too long: at most 7d")
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


Seconds = Annotated[float, BeforeValidator(_length), Field(ge=0)]
"""A length of time in YAML: 250ms, 2s, 3m, 1h30m."""
PositiveSeconds = Annotated[float, BeforeValidator(_positive)]
"""A length of time that is not zero."""
Share = Annotated[float, BeforeValidator(units.share)]
"""A share in YAML: 30%, 0.5%."""
Flag = Annotated[bool, BeforeValidator(_flag)]
"""Only true and false: YAML's `on`, `no` and the like are mistakes."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Uniform(_Part):
    """Evenly between `min` and `max`."""

    min: Seconds
    max: Seconds

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.max < self.min:
            raise ValueError("max is below min")
        return self


class Lognormal(_Part):
    """A long tail: half are below `median`, one in a hundred is above `p99`."""

    median: PositiveSeconds
    p99: Seconds

    @model_validator(mode="after")
    def _ordered(self) -> Lognormal:
        if self.p99 < self.median:
            raise ValueError("p99 is below median")
        return self


class Law(_Part):
    """How long: exactly one of fixed, uniform, lognormal; a plain length of time is fixed."""

    fixed: Seconds | None = None
    uniform: Uniform | None = None
    lognormal: Lognormal | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"fixed": value} if isinstance(value, str | int | float) else value

    @model_validator(mode="after")
    def _one(self) -> Law:
        if sum(v is not None for v in (self.fixed, self.uniform, self.lognormal)) != 1:
            raise ValueError("give one law: a time such as 2s, or uniform, or lognormal")
        return self

    def at(self, u: float) -> float:
        """Return the length in seconds at quantile `u` in [0, 1)."""
        if self.uniform is not None:
            return self.uniform.min + u * (self.uniform.max - self.uniform.min)
        if self.lognormal is not None:
            return min(chance.lognormal(u, self.lognormal.median, self.lognormal.p99), LONGEST)
        return self.fixed or 0.0
