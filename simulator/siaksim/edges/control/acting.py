"""Actors of a world: citizens walk in, the officer scans and shows codes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request

from siaksim.actors.base import NotNowError
from siaksim.actors.cast import Cast
from siaksim.actors.citizen import DIRECTIONS, Citizen
from siaksim.edges.acting import Acting
from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, body, choice, json
from siaksim.edges.control.people import resident_of

acting = Blueprint("acting", __name__)
acting.url_value_preprocessor(common.pull_world)

PAYLOAD_MAX = 200
"""Characters of a QR payload, as the contracts have it."""
EMAIL_MAX = 254


def _cast(kind: str) -> Cast:
    world = common.world()
    found: Acting = current_app.extensions["siaksim-acting"]
    cast = found.cast(world)
    if cast is None or kind not in world.play:
        raise ControlError(
            409,
            f"siaksim does not play the {kind} in this world.",
            "play",
            f'Make a world with {{"play": ["{kind}"]}}, or start with --play {kind}.',
        )
    return cast


@acting.errorhandler(NotNowError)
def _not_now(error: NotNowError) -> Response:
    return common.problem(409, error.what, "actor", error.how)


@acting.get("/actors")
def list_actors() -> Response:
    """Say whom siaksim plays, and how many citizens have walked in."""
    arguments()
    world = common.world()
    found: Acting = current_app.extensions["siaksim-acting"]
    cast = found.cast(world)
    citizens = list(cast.citizens.values()) if cast else []
    return json(
        {
            "play": sorted(world.play),
            "citizens": {
                "walked_in": len(citizens),
                "done": sum(c.done for c in citizens),
                "gave_up": sum(bool(c.problem) for c in citizens),
            },
            "scans": len(cast.officer.scans) if cast else 0,
        }
    )


# -- citizens ------------------------------------------------------------------------------


@acting.post("/actors/citizens")
def walk_in() -> Response:
    """Let a citizen walk in: {nik, direction: shows_qr|scans_qr, email}."""
    given = body("nik", "direction", "email")
    cast = _cast("citizen")
    nik = given.get("nik")
    if not isinstance(nik, str):
        raise ControlError(400, "`nik` is a text of 16 digits.", "nik", "See /__admin/residents.")
    resident_of(cast.world, nik, "nik")
    chosen = choice(given.get("direction", "shows_qr"), "direction", DIRECTIONS)
    direction = next(d for d in DIRECTIONS if d == chosen)
    citizen = cast.walk_in(nik, direction, _email(given))
    answer = json(citizen.view(), 201)
    answer.headers["Location"] = f"{request.path}/{nik}"
    return answer


def _email(given: dict[str, Any]) -> str:
    email = given.get("email", "")
    if email == "" and "email" not in given:
        return ""
    name, at, domain = email.rpartition("@") if isinstance(email, str) else ("", "", "")
    plain = isinstance(email, str) and email.isascii() and len(email.split()) == 1
    if not (plain and name and at and domain and len(email) <= EMAIL_MAX):
        raise ControlError(
            400, f"{str(email)[:40]!r} is no e-mail address.", "email", "Or leave it out."
        )
    return str(email)


def _citizen(nik: str) -> Citizen:
    citizen = _cast("citizen").citizens.get(nik)
    if citizen is None:
        raise ControlError(
            404,
            "no citizen with this NIK has walked in.",
            "path",
            'POST /__admin/actors/citizens {"nik": ...} lets one walk in.',
        )
    return citizen


@acting.get("/actors/citizens/<nik>")
def show_citizen(nik: str) -> Response:
    """Show where a citizen stands, and the QR code on the phone: a live one if there can be one."""
    arguments()
    return json(_citizen(nik).view())


@acting.post("/actors/citizens/<nik>/scans")
def citizen_scans(nik: str) -> Response:
    """Let a citizen scan the officer's screen: {payload}."""
    payload = _payload()
    citizen = _citizen(nik)
    citizen.scan(payload)
    return json(citizen.view(), 202)


def _payload() -> str:
    payload = body("payload").get("payload")
    if not isinstance(payload, str) or not 1 <= len(payload) <= PAYLOAD_MAX:
        raise ControlError(
            400,
            f"`payload` is a text of 1 to {PAYLOAD_MAX} characters.",
            "payload",
            "Send what the QR code says, unchanged.",
        )
    return payload


# -- the officer ---------------------------------------------------------------------------


@acting.post("/actors/officers/scans")
def officer_scans() -> Response:
    """Show a phone's QR code to the officer, who scans it after a moment: {payload}."""
    payload = _payload()
    scan = _cast("officer").officer.scan(payload)
    answer = json(scan.view(), 202)
    answer.headers["Location"] = f"{request.path}/{scan.number}"
    return answer


@acting.get("/actors/officers/scans/<int:number>")
def show_scan(number: int) -> Response:
    """Show how one of the officer's scans stands."""
    arguments()
    scans = _cast("officer").officer.scans
    if not 1 <= number <= len(scans):
        raise ControlError(404, f"the officer has made {len(scans)} scans.", "path")
    return json(scans[number - 1].view())


@acting.get("/actors/officers/qr")
def officer_qr() -> Response:
    """Give a fresh code on the officer's screen; null while SIAK does not answer the officer."""
    arguments()
    return json(_cast("officer").officer.show_qr())
