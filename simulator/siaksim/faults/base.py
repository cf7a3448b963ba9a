"""What a fault must be.

A fault is a frozen pydantic model in a file of its own, named like its kind. It must

* name its `kind` (a literal, the word in YAML) and its `layer` (one of core.plan.LAYERS);
* check its own parameters, so that a bad one never gets as far as a request;
* give its effects as a pure function of keyed draws and the end of its window.

It must not know of time, sockets, services or other faults.

It may say which operations it can strike at all (`needs`, a mark of the contract such as
`x-sends: mail`); that its draw sticks to a client or a subject (`sticks`); that it needs a window
(`needs_time`); that its effects depend on how far the window has run (`effects_at`, core.plan's
Timed); that it acts on a centre's servers (`needs_capacity`); that it happens to the world when
its window opens (`at_start`, with `on_calls` false); or that it acts on connections and not
on calls (LinkFault, TlsFault).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from siaksim.core.effects import Effect
from siaksim.core.plan import Draw, Sticks
from siaksim.core.toxics import Toxic
from siaksim.faults.laws import Share


class PartModel(BaseModel):
    """The base of a parameter that has parts of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FaultModel(BaseModel):
    """The base of every fault: its fields are its parameters in YAML."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    layer: ClassVar[str]
    needs: ClassVar[str] = ""
    sticks: ClassVar[Sticks] = "call"
    on_calls: ClassVar[bool] = True
    needs_capacity: ClassVar[bool] = False
    kind: str

    @property
    def needed(self) -> str:
        """Return the mark of the operations that it can strike with these parameters ('': all)."""
        return self.needs

    @property
    def needs_time(self) -> bool:
        """Say whether the fault makes no sense without `at`."""
        return False

    @abstractmethod
    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return what is done to a request that this fault hits."""


class TransportFault(FaultModel):
    """The base of faults on the way: before the commit, but for the share `committed`."""

    layer: ClassVar[str] = "transport"
    committed: Share = Field(0.0, description="how many of its calls were committed all the same")

    def ran(self, draw: Draw) -> bool:
        """Say whether the operation has run and committed, by a draw of the fault's own."""
        return draw("committed") < self.committed


class ConnectionFault(FaultModel):
    """The base of faults that strike connections, never single calls.

    `share` is of connections, and `shares` says whether the kind has one.
    """

    on_calls: ClassVar[bool] = False
    shares: ClassVar[bool] = True

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return nothing: a connection knows no calls."""
        return ()


class LinkFault(ConnectionFault):
    """The base of faults of a site's line."""

    layer: ClassVar[str] = "link"

    @abstractmethod
    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return what it puts on a line while it acts, named after the fault."""


class TlsFault(ConnectionFault):
    """The base of faults of the TLS handshake, on the lines that `link` names, else everywhere.

    `handshake` says what becomes of it: expired, wrong_host or stall.
    """

    layer: ClassVar[str] = "tls"
    handshake: ClassVar[str] = ""
