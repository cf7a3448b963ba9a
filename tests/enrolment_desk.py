"""What the tests of KTP-el recordings share: residents who may be recorded, and their bodies."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from typing import Any

from services_harness import Office, Reply, found, picture
from siaksim.core import chance
from siaksim.media.biometrics import drawn
from siaksim.media.parts import FINGERS, IRISES
from siaksim.population.resident import Resident
from siaksim.world import World


def unrecorded(world: World, count: int, ages: tuple[int, int] = (20, 60)) -> list[Resident]:
    """Return residents of these ages in good standing who were never recorded."""
    return found(world, count, ages=ages, status="never_recorded")


@lru_cache(maxsize=256)
def in_text(identity: int, part: str) -> str:
    """Return a picture of a part in base64; drawn once for all tests."""
    image = picture(identity, "plain") if part == "photo" else drawn(identity, part)
    return b64encode(image).decode()


def body_of(world: World, nik: str, fingers_of: str = "", **changed: Any) -> dict[str, Any]:
    """Return a whole recording of a NIK; with `fingers_of` the fingers are somebody else's."""
    own = chance.bits(world.seed, "face", nik)
    other = chance.bits(world.seed, "face", fingers_of) if fingers_of else own
    body = {
        "nik": nik,
        "photo": in_text(own, "photo"),
        "signature": in_text(own, "signature"),
        "fingers": {part: in_text(other, part) for part in FINGERS},
        "irises": {part: in_text(own, part) for part in IRISES},
        "exceptions": {},
    }
    return {name: value for name, value in {**body, **changed}.items() if value is not None}


def enrol(office: Office, nik: str, session: str = "", **changed: Any) -> Reply:
    """Record a NIK at the desk."""
    body = body_of(office.world, nik, **changed)
    return office.call("siak.enrol", body, token=session or office.officer())


def status(office: Office, identity: str, session: str = "") -> str:
    """Return the status that an officer sees."""
    path, token = {"enrolment_id": identity}, session or office.officer()
    return str(office.call("siak.enrolment", path=path, token=token).json["status"])
