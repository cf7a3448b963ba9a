"""Officers, their sessions, and their side of the QR code. PURE."""

from __future__ import annotations

from dataclasses import dataclass

from siaksim.ledger.entries import Change
from siaksim.ledger.registry import Registration, Registry, Session
from siaksim.services.ikd.rules import Refusal

OFFICERS: dict[str, str] = {
    f"petugas{number:02d}": f"PETUGAS SINTETIS {number:02d}" for number in range(1, 21)
}
"""Operator id -> name. Synthetic: neither ids nor names are any office's (assumed)."""


def password(operator: str) -> str:
    """Return an operator's password: made up, and the same in every world."""
    return f"siaksim-{operator}"


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: its token and the change that opens it."""

    token: str
    change: Change


def open_session(registry: Registry, operator: str, given: str) -> Opened | Refusal:
    """Open a session for an operator; 401 for an unknown one as for a wrong password."""
    if operator not in OFFICERS or given != password(operator):
        return Refusal(401, "wrong_credentials")
    number = registry.session_counts.get(operator, 0) + 1
    change = Change("session_opened", operator, {"operator": operator, "number": number})
    return Opened(registry.session_token(operator, number), change)


def close_session(session: Session) -> Change:
    """Return the change that ends a session; the QR codes it has shown die with it."""
    data = {"operator": session.owner, "session_number": session.number}
    return Change("session_closed", session.owner, data)


def show_officer_qr(
    registry: Registry, session: Session, life: float, now: float
) -> tuple[str, float, Change]:
    """Return a new QR payload for a citizen's phone, when it dies, and the change (office s)."""
    number = session.qr_count + 1
    dies_at = now + life
    data = {
        "operator": session.owner,
        "session_number": session.number,
        "number": number,
        "dies_at": dies_at,
    }
    change = Change("officer_qr_shown", session.owner, data)
    return registry.officer_qr(session.token, number), dies_at, change


def shown_by(registry: Registry, payload: str, now: float) -> Registration | Refusal:
    """Return the registration whose phone shows this code now; 404 unknown, 410 dead."""
    identity = registry.phone_qrs.get(payload)
    if identity is None:
        return Refusal(404, "qr_unknown")
    registration = registry.registrations[identity]
    newest = registry.phone_qr(identity, registration.qr_count)
    if payload != newest or now >= registration.qr_dies_at:
        return Refusal(410, "qr_expired")
    return registration
