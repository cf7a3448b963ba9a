"""What a line is like: a profile's fields are its words in YAML, its toxics what they do. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from siaksim.core.toxics import Bandwidth, Latency, Losses, NatIdle, Toxic, toxics
from siaksim.faults.laws import Law
from siaksim.faults.lengths import Flag, PositiveSeconds, Seconds
from siaksim.faults.rates import Rate

RTO_LEAST_S, RTO_MOST_S = 0.2, 1.0
"""A lost run holds a stream up for one retransmission time-out: 200 ms is Linux's least, and 1 s
RFC 6298's first (realism.md section 3)."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LossPart(_Part):
    """Runs of packets that pass and of such that are lost, by turns: their mean lengths."""

    good: Annotated[float, Field(ge=1, le=1_000_000)] = Field(
        description="packets that pass in a row, on average"
    )
    bad: Annotated[float, Field(ge=1, le=1000)] = Field(
        description="packets that are lost in a row, on average"
    )


class DropsPart(_Part):
    """The line goes down by itself and comes back: how long after, and for how long."""

    after: Law = Field(description="how long it is up, such as {uniform: {min: 6m, max: 15m}}")
    length: Law = Field(alias="for", description="how long it is down")

    @model_validator(mode="after")
    def _ever(self) -> DropsPart:
        if min(self.after.at(0.5), self.length.at(0.5)) < 1.0:
            raise ValueError("a line is up, and down, for 1s at least on average")
        return self


def _texts(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Profile(_Part):
    """A line. What is not given is perfect: no delay, no limit, no loss."""

    about: Annotated[str, Field(max_length=500)] = Field("", description="in a sentence")
    sources: Annotated[tuple[str, ...], BeforeValidator(_texts), Field(max_length=50)] = Field(
        (), description="where the numbers come from; `assumed` where nowhere"
    )
    round_trip: Seconds = Field(0.0, description="that the line adds, there and back")
    jitter: Seconds = Field(0.0, description="the round trip is up to so much longer or shorter")
    download: Rate | None = Field(None, description="to the site, such as 5Mbit/s")
    upload: Rate | None = Field(None, description="from the site, such as 640kbit/s")
    loss: LossPart | None = Field(None, description="packets that are lost, in runs")
    drops: DropsPart | None = Field(None, description="times at which the line is down")
    nat_idle: PositiveSeconds | None = Field(
        None, description="silence after which a connection is forgotten, such as 240s"
    )
    portal: Flag = Field(False, description="a login page answers instead of SIAK")

    @model_validator(mode="after")
    def _jitter_fits(self) -> Profile:
        if self.whole and self.jitter > self.round_trip:
            raise ValueError("jitter is above round_trip: a packet would come before it was sent")
        return self

    @property
    def whole(self) -> bool:
        """Say whether it is all that is told of a line, and not what changes another profile."""
        return True

    @property
    def rto_s(self) -> float:
        """Return how long one lost run holds a stream up, in seconds.

        RFC 6298: the round trip and four times its mean deviation, which is half of the jitter.
        """
        return min(max(self.round_trip + 2 * self.jitter, RTO_LEAST_S), RTO_MOST_S)

    def toxics(self) -> Sequence[Toxic]:
        """Return what it does to bytes; its drops are the plan's, its portal a fault."""
        found: list[Toxic] = []
        if self.loss is not None:
            lost = Losses(self.loss.good, self.loss.bad, self.rto_s)
            found += toxics("profile.loss", lost, "both")
        if self.upload is not None:
            found += toxics("profile.bandwidth", Bandwidth(self.upload, shared=True), "up")
        if self.download is not None:
            found += toxics("profile.bandwidth", Bandwidth(self.download, shared=True), "down")
        if self.round_trip:
            half = Latency(self.round_trip / 2, self.jitter / 2)
            found += toxics("profile.latency", half, "both")
        if self.nat_idle is not None:
            found += toxics("profile.nat_idle", NatIdle(self.nat_idle))
        return tuple(found)


PERFECT = Profile()
"""A line that adds nothing."""
