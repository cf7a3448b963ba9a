"""Taking in a KTP-el recording, and deciding about one that waits. PURE, and free of HTTP.

`enrol` serves `siak.enrol` and every batch that carries recordings made offline: there the age
is judged on the day of the capture, all else as the registry stands now.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from siaksim.core.clock import office_date
from siaksim.ledger.enrolments import PRINT_READY, PRINTING, Enrolment, Step
from siaksim.ledger.entries import Change
from siaksim.media.parts import FINGERS, IRISES, PARTS
from siaksim.services.ikd.rules import Refusal
from siaksim.services.siak import enrolments as machine
from siaksim.services.siak.messages import FOUND

if TYPE_CHECKING:
    from siaksim.population.resident import Resident
    from siaksim.world import World

_FACES = {"match": "readable", "no_match": "readable", "not_an_image": "not_an_image"}
"""What becomes of the photo: whose face it is, is not asked (assumed)."""
FAILING = ("fail_regional", "fail_central")
"""Findings of recordings whose biometrics the centre never gets to search."""
_FINISHED = frozenset((PRINT_READY, *PRINTING))


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A recording that is taken in: its id, what makes it, and from which day a card is printed."""

    id: str
    nik: str
    number: int
    status: str
    captured_at: float
    card_from: date | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a recording's pictures came to: hashes by part, and which cannot be read."""

    prints: dict[str, str]
    unreadable: tuple[str, ...]


def enrol(
    body: Mapping[str, Any],
    world: World,
    *,
    officer: str,
    client: str,
    captured_at: float | None = None,
    pending: Sequence[Change] = (),
    looked: Looked | Refusal | None = None,
) -> Enrolled | Refusal:
    """Return a new recording, not committed yet, or why there is none.

    `body` fits the contract's EnrolmentRequest. `captured_at` (office seconds; None: now) is when
    it was captured; one that lies ahead counts as now. `pending` are changes that are to be
    committed before these: the earlier items of a batch. `looked` is what `look` made of `body`.
    """
    now = world.clock.now()
    captured = now if captured_at is None else min(captured_at, now)
    looked = looked or look(body, world)
    if isinstance(looked, Refusal):
        return looked
    nik: str = body["nik"]
    resident = world.country.by_nik(nik)
    refusal = refused_by_registry(resident, world, office_date(captured).date(), now)
    if refusal is not None or resident is None:
        return refusal or Refusal(404, "unknown_nik")
    earlier = [c.data for c in pending if c.kind == "enrolled" and c.nik == nik]
    held = world.registry.enrolments
    number = len(held.by_nik.get(nik, ())) + len(earlier) + 1
    identity = world.registry.enrolment_id(nik, number)
    failed = [e for e in held.of(nik) if held.status(e, now) in machine.FAILED]
    of, why = _same_person(nik, looked.prints, world, pending, now)
    missed = False
    if looked.unreadable:
        found, of, why = "fail_regional", "", f"unreadable: {', '.join(looked.unreadable)}"
    elif of:
        found = "duplicate"
    elif world.conditions.duplicate == nik:
        found, why = "duplicate", "somebody else's record has the same fingers"
    elif _too_few(body.get("exceptions", {})):
        found, why = "validation", "no finger at all, or no iris"
    else:
        found, missed = machine.drawn(world.seed, world.settings, identity)
        why = "" if found == "unique" else "drawn by the scenario's enrol_shares"
    lasts = machine.lasting(world.seed, world.settings, identity)
    steps = machine.way(found, missed, captured, now, lasts)
    first_day = machine.card_from(resident, world.settings)
    data = {
        "enrolment": identity,
        "number": number,
        "client": client,
        "officer": officer,
        "captured_at": captured,
        "received_at": now,
        "found": found,
        "of": of,
        "why": why,
        "prints": looked.prints,
        "exceptions": dict(body.get("exceptions", {})),
        "blanks": world.settings.blanks,
        **_way(steps, machine.Card.of(steps, lasts, first_day)),
    }
    gone = [_deleted(e, held.status(e, now), now, officer, "recorded again") for e in failed]
    made = Change("enrolled", nik, data)
    status = next(step.status for step in reversed(steps) if step.at <= now)
    return Enrolled(identity, nik, number, status, captured, first_day, (*gone, made))


def refused_by_registry(
    resident: Resident | None, world: World, day: date, now: float
) -> Refusal | None:
    """Return why a resident is not recorded, or None; `day` is the one of the capture."""
    if resident is None:
        return Refusal(404, "unknown_nik", {"registry_text": FOUND["unknown"]})
    if resident.status in FOUND:
        code = "duplicate_record" if resident.status == "duplicate" else resident.status
        return Refusal(409, code, {"registry_text": FOUND[resident.status]})
    if resident.recorded or world.registry.enrolments.finished(resident.nik, now):
        return Refusal(409, "already_recorded")
    may = machine.reaches(resident.birth_date, world.settings.recording_age_months)
    if day < may and not machine.wed(resident):
        return Refusal(409, "too_young_to_record", {"recordable_from": may.isoformat()})
    return None


# -- pictures ----------------------------------------------------------------------------------


def parts_of(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give (part, picture in base64) of what was captured beside the photo."""
    yield from body["fingers"].items()
    yield from body["irises"].items()
    if "signature" in body:
        yield "signature", body["signature"]


def look(body: Mapping[str, Any], world: World) -> Looked | Refusal:
    """Look at a recording's pictures: the same whenever it is done, and most of the work."""
    from siaksim.media.biometrics import condition  # Pillow is only needed here
    from siaksim.services.likeness import compared

    captured, excepted = dict(parts_of(body)), body.get("exceptions", {})
    missing = [part for part in PARTS if part not in captured and part not in excepted]
    both = [part for part in PARTS if part in captured and part in excepted]
    if missing or both:
        extra = {"missing": missing, "captured_and_excepted": both}
        return Refusal(422, "incomplete_biometrics", extra)
    prints: dict[str, str] = {}
    unreadable: list[str] = []
    strange: list[str] = []
    for part in ("photo", *(part for part in PARTS if part in captured)):
        text = body["photo"] if part == "photo" else captured[part]
        image = _decoded(text)
        if part == "photo":
            found = _FACES.get(compared(image, body["nik"], world).outcome, "unreadable")
        else:
            found = condition(image)
        if found == "not_an_image":
            strange.append(part)
        elif found == "unreadable":
            unreadable.append(part)
        elif part in FINGERS or part in IRISES:
            prints[part] = blake2b(image, digest_size=16).hexdigest()
    if strange:
        return Refusal(422, "not_an_image", {"parts": strange})
    return Looked(prints, tuple(unreadable))


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""


def _too_few(exceptions: Mapping[str, str]) -> bool:
    """Say whether there is no finger or no iris to search with (assumed to need a human)."""
    return all(f in exceptions for f in FINGERS) or all(i in exceptions for i in IRISES)


def _same_person(
    nik: str, prints: Mapping[str, str], world: World, pending: Sequence[Change], now: float
) -> tuple[str, str]:
    """Return the recording that is of the same person, and how that shows; ('', '') without one.

    One of the same NIK that is still on its way, or one with the same picture of a finger or an
    iris, byte for byte: the simulator's way to find the same biometrics (assumed).
    """
    held = world.registry.enrolments
    gone = machine.FAILED | {machine.DELETED}
    before = [(c.nik, c.data) for c in pending if c.kind == "enrolled"]
    own = [e.id for e in held.of(nik) if held.status(e, now) not in gone]
    own += [data["enrolment"] for whose, data in before if whose == nik]
    if own:
        return own[0], "one to one: this NIK is being recorded already"
    if world.settings.same_prints == "ignore":
        return "", ""
    for part, seen in prints.items():
        earlier = [held.by_id[name] for name in held.prints.get(seen, ())]
        names = [e.id for e in earlier if e.nik != nik and _searched(e, world, now)]
        names += [
            data["enrolment"]
            for whose, data in before
            if whose != nik and data["found"] not in FAILING and seen in data["prints"].values()
        ]
        if names:
            return names[0], f"one to many: {part} is that of {names[0]}"
    return "", ""


def _searched(enrolment: Enrolment, world: World, now: float) -> bool:
    """Say whether a recording is, or will be, among those that the centre searches."""
    gone = world.registry.enrolments.status(enrolment, now) == machine.DELETED
    return enrolment.found not in FAILING and not gone


# -- decisions ---------------------------------------------------------------------------------


def decide(
    enrolment: Enrolment, world: World, decision: str, by: str, reason: str
) -> Change | Refusal:
    """Return the change of a human's decision about a record that waits, or why there is none.

    `accept` lets it be printed, `duplicate` calls it one, `delete` ends it: the citizen may be
    recorded again. Of one NIK only one record may be accepted.
    """
    held, now = world.registry.enrolments, world.clock.now()
    status = held.status(enrolment, now)
    after = machine.step(status, decision)
    if status not in machine.WAITING or isinstance(after, Refusal):
        return Refusal(409, "wrong_state", {"enrolment_status": status})
    if decision == "delete":
        return _deleted(enrolment, status, now, by, reason)
    if decision == "accept":
        others = [e for e in held.of(enrolment.nik) if e.id != enrolment.id]
        still = [e.id for e in others if held.status(e, now) not in machine.WAITING | machine.ENDED]
        done = [e.id for e in others if held.status(e, now) in _FINISHED]
        if still or done:
            return Refusal(409, "already_recorded", {"other": (done or still)[0]})
    lasts = machine.lasting(world.seed, world.settings, enrolment.id)
    steps = [Step(after, now)]
    resident = world.country.by_nik(enrolment.nik)
    first = machine.card_from(resident, world.settings) if resident else None
    way = _way(steps, machine.Card.of(steps, lasts, first))
    return _decided(enrolment, decision, status, by, reason, way)


def _deleted(enrolment: Enrolment, status: str, now: float, by: str, reason: str) -> Change:
    way = _way([Step(machine.DELETED, now)], None)
    return _decided(enrolment, "delete", status, by, reason, way)


def _decided(
    enrolment: Enrolment, decision: str, status: str, by: str, reason: str, way: Mapping[str, Any]
) -> Change:
    said = {"decision": decision, "waited_in": status, "by": by, "reason": reason}
    data = {"enrolment": enrolment.id, **said, **way}
    return Change("enrolment_decided", enrolment.nik, data)


def _way(steps: Sequence[Step], card: machine.Card | None) -> dict[str, Any]:
    return {
        "path": [[step.status, step.at] for step in steps],
        "card_at": card.at if card else None,
        "card_s": list(card.lasts) if card else [],
    }


# -- blank cards -------------------------------------------------------------------------------


def blanks_started(world: World) -> int:
    """Return the blank cards of the beginning: the setting, until the first entry fixes it."""
    fixed = world.registry.enrolments.cards.started
    return world.settings.blanks if fixed is None else fixed


def blanks_brought(world: World, count: int) -> Change:
    """Return the change that brings so many blank cards."""
    return Change("blanks_supplied", "-", {"blanks": count, "started": blanks_started(world)})
