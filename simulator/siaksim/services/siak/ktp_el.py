"""KTP-el recording: what `siak.enrol` and `siak.enrolment` answer. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siaksim.core.clock import office_text
from siaksim.ledger.enrolments import UNREGISTERED, Enrolment
from siaksim.ledger.entries import Change
from siaksim.ledger.registry import Session
from siaksim.services.base import Answer, Call, json_answer
from siaksim.services.ikd.rules import Refusal
from siaksim.services.refusals import refused
from siaksim.services.siak import enrolments as machine
from siaksim.services.siak.enrolling import enrol as enrolled

if TYPE_CHECKING:
    from siaksim.population.resident import Resident
    from siaksim.world import World

BEFORE = "CARD_ISSUED"
"""How a recording from before this world is shown (assumed)."""


def enrol(call: Call, world: World, session: Session) -> Answer:
    """Take in a recording: photo, signature, ten fingers, two irises, or reasons for their lack."""
    made = enrolled(call.body, world, officer=session.owner, client=call.client)
    if isinstance(made, Refusal):
        return refused(made, world, call.now)
    body = {
        "enrolment_id": made.id,
        "nik": made.nik,
        "number": made.number,
        "status": made.status,
        "captured_at": office_text(made.captured_at),
        "card_from": made.card_from.isoformat() if made.card_from else None,
    }
    return json_answer(201, body, *made.changes)


def enrolment(call: Call, world: World, session: Session) -> Answer:
    """Say how a recording stands, as the replica that is asked knows it."""
    seen_at = world.clock.now() - world.conditions.lag_s
    found = world.registry.enrolments.by_id.get(call.path["enrolment_id"])
    if found is None or found.received_at > seen_at:
        return refused(Refusal(404, "enrolment_not_found"), world, call.now)
    return json_answer(200, shown(found, world, seen_at), *told(found, world, seen_at))


def told(enrolment: Enrolment, world: World, now: float) -> tuple[Change, ...]:
    """Return the change that notes the status as of `now`, when nobody was told it before.

    Statuses come by time alone, and a restart begins at the ledger's last entry: without this
    one it could show an earlier status than somebody has seen.
    """
    status = world.registry.enrolments.status(enrolment, now)
    if status in enrolment.told:
        return ()
    data = {"enrolment": enrolment.id, "status": status}
    return (Change("enrolment_told", enrolment.nik, data),)


def shown(enrolment: Enrolment, world: World, now: float) -> dict[str, Any]:
    """Return a recording as officers see it at `now`: its status, and those before."""
    steps = world.registry.enrolments.steps(enrolment, now)
    status = steps[-1].status
    resident = world.country.by_nik(enrolment.nik)
    first = machine.card_from(resident, world.settings) if resident else None
    return {
        "enrolment_id": enrolment.id,
        "nik": enrolment.nik,
        "number": enrolment.number,
        "status": status,
        "since": office_text(steps[-1].at),
        "waits_for_decision": status in machine.WAITING,
        "captured_at": office_text(enrolment.captured_at),
        "card_from": first.isoformat() if first else None,
        "history": [{"status": step.status, "at": office_text(step.at)} for step in steps],
    }


def newest_of(nik: str, world: World, now: float) -> Enrolment | None:
    """Return the recording that counts of a NIK: a finished one, else the newest; None without."""
    held = world.registry.enrolments
    return held.finished(nik, now) or (held.of(nik)[-1] if nik in held.by_nik else None)


def told_of(nik: str, world: World, now: float) -> tuple[Change, ...]:
    """Return the change that notes what a look-up of a NIK tells of its recording."""
    newest = newest_of(nik, world, now)
    return told(newest, world, now) if newest is not None else ()


def standing(resident: Resident, world: World, now: float) -> dict[str, Any]:
    """Return a resident's newest recording and its status, for whoever looks her up."""
    newest = newest_of(resident.nik, world, now)
    if newest is None:
        before = resident.recorded
        return {"ktp_el": BEFORE if before else UNREGISTERED, "enrolment_id": None}
    status = world.registry.enrolments.status(newest, now)
    gone = status == machine.DELETED
    return {"ktp_el": UNREGISTERED if gone else status, "enrolment_id": newest.id}
