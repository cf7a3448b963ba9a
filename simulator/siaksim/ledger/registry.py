"""What the ledger's entries amount to: registrations, accounts, sessions, links. PURE.

The registry is a fold over entries and holds nothing else, so a restart that reads the same
entries has the same registry. Codes, tokens and QR payloads are keyed draws of the world's seed
(siaksim.core.chance): they are derived, never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from siaksim.core import chance
from siaksim.ledger.enrolments import Enrolments
from siaksim.ledger.entries import Entry
from siaksim.ledger.papers import BASE62 as BASE62
from siaksim.ledger.papers import Papers
from siaksim.ledger.synced import SyncLog


@dataclass(slots=True)
class Mail:
    """A registration's nth activation mail (from 1); times are office seconds.

    `fate` is delivered, lost or bounced, `folder` inbox or spam; a mail may come again at
    `copies_at`, or be refused at first, at `deferred_at`, with what the server has `said`.
    `fault` and `why` name what was drawn for it.
    """

    number: int
    to: str
    sent_at: float
    due_at: float
    link_dies_at: float
    fate: str = "delivered"
    folder: str = "inbox"
    copies_at: tuple[float, ...] = ()
    deferred_at: float = 0.0
    said: str = ""
    fault: str = ""
    why: str = ""


@dataclass(slots=True)
class Registration:
    """One attempt of a citizen to activate IKD on one device."""

    id: str
    nik: str
    state: str
    since: float
    email: str = ""
    phone: str = ""
    device: str = ""
    platform: str = ""
    client: str = ""
    expires_at: float = 0.0
    face_tries: int = 0
    qr_count: int = 0
    qr_dies_at: float = 0.0
    scanned_by: str = ""
    mails: list[Mail] = field(default_factory=list)
    link_tries: int = 0
    captcha_count: int = 0
    history: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Account:
    """The one account of a NIK: the registration that counts, its PIN and its lock."""

    registration: str
    pin_hash: str = ""
    pin_tries: int = 0
    locked_until: float = 0.0
    sessions: int = 0


@dataclass(slots=True)
class Session:
    """An officer's session (SIAK) or a citizen's (IKD); `used_at` is kept in memory only.

    One that the centre has `ended` is remembered: its calls are still known for whose they are.
    """

    token: str
    owner: str
    number: int
    nik: str
    opened_at: float
    used_at: float
    qr_count: int = 0
    qr_dies_at: dict[int, float] = field(default_factory=dict)
    ended: bool = False

    @property
    def service(self) -> str:
        """The service that has opened it."""
        return "siak" if self.nik == "-" else "ikd"


class Registry:
    """The state of the registry after a sequence of entries."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.registrations: dict[str, Registration] = {}
        self.by_nik: dict[str, list[str]] = {}
        self.accounts: dict[str, Account] = {}
        self.sessions: dict[str, Session] = {}
        self.session_counts: dict[str, int] = {}
        self.tokens: dict[str, str] = {}
        self.links: dict[str, tuple[str, int]] = {}
        self.phone_qrs: dict[str, str] = {}
        self.officer_qrs: dict[str, tuple[str, int]] = {}
        self.officer_qr_uses: dict[str, str] = {}
        self.deleted_elsewhere: set[str] = set()
        self.confirmed: dict[str, list[dict[str, Any]]] = {}
        self.quota_used: dict[tuple[str, str], int] = {}
        """Counted calls of the Dukcapil web service by (whose quota, office date)."""
        self.reported: set[str] = set()
        self.enrolments = Enrolments()
        self.papers = Papers(seed)
        self.synced = SyncLog()
        self.happened: set[tuple[str, float]] = set()
        self.events: dict[str, frozenset[str]] = {}
        """For each NIK or operator, the kinds of entries that there are."""

    # -- what is derived by keyed draws ---------------------------------------------------

    def registration_id(self, nik: str, number: int) -> str:
        """Return the id of the NIK's nth registration (from 1)."""
        return "reg-" + chance.text(self.seed, BASE62, 12, "registration", nik, number)

    def registration_token(self, registration: str) -> str:
        """Return the Bearer token of a registration."""
        return "rt-" + chance.text(self.seed, BASE62, 24, "registration-token", registration)

    def session_token(self, owner: str, number: int) -> str:
        """Return the Bearer token of an owner's nth session (from 1)."""
        return "st-" + chance.text(self.seed, BASE62, 24, "session", owner, number)

    def phone_qr(self, registration: str, number: int) -> str:
        """Return the payload of the nth QR code that a phone shows."""
        return "IKD1:" + chance.text(self.seed, BASE62, 24, "phone-qr", registration, number)

    def officer_qr(self, session: str, number: int) -> str:
        """Return the payload of the nth QR code that an officer's screen shows."""
        return "SIAK1:" + chance.text(self.seed, BASE62, 24, "officer-qr", session, number)

    def link_token(self, registration: str, mail: int) -> str:
        """Return the token in the activation link of a registration's nth mail."""
        return chance.text(self.seed, BASE62, 32, "link", registration, mail)

    def code(self, registration: str, mail: int, length: int) -> str:
        """Return the activation code of a registration's nth mail: digits (assumed form)."""
        return chance.text(self.seed, "0123456789", length, "code", registration, mail)

    def captcha(self, registration: str, mail: int, number: int, alphabet: str) -> str:
        """Return the captcha answer after `number` tries on a mail's page."""
        return chance.text(self.seed, alphabet, 5, "captcha", registration, mail, number)

    def enrolment_id(self, nik: str, number: int) -> str:
        """Return the id of the NIK's nth KTP-el recording (from 1)."""
        return "enr-" + chance.text(self.seed, BASE62, 12, "enrolment", nik, number)

    # -- the fold --------------------------------------------------------------------------

    def apply(self, entry: Entry) -> None:
        """Take one entry into the state; entries come in the order of their numbers."""
        _FOLDS[entry.kind](self, entry, entry.data)
        known = self.events.get(entry.nik, frozenset())
        if entry.kind not in known:
            self.events[entry.nik] = known | {entry.kind}
        registration = entry.data.get("registration")
        state = entry.data.get("state")
        if registration and state:
            found = self.registrations[registration]
            if found.state != state:
                found.state = state
                found.since = entry.at
                found.history.append(state)

    def opened_by(self, entry: Entry) -> str | None:
        """Return the token of the session that an entry has opened, or None."""
        if entry.kind == "session_opened":
            return self.session_token(entry.data["operator"], entry.data["number"])
        if entry.kind == "logged_in":
            return self.session_token(entry.data["registration"], entry.data["number"])
        return None

    def current(self, nik: str) -> Registration | None:
        """Return the NIK's newest registration, or None."""
        ids = self.by_nik.get(nik)
        return self.registrations[ids[-1]] if ids else None


Fold = Callable[[Registry, Entry, Mapping[str, Any]], None]


def _registered(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registration = Registration(
        id=data["registration"],
        nik=entry.nik,
        state="DRAFT",
        since=entry.at,
        email=data["email"],
        phone=data["phone"],
        device=data["device"],
        platform=data["platform"],
        client=data["client"],
        expires_at=data["expires_at"],
        history=["DRAFT"],
    )
    registry.registrations[registration.id] = registration
    registry.by_nik.setdefault(entry.nik, []).append(registration.id)
    registry.tokens[registry.registration_token(registration.id)] = registration.id


def _state_only(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    """Only the state changes, which `apply` does for every kind."""


def _face_checked(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.registrations[data["registration"]].face_tries = data["tries"]


def _qr_shown(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registration = registry.registrations[data["registration"]]
    registration.qr_count = data["number"]
    registration.qr_dies_at = data["dies_at"]
    registry.phone_qrs[registry.phone_qr(registration.id, data["number"])] = registration.id


def _officer_qr_shown(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    token = registry.session_token(data["operator"], data["session_number"])
    session = registry.sessions[token]
    session.qr_count = data["number"]
    session.qr_dies_at[data["number"]] = data["dies_at"]
    payload = registry.officer_qr(session.token, data["number"])
    registry.officer_qrs[payload] = (session.token, data["number"])


def _scanned(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.registrations[data["registration"]].scanned_by = data["officer"]
    if "qr_number" in data:  # the phone has scanned the officer's code: it serves nobody else now
        token = registry.session_token(data["officer"], data["session_number"])
        payload = registry.officer_qr(token, data["qr_number"])
        registry.officer_qr_uses[payload] = data["registration"]


_WAY = ("fate", "folder", "deferred_at", "said", "fault", "why")


def _mail_issued(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registration = registry.registrations[data["registration"]]
    way = {name: data[name] for name in _WAY if name in data}
    way["copies_at"] = tuple(data.get("copies_at", ()))
    mail = Mail(data["number"], data["to"], entry.at, data["due_at"], data["link_dies_at"], **way)
    registration.mails.append(mail)
    registration.link_tries = 0
    registration.captcha_count = 0
    registry.links[registry.link_token(registration.id, mail.number)] = (
        registration.id,
        mail.number,
    )


def _activation_refused(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registration = registry.registrations[data["registration"]]
    registration.link_tries = data["link_tries"]
    registration.captcha_count = data["captcha_count"]


def _activated(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    previous = registry.accounts.get(entry.nik)
    if previous is not None and previous.registration != data["registration"]:
        first = registry.registrations[previous.registration]
        first.state = "DELETED"  # one account, one device: the newer activation counts
        first.since = entry.at
        first.history.append("DELETED")
    registry.accounts[entry.nik] = Account(data["registration"], pin_hash=data["pin_hash"])


def _logged_in(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    account = registry.accounts[entry.nik]
    account.pin_tries = 0
    account.locked_until = 0.0
    account.sessions = data["number"]
    token = registry.session_token(data["registration"], data["number"])
    registry.sessions[token] = Session(
        token, data["registration"], data["number"], entry.nik, entry.at, entry.at
    )


def _pin_refused(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    account = registry.accounts[entry.nik]
    account.pin_tries = data["tries"]
    account.locked_until = data["locked_until"]


def _pin_set(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.accounts[entry.nik].pin_hash = data["pin_hash"]


def _account_deleted(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    if registry.accounts.pop(entry.nik, None) is None:
        registry.deleted_elsewhere.add(entry.nik)


def _session_opened(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    owner = data["operator"]
    registry.session_counts[owner] = data["number"]
    token = registry.session_token(owner, data["number"])
    registry.sessions[token] = Session(token, owner, data["number"], "-", entry.at, entry.at)


def _session_closed(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.sessions.pop(registry.session_token(data["operator"], data["session_number"]), None)


def _sessions_ended(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.happened.add((data["fault"], data["start_at"]))
    for owner, number in data["sessions"]:
        registry.sessions[registry.session_token(owner, number)].ended = True


def _biodata_confirmed(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.confirmed.setdefault(entry.nik, []).append(dict(data))


def _dukcapil_counted(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    key = (data["quota"], data["day"])
    registry.quota_used[key] = registry.quota_used.get(key, 0) + 1


def _usage_reported(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.reported.update(data["marks"])


def _enrolled(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.enrolments.enrolled(entry)


def _enrolment_decided(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.enrolments.decided(entry)


def _enrolment_told(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.enrolments.shown(entry)


def _blanks_supplied(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.enrolments.supplied(entry)


def _document_qr_shown(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.papers.shown(entry)


def _synced(registry: Registry, entry: Entry, data: Mapping[str, Any]) -> None:
    registry.synced.taken(entry)


_FOLDS: dict[str, Fold] = {
    "registered": _registered,
    "data_verified": _state_only,
    "abandoned": _state_only,
    "face_checked": _face_checked,
    "qr_shown": _qr_shown,
    "officer_qr_shown": _officer_qr_shown,
    "scanned": _scanned,
    "mail_issued": _mail_issued,
    "activation_refused": _activation_refused,
    "activated": _activated,
    "logged_in": _logged_in,
    "pin_refused": _pin_refused,
    "pin_set": _pin_set,
    "account_deleted": _account_deleted,
    "session_opened": _session_opened,
    "session_closed": _session_closed,
    "sessions_ended": _sessions_ended,
    "biodata_confirmed": _biodata_confirmed,
    "dukcapil_counted": _dukcapil_counted,
    "usage_reported": _usage_reported,
    "enrolled": _enrolled,
    "enrolment_decided": _enrolment_decided,
    "enrolment_told": _enrolment_told,
    "blanks_supplied": _blanks_supplied,
    "document_qr_shown": _document_qr_shown,
    "synced": _synced,
}
KINDS: tuple[str, ...] = tuple(_FOLDS)
