"""The typed form of a scenario file (pydantic): its fields are the language."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from siaksim.core import units
from siaksim.core.clock import WIB
from siaksim.faults.laws import Seconds
from siaksim.scenario.settings import Settings

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _start(value: object) -> float:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is no date and time; write it like 2024-07-11T08:00") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=WIB)
    return moment.timestamp()


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


Share = Annotated[float, BeforeValidator(units.share)]
TimeOfDay = Annotated[float, BeforeValidator(time_of_day)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ClockPart(_Part):
    """When the day begins, and how fast it runs."""

    start: Annotated[float, BeforeValidator(_start)]
    speed: Annotated[float, Field(gt=0, le=1000)] = 1.0


class PopulationPart(_Part):
    """Who lives in this world: part of its identity."""

    areas: Texts = ("35.76", "35.16")
    size: Annotated[int, Field(ge=1, le=300_000_000)] | None = None
    shares: dict[str, Share] = Field(default_factory=dict)
    reference_date: date | None = None


class Modifiers(_Part):
    """Where and how often a fault acts."""

    target: Texts
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")] | None = None
    client: Texts = ()
    subject: Texts = ()
    share: Share = 1.0
    at: TimeOfDay | None = None
    for_s: Seconds | None = Field(None, alias="for")


class Stage(_Part):
    """A stretch of the day and its faults."""

    at: TimeOfDay
    for_s: Seconds = Field(alias="for")
    faults: list[Any] = Field(min_length=1)


class ScenarioModel(_Part):
    """One scenario file."""

    scenario: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
    story: Annotated[str, Field(min_length=1, max_length=2000)]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    clock: ClockPart
    hours: dict[Annotated[str, BeforeValidator(_days)], Annotated[str, BeforeValidator(_hours)]] = (
        Field(default_factory=dict)
    )
    population: PopulationPart = PopulationPart()
    settings: Settings = Settings()
    faults: list[Any] = Field(default_factory=list)
    timeline: list[Stage] = Field(default_factory=list)


LATER = ("visits", "capacity", "links", "agreements", "mail", "check", "expect")
"""Keys of the language that this version does not serve yet: refused, never ignored."""
