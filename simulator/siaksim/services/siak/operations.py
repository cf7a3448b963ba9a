"""SIAK for officers: what each operation answers, and the changes that it asks for. PURE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from siaksim.ledger.entries import Change
from siaksim.ledger.registry import Registration, Session
from siaksim.services.base import Answer, Call, OperationFunction, json_answer
from siaksim.services.ikd import rules as activation_rules
from siaksim.services.ikd.operations import masked
from siaksim.services.ikd.registering import active_before
from siaksim.services.ikd.rules import Refusal
from siaksim.services.refusals import qr_life, refused, seconds_left
from siaksim.services.siak import ktp_el, rules, syncing
from siaksim.services.siak.messages import IKD, NOTICES, SEX, STATUS

if TYPE_CHECKING:
    from siaksim.population.country import Resident
    from siaksim.world import World

FOUND_MOST = 50
"""Residents that one search shows (assumed)."""

ForOfficer = Callable[[Call, "World", Session], Answer]


def for_officers(operation: ForOfficer) -> OperationFunction:
    """Return an operation that asks for an officer's live session first (401 without)."""

    def guarded(call: Call, world: World) -> Answer:
        known = world.registry.sessions.get(call.bearer())
        if known is None or known.nik != "-":  # a citizen's session opens nothing here
            return refused(Refusal(401, "unauthorized"), world, call.now)
        session = world.session(known.token, call.now)
        if session is None:
            return refused(Refusal(401, "session_expired"), world, call.now)
        return operation(call, world, session)

    guarded.__doc__ = operation.__doc__
    return guarded


def login(call: Call, world: World) -> Answer:
    """Open an officer's session."""
    operator = call.body["operator_id"]
    opened = rules.open_session(world.registry, operator, call.body["password"])
    if isinstance(opened, Refusal):
        return refused(opened, world, call.now)
    settings, now = world.settings, call.now
    body = {
        "session_token": opened.token,
        "operator_id": operator,
        "name": rules.OFFICERS[operator],
        "idle_expires_in": seconds_left(world, now + settings.session_idle_s, now),
        "expires_in": seconds_left(world, now + settings.session_absolute_s, now),
    }
    return json_answer(201, body, opened.change)


@for_officers
def logout(call: Call, world: World, session: Session) -> Answer:
    """End the session."""
    return Answer(204, b"", "", (), (rules.close_session(session),))


# -- residents -------------------------------------------------------------------------------


def ikd_state(world: World, nik: str, now: float) -> str:
    """Return how a NIK's IKD stands, in SIAK's words."""
    registry = world.registry
    account = registry.accounts.get(nik)
    if account is not None:
        registration = registry.registrations[account.registration]
        state = activation_rules.standing(registration, account, now)
        return IKD["locked" if state == activation_rules.LOCKED else "active"]
    if active_before(world, nik):
        return IKD["elsewhere"]
    newest = registry.current(nik)
    on_its_way = (
        newest is not None
        and activation_rules.state_of(registry, newest, now) in activation_rules.OPEN
    )
    return IKD["open" if on_its_way else "none"]


def biodata(resident: Resident) -> dict[str, str]:
    """Return the fields that an officer reads and confirms."""
    return {
        "name": resident.name,
        "birth_place": resident.birth_place,
        "birth_date": resident.birth_date.isoformat(),
        "sex": SEX[resident.sex],
        "address": f"{resident.address} RT {resident.rt:03d} RW {resident.rw:03d}, "
        f"{resident.village_name}, {resident.district_name}",
    }


def _shown(found: Resident, world: World, now: float) -> dict[str, Any]:
    resident = world.as_recorded(found)
    return {
        "nik": resident.nik,
        "no_kk": resident.kk,
        **biodata(resident),
        "status": STATUS[resident.status],
        "recorded": resident.recorded,
        **ktp_el.standing(resident, world, world.clock.now()),
        "ikd": ikd_state(world, resident.nik, now),
    }


@for_officers
def search(call: Call, world: World, session: Session) -> Answer:
    """Find residents by NIK, by KK number, or by full name and birth date."""
    country, body = world.country, call.body
    if "nik" in body:
        resident = world.resident(body["nik"])
        found = [] if resident is None else [resident]
    elif "no_kk" in body:
        found = list(country.household(body["no_kk"]))
    else:
        born = _date(body["birth_date"])
        found = [] if born is None else country.search(body["name"], born, FOUND_MOST)
    now = world.clock.now()  # a recording's status is not a matter of a clock that is off
    told = [change for r in found for change in ktp_el.told_of(r.nik, world, now)]
    return json_answer(200, {"residents": [_shown(r, world, call.now) for r in found]}, *told)


def by_name(call: Call) -> bool:
    """Say whether a search goes by name: that takes tenths of a second of computing."""
    return isinstance(call.body, Mapping) and "name" in call.body


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # the contract's dates begin with the year 0, Python's with 1
        return None


@for_officers
def confirm_biodata(call: Call, world: World, session: Session) -> Answer:
    """Compare what the citizen says with the registry; what is wrong is noted by its name only."""
    nik, fields = call.body["nik"], call.body["fields"]
    resident = world.resident(nik)
    if resident is None:
        return refused(Refusal(404, "unknown_resident"), world, call.now)
    right = biodata(resident)
    wrong = sorted(name for name, said in fields.items() if _plain(said) != _plain(right[name]))
    data = {
        "officer": session.owner,
        "fields": sorted(fields),
        "wrong": wrong,
        "confirmed": not wrong,
    }
    answer = {"confirmed": not wrong, "wrong": wrong}
    return json_answer(200, answer, Change("biodata_confirmed", nik, data))


def _plain(text: str) -> str:
    return " ".join(text.upper().split())


# -- IKD -------------------------------------------------------------------------------------


@for_officers
def show_qr(call: Call, world: World, session: Session) -> Answer:
    """Give a QR code for the officer's screen; a citizen's phone scans it."""
    payload, dies_at, change = rules.show_officer_qr(
        world.registry, session, qr_life(world), call.now
    )
    body = {"payload": payload, "expires_in": seconds_left(world, dies_at, call.now)}
    return json_answer(201, body, change, headers=(("Cache-Control", "no-store"),))


@for_officers
def scan_qr(call: Call, world: World, session: Session) -> Answer:
    """Take the phone's QR code that the officer has scanned; a code is mailed."""
    registry = world.registry
    found = rules.shown_by(registry, call.body["payload"], call.now)
    if isinstance(found, Refusal):
        return refused(found, world, call.now)
    state = activation_rules.state_of(registry, found, call.now)
    scanned: Mapping[str, Any] = {
        "officer": session.owner,
        "by": "officer",
        "session_number": session.number,
    }
    changes = activation_rules.scan(registry, found, state, world.settings, call.now, scanned)
    if isinstance(changes, Refusal):
        return refused(changes, world, call.now)
    return json_answer(200, _mailed(found), *changes)


def _activation(registration: Registration, state: str, mails: int) -> dict[str, Any]:
    return {
        "activation_id": registration.id,
        "nik": registration.nik,
        "state": state,
        "email": masked(registration.email),
        "mail_number": mails,
    }


def _mailed(registration: Registration) -> dict[str, Any]:
    return _activation(registration, activation_rules.MAIL_SENT, len(registration.mails) + 1)


@for_officers
def activation(call: Call, world: World, session: Session) -> Answer:
    """Say how an activation stands."""
    found = world.registry.registrations.get(call.path["activation_id"])
    replica = world.replica(found.nik) if found is not None else world.registry
    seen = replica.registrations.get(call.path["activation_id"])
    if seen is None:
        return refused(Refusal(404, "registration_not_found"), world, call.now)
    state = activation_rules.state_of(replica, seen, call.now)
    return json_answer(200, _activation(seen, state, len(seen.mails)))


@for_officers
def resend_mail(call: Call, world: World, session: Session) -> Answer:
    """Send a new code; the older link is dead."""
    registry = world.registry
    found = registry.registrations.get(call.path["activation_id"])
    if found is None:
        return refused(Refusal(404, "registration_not_found"), world, call.now)
    state = activation_rules.state_of(registry, found, call.now)
    change = activation_rules.resend(registry, found, state, world.settings, call.now)
    if isinstance(change, Refusal):
        return refused(change, world, call.now)
    return json_answer(200, _mailed(found), change)


@for_officers
def delete_account(call: Call, world: World, session: Session) -> Answer:
    """Delete a citizen's account, so that another device can be activated."""
    nik = call.body["nik"]
    elsewhere = active_before(world, nik)
    change = activation_rules.delete(
        world.registry, nik, elsewhere, session.owner, call.body["reason"]
    )
    if isinstance(change, Refusal):
        return refused(change, world, call.now)
    return json_answer(200, {"nik": nik, "deleted": True}, change)


def notices(call: Call, world: World) -> Answer:
    """Give what the centre tells the offices, newest first."""
    return json_answer(200, {"notices": [{"text": text} for text in NOTICES]})


OPERATIONS: dict[str, OperationFunction] = {
    "siak.login": login,
    "siak.logout": logout,
    "siak.search": search,
    "siak.confirm_biodata": confirm_biodata,
    "siak.show_qr": show_qr,
    "siak.scan_qr": scan_qr,
    "siak.activation": activation,
    "siak.resend_mail": resend_mail,
    "siak.delete_account": delete_account,
    "siak.notices": notices,
    "siak.enrol": for_officers(ktp_el.enrol),
    "siak.enrolment": for_officers(ktp_el.enrolment),
    "siak.sync": for_officers(syncing.sync),
    "siak.conflicts": for_officers(syncing.conflicts),
}

PREPARED: dict[str, Callable[[Call, World], Any]] = {"siak.sync": syncing.looked_at}
"""What is computed in a thread before an operation, and handed to it as `call.prepared`."""

SLOW: dict[str, Callable[[Call], bool]] = {"siak.search": by_name}
"""Operations that compute for long when this holds of a call: they run in a thread.

None that numbers what it makes: two of them at once would make the same number.
"""
