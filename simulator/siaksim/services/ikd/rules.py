"""The activation of a citizen's digital identity: one state machine. PURE.

Functions take the registry's state and give the changes of a step, or a refusal; nothing here
changes state. The states are inferred from the seed's twelve steps (domain.md section 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from siaksim.core import chance
from siaksim.ledger.entries import Change
from siaksim.ledger.registry import Account, Registration, Registry, Session

if TYPE_CHECKING:
    from siaksim.scenario.settings import Settings

DRAFT = "DRAFT"
DATA_VERIFIED = "DATA_VERIFIED"
FACE_VERIFIED = "FACE_VERIFIED"
AWAITING_OFFICER = "AWAITING_OFFICER"
MAIL_SENT = "MAIL_SENT"
ACTIVATED_WEB = "ACTIVATED_WEB"
ACTIVE = "ACTIVE"
LOCKED = "LOCKED"
DELETED = "DELETED"
FACE_FAILED = "FACE_FAILED"
ABANDONED = "ABANDONED"
STATES = (
    *(DRAFT, DATA_VERIFIED, FACE_VERIFIED, AWAITING_OFFICER, MAIL_SENT, ACTIVATED_WEB, ACTIVE),
    *(LOCKED, DELETED, FACE_FAILED, ABANDONED),
)

UNMAILED = frozenset((DRAFT, DATA_VERIFIED, FACE_VERIFIED, AWAITING_OFFICER))
"""States that end when the registration's life is over; later the link's life rules."""
OPEN = UNMAILED | {MAIL_SENT}
"""States of a registration on its way, which a newer registration replaces."""
ACTIVATED = frozenset((ACTIVATED_WEB, ACTIVE, LOCKED))
"""States of the one registration that holds the NIK's account."""

TRANSITIONS: dict[tuple[str, str], str] = {
    (DRAFT, "verify_data"): DATA_VERIFIED,
    (DATA_VERIFIED, "match_face"): FACE_VERIFIED,
    (DATA_VERIFIED, "refuse_face"): DATA_VERIFIED,
    (DATA_VERIFIED, "fail_face"): FACE_FAILED,
    (FACE_VERIFIED, "meet_officer"): AWAITING_OFFICER,
    (AWAITING_OFFICER, "meet_officer"): AWAITING_OFFICER,
    (MAIL_SENT, "meet_officer"): MAIL_SENT,
    (AWAITING_OFFICER, "send_mail"): MAIL_SENT,
    (MAIL_SENT, "send_mail"): MAIL_SENT,
    (MAIL_SENT, "activate"): ACTIVATED_WEB,
    (ACTIVATED_WEB, "log_in"): ACTIVE,
    (ACTIVE, "log_in"): ACTIVE,
    (ACTIVATED_WEB, "refuse_pin"): ACTIVATED_WEB,
    (ACTIVE, "refuse_pin"): ACTIVE,
    (ACTIVATED_WEB, "lock"): LOCKED,
    (ACTIVE, "lock"): LOCKED,
    **{(state, "delete"): DELETED for state in ACTIVATED},
    **{(state, "abandon"): ABANDONED for state in OPEN},
}
"""Every step that there is: (state, event) -> state. What is not here is refused."""

_CODES = {
    **dict.fromkeys(ACTIVATED, "already_active"),
    FACE_FAILED: "attempts_exhausted",
    ABANDONED: "registration_abandoned",
    DELETED: "account_deleted",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A step that is not taken: HTTP status, stable code, what to say with it, and its changes."""

    status: int
    code: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


def step(state: str, event: str) -> str | Refusal:
    """Return the state after an event, or the refusal (409) that a state answers with."""
    after = TRANSITIONS.get((state, event))
    return after if after is not None else Refusal(409, code_of(state))


def code_of(state: str) -> str:
    """Return the stable code with which a state refuses a step that it does not have."""
    return _CODES.get(state, "wrong_state")


def standing(registration: Registration, account: Account | None, now: float) -> str:
    """Return the state as of `now`: locks end and registrations lapse by time alone."""
    state = registration.state
    if state == LOCKED and account is not None and now >= account.locked_until:
        return registration.history[-2]
    if state in UNMAILED and now >= registration.expires_at:
        return ABANDONED
    return state


def account_of(registry: Registry, registration: Registration) -> Account | None:
    """Return the NIK's account when this registration holds it, else None."""
    account = registry.accounts.get(registration.nik)
    return account if account is not None and account.registration == registration.id else None


def state_of(registry: Registry, registration: Registration, now: float) -> str:
    """Return a registration's state as of `now` (office seconds)."""
    return standing(registration, account_of(registry, registration), now)


def used_elsewhere(registry: Registry, nik: str, registration: str = "") -> bool:
    """Say whether another registration of this NIK has been logged in to, and still counts."""
    account = registry.accounts.get(nik)
    return account is not None and account.sessions > 0 and account.registration != registration


def _change(kind: str, registration: Registration, **data: Any) -> Change:
    return Change(kind, registration.nik, {"registration": registration.id, **data})


# -- registering -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Applicant:
    """What the app sends with a registration, and the client that sends it."""

    nik: str
    email: str
    phone: str
    device: str
    platform: str
    client: str


def register(
    registry: Registry, settings: Settings, applicant: Applicant, now: float
) -> tuple[str, float, tuple[Change, ...]]:
    """Return a new registration's id, its end (office seconds) and the changes that make it.

    Until the first login a newer registration replaces those on their way; an account that is
    activated but was never logged in to stays the account until the newer one is activated.
    """
    nik = applicant.nik
    earlier = registry.by_nik.get(nik, [])
    identity = registry.registration_id(nik, len(earlier) + 1)
    expires_at = now + settings.registration_life_s
    found = (registry.registrations[name] for name in earlier)
    abandoned = [_change("abandoned", r, state=ABANDONED) for r in found if r.state in OPEN]
    data = {
        "registration": identity,
        "email": applicant.email,
        "phone": applicant.phone,
        "device": applicant.device,
        "platform": applicant.platform,
        "client": applicant.client,
        "expires_at": expires_at,
    }
    made = Change("registered", nik, data)
    verified = Change("data_verified", nik, {"registration": identity, "state": DATA_VERIFIED})
    return identity, expires_at, (*abandoned, made, verified)


# -- the face ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FaceChecked:
    """What a selfie came to: tries left, the state after it, and the change."""

    attempts_left: int
    state: str
    change: Change


def check_face(
    registration: Registration, state: str, result: str, settings: Settings
) -> FaceChecked | Refusal:
    """Count one try of the face check; `busy` counts none, the last one fails for good."""
    busy = result == "busy"
    tries = registration.face_tries + (0 if busy else 1)
    left = max(0, settings.selfie_tries - tries)
    failed = left == 0 and not busy
    event = "match_face" if result == "match" else "fail_face" if failed else "refuse_face"
    after = step(state, event)
    if isinstance(after, Refusal):
        return after
    change = _change("face_checked", registration, tries=tries, result=result, state=after)
    return FaceChecked(left, after, change)


# -- the officer -------------------------------------------------------------------------------


def show_phone_qr(
    registry: Registry, registration: Registration, state: str, life: float, now: float
) -> tuple[str, float, Change] | Refusal:
    """Return a new QR payload for the officer to scan, when it dies, and the change.

    `life` is in office seconds.
    """
    after = _meet(registry, registration, state)
    if isinstance(after, Refusal):
        return after
    number = registration.qr_count + 1
    dies_at = now + life
    change = _change("qr_shown", registration, number=number, dies_at=dies_at, state=after)
    return registry.phone_qr(registration.id, number), dies_at, change


def _meet(registry: Registry, registration: Registration, state: str) -> str | Refusal:
    if used_elsewhere(registry, registration.nik, registration.id):
        return Refusal(409, "active_elsewhere")
    return step(state, "meet_officer")


def scan(
    registry: Registry,
    registration: Registration,
    state: str,
    settings: Settings,
    now: float,
    scanned: Mapping[str, Any],
) -> tuple[Change, ...] | Refusal:
    """Return the changes of a scan in either direction: it is noted, and a code is mailed.

    `scanned` says which officer took part, in which session, by which code of the officer's.
    """
    met = _meet(registry, registration, state)
    if isinstance(met, Refusal):
        return met
    noted = _change("scanned", registration, state=met, **scanned)
    return (noted, mail_issued(registry, registration, settings, now))


def mail_issued(
    registry: Registry, registration: Registration, settings: Settings, now: float
) -> Change:
    """Return the change that sends the next mail: its way is drawn, older links die with it."""
    number = len(registration.mails) + 1
    u = chance.draw(registry.seed, "mail-delay", registration.id, number)
    due_at = now + settings.mail_delay.at(u)
    return _change(
        "mail_issued",
        registration,
        number=number,
        to=registration.email,
        due_at=due_at,
        link_dies_at=due_at + settings.link_life_s,
        state=MAIL_SENT,
    )


def resend(
    registry: Registry, registration: Registration, state: str, settings: Settings, now: float
) -> Change | Refusal:
    """Return the change of one more mail; 429 when `mail_resend_max` have followed the first."""
    if state in UNMAILED:
        return Refusal(409, "wrong_state")
    if used_elsewhere(registry, registration.nik, registration.id):
        return Refusal(409, "active_elsewhere")
    after = step(state, "send_mail")
    if isinstance(after, Refusal):
        return after
    if len(registration.mails) > settings.mail_resend_max:
        return Refusal(429, "too_many_mails")
    return mail_issued(registry, registration, settings, now)


# -- the account -------------------------------------------------------------------------------


def pin_hash(registration: str, pin: str) -> str:
    """Return the salted hash under which an account's PIN is kept."""
    return blake2b(pin.encode(), key=registration.encode(), digest_size=16).hexdigest()


def activate(registration: Registration, state: str, code: str) -> Change | Refusal:
    """Return the change that activates the account, with the code as its first PIN (observed)."""
    after = step(state, "activate")
    if isinstance(after, Refusal):
        return after
    hashed = pin_hash(registration.id, code)
    return _change("activated", registration, pin_hash=hashed, state=after)


def log_in(
    registry: Registry, registration: Registration, pin: str, settings: Settings, now: float
) -> tuple[Change, int] | Refusal:
    """Return the change of a login and the session's number; wrong PINs lock for a while."""
    account = registry.accounts[registration.nik]
    state = standing(registration, account, now)
    if state == LOCKED:
        return Refusal(429, "pin_locked", {"until": account.locked_until})
    if pin_hash(registration.id, pin) != account.pin_hash:
        return _wrong_pin(registration, account, state, settings, now)
    after = step(state, "log_in")
    if isinstance(after, Refusal):
        return after
    number = account.sessions + 1
    return _change("logged_in", registration, number=number, state=after), number


def _wrong_pin(
    registration: Registration, account: Account, state: str, settings: Settings, now: float
) -> Refusal:
    lapsed = 0.0 < account.locked_until <= now  # a lock that is over starts the count anew
    tries = (0 if lapsed else account.pin_tries) + 1
    locks = tries >= settings.pin_tries
    after = step(state, "lock" if locks else "refuse_pin")
    if isinstance(after, Refusal):
        return after
    until = now + settings.pin_lock_s if locks else 0.0
    change = _change("pin_refused", registration, tries=tries, locked_until=until, state=after)
    extra: dict[str, Any] = {"attempts_left": max(0, settings.pin_tries - tries)}
    return Refusal(401, "wrong_pin", extra | ({"until": until} if locks else {}), (change,))


def has_first_pin(registry: Registry, registration: Registration, code_length: int) -> bool:
    """Say whether the account's PIN is still the code of the mail that activated it."""
    account = registry.accounts[registration.nik]
    code = registry.code(registration.id, len(registration.mails), code_length)
    return account.pin_hash == pin_hash(registration.id, code)


def set_pin(registration: Registration, pin: str) -> Change:
    """Return the change of a new PIN; the old one, or the code, no longer works."""
    return _change("pin_set", registration, pin_hash=pin_hash(registration.id, pin))


def delete(
    registry: Registry, nik: str, elsewhere: bool, officer: str, reason: str
) -> Change | Refusal:
    """Return the change that deletes a NIK's account; `elsewhere`: one from before this world."""
    account = registry.accounts.get(nik)
    data = {"officer": officer, "reason": reason}
    if account is not None:
        registration = registry.registrations[account.registration]
        return _change("account_deleted", registration, state=DELETED, **data)
    return Change("account_deleted", nik, data) if elsewhere else Refusal(404, "no_account")


def live(session: Session, settings: Settings, now: float) -> bool:
    """Say whether a session is alive at `now`, without using it."""
    idle = now - session.used_at > settings.session_idle_s
    return not session.ended and not idle and now - session.opened_at <= settings.session_absolute_s
