"""The typed form of a scenario file (pydantic): its fields are the language."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from siaksim.core.clock import WIB
from siaksim.faults.laws import PositiveSeconds, Share
from siaksim.scenario.settings import Settings

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_DATE = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
_START = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d", re.ASCII)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _start(value: object) -> float:
    text = str(value)
    try:
        if _START.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=WIB).timestamp()
    except ValueError:
        pass  # such as a thirteenth month
    raise ValueError(f"{text!r} is no date and time; write it like 2024-07-11T08:00 (WIB)")


def _date(value: object) -> date:
    text = str(value)
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # such as a thirty-first of June
    raise ValueError(f"{text!r} is no date; write it like 2024-07-01")


def time_of_day(value: object) -> float:
    """Return a time such as 09:10 in seconds of the day; ValueError says the form."""
    found = _TIME.fullmatch(str(value))
    if not found:
        raise ValueError(f'{value!r} is no time of day; write it like "09:10"')
    return int(found[1]) * 3600.0 + int(found[2]) * 60.0


def _hours(value: object) -> object:
    text = str(value)
    first, dash, last = text.partition("-")
    if not dash or time_of_day(first) >= time_of_day(last):
        raise ValueError(f'{text!r} are no hours; write them like "08:00-15:30"')
    return text


def _days(value: object) -> object:
    text = str(value)
    parts = text.split("-")
    if len(parts) > 2 or any(part not in _DAYS for part in parts):
        raise ValueError(f"{text!r} are no days; write them like mon-thu or fri")
    return text


def _texts(value: object) -> object:
    return [value] if isinstance(value, str) else value


TimeOfDay = Annotated[float, BeforeValidator(time_of_day)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_texts), Field(min_length=1, max_length=100)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Number = Annotated[int, Field(ge=1, le=1_000_000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClockPart(_Part):
    """When the day begins, and how fast it runs."""

    start: Annotated[float, BeforeValidator(_start)] = Field(description="such as 2024-07-11T08:00")
    speed: Annotated[float, Field(gt=0, le=1000)] = 1.0


class PopulationPart(_Part):
    """Who lives in this world: part of its identity."""

    areas: Texts = ("35.76", "35.16")
    size: Annotated[int, Field(ge=1, le=300_000_000)] | None = None
    shares: dict[str, Share] = Field(default_factory=dict)
    reference_date: Annotated[date, BeforeValidator(_date)] | None = None
    under_17: Share | None = Field(None, description="of all people, such as 30%")


class Span(_Part):
    """When a fault or a stage acts: from `at` on, `for` a time or `until` a time of day."""

    at: TimeOfDay | None = Field(None, description='from when on, such as "09:10"')
    for_s: PositiveSeconds | None = Field(None, alias="for", description="how long, such as 25m")
    until: TimeOfDay | None = Field(None, description='to when, such as "09:35"')


class Modifiers(Span):
    """Where and how often a fault acts."""

    target: Texts = Field(description="operations: a glob such as siak.*, a list, or all")
    id: Name | None = Field(None, description="its name in the journal")
    name: Name | None = Field(None, description="its name in the journal; the same as id")
    client: Texts = Field((), description="only these: counter, kiosk.2, actor")
    subject: Texts = Field((), description="only calls about these NIKs or operators")
    share: Share = Field(1.0, description="of all calls of the target, such as 5%")
    first: Number | None = Field(None, description="only the first calls of each client")
    nth: Number | None = Field(None, description="only this call of each client")


class Stage(Span):
    """A stretch of the day and its faults."""

    faults: list[Any] = Field(min_length=1)


class ScenarioModel(_Part):
    """One scenario file."""

    scenario: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")] = Field(
        description="its name, which is the file's"
    )
    story: Annotated[str, Field(min_length=1, max_length=2000)] = Field(
        description="what the day is like, in a sentence or two"
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    clock: ClockPart
    hours: dict[Annotated[str, BeforeValidator(_days)], Annotated[str, BeforeValidator(_hours)]] = (
        Field(default_factory=dict)
    )
    population: PopulationPart = PopulationPart()
    settings: Settings = Settings()
    agreements: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="of the Dukcapil data web service: added or changed ones"
    )
    faults: list[Any] = Field(default_factory=list)
    timeline: list[Any] = Field(default_factory=list)


LATER = ("visits", "capacity", "links", "mail", "check", "expect")
"""Keys of the language that this version does not serve yet: refused, never ignored."""

LATER_MODIFIERS = ("after", "area", "burst", "flap", "link", "per", "ramp")
"""Fields of a fault that this version does not serve yet."""
