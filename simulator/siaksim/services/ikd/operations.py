"""The app's back end: what each operation of contracts/openapi/ikd.yaml does. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaksim.core import chance
from siaksim.ledger.entries import Change
from siaksim.population.resident import Resident
from siaksim.services.base import Answer, Call, json_answer
from siaksim.services.ikd import messages, rules
from siaksim.services.shared import client_s, new_mail, refused, registration_of, session_of

if TYPE_CHECKING:
    from siaksim.world import World

MINIMUM_ANDROID = 10
"""Android 9 and below cannot install the app (seed)."""


def app_status(call: Call, world: World) -> Answer:
    """Say whether a phone can run the app."""
    android = call.query["platform"] == "android"
    supported = not android or int(call.query["os_major"]) >= MINIMUM_ANDROID
    return json_answer(
        200,
        {
            "supported": supported,
            "minimum_os_major": MINIMUM_ANDROID if android else 1,
            "message": messages.SUPPORTED if supported else messages.UNSUPPORTED,
        },
    )


def terms(call: Call, world: World) -> Answer:
    """Give the terms that a registration agrees to."""
    return json_answer(200, {"version": world.settings.terms_version, "text": messages.TERMS})


def register(call: Call, world: World) -> Answer:
    """Register a phone; an unfinished registration of the same NIK is abandoned."""
    body = call.body
    device = body["device"]
    if body["terms_version"] != world.settings.terms_version:
        return refused(409, "terms_outdated")
    if device["platform"] == "android" and device["os_major"] < MINIMUM_ANDROID:
        return refused(426, "unsupported_os")
    resident = world.resident(body["nik"])
    refusal = _refusal(resident, world)
    if resident is None or refusal is not None:
        return refused(*(refusal or (404, "unknown_nik")))
    registry = world.registry
    number = len(registry.by_nik.get(resident.nik, ())) + 1
    identity = registry.registration_id(resident.nik, number)
    life = world.settings.registration_life_s
    registered = Change(
        "registered",
        resident.nik,
        {
            "registration": identity,
            "email": body["email"],
            "phone": body["phone"],
            "device": device["id"],
            "platform": device["platform"],
            "client": call.client,
            "expires_at": call.now + life,
        },
    )
    verified = Change(
        "data_verified",
        resident.nik,
        {"registration": identity, "state": rules.TRANSITIONS["data_verified"]["DRAFT"]},
    )
    answer = {
        "registration_id": identity,
        "token": registry.registration_token(identity),
        "state": "DATA_VERIFIED",
        "expires_in": client_s(world, life),
    }
    older = rules.abandon(registry, resident.nik)
    return json_answer(201, answer, *older, registered, verified)


def _refusal(resident: Resident | None, world: World) -> tuple[int, str] | None:
    """Return why a resident may not register: status and code (order assumed)."""
    if resident is None:
        return 404, "unknown_nik"
    for status, code in (
        ("inactive", "inactive"),
        ("dead", "dead"),
        ("duplicate", "duplicate_record"),
    ):
        if resident.status == status:
            return 409, code
    if resident.age_on(world.today()) < world.settings.minimum_age:
        return 409, "under_age"
    if not resident.recorded:
        return 409, "never_recorded"
    account = world.registry.accounts.get(resident.nik)
    if account is not None and account.sessions > 0:
        return 409, "active_elsewhere"  # after the first login, until an officer deletes it
    elsewhere = resident.status == "active_elsewhere"
    if elsewhere and account is None and resident.nik not in world.registry.deleted_elsewhere:
        return 409, "active_elsewhere"
    return None


def upload_selfie(call: Call, world: World) -> Answer:
    """Check a face against the recorded photo; only a match goes on."""
    from siaksim.media.faces import judge  # Pillow is loaded only when a face is judged

    registration = registration_of(call, world)
    if isinstance(registration, Answer):
        return registration
    if not rules.may("face_matched", registration.state):
        code = "attempts_exhausted" if registration.state == "FACE_FAILED" else "wrong_state"
        return refused(409, code)
    resident = world.resident(registration.nik)
    assert resident is not None
    if resident.has_photo:
        identity = chance.bits(world.seed, "face", resident.nik)
        found = judge(call.raw, identity, world.settings.unknown_face).outcome
        result = "poor_image" if found in ("not_an_image", "too_small") else found
    else:
        result = "no_recorded_photo"
    tries = registration.face_tries + 1
    left = max(0, world.settings.selfie_tries - tries)
    state = registration.state
    if result == "match":
        state = rules.TRANSITIONS["face_matched"][state]
    elif not left:
        state = rules.TRANSITIONS["face_failed"][state]
    change = Change(
        "face_checked",
        registration.nik,
        {"registration": registration.id, "result": result, "tries": tries, "state": state},
    )
    return json_answer(200, {"result": result, "attempts_left": left, "state": state}, change)


def show_qr(call: Call, world: World) -> Answer:
    """Show the phone's QR code; a live one is shown again, a dead one is replaced."""
    registration = registration_of(call, world)
    if isinstance(registration, Answer):
        return registration
    if not rules.may("qr_shown", registration.state):
        return refused(409, "wrong_state")
    changes: tuple[Change, ...] = ()
    number, dies = registration.qr_count, registration.qr_dies_at
    if number == 0 or call.now >= dies:
        number, dies = number + 1, call.now + world.settings.qr_life_s
        changes = (rules.move("qr_shown", registration, "qr_shown", number=number, dies_at=dies),)
    payload = world.registry.phone_qr(registration.id, number)
    if "image/png" in call.headers.get("accept", ""):
        from siaksim.media.qrcodes import qr_png

        return Answer(200, qr_png(payload), "image/png", (), changes)
    answer = {"payload": payload, "expires_in": client_s(world, dies - call.now)}
    return json_answer(200, answer, *changes)


def scan_officer_qr(call: Call, world: World) -> Answer:
    """Take the scan of an officer's QR code: the code is mailed."""
    registration = registration_of(call, world)
    if isinstance(registration, Answer):
        return registration
    found = world.registry.officer_qrs.get(call.body["payload"])
    if found is None:
        return refused(404, "unknown_qr")
    token, number = found
    officer = world.registry.sessions.get(token)
    if officer is None or call.now >= officer.qr_dies_at[number]:
        return refused(410, "qr_expired")
    if not rules.may("mail_issued", registration.state):
        return refused(409, "wrong_state")
    scanned = Change(
        "scanned",
        registration.nik,
        {"registration": registration.id, "officer": officer.owner, "direction": "phone_scans"},
    )
    mail = new_mail(world, registration, call.now)
    answer = {
        "registration_id": registration.id,
        "state": mail.data["state"],
        "email": messages.masked_email(registration.email),
        "mail_number": mail.data["number"],
    }
    return json_answer(200, answer, scanned, mail)


def status(call: Call, world: World) -> Answer:
    """Cek Status."""
    registration = registration_of(call, world)
    if isinstance(registration, Answer):
        return registration
    return json_answer(
        200,
        {
            "registration_id": registration.id,
            "state": registration.state,
            "email": messages.masked_email(registration.email),
            "mails_sent": len(registration.mails),
            "activated": registration.state in ("ACTIVATED_WEB", "ACTIVE", "LOCKED"),
        },
    )


def login(call: Call, world: World) -> Answer:
    """Log in with the PIN, which is the activation code until it is changed."""
    nik, registry = call.body["nik"], world.registry
    account = registry.accounts.get(nik)
    if account is None:
        return refused(401, "not_activated")
    registration = registry.registrations[account.registration]
    if registration.device != call.body["device_id"]:
        return refused(409, "active_elsewhere")
    if call.now < account.locked_until:
        left = client_s(world, account.locked_until - call.now)
        return refused(429, "pin_locked", expires_in=left)
    if rules.pin_hash(registration.id, call.body["pin"]) != account.pin_hash:
        return _wrong_pin(world, nik, call.now)
    number = account.sessions + 1
    change = rules.move("logged_in", registration, "logged_in", number=number)
    first = any(
        account.pin_hash
        == rules.pin_hash(
            registration.id, registry.code(registration.id, m.number, world.settings.code_length)
        )
        for m in registration.mails[-1:]
    )
    answer = {
        "session_token": registry.session_token(registration.id, number),
        "state": "ACTIVE",
        "must_set_pin": first,
        "expires_in": client_s(world, world.settings.session_idle_s),
    }
    return json_answer(201, answer, change)


def _wrong_pin(world: World, nik: str, now: float) -> Answer:
    account = world.registry.accounts[nik]
    registration = world.registry.registrations[account.registration]
    # A lock that has passed gives all tries back.
    before = 0 if account.locked_until else account.pin_tries
    tries = before + 1
    left = max(0, world.settings.pin_tries - tries)
    data = {"tries": tries, "locked_until": 0.0}
    if left:
        change = Change("pin_refused", nik, data)
        return refused(401, "wrong_pin", change, attempts_left=left)
    data["locked_until"] = now + world.settings.pin_lock_s
    change = rules.move("locked", registration, "pin_refused", **data)
    return refused(429, "pin_locked", change, expires_in=client_s(world, world.settings.pin_lock_s))


def set_pin(call: Call, world: World) -> Answer:
    """Set the citizen's own PIN."""
    session = session_of(call, world)
    account = world.registry.accounts.get(session.nik) if session else None
    if session is None or account is None or session.owner != account.registration:
        return refused(401, "unauthorized")
    if call.body["new"] != call.body["repeat"]:
        return refused(422, "pin_mismatch")
    data = {"pin_hash": rules.pin_hash(account.registration, call.body["new"])}
    state = world.registry.registrations[account.registration].state
    return json_answer(200, {"state": state}, Change("pin_set", session.nik, data))
