"""What an engine must be: it carries the bytes of sites' lines, each by a listener of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from siaksim.core.toxics import Toxic
from siaksim.errors import UserError
from siaksim.links.plan import LineState

HOST = "127.0.0.1"
"""Lines listen on loopback only, and so does what they lead to."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A connection that ended.

    `port` is the connection's own on SIAK's side, `delivered` how many of SIAK's bytes were handed
    to the client in all and `lost` how many never were, `why` what ended it: down, reset, timeout,
    limit_data, nat_idle, reset_by_peer or client_left; '' for an end in order. A client that left
    did so `ago_s` wall seconds before that was seen.
    """

    link: str
    port: int
    delivered: int
    lost: int
    why: str
    ago_s: float = 0.0


class EngineError(UserError):
    """An engine cannot do what it is asked: what, where, and how to mend it."""


class Engine(Protocol):
    """Carries bytes; `lacks` says in plain words what it cannot do: it is never pretended.

    `blocks`: its methods wait for another process, and must not be called on an event loop.
    `on_ended` is called with each connection that ends, by engines that know.
    """

    name: str
    lacks: tuple[str, ...]
    blocks: bool
    on_ended: Callable[[Ended], None] | None

    def start(self) -> None:
        """Make ready; EngineError when it cannot."""

    def restart(self, seed: int, speed: float) -> None:
        """Begin anew for a new world; `speed` is how many client seconds pass in a wall second."""

    def can(self, toxic: Toxic) -> bool:
        """Say whether it can do a toxic: what it cannot is left out, and the journal says so."""

    def open(self, link: str, port: int, upstream: int) -> int:
        """Listen for a site on a port (0: any) and lead to the upstream port; return the port.

        EngineError when the port cannot be had.
        """

    def apply(self, link: str, state: LineState) -> None:
        """Make a line as it now is, for open connections too; EngineError when it cannot."""

    def check(self) -> str:
        """Return why the lines can no longer be trusted, '' while they can."""

    def close(self, link: str) -> None:
        """Stop listening for a site, and end its connections."""

    def stop(self) -> None:
        """End everything."""
