"""`capacity` in a scenario: finite centres, and the other offices' load on them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import isclose
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from siaksim.core import units
from siaksim.core.erlang import moments
from siaksim.core.manners import ALIASES, MANNERS
from siaksim.core.terms import People, Terms
from siaksim.faults.laws import Law, PositiveSeconds, Share
from siaksim.faults.lengths import SHARE_SCHEMA
from siaksim.scenario.values import AS_IT_IS

SERVICES = ("dukcapil", "ikd", "mail", "siak")
LOAD_MAX = 5.0
"""Times the capacity: more people than any day brings, and than a computer plays in time."""
RATE_MAX = 500.0
"""People a second at most: in a storm each of them calls up to fifteen times as often."""
MANNER_NAMES = (*ALIASES, *MANNERS)
UNBOUNDED = "unbounded"

_PERCENT = r"^\d{1,3}(\.\d{1,6})?%$"
_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


def _load(value: object) -> float:
    text = str(value)
    if not text.endswith("%") or not text[:-1].replace(".", "", 1).isdigit():
        raise ValueError(f"{text!r} is no load; write it like 70%, of what the servers can do")
    found = float(text[:-1]) / 100
    if found > LOAD_MAX:
        raise ValueError(f"{text!r} is too much: at most {LOAD_MAX:.0%}")
    return found


def _loads(value: object) -> object:
    if isinstance(value, Mapping):
        return {units.time_of_day(at): _load(share) for at, share in value.items()}
    if isinstance(value, list):
        raise ValueError('a list is no load; write it like 70%, or {"08:00": 95%, "10:00": 60%}')
    return {0.0: _load(value)}


def _places(value: object) -> object:
    if value == UNBOUNDED:
        return None
    if not str(value).isdigit():
        raise ValueError(f"{str(value)!r} is no queue; give a number of calls, or {UNBOUNDED}")
    return value


def _manners(value: object) -> object:
    given = value if isinstance(value, Mapping) else {str(value): "100%"}
    for name in given:
        if name not in MANNER_NAMES:
            raise ValueError(f"{name!r} is no manner; known are {', '.join(MANNER_NAMES)}")
    return given


def _either(one: dict[str, Any], many: dict[str, Any]) -> Any:
    """Return the form of one value, or of a mapping whose keys have these patterns."""
    mapping = {
        "type": "object",
        "patternProperties": many,
        "additionalProperties": False,
        "minProperties": 1,
    }
    return WithJsonSchema({AS_IT_IS: {"anyOf": [one, mapping]}})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ServicePart(_Part):
    """One service's servers, and the queue before them."""

    servers: Annotated[int, Field(ge=1, le=10_000)] = Field(
        description="calls that are served at once"
    )
    service_time: Law = Field(
        description="what one call keeps a server busy for: a length or a law"
    )
    queue: Annotated[
        Annotated[int, Field(ge=0, le=100_000)] | None,
        BeforeValidator(_places),
        WithJsonSchema({"type": "string", "pattern": rf"^(\d{{1,6}}|{UNBOUNDED})$"}),
    ] = Field(None, description=f"calls that may wait for a server; or {UNBOUNDED}")
    when_full: Annotated[
        Literal["503", "reset", "hang"],
        WithJsonSchema({"enum": ["503", 503, "reset", "hang"]}),
    ] = Field("503", description="what a call meets when the queue is full")
    retry_after: PositiveSeconds | None = Field(
        None, description="told with a 503, in client seconds"
    )

    @model_validator(mode="after")
    def _takes_time(self) -> ServicePart:
        if moments(self.service_time.at)[0] < 0.001:
            raise ValueError("a service time is 1ms on average or more")
        if self.retry_after is not None and self.when_full != "503":
            raise ValueError("`retry_after` is told with a 503 only")
        return self


class BackgroundPart(_Part):
    """Everybody else: the other offices' people before every service with a capacity."""

    load: Annotated[
        dict[float, float],
        BeforeValidator(_loads),
        _either({"type": "string", "pattern": _PERCENT}, {_TIME: {"pattern": _PERCENT}}),
    ] = Field(
        min_length=1,
        description="people a second, as a part of what the servers can do: 70%, "
        'or from times of the day on: {"08:00": 95%, "10:00": 60%}',
    )
    manners: Annotated[
        dict[str, Share],
        BeforeValidator(_manners),
        _either({"enum": list(MANNER_NAMES)}, {f"^({'|'.join(MANNER_NAMES)})$": SHARE_SCHEMA}),
    ] = Field(description="how they behave: one of " + ", ".join(MANNER_NAMES) + ", or shares")
    timeout: PositiveSeconds = Field(5.0, description="after which they hang up, in client seconds")

    @model_validator(mode="after")
    def _whole(self) -> BackgroundPart:
        total = sum(self.manners.values())
        if not isclose(total, 1.0, abs_tol=1e-6):
            raise ValueError(f"the shares of `manners` come to {total:.4g}, not to 100%")
        times = list(self.load)
        if any(late <= early for early, late in pairwise(times)):
            raise ValueError("the times of `load` are not in order")
        return self

    def people(self) -> People:
        """Return the people as the core knows them."""
        return People(tuple(self.load.items()), dict(self.manners), self.timeout)


class CapacityPart(_Part):
    """Which services are finite, and who else uses them."""

    dukcapil: ServicePart | None = None
    ikd: ServicePart | None = None
    mail: ServicePart | None = None
    siak: ServicePart | None = None
    background: BackgroundPart | None = None

    @model_validator(mode="after")
    def _of_something(self) -> CapacityPart:
        if not self.services:
            raise ValueError(f"no service is finite here: give one of {', '.join(SERVICES)}")
        for terms in self.terms():
            most = max((share for _, share in terms.people.load), default=0) if terms.people else 0
            if most * terms.capacity > RATE_MAX:
                what = f"{terms.service}: that is {most * terms.capacity:,.0f} people a second; "
                raise ValueError(f"{what}at most {RATE_MAX:,.0f} can be played")
        return self

    @property
    def services(self) -> tuple[str, ...]:
        """The services that are finite."""
        return tuple(name for name in SERVICES if getattr(self, name) is not None)

    def terms(self) -> tuple[Terms, ...]:
        """Return the finite services as the core knows them."""
        people = self.background.people() if self.background else None
        return tuple(_terms(name, getattr(self, name), people) for name in self.services)


def _terms(name: str, part: ServicePart, people: People | None) -> Terms:
    return Terms(
        service=name,
        servers=part.servers,
        law=part.service_time.at,
        bound=part.queue,
        when_full=part.when_full,
        retry_after_s=part.retry_after,
        people=people,
    )


def services_of(given: Any) -> tuple[str, ...]:
    """Return the finite services of a document's `capacity`, right or wrong as it may be."""
    return tuple(n for n in SERVICES if n in given) if isinstance(given, Mapping) else ()
