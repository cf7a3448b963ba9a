"""Single values of a scenario file: their types, how each is read, and its form for editors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from siaksim.core import units
from siaksim.core.clock import WIB
from siaksim.core.schedule import DAY_S, HOLIDAYS, RECURS_DAYS, WEEKDAYS, WORKDAYS
from siaksim.ledger.registry import KINDS

_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
_MOMENT = re.compile(rf"(?:day ([1-9]\d?) )?{_CLOCK}", re.ASCII)
_DATE = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
_START = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in a scenario: seconds from the midnight of day 1, and whether it names its day."""

    seconds: float
    named: bool


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


def _moment(value: object) -> Moment:
    text = str(value)
    found = _MOMENT.fullmatch(text)
    if not found:
        what = f'{text!r} is no time; write it like "09:10" or "day 2 07:00"{_nearly(text)}'
        raise ValueError(what)
    day = int(found[1] or 1)
    if day > RECURS_DAYS:
        raise ValueError(f"{text!r} is too late: a scenario has at most {RECURS_DAYS} days")
    clock = int(found[2]) * 3600.0 + int(found[3]) * 60.0
    return Moment((day - 1) * DAY_S + clock, found[1] is not None)


def _nearly(value: object) -> str:
    """Return a hint for a time without its first nought, or with a dot (as Indonesians write)."""
    text = str(value).replace(".", ":")
    day, _, clock = text.rpartition(" ")
    near = f"{day} {clock.zfill(5)}".strip()
    return f". Did you mean {near!r}?" if near != value and _MOMENT.fullmatch(near) else ""


def _hours(value: object) -> str:
    units.hours_of_day(value)
    return str(value)


def weekdays(text: str) -> tuple[str, ...]:
    """Return the days of mon, mon-fri or sat-mon; ValueError says the form."""
    first, dash, last = text.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise ValueError(f"{text!r} are no days; write them like mon-thu or fri")
    place = WEEKDAYS.index(first)
    count = (WEEKDAYS.index(last) - place) % 7 + 1 if dash else 1
    return tuple(WEEKDAYS[(place + n) % 7] for n in range(count))


def _days(value: object) -> str:
    weekdays(str(value))
    return str(value)


def _fault_days(value: object) -> str:
    text = str(value)
    if text not in (WORKDAYS, HOLIDAYS):
        try:
            weekdays(text)
        except ValueError as error:
            raise ValueError(f"{error}, or {WORKDAYS} or {HOLIDAYS}") from None
    return text


def _texts(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _form(pattern: str) -> Any:
    return WithJsonSchema({"type": "string", "pattern": pattern})


_DAY = f"({'|'.join(WEEKDAYS)})"
_SPAN_OF_DAYS = f"{_DAY}(-{_DAY})?"

When = Annotated[
    Moment,
    PlainValidator(_moment),
    _form(r"^(day ([12]?[1-9]|[123]0|31) )?([01]\d|2[0-3]):[0-5]\d$"),
]
"""A time of day, of day 1 or of a day named: "09:10", "day 2 07:00"."""
Start = Annotated[
    float, BeforeValidator(_start), _form(r"^20\d\d-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:00)?$")
]
Day = Annotated[date, BeforeValidator(_date), _form(r"^20\d\d-\d\d-\d\d$")]
Hours = Annotated[str, BeforeValidator(_hours), _form(r"^\d\d:\d\d-\d\d:\d\d$")]
Days = Annotated[str, BeforeValidator(_days), _form(f"^{_SPAN_OF_DAYS}$")]
FaultDays = Annotated[
    str, BeforeValidator(_fault_days), _form(f"^({_SPAN_OF_DAYS}|{WORKDAYS}|{HOLIDAYS})$")
]
ONE_OR_MANY = "x-one-or-many"
"""Marks in a JSON Schema a list for which its only item may stand alone."""
AS_IT_IS = "x-as-it-is"
"""Marks in a JSON Schema a part that is editors' schema already."""
_OR_ONE: dict[str, Any] = {"json_schema_extra": {ONE_OR_MANY: True}}
Text = Annotated[str, Field(min_length=1, max_length=200)]
Texts = Annotated[
    tuple[Text, ...], BeforeValidator(_texts), Field(min_length=1, max_length=100, **_OR_ONE)
]
DayTexts = Annotated[
    tuple[FaultDays, ...], BeforeValidator(_texts), Field(min_length=1, max_length=9, **_OR_ONE)
]
OTHER_EVENTS = {"mail_sent": "mail_issued"}
"""Words that people use for the ledger's own."""
Event = Annotated[Text, WithJsonSchema({"enum": [*KINDS, *OTHER_EVENTS]})]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
LinkName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
"""A site's name: a-z, 0-9 and -."""
Number = Annotated[int, Field(ge=1, le=1_000_000)]

_TIME_SCHEMA = {"type": "string", "pattern": f"^{_CLOCK}$"}
TimeOfDay = Annotated[float, BeforeValidator(units.time_of_day), WithJsonSchema(_TIME_SCHEMA)]
"""A time of day in seconds from midnight."""
