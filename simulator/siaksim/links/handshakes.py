"""What becomes of a TLS handshake: a pure function of the plan, the line and the connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from siaksim.core import chance
from siaksim.core.plan import PlannedFault
from siaksim.core.planned import fits

LAYER = "tls"
PORTAL = "portal"


@runtime_checkable
class OnAHandshake(Protocol):
    """A fault of the tls layer: what it does to handshakes."""

    handshake: str


@dataclass(frozen=True, slots=True)
class Struck:
    """A handshake that a fault strikes: which, and how (expired, wrong_host, stall, portal)."""

    fault: str
    how: str


def struck_at(
    seed: int, faults: Sequence[PlannedFault], link: str, ordinal: int, now: float
) -> Struck | None:
    """Return what strikes the nth connection of a line ('': none) at office time `now`, or None.

    The first of the plan's faults that does wins.
    """
    for fault in faults:
        if fault.layer != LAYER or not isinstance(fault.fault, OnAHandshake):
            continue
        if (fault.links and not fits(link, fault.links)) or not fault.open_at(now):
            continue
        share = fault.share
        if fault.pace is not None:
            share = fault.pace.phase(seed, share, fault.window_at(now), now).share
        if chance.draw(seed, LAYER, fault.id, link, ordinal) < share:
            return Struck(fault.id, fault.fault.handshake)
    return None
