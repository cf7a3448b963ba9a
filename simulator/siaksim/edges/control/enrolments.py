"""KTP-el recordings: list them, decide about those that wait, and bring blank cards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, body, choice, json, whole
from siaksim.edges.control.people import resident_of
from siaksim.ledger.enrolments import Enrolment
from siaksim.services.ikd.rules import Refusal
from siaksim.services.siak.enrolling import blanks_brought, blanks_started, decide
from siaksim.services.siak.enrolments import DECISIONS, STATUSES, TRANSITIONS, WAITING
from siaksim.services.siak.ktp_el import shown, told
from siaksim.world import World

enrolments = Blueprint("enrolments", __name__)
enrolments.url_value_preprocessor(common.pull_world)

CONTROL = "control"
"""What stands in the ledger where else a request's id does: nobody called."""
TEXT_MAX = 200
_SUCH_AS = 'Such as {"decision": "accept", "by": "kasi", "reason": "bukan ganda"}.'


@enrolments.get("/enrolments")
def list_enrolments() -> Response:
    """List KTP-el recordings, oldest first: ?status=&waiting=true&nik=&limit=&after= an id."""
    given = arguments("status", "waiting", "nik", "limit", "after")
    world = common.world()
    limit = whole(given, "limit", 100, 1, 10_000)
    status = choice(given["status"], "status", STATUSES) if "status" in given else ""
    waiting = choice(given.get("waiting", "false"), "waiting", ("true", "false")) == "true"
    held = list(world.registry.enrolments.by_id.values())
    if "after" in given:
        held = held[held.index(_found(world, given["after"], "after")) + 1 :]
    rows = [
        _shown(enrolment, world)
        for enrolment in held
        if given.get("nik", enrolment.nik) == enrolment.nik
    ]
    wanted = [
        row
        for row in rows
        if (not status or row["status"] == status) and (not waiting or row["waits_for_decision"])
    ]
    for row in wanted[:limit]:
        _note(world.registry.enrolments.by_id[row["enrolment_id"]], world)
    return json({"total": len(wanted), "enrolments": wanted[:limit]})


@enrolments.get("/enrolments/<identity>")
def show_enrolment(identity: str) -> Response:
    """Show a KTP-el recording: its way, what was found and why, and what was decided."""
    arguments()
    world = common.world()
    enrolment = _found(world, identity)
    _note(enrolment, world)
    return json(_shown(enrolment, world))


def _note(enrolment: Enrolment, world: World) -> None:
    """Keep in the ledger that a status was told, so that a restart does not go back behind it."""
    if changes := told(enrolment, world, world.clock.now()):
        world.commit(changes, CONTROL)


@enrolments.post("/enrolments/<identity>/decisions")
def decide_about(identity: str) -> Response:
    """Decide about a recording that waits: {decision: accept|duplicate|delete, by, reason}."""
    given = body("decision", "by", "reason")
    if "decision" not in given:
        raise ControlError(400, "`decision` is missing.", "decision", _SUCH_AS)
    decision = choice(given["decision"], "decision", DECISIONS)
    by, reason = _text(given, "by", "back office"), _text(given, "reason", "")
    world = common.world()
    enrolment = _found(world, identity)
    change = decide(enrolment, world, decision, by, reason)
    if isinstance(change, Refusal):
        raise _refused(change, enrolment, world)
    world.commit((change,), CONTROL)
    return json(_shown(enrolment, world), 201)


def _refused(refusal: Refusal, enrolment: Enrolment, world: World) -> ControlError:
    if refusal.code == "already_recorded":
        what = f"this NIK has another record, {refusal.extra['other']}, that stands."
        how = "Delete this one; or, if it is the right one, see what the other is waiting for."
        return ControlError(409, what, "decision", how)
    status = world.registry.enrolments.status(enrolment, world.clock.now())
    possible = [word for word in DECISIONS if (status, word) in TRANSITIONS]
    if status in WAITING:
        how = f"In {status} it may be: {', '.join(possible)}."
    else:
        how = f"Decisions are made in: {', '.join(sorted(WAITING))}."
    return ControlError(409, f"this record is in {status}.", "decision", how)


@enrolments.get("/blanks")
def show_blanks() -> Response:
    """Show the blank cards: how many there were, went into the printer, are left, are wanted."""
    arguments()
    return json(_blanks(common.world()))


@enrolments.post("/blanks")
def bring_blanks() -> Response:
    """Bring blank cards: {add: 1 to 1000000}; who waits longest is printed first."""
    given = body("add")
    if "add" not in given:
        raise ControlError(400, "`add` is missing.", "add", 'Such as {"add": 500}.')
    world = common.world()
    count = whole(given, "add", 0, 1, 1_000_000)
    world.commit((blanks_brought(world, count),), CONTROL)
    return json(_blanks(world), 201)


@enrolments.get("/residents/<nik>/biometrics")
def biometrics(nik: str) -> Response:
    """Give a whole recording of a resident, as `siak.enrol` takes it: ?blank= a part, ?fingers_of=.

    `blank` leaves one part unreadable, `fingers_of` puts another resident's fingers in.
    """
    import gevent

    from siaksim.media.parts import PARTS
    from siaksim.media.recordings import recording  # Pillow is only needed here

    given = arguments("blank", "fingers_of")
    blank = choice(given["blank"], "blank", PARTS) if "blank" in given else ""
    world = common.world()
    person = resident_of(world, nik)
    other = (
        resident_of(world, given["fingers_of"], "fingers_of") if "fingers_of" in given else person
    )
    faces = world.face(person.nik), world.face(other.nik)
    # Ten fingers take tenths of a second to draw: other calls must not wait for them.
    drawn = gevent.get_hub().threadpool.apply(recording, (*faces, blank))
    return json({"nik": person.nik, **drawn})


def _found(world: World, identity: str, where: str = "path") -> Enrolment:
    found = world.registry.enrolments.by_id.get(identity)
    if found is None:
        raise ControlError(
            404,
            "there is no recording with this id.",
            where,
            "GET /__admin/enrolments lists them.",
        )
    return found


def _text(given: dict[str, Any], name: str, default: str) -> str:
    value = given.get(name, default)
    if not isinstance(value, str) or len(value) > TEXT_MAX:
        raise ControlError(400, f"`{name}` is a text of at most {TEXT_MAX} characters.", name)
    return value


def _shown(enrolment: Enrolment, world: World) -> dict[str, Any]:
    return {
        **shown(enrolment, world, world.clock.now()),
        "client": enrolment.client,
        "officer": enrolment.officer,
        "found": enrolment.found,
        "of": enrolment.of or None,
        "why": enrolment.why,
        "exceptions": dict(enrolment.exceptions),
        "decisions": [
            {name: made[name] for name in ("decision", "waited_in", "by", "reason")}
            for made in enrolment.decisions
        ],
    }


def _blanks(world: World) -> dict[str, int]:
    cards, now = world.registry.enrolments.cards, world.clock.now()
    supplied = blanks_started(world) + cards.brought(now)
    used = min(cards.ready(now), supplied)
    return {
        "supplied": supplied,
        "used": used,
        "left": supplied - used,
        "waiting": cards.ready(now) - used,
    }
