"""Delay laws in YAML: how long something takes, by one keyed draw.

delay: 2s
delay: {uniform: {min: 1s, max: 3s}}
delay: {normal: {mean: 2s, sd: 500ms}}
delay: {lognormal: {median: 4s, p99: 30s}}
delay: {percentiles: {p50: 350ms, p90: 900ms, p99: 2500ms, max: 8s}}
delay: {trace: {values: [120ms, 340ms, 2s]}}
delay: {trace: {file: monday.csv, column: took}}
delay: {mixture: [{weight: 85, law: 350ms}, {weight: 15, law: {lognormal: ...}}]}
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate, pairwise
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from siaksim.core import quantiles
from siaksim.faults.lengths import LONGEST, Flag, PositiveSeconds, Seconds, Share
from siaksim.faults.traces import READ_FILE, durations

__all__ = ["LONGEST", "Flag", "Law", "Lognormal", "PositiveSeconds", "Seconds", "Share", "Uniform"]

TRACE_MAX = 100_000
"""Durations of one trace."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_ONE_LAW: dict[str, Any] = {"minProperties": 1, "maxProperties": 1}
_FILE_OR_VALUES: dict[str, Any] = {
    "oneOf": [{"required": ["file"]}, {"required": ["values"]}],
    "dependencies": {"column": ["file"], "unit": ["file"]},
}


class Uniform(_Part):
    """Evenly between `min` and `max`."""

    min: Seconds
    max: Seconds

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.max < self.min:
            raise ValueError("max is below min")
        return self

    def at(self, u: float) -> float:
        """Return the length in seconds at quantile `u`."""
        return self.min + u * (self.max - self.min)


class Normal(_Part):
    """A bell around `mean` of standard deviation `sd`, what lies below 0 cut off."""

    mean: Seconds
    sd: Seconds

    def at(self, u: float) -> float:
        """Return the length in seconds at quantile `u`."""
        return quantiles.normal(u, self.mean, self.sd)


class Lognormal(_Part):
    """A long tail: half are below `median`, one in a hundred is above `p99`."""

    median: PositiveSeconds
    p99: Seconds

    @model_validator(mode="after")
    def _ordered(self) -> Lognormal:
        if self.p99 < self.median:
            raise ValueError("p99 is below median")
        return self

    def at(self, u: float) -> float:
        """Return the length in seconds at quantile `u`."""
        return quantiles.lognormal(u, self.median, self.p99)


class Trace(_Part):
    """One of the recorded durations, each as likely as the others: `values`, or a CSV `file`."""

    model_config = ConfigDict(json_schema_extra=_FILE_OR_VALUES)

    values: tuple[Seconds, ...] | None = Field(None, min_length=1, max_length=TRACE_MAX)
    file: str | None = Field(None, description="a CSV file beside the scenario")
    column: str | None = Field(None, description="the column, if the first is not meant")
    unit: str | None = Field(None, description="of plain numbers in the file: ms, s, m or h")

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, given: Any, info: ValidationInfo) -> Any:
        if not isinstance(given, dict):
            return given
        if ("values" in given) == ("file" in given):
            raise ValueError("give either `values`, such as [120ms, 2s], or a `file`")
        if "values" in given and not set(given).isdisjoint(("column", "unit")):
            raise ValueError("`column` and `unit` are of a `file`")
        if isinstance(given.get("file"), str) and set(given) <= {"file", "column", "unit"}:
            read = (info.context or {}).get(READ_FILE)
            return {**given, "values": durations(given, read, TRACE_MAX)}
        return given

    @cached_property
    def _sorted(self) -> tuple[float, ...]:
        return tuple(sorted(self.values or (0.0,)))

    def at(self, u: float) -> float:
        """Return the length in seconds at quantile `u`."""
        return quantiles.recorded(u, self._sorted)


def _percentile(name: str) -> float:
    if name in ("min", "max"):
        return 0.0 if name == "min" else 1.0
    try:
        mark = float(name.removeprefix("p")) / 100
    except ValueError:
        mark = -1.0
    if not name.startswith("p") or not 0.0 <= mark <= 1.0:
        raise ValueError(f"{name!r} is no percentile; write min, p50, p99, p99.9 or max")
    return mark


def _percentile_name(value: object) -> str:
    _percentile(str(value))
    return str(value)


_NAMED = {"type": "string", "pattern": r"^(min|max|p\d{1,2}(\.\d+)?|p100)$"}
Percentile = Annotated[str, BeforeValidator(_percentile_name), WithJsonSchema(_NAMED)]


class Mixed(_Part):
    """A law in a mixture, and its weight beside the others' weights."""

    weight: Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
    law: Law


class Law(_Part):
    """How long: a plain length of time, or exactly one law."""

    model_config = ConfigDict(json_schema_extra=_ONE_LAW)

    fixed: Seconds | None = None
    uniform: Uniform | None = None
    normal: Normal | None = None
    lognormal: Lognormal | None = None
    percentiles: dict[Percentile, Seconds] | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="such as {p50: 1s, p90: 3s, max: 9s}; straight lines between, 0s at min",
    )
    trace: Trace | None = None
    mixture: tuple[Mixed, ...] | None = Field(None, min_length=1, max_length=20)

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"fixed": value} if isinstance(value, str | int | float) else value

    @model_validator(mode="after")
    def _one(self) -> Law:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            laws = ", ".join(name for name in type(self).model_fields if name != "fixed")
            raise ValueError(f"give one law: a time such as 2s, or one of {laws}")
        _, values = self._table
        for low, high in pairwise(values):
            if high < low:
                raise ValueError("a higher percentile is below a lower one")
        return self

    @cached_property
    def _table(self) -> tuple[list[float], list[float]]:
        rows = {0.0: 0.0} | {_percentile(n): v for n, v in (self.percentiles or {}).items()}
        return sorted(rows), [rows[mark] for mark in sorted(rows)]

    @cached_property
    def _bounds(self) -> list[float]:
        weights = [mixed.weight for mixed in self.mixture or ()]
        return [total / sum(weights) for total in accumulate(weights)]

    def at(self, u: float) -> float:
        """Return the length in seconds at quantile `u` in [0, 1)."""
        if self.fixed is not None:
            return self.fixed
        if self.mixture is not None:
            place, within = quantiles.part(u, self._bounds)
            return self.mixture[place].law.at(within)
        if self.percentiles is not None:
            return quantiles.table(u, *self._table)
        shape = self.lognormal or self.uniform or self.normal or self.trace
        return min(shape.at(u), LONGEST) if shape is not None else 0.0


Mixed.model_rebuild()
