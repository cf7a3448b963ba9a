"""The IKD app's back end: what each operation answers, and the changes that it asks for. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaksim.ledger.registry import Registration
from siaksim.services.accept import chosen
from siaksim.services.base import Answer, Call, OperationFunction, json_answer
from siaksim.services.ikd import rules
from siaksim.services.ikd.citizens import citizen
from siaksim.services.ikd.documents import OPERATIONS as DOCUMENTS
from siaksim.services.ikd.messages import SUPPORTED, TERMS, UNSUPPORTED
from siaksim.services.ikd.registering import (
    MINIMUM_ANDROID,
    active_before,
    refusal_to_register,
    supports,
)
from siaksim.services.ikd.rules import Refusal
from siaksim.services.likeness import compared
from siaksim.services.refusals import qr_life, refused, seconds_left

if TYPE_CHECKING:
    from siaksim.world import World


def masked(email: str) -> str:
    """Return an e-mail address as a screen shows it: its first letter and its domain."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}***@{domain}"


def owned(call: Call, world: World) -> Registration | Refusal:
    """Return the registration in the path if the Bearer token is its own; else 401 or 404."""
    registry = world.registry
    owner = registry.tokens.get(call.bearer())
    if owner is None:
        return Refusal(401, "unauthorized")
    registration = registry.registrations.get(call.path["registration_id"])
    if registration is None:
        return Refusal(404, "registration_not_found")
    return registration if registration.id == owner else Refusal(401, "unauthorized")


def app_status(call: Call, world: World) -> Answer:
    """Say whether a phone can run the app."""
    supported = supports(call.query["platform"], int(call.query["os_major"]))
    body = {
        "supported": supported,
        "minimum_os_major": MINIMUM_ANDROID if call.query["platform"] == "android" else 1,
        "message": SUPPORTED if supported else UNSUPPORTED,
    }
    return json_answer(200, body)


def terms(call: Call, world: World) -> Answer:
    """Give the terms that a citizen agrees to."""
    return json_answer(200, {"version": world.settings.terms_version, "text": TERMS})


def register(call: Call, world: World) -> Answer:
    """Register a phone; a refusal leaves no trace in the ledger, only in the journal."""
    body = call.body
    refusal = refusal_to_register(call, world)
    if refusal is not None:
        return refused(refusal, world, call.now)
    applicant = rules.Applicant(
        nik=body["nik"],
        email=body["email"],
        phone=body["phone"],
        device=body["device"]["id"],
        platform=body["device"]["platform"],
        client=call.client,
    )
    identity, expires_at, changes = rules.register(
        world.registry, world.settings, applicant, call.now
    )
    answer = {
        "registration_id": identity,
        "token": world.registry.registration_token(identity),
        "state": rules.DATA_VERIFIED,
        "expires_in": seconds_left(world, expires_at, call.now),
    }
    return json_answer(201, answer, *changes)


def upload_selfie(call: Call, world: World) -> Answer:
    """Compare a selfie with the recorded photo, by its pixels."""
    found = owned(call, world)
    if isinstance(found, Refusal):
        return refused(found, world, call.now)
    state = rules.state_of(world.registry, found, call.now)
    if isinstance(too_late := rules.step(state, "refuse_face"), Refusal):
        return refused(too_late, world, call.now)
    result = _judged(call.raw, found.nik, world)
    if result == "not_an_image":  # nothing was compared, so no try is used up
        return refused(Refusal(422, "not_an_image"), world, call.now)
    checked = rules.check_face(found, state, result, world.settings)
    if isinstance(checked, Refusal):
        return refused(checked, world, call.now)
    body = {"result": result, "attempts_left": checked.attempts_left, "state": checked.state}
    return json_answer(200, body, checked.change)


def _judged(image: bytes, nik: str, world: World) -> str:
    from siaksim.media import faces  # Pillow costs 60 ms, which `--help` need not pay

    found = compared(image, nik, world)
    if found.outcome == "not_an_image":
        return "not_an_image"
    resident = world.resident(nik)
    if resident is None or not resident.has_photo:
        return "no_recorded_photo"
    trouble = world.conditions.face
    if trouble is not None and trouble.result:
        return trouble.result
    lost = trouble.score_loss if trouble is not None else 0.0
    if found.outcome == "match" and found.score - lost < faces.MATCH_SCORE:
        return "no_match"
    return "poor_image" if found.outcome == "too_small" else found.outcome


def show_qr(call: Call, world: World) -> Answer:
    """Give a new QR code for the officer to scan, as text or as a picture."""
    found = owned(call, world)
    if isinstance(found, Refusal):
        return refused(found, world, call.now)
    state = rules.state_of(world.registry, found, call.now)
    shown = rules.show_phone_qr(world.registry, found, state, qr_life(world), call.now)
    if isinstance(shown, Refusal):
        return refused(shown, world, call.now)
    payload, dies_at, change = shown
    headers = (("Cache-Control", "no-store"), ("Vary", "Accept"))
    accept = call.headers.get("accept", "")
    if chosen(accept, ("application/json", "image/png")) == "image/png":
        from siaksim.media.qrcodes import qr_png

        return Answer(200, qr_png(payload), "image/png", headers, (change,))
    body = {"payload": payload, "expires_in": seconds_left(world, dies_at, call.now)}
    return json_answer(200, body, change, headers=headers)


def scan_officer_qr(call: Call, world: World) -> Answer:
    """Take the officer's QR code that the phone has scanned; a code is mailed."""
    found = owned(call, world)
    if isinstance(found, Refusal):
        return refused(found, world, call.now)
    scanned = _officer_code(call.body["payload"], found, world, call.now)
    if isinstance(scanned, Refusal):
        return refused(scanned, world, call.now)
    registry = world.registry
    state = rules.state_of(registry, found, call.now)
    changes = rules.scan(registry, found, state, world.settings, call.now, scanned)
    if isinstance(changes, Refusal):
        return refused(changes, world, call.now)
    body = {
        "registration_id": found.id,
        "state": rules.MAIL_SENT,
        "email": masked(found.email),
        "mail_number": len(found.mails) + 1,
    }
    return json_answer(200, body, *changes)


def _officer_code(
    payload: str, registration: Registration, world: World, now: float
) -> dict[str, str | int] | Refusal:
    """Return whose code this is; it serves one registration, for 90 s, while the session lives."""
    registry = world.registry
    shown = registry.officer_qrs.get(payload)
    if shown is None:
        return Refusal(404, "qr_unknown")
    token, number = shown
    session = registry.sessions.get(token)
    if session is None or not rules.live(session, world.settings, now):
        return Refusal(410, "qr_expired")
    if now >= session.qr_dies_at[number]:
        return Refusal(410, "qr_expired")
    if registry.officer_qr_uses.get(payload, registration.id) != registration.id:
        return Refusal(409, "qr_used")
    return {
        "officer": session.owner,
        "by": "phone",
        "session_number": session.number,
        "qr_number": number,
    }


def status(call: Call, world: World) -> Answer:
    """Cek Status: say where a registration stands."""
    found = owned(call, world)
    if isinstance(found, Refusal):
        return refused(found, world, call.now)
    replica = world.replica(found.nik)
    seen = replica.registrations.get(found.id)
    if seen is None:  # it has not come as far as the replica yet
        return refused(Refusal(404, "registration_not_found"), world, call.now)
    state = rules.state_of(replica, seen, call.now)
    body = {
        "registration_id": seen.id,
        "state": state,
        "email": masked(seen.email),
        "mails_sent": len(seen.mails),
        "activated": state in rules.ACTIVATED,
    }
    return json_answer(200, body)


def login(call: Call, world: World) -> Answer:
    """Log in by NIK, device and PIN; the first login makes the account ACTIVE."""
    registry, body = world.registry, call.body
    nik = body["nik"]
    account = registry.accounts.get(nik)
    if account is None:
        elsewhere = active_before(world, nik)
        refusal = Refusal(409, "active_elsewhere") if elsewhere else Refusal(404, "no_account")
        return refused(refusal, world, call.now)
    registration = registry.registrations[account.registration]
    if registration.device != body["device_id"]:
        return refused(Refusal(409, "active_elsewhere"), world, call.now)
    entered = rules.log_in(registry, registration, body["pin"], world.settings, call.now)
    if isinstance(entered, Refusal):
        return refused(entered, world, call.now)
    change, number = entered
    idle_until = call.now + world.settings.session_idle_s
    answer = {
        "session_token": registry.session_token(registration.id, number),
        "state": rules.ACTIVE,
        "must_set_pin": rules.has_first_pin(registry, registration, world.settings.code_length),
        "expires_in": seconds_left(world, idle_until, call.now),
    }
    return json_answer(201, answer, change)


def set_pin(call: Call, world: World) -> Answer:
    """Set the new PIN, typed twice; the activation code no longer works."""
    registration = citizen(call, world)
    if isinstance(registration, Refusal):
        return refused(registration, world, call.now)
    if call.body["new"] != call.body["repeat"]:
        return refused(Refusal(422, "pin_mismatch"), world, call.now)
    state = rules.state_of(world.registry, registration, call.now)
    return json_answer(200, {"state": state}, rules.set_pin(registration, call.body["new"]))


OPERATIONS: dict[str, OperationFunction] = {
    "ikd.app_status": app_status,
    "ikd.terms": terms,
    "ikd.register": register,
    "ikd.upload_selfie": upload_selfie,
    "ikd.show_qr": show_qr,
    "ikd.scan_officer_qr": scan_officer_qr,
    "ikd.status": status,
    "ikd.login": login,
    "ikd.set_pin": set_pin,
    **DOCUMENTS,
}
