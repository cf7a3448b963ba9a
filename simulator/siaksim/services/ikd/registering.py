"""Who may register: phone, terms, and what the registry says of the citizen. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaksim.services.base import Call
from siaksim.services.ikd.rules import Refusal, used_elsewhere

if TYPE_CHECKING:
    from siaksim.world import World

MINIMUM_ANDROID = 10
"""Android 9 and below cannot install the app (seed)."""


def supports(platform: str, os_major: int) -> bool:
    """Say whether the app runs on a phone; every iOS does (assumed)."""
    return platform != "android" or os_major >= MINIMUM_ANDROID


def active_before(world: World, nik: str) -> bool:
    """Say whether a NIK has an account from before this world, not yet deleted by an officer."""
    resident = world.resident(nik)
    elsewhere = resident is not None and resident.status == "active_elsewhere"
    return elsewhere and nik not in world.registry.deleted_elsewhere


def refusal_to_register(call: Call, world: World) -> Refusal | None:
    """Return why a registration is refused, or None; ages are those of the world's date."""
    device = call.body["device"]
    if call.body["terms_version"] != world.settings.terms_version:
        return Refusal(409, "terms_outdated")
    if not supports(device["platform"], device["os_major"]):
        return Refusal(426, "unsupported_os")
    return _refused_by_registry(call.body["nik"], world)


def _refused_by_registry(nik: str, world: World) -> Refusal | None:
    resident = world.resident(nik)
    if resident is None:
        return Refusal(404, "unknown_nik")
    if resident.status == "inactive":
        return Refusal(409, "inactive")
    if resident.status == "dead":
        return Refusal(409, "dead")
    if resident.status == "duplicate":
        return Refusal(409, "duplicate_record")
    # Before the recording: a child has none, and its age is what the citizen can understand.
    if resident.age_on(world.today()) < world.settings.minimum_age:
        return Refusal(409, "under_age")
    if not resident.recorded:
        return Refusal(409, "never_recorded")
    if active_before(world, nik) or used_elsewhere(world.registry, nik):
        return Refusal(409, "active_elsewhere")
    return None
