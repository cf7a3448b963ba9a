"""An office's numbers as a file states them (pydantic): its fields are the words of the file."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from siaksim.core import units
from siaksim.faults.lengths import Flag, PositiveSeconds, Share
from siaksim.scenario.values import Days, Hours, weekdays

VISITS_MAX = 20_000
"""Visits of one day: far above the 600 of the fullest office that a source names."""
OFFICERS_MAX = 500
SHARES_OFF = 0.005
"""How far the shares of `arrivals` may be from 100%: people round them."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _by_day(value: object) -> object:
    return value if isinstance(value, Mapping) else {"mon-sun": value}


def _by_time(value: object) -> object:
    return value if isinstance(value, Mapping) else {"00:00": value}


def _clock(value: object) -> str:
    units.time_of_day(value)
    return str(value)


Visits = Annotated[float, Field(ge=0, le=VISITS_MAX, allow_inf_nan=False)]
Clock = Annotated[str, BeforeValidator(_clock)]
"""A time of day as it is written: its place is found by it."""
Count = Annotated[int, Field(ge=0, le=OFFICERS_MAX)]
VisitsByDay = Annotated[
    dict[Days, Visits], BeforeValidator(_by_day), Field(min_length=1, max_length=7)
]
"""Visits of a day, or of each weekday: 60, or {mon: 105, tue-fri: 60}."""
Manned = Annotated[
    dict[Clock, Count], BeforeValidator(_by_time), Field(min_length=1, max_length=48)
]
"""How many serve: 2, or from times of the day on: {"08:00": 2, "12:00": 1}; 0: unmanned."""
Curve = Annotated[dict[Hours, Share], Field(min_length=1, max_length=96)]
"""Shares of the day's visits by when people come: {"08:00-09:00": 22%}."""


class ServicePart(_Part):
    """How long a citizen is served when all goes well: a lognormal law by mean and spread."""

    mean: PositiveSeconds
    cv: Annotated[float, Field(ge=0, le=3, allow_inf_nan=False)] = Field(
        0.5, description="standard deviation over mean (0: all alike)"
    )


class NoticePart(_Part):
    """What a notice at the door does, once one hangs there."""

    after: PositiveSeconds | None = Field(
        None, description="how long SIAK must have failed before one is put up (default: never)"
    )
    turn_back: Share = Field(0.3, description="of those who come then, how many go home at once")
    returns: Share = Field(
        0.7, alias="return", description="of those, how many come again on the next working day"
    )


class PaperPart(_Part):
    """Paper mode: papers are taken while SIAK does not answer, and typed in afterwards."""

    after: PositiveSeconds = Field(
        description="how long SIAK must have failed before the office takes papers"
    )
    intake: PositiveSeconds = Field(180.0, description="for taking one citizen's papers (assumed)")
    entry: PositiveSeconds = Field(360.0, description="for typing them in afterwards (assumed)")
    look: PositiveSeconds = Field(
        60.0, description="between two looks whether SIAK is back (assumed)"
    )


class KiosksPart(_Part):
    """Machines at which citizens serve themselves, with a queue of their own."""

    machines: Annotated[int, Field(ge=1, le=OFFICERS_MAX)]
    share: Share = Field(description="of all visits that go there")


class FieldPart(_Part):
    """A school visit: pupils who are all there from the start, served by kits."""

    kits: Annotated[int, Field(ge=1, le=50)]
    hours: Hours
    median: Annotated[float, Field(gt=0, le=VISITS_MAX)] = Field(
        70.0, description="pupils of half of the visits (39 to 250 are told of)"
    )
    p95: Annotated[float, Field(gt=0, le=VISITS_MAX)] = Field(
        220.0, description="pupils of all but the largest twentieth (assumed)"
    )
    service: ServicePart = Field(
        ServicePart(mean=240.0, cv=0.4), description="of one pupil's recording (assumed)"
    )

    @model_validator(mode="after")
    def _ordered(self) -> FieldPart:
        if self.p95 < self.median:
            raise ValueError("p95 is below median")
        return self


class OfficeModel(_Part):
    """One office's file."""

    office: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")] = Field(description="its name")
    about: Annotated[str, Field(min_length=1, max_length=500)] = Field(
        description="whose numbers they are, in a sentence"
    )
    hours: dict[Days, Hours] = Field(min_length=1, max_length=7, description="when it is open")
    visits: VisitsByDay = Field(description="how many come")
    arrivals: Curve = Field(description="when they come, as shares of the day's visits")
    officers: Manned = Field(description="how many serve at counters")
    service: ServicePart = Field(description="how long one is served when all goes well")
    patience: PositiveSeconds = Field(
        7200.0, description="mean of an exponential law: how long people wait before they leave"
    )
    notice: NoticePart = Field(default_factory=NoticePart)
    paper: PaperPart | None = Field(None, description="without it an office has no paper mode")
    mail_lane: Flag = Field(
        False,
        description="whether the chair is free as soon as the mail is on its way (else it is kept "
        "until the first login)",
    )
    kiosks: KiosksPart | None = None
    field: FieldPart | None = None

    @model_validator(mode="after")
    def _sound(self) -> OfficeModel:
        _once(self.hours, "hours")
        _once(self.visits, "visits")
        _in_turn(self.arrivals)
        times = [units.time_of_day(at) for at in self.officers]
        if any(late <= early for early, late in pairwise(times)):
            raise ValueError("the times of `officers` are not in order")
        total = sum(self.arrivals.values())
        if abs(total - 1.0) > SHARES_OFF:
            raise ValueError(f"the shares of `arrivals` come to {100 * total:g}%, not to 100%")
        return self


def _once(given: Mapping[str, Any], name: str) -> None:
    seen: set[str] = set()
    for days in given:
        for day in weekdays(days):
            if day in seen:
                raise ValueError(f"{day} stands twice in `{name}`")
            seen.add(day)


def _in_turn(arrivals: Mapping[str, float]) -> None:
    spans = [units.hours_of_day(text) for text in arrivals]
    for (_, end), (begin, _) in pairwise(spans):
        if begin < end:
            raise ValueError("the times of `arrivals` overlap, or are not in order")
