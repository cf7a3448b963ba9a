"""How the services say that a step is not taken, and when something ends. PURE."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from siaksim.services.base import Answer, problem
from siaksim.services.ikd.messages import DETAILS, TITLES
from siaksim.services.ikd.rules import Refusal

if TYPE_CHECKING:
    from siaksim.world import World


def seconds_left(world: World, until: float, now: float) -> int:
    """Return the client's seconds until office time `until`, rounded up (`expires_in`)."""
    # Office times are floats near 2e9: a millionth of a second is below what they can tell.
    return ceil(world.clock.client_seconds(max(0.0, until - now)) - 1e-6)


def qr_life(world: World) -> float:
    """Return the office seconds that a QR code lives.

    `shorten` does not compress them: the client under test scans the code, or shows it, in its
    own time.
    """
    return world.clock.office_seconds(world.settings.qr_life_s)


def refused(refusal: Refusal, world: World, now: float) -> Answer:
    """Return a refusal as an RFC 9457 answer, with the changes that it stands for."""
    extra = dict(refusal.extra)
    headers: tuple[tuple[str, str], ...] = ()
    if "until" in extra:
        left = seconds_left(world, extra.pop("until"), now)
        extra["expires_in"] = left
        if refusal.status in (429, 503):
            headers = (("Retry-After", str(left)),)
    return problem(
        refusal.status,
        refusal.code,
        TITLES[refusal.code],
        DETAILS.get(refusal.code, ""),
        *refusal.changes,
        headers=headers,
        **extra,
    )
