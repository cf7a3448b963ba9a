"""Whom a call is about, and who makes it. PURE: nothing is marked as used by being looked at.

Calls come here before the contract has been enforced, so every value may be of any type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from siaksim.ledger.registry import Registration, Registry
from siaksim.services.base import Call
from siaksim.services.dukcapil.wire import client_of as dukcapil_client
from siaksim.services.siak.rules import OFFICERS

if TYPE_CHECKING:
    from siaksim.world import World

NOBODY = "-"
ANONYMOUS = "anonymous"


def subject_of(call: Call, world: World) -> str:
    """Return the NIK that a call is about, else the operator who makes it, else '-'."""
    registry = world.registry
    nik = _text(call.body, "nik") or _text(call.body, "NIK")
    if len(nik) == 16 and nik.isascii() and nik.isdigit():
        return nik
    registration = _registration(call, registry)
    if registration is not None:
        return registration.nik
    shown = registry.papers.by_payload.get(_text(call.body, "payload"))
    if shown is not None:
        return registry.registrations[shown.registration].nik
    enrolment = registry.enrolments.by_id.get(call.path.get("enrolment_id", ""))
    if enrolment is not None:
        return enrolment.nik
    session = registry.sessions.get(call.bearer())
    if session is not None:
        return session.owner if session.nik == NOBODY else session.nik
    return _operator(call) or NOBODY


def client_of(call: Call, world: World) -> str:
    """Return who makes a call, by its credential: an operator, a device, or 'anonymous'.

    A registration's token and the link in its mail belong to the client that registered.
    """
    if call.operation.service == "dukcapil":
        return dukcapil_client(call, world) or ANONYMOUS
    registry = world.registry
    session = registry.sessions.get(call.bearer())
    if session is not None and session.nik == NOBODY:
        return f"operator.{session.owner}"
    identity = session.owner if session is not None else registry.tokens.get(call.bearer(), "")
    if not identity and call.operation.service == "mail":
        identity = registry.links.get(call.path.get("token", ""), ("", 0))[0]
    if identity:
        return registry.registrations[identity].client
    if operator := _operator(call):
        return f"operator.{operator}"
    return _device(call, registry) or ANONYMOUS


def _registration(call: Call, registry: Registry) -> Registration | None:
    named = call.path.get("registration_id") or call.path.get("activation_id") or ""
    if named not in registry.registrations:
        payload = _text(call.body, "payload")
        link = registry.links.get(call.path.get("token", ""), ("", 0))[0]
        named = registry.phone_qrs.get(payload) or link or registry.tokens.get(call.bearer(), "")
    return registry.registrations.get(named)


def _operator(call: Call) -> str:
    named = _text(call.body, "operator_id")
    return named if named in OFFICERS else ""


def _device(call: Call, registry: Registry) -> str:
    """Return the client of a phone without a token: the one that registered it, if any did."""
    device = _text(call.body, "device_id")
    if device:
        account = registry.accounts.get(_text(call.body, "nik"))
        if account is not None:
            registration = registry.registrations[account.registration]
            if registration.device == device:
                return registration.client
    elif isinstance(call.body, Mapping):
        device = _text(call.body.get("device"), "id")
    plain = device.replace("-", "").replace("_", "").replace(".", "")
    return f"device.{device}" if plain.isascii() and plain.isalnum() and len(device) <= 64 else ""


def _text(body: object, name: str) -> str:
    value = body.get(name) if isinstance(body, Mapping) else None
    return value if isinstance(value, str) else ""
