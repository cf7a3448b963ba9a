"""The activation state machine: which step may follow which. PURE.

States are inferred from the seed's twelve steps. Every change of state in the registry goes
through `move`, so a ledger can hold no step that this table does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from siaksim.ledger.entries import Change
from siaksim.ledger.registry import Registration, Registry

TRANSITIONS: dict[str, dict[str, str]] = {
    "data_verified": {"DRAFT": "DATA_VERIFIED"},
    "face_matched": {"DATA_VERIFIED": "FACE_VERIFIED"},
    "face_failed": {"DATA_VERIFIED": "FACE_FAILED"},
    "qr_shown": {"FACE_VERIFIED": "AWAITING_OFFICER", "AWAITING_OFFICER": "AWAITING_OFFICER"},
    "mail_issued": {
        "FACE_VERIFIED": "MAIL_SENT",
        "AWAITING_OFFICER": "MAIL_SENT",
        "MAIL_SENT": "MAIL_SENT",
    },
    "activated": {"MAIL_SENT": "ACTIVATED_WEB"},
    "logged_in": {"ACTIVATED_WEB": "ACTIVE", "ACTIVE": "ACTIVE", "LOCKED": "ACTIVE"},
    "locked": {"ACTIVATED_WEB": "LOCKED", "ACTIVE": "LOCKED", "LOCKED": "LOCKED"},
    "deleted": {"ACTIVATED_WEB": "DELETED", "ACTIVE": "DELETED", "LOCKED": "DELETED"},
    "abandoned": {
        "DRAFT": "ABANDONED",
        "DATA_VERIFIED": "ABANDONED",
        "FACE_VERIFIED": "ABANDONED",
        "AWAITING_OFFICER": "ABANDONED",
        "MAIL_SENT": "ABANDONED",
    },
}
"""event -> {state before: state after}."""
ENDED = ("ABANDONED", "FACE_FAILED", "DELETED")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step is not taken: HTTP status and stable code."""

    status: int
    code: str


def may(event: str, state: str) -> bool:
    """Say whether an event can happen in a state."""
    return state in TRANSITIONS[event]


def move(event: str, registration: Registration, kind: str, **data: Any) -> Change:
    """Return the change of an event; KeyError when the state does not allow it."""
    state = TRANSITIONS[event][registration.state]
    return Change(kind, registration.nik, {"registration": registration.id, "state": state} | data)


def stale(registration: Registration, now: float) -> bool:
    """Say whether a registration that was never activated has outlived its life."""
    early = ("DRAFT", "DATA_VERIFIED", "FACE_VERIFIED", "AWAITING_OFFICER", "MAIL_SENT")
    return registration.state in early and now >= registration.expires_at


def abandon(registry: Registry, nik: str) -> tuple[Change, ...]:
    """Return the changes that give up a NIK's unfinished registrations."""
    return tuple(
        move("abandoned", registration, "abandoned")
        for registration in (registry.registrations[i] for i in registry.by_nik.get(nik, ()))
        if may("abandoned", registration.state)
    )


def pin_hash(registration: str, pin: str) -> str:
    """Return a PIN's hash, salted by the registration: a ledger never holds a PIN."""
    salt = registration.encode()[:16]
    return blake2b(pin.encode(), digest_size=16, salt=salt).hexdigest()


def mail_issued(
    registration: Registration, now: float, delay_s: float, link_life_s: float
) -> Change:
    """Return the change of a new code being mailed; it kills the older link."""
    due = now + delay_s
    return move(
        "mail_issued",
        registration,
        "mail_issued",
        number=len(registration.mails) + 1,
        to=registration.email,
        due_at=due,
        link_dies_at=due + link_life_s,
    )
