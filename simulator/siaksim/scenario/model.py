"""The typed form of a scenario file (pydantic): its fields are the language."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from siaksim.core.schedule import RECURS_DAYS
from siaksim.faults.lengths import PositiveSeconds, Seconds, Share
from siaksim.links.profile import Profile
from siaksim.scenario.capacity import CapacityPart
from siaksim.scenario.settings import Settings
from siaksim.scenario.values import (
    Day,
    Days,
    DayTexts,
    Event,
    Hours,
    LinkName,
    Name,
    Number,
    Start,
    Text,
    Texts,
    TimeOfDay,
    When,
)

LINKS_MAX = 20
"""Sites of one scenario: each has a listener."""
CLIENT = r"^[a-z][a-z0-9_]{0,31}(\.[a-z0-9-]{1,64})?$"
"""A client's name: its kind, and its id."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClockPart(_Part):
    """When the day begins, how fast it runs, and how many days the story has."""

    start: Start = Field(description="such as 2024-07-11T08:00")
    speed: Annotated[float, Field(gt=0, le=1000)] = 1.0
    days: Annotated[int, Field(ge=1, le=RECURS_DAYS)] | None = Field(
        None, description="days of the story (default: up to the last day that it names)"
    )


class PopulationPart(_Part):
    """Who lives in this world: part of its identity."""

    areas: Texts = ("35.76", "35.16")
    size: Annotated[int, Field(ge=1, le=300_000_000)] | None = None
    shares: dict[str, Share] = Field(default_factory=dict)
    reference_date: Day | None = None
    under_17: Share | None = Field(None, description="of all people, such as 30%")


class BurstPart(_Part):
    """Good and bad times by turns, of random lengths: the fault acts in the bad ones."""

    good: PositiveSeconds = Field(description="mean length of a good time, such as 500s")
    bad: PositiveSeconds = Field(description="mean length of a bad time, such as 50s")
    good_share: Share = Field(0.0, description="the share in good times; `share` is of bad ones")

    @model_validator(mode="after")
    def _long_enough(self) -> BurstPart:
        if min(self.good, self.bad) < 1.0:
            raise ValueError("good and bad times are at least 1s on average")
        return self


class FlapPart(_Part):
    """Down and up by turns, down first: the fault acts while down."""

    down: PositiveSeconds
    up: PositiveSeconds
    jitter: Seconds = Field(0.0, description="each stretch is up to this much longer or shorter")

    @model_validator(mode="after")
    def _jitter_fits(self) -> FlapPart:
        if min(self.down, self.up) < 1.0:
            raise ValueError("down and up times are at least 1s")
        if self.jitter > min(self.down, self.up):
            raise ValueError("jitter is above down or up: the order of the changes would be lost")
        return self


class RampPart(_Part):
    """The share goes evenly from one to another over the window."""

    first: Share = Field(alias="from")
    last: Share = Field(alias="to")

    @model_validator(mode="after")
    def _rises_or_falls(self) -> RampPart:
        if self.first == self.last:
            raise ValueError("`from` and `to` are the same: give `share` instead")
        return self


class Span(_Part):
    """When a fault or a stage acts, and in which rhythm."""

    at: When | None = Field(None, description='from when on, such as "09:10" or "day 2 07:00"')
    for_s: PositiveSeconds | None = Field(None, alias="for", description="how long, such as 25m")
    until: When | None = Field(None, description='to when, such as "09:35" or "day 2 09:00"')
    days: DayTexts = Field((), description="on which days: mon-fri, [mon, sat], workdays, holidays")
    hours: Literal["office", "always"] | None = Field(
        None, description="office: only while the office is open; always: also when it is closed"
    )
    burst: BurstPart | None = Field(None, description="good and bad times by turns, at random")
    flap: FlapPart | None = Field(None, description="down and up by turns")


class Modifiers(Span):
    """Where and how often a fault acts."""

    target: Texts = Field((), description="operations: a glob such as siak.*, a list, or all")
    link: Texts = Field((), description="only calls by these links; of link.* kinds: their target")
    id: Name | None = Field(None, description="its name in the journal (default: kind#number)")
    name: Name | None = Field(None, description="its name in the journal; the same as id")
    client: Texts = Field((), description="only these clients: counter, kiosk.2, actor")
    subject: Texts = Field((), description="only calls about these NIKs or operators")
    area: Texts = Field((), description="only calls about residents of: 35.76, 35.76.02, Magersari")
    after: Event | None = Field(
        None,
        description="only calls about whom the ledger has this event of: mail_sent, activated",
    )
    share: Share = Field(
        1.0, description="of all calls of the target; shares of one layer come to 100% at most"
    )
    ramp: RampPart | None = Field(
        None, description="from one share to another over the window, instead of `share`"
    )
    first: Number | None = Field(
        None, description="only the first so many calls of each client to an operation"
    )
    nth: Number | None = Field(None, description="only the nth call of each client to an operation")
    per: Literal["client", "world"] = Field(
        "client",
        description="whose calls `first` and `nth` count: `world` goes by who arrives when",
    )


class Line(Profile):
    """A site's line: a profile by name, changed or told by fields of its own."""

    profile: Text | None = Field(
        None, description="its name, such as 3g-slow, or a file beside the scenario"
    )

    @property
    def whole(self) -> bool:
        """Say whether no other profile lies under it."""
        return self.profile is None


class LinkPart(Line):
    """A site with a listener of its own, and the client that calls by it."""

    client: Annotated[str, Field(pattern=CLIENT)] | None = Field(
        None, description="who calls by it, such as counter.1 (default: told by its credentials)"
    )


class Stage(Span):
    """A stretch of the day and its faults, or what sites' lines are like in it."""

    faults: list[Any] | None = Field(None, min_length=1)
    links: dict[LinkName, Line] | None = Field(
        None, min_length=1, description="the profiles of lines in that time"
    )


class CheckPart(_Part):
    """Which part of the day `siaksim check` plays, and how fast: minutes, and still the faults."""

    begin: TimeOfDay = Field(alias="from", description='when the client begins, such as "09:05"')
    end: TimeOfDay = Field(
        alias="until", description='when the day is over for it, such as "09:45"'
    )
    residents: Annotated[int, Field(ge=1, le=1000)] = Field(
        8, description="citizens who come in that time"
    )
    shorten: Annotated[float, Field(gt=0, le=1000)] = Field(
        20.0, description="how much faster the day's plan runs; the client's own time-outs do not"
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = Field(
        None,
        description="a seed by which rare faults are met in so short a part (default: its own)",
    )

    @model_validator(mode="after")
    def _ordered(self) -> CheckPart:
        if self.end <= self.begin:
            raise ValueError("`until` is not after `from`")
        return self


class ScenarioModel(_Part):
    """One scenario file."""

    scenario: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")] = Field(
        description="its name, which is the file's"
    )
    story: Annotated[str, Field(min_length=1, max_length=2000)] = Field(
        description="what the day is like, in a sentence or two"
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(description="of every draw")
    clock: ClockPart = Field(description="when the story begins, and how fast it runs")
    hours: dict[Days, Hours] = Field(
        default_factory=dict, description='when the office is open: {mon-thu: "08:00-15:30"}'
    )
    population: PopulationPart = Field(PopulationPart(), description="who lives there")
    settings: Settings = Field(Settings(), description="lifetimes and limits of the services")
    agreements: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="of the Dukcapil data web service: added or changed ones"
    )
    links: Annotated[dict[LinkName, LinkPart], Field(max_length=LINKS_MAX)] = Field(
        default_factory=dict, description="sites, each with a line and a listener of its own"
    )
    capacity: CapacityPart | None = Field(
        None, description="finite services, and the other offices' load on them"
    )
    faults: list[Any] = Field(default_factory=list, description="faults of the whole story")
    timeline: list[Any] = Field(
        default_factory=list, description="stages, each with a time and its faults"
    )
    check: CheckPart | None = Field(
        None, description="the part of the day that `siaksim check` plays"
    )


LATER = ("visits", "mail", "expect")
"""Keys of the language that this version does not serve yet: refused, never ignored."""
