"""Whose session a call of the app's comes with. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaksim.ledger.registry import Registration
from siaksim.services.base import Call
from siaksim.services.ikd.rules import Refusal

if TYPE_CHECKING:
    from siaksim.world import World


def citizen(call: Call, world: World) -> Registration | Refusal:
    """Return the registration of a citizen's live session, whose account still counts; else 401."""
    known = world.registry.sessions.get(call.bearer())
    if known is None or known.nik == "-":  # an officer's session opens nothing here
        return Refusal(401, "unauthorized")
    account = world.registry.accounts.get(known.nik)
    counts = account is not None and account.registration == known.owner
    if not counts or world.session(known.token, call.now) is None:
        return Refusal(401, "session_expired")
    return world.registry.registrations[known.owner]
