"""What a finite centre is like, what befalls it, and how it stands. PURE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Protocol, runtime_checkable

from siaksim.core.background import WhenFull
from siaksim.core.erlang import moments


@dataclass(frozen=True, slots=True)
class Recovery:
    """A slow start: from `first` (0..1) of the speed evenly up to all of it in `over` seconds."""

    first: float
    over: float


@runtime_checkable
class Slows(Protocol):
    """A fault that lets a centre's servers work slowly while its windows are open."""

    @property
    def speed(self) -> float:
        """The part of the speed that is left (0..1)."""

    def recovers(self) -> Recovery | None:
        """Return how they start afterwards, `over` in office seconds; None: at once."""


@runtime_checkable
class Sheds(Protocol):
    """A fault that turns calls away before the queue."""

    def drops_queue(self) -> bool:
        """Say whether all that wait are thrown out when a window opens."""


@dataclass(frozen=True, slots=True)
class People:
    """The other offices: how many come, and how they behave.

    `load` is (second of the day, share of the capacity) in order of time, the last of a day going
    on into the next one's first.
    """

    load: tuple[tuple[float, float], ...]
    manners: Mapping[str, float]
    timeout_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What a centre is like; `law` gives a service time in client seconds by one even draw."""

    service: str
    servers: int
    law: Callable[[float], float]
    bound: int | None = None
    when_full: WhenFull = "503"
    retry_after_s: float | None = None
    people: People | None = None

    @property
    def capacity(self) -> float:
        """Calls a second that the servers can do; inf when service takes no time."""
        mean_s, _ = moments(self.law)
        return self.servers / mean_s if mean_s else inf


@dataclass(frozen=True, slots=True)
class Standing:
    """How a centre stands at a moment.

    `wait_s` is what a call that comes now waits for a server (client seconds). `offered` are
    people, `calls`, `goodput` and `refused` calls of the other offices, all a client second;
    `goodput` are those answered in time. `trigger_ended` is office time.
    """

    waiting: int
    busy: int
    speed: float
    wait_s: float
    offered: float
    calls: float
    goodput: float
    refused: float
    wasted_share: float
    amplification: float
    trigger_ended: float | None
    recovered: bool | None
    recovered_after_s: float | None
