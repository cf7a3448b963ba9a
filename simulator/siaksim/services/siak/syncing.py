"""Batches of what a field kit captured offline: taken in one by one, committed all at once. PURE.

An item is keyed by its device and client_ref. Items are taken in the order of their capture, each
as if those before it were committed already; all changes of a batch go into one commit, with the
note that tells a repeat what came of each item. So a lost answer loses and doubles nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from math import inf, nextafter
from typing import TYPE_CHECKING, Any

import orjson

from siaksim.core import chance
from siaksim.core.clock import office_text
from siaksim.ledger.entries import Change, Entry
from siaksim.ledger.papers import BASE62
from siaksim.ledger.registry import Registry, Session
from siaksim.ledger.synced import Synced
from siaksim.services.base import Answer, Call, json_answer
from siaksim.services.ikd import messages as desk
from siaksim.services.ikd import rules as activation_rules
from siaksim.services.ikd.rules import Refusal
from siaksim.services.siak.enrolling import Enrolled, enrol, look
from siaksim.services.siak.messages import ITEM_DETAILS, ITEM_TITLES

if TYPE_CHECKING:
    from siaksim.world import World

RESULTS = ("accepted", "already_known", "conflict", "rejected")
FOR_PEOPLE = frozenset(("dead", "inactive", "duplicate_record", "already_recorded"))
"""Why the registry does not take a recording that was made: somebody has to look (assumed)."""
TITLES = {**desk.TITLES, **ITEM_TITLES}
DETAILS = {**desk.DETAILS, **ITEM_DETAILS}
LOOKED_IN_A_THREAD = 3
"""Recordings from which on a batch's pictures are looked at beside the other calls."""


def sync(call: Call, world: World, session: Session) -> Answer:
    """Take in a batch; a result for each item, in the order in which they were sent."""
    items: Sequence[Mapping[str, Any]] = call.body["items"]
    batch = Batch(call, world, session)
    times = [moment(item["captured_at"]) for item in items]
    results: list[dict[str, Any]] = [{} for _ in items]
    for place in sorted(range(len(items)), key=lambda i: (times[i], i)):
        results[place] = {
            "index": place,
            "client_ref": items[place].get("client_ref"),
            "kind": items[place]["kind"],
            **batch.take(place, items[place], times[place]),
        }
    counts = {name: sum(found["result"] == name for found in results) for name in RESULTS}
    answer = json_answer(200, {"counts": counts, "results": results}, *batch.changes)
    return replace(answer, items=tuple(map(_noted, items, results)))


def _noted(item: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, str]:
    """Return what the journal keeps of an item: its ref, what came of it, and why."""
    nik = found.get("nik") or item.get("enrolment", {}).get("nik") or "-"
    why = str(found.get("reason") or found.get("code") or "")
    ref = str(found["client_ref"] or "")
    return {"ref": ref, "kind": found["kind"], "nik": nik, "result": found["result"], "why": why}


def conflicts(call: Call, world: World, session: Session) -> Answer:
    """List what somebody has to look at, newest first; with `device_id` that of one device."""
    device = call.query.get("device_id")
    found = [
        {
            "conflict_id": item.conflict,
            "device_id": item.device,
            "client_ref": item.client_ref or None,
            "kind": item.kind,
            "nik": item.nik,
            "reason": item.reason,
            "title": TITLES[item.reason],
            "captured_at": office_text(item.captured_at),
            "synced_at": office_text(item.synced_at),
        }
        for item in reversed(world.registry.synced.conflicts)
        if device in (None, item.device)
    ]
    return json_answer(200, {"conflicts": found})


def moment(text: str) -> float:
    """Return the office seconds of an RFC 3339 time; minus infinity when no calendar has it."""
    try:
        # A leap second counts as the second before it; Python's calendar has none.
        return datetime.fromisoformat(text.upper().replace(":60", ":59")).timestamp()
    except (ValueError, OverflowError):  # the year 0
        return float("-inf")


def looked_at(call: Call, world: World) -> dict[int, Any] | None:
    """Look at the pictures of a large batch's recordings: pure, and most of the work."""
    items = call.body["items"] if isinstance(call.body, Mapping) else ()
    found = {i: item["enrolment"] for i, item in enumerate(items) if "enrolment" in item}
    if len(found) < LOOKED_IN_A_THREAD:
        return None
    return {place: look(body, world) for place, body in found.items()}


class Batch:
    """One batch on its way in: the changes so far, and how they make the registry look."""

    def __init__(self, call: Call, world: World, session: Session) -> None:
        self.changes: list[Change] = []
        self._call = call
        self._world = world
        self._officer = session
        self._device: str = call.body["device_id"]
        self._taken: dict[str, Synced] = {}
        self._seen: dict[str, Registry] = {}
        tolerance = world.clock.office_seconds(world.settings.sync_clock_tolerance_s)
        self._latest = call.now + tolerance
        self._tolerance = tolerance

    def take(self, place: int, item: Mapping[str, Any], at: float) -> dict[str, Any]:
        """Take one item in; return its result."""
        reference = item.get("client_ref", "")
        content = _content(item)
        known = self._known(reference)
        if known is not None:
            if known.content != content:
                return _rejected(Refusal(422, "client_ref_mismatch"))
            return _told(known, "already_known")
        refusal = self._untimely(at) or _incomplete(item)
        if refusal is not None:
            return _rejected(refusal)
        at = min(at, self._world.clock.now())  # a clock that is fast, within the tolerance
        if item["kind"] == "scan":
            nik, outcome = self._scan(item["payload"], at)
        else:
            nik, outcome = item["enrolment"]["nik"], self._enrol(place, item["enrolment"], at)
        if isinstance(outcome, Refusal):
            if not self._for_people(item["kind"], outcome):
                return _rejected(outcome)
            return self._note(item, content, at, nik, reason=outcome.code)
        identity, changes = outcome
        told = self._note(item, content, at, nik, identity=identity)
        self._add(*changes)
        return told

    def _known(self, reference: str) -> Synced | None:
        if not reference:
            return None
        earlier = self._world.registry.synced.by_ref.get((self._device, reference))
        return earlier or self._taken.get(reference)

    def _untimely(self, at: float) -> Refusal | None:
        settings = self._world.settings
        if at > self._latest:
            return Refusal(422, "captured_in_future")
        if at < self._world.scenario.start - self._tolerance:
            return Refusal(422, "captured_too_early")
        if at < self._call.now - settings.sync_oldest_s:
            return Refusal(422, "captured_too_old")
        return None

    def _for_people(self, kind: str, refusal: Refusal) -> bool:
        return refusal.status == 409 if kind == "scan" else refusal.code in FOR_PEOPLE

    # -- what is done with an item ---------------------------------------------------------

    def _scan(
        self, payload: str, at: float
    ) -> tuple[str, tuple[str, tuple[Change, ...]] | Refusal]:
        """Return whom a scan is about, and what comes of it: judged as of its capture."""
        world, now = self._world, self._call.now
        identity = world.registry.phone_qrs.get(payload)
        if identity is None:
            return "-", Refusal(404, "qr_unknown")
        nik = world.registry.registrations[identity].nik
        shown_at, ends_at = self._life(nik, identity, payload)
        if at < shown_at - self._tolerance:
            return nik, Refusal(422, "captured_too_early")
        if at >= ends_at:
            return nik, Refusal(410, "qr_expired")
        if self._scanned_at(nik, identity) > at:
            return nik, Refusal(409, "scanned_since")
        registry = self._registry(nik)
        found = registry.registrations[identity]
        state = activation_rules.state_of(registry, found, now)
        scanned = {
            "officer": self._officer.owner,
            "by": "officer",
            "session_number": self._officer.number,
            "captured_at": at,
        }
        changes = activation_rules.scan(registry, found, state, world.settings, now, scanned)
        return nik, changes if isinstance(changes, Refusal) else (identity, changes)

    def _life(self, nik: str, identity: str, payload: str) -> tuple[float, float]:
        """Return from when to when a phone's QR code was good (office seconds)."""
        life = (0.0, 0.0)
        for entry in self._world.ledger.history.entries(nik):
            if entry.kind != "qr_shown" or entry.data["registration"] != identity:
                continue
            number = entry.data["number"]
            if self._world.registry.phone_qr(identity, number) == payload:
                life = (entry.at, entry.data["dies_at"])
            elif life[1] and entry.at < life[1]:
                # A newer code ends the one before; scanned in the same moment, it was good.
                return life[0], nextafter(entry.at, inf)
        return life

    def _scanned_at(self, nik: str, identity: str) -> float:
        """Return when a registration was scanned last, by the time of capture; 0 if never."""
        done = [(e.kind, e.data, e.at) for e in self._world.ledger.history.entries(nik)]
        done += [(c.kind, c.data, self._call.now) for c in self.changes if c.nik == nik]
        return max(
            (
                data.get("captured_at", at)
                for kind, data, at in done
                if kind == "scanned" and data["registration"] == identity
            ),
            default=0.0,
        )

    def _registry(self, nik: str) -> Registry:
        """Return the registry of one citizen with this batch's changes, to be looked at only."""
        if nik not in self._seen:
            self._seen[nik] = self._world.ledger.history.fresh(nik)
        return self._seen[nik]

    def _enrol(
        self, place: int, body: Mapping[str, Any], at: float
    ) -> tuple[str, tuple[Change, ...]] | Refusal:
        made = enrol(
            body,
            self._world,
            officer=self._officer.owner,
            client=self._call.client,
            captured_at=at,
            pending=self.changes,
            looked=(self._call.prepared or {}).get(place),
        )
        return (made.id, made.changes) if isinstance(made, Enrolled) else made

    # -- what is noted of an item ----------------------------------------------------------

    def _note(
        self,
        item: Mapping[str, Any],
        content: str,
        at: float,
        nik: str,
        *,
        identity: str = "",
        reason: str = "",
    ) -> dict[str, Any]:
        reference = item.get("client_ref", "")
        data = {
            "device": self._device,
            "client_ref": reference,
            "content": content,
            "kind": item["kind"],
            "result": "conflict" if reason else "accepted",
            "identity": identity,
            "officer": self._officer.owner,
            "captured_at": at,
            "conflict": self._conflict_id(content, reference) if reason else "",
            "reason": reason,
        }
        made = Synced(nik=nik, synced_at=self._call.now, **data)
        if reference:
            self._taken[reference] = made
        self._add(Change("synced", nik, data))
        return _told(made, "accepted")

    def _conflict_id(self, content: str, reference: str) -> str:
        """Return a conflict's id; what comes again without a client_ref is another conflict."""
        key = (self._device, reference, content)
        before = sum(
            (c.device, c.client_ref, c.content) == key
            for c in self._world.registry.synced.conflicts
        ) + sum(
            c.kind == "synced"
            and bool(c.data["conflict"])
            and (c.data["device"], c.data["client_ref"], c.data["content"]) == key
            for c in self.changes
        )
        return "con-" + chance.text(self._world.seed, BASE62, 12, "sync-conflict", *key, before)

    def _add(self, *changes: Change) -> None:
        self.changes += changes
        for change in changes:
            if change.nik in self._seen:
                at = self._world.clock.now()
                entry = Entry(0, at, change.kind, change.nik, change.data, self._call.request)
                self._seen[change.nik].apply(entry)


def _content(item: Mapping[str, Any]) -> str:
    plain = {name: value for name, value in item.items() if name != "client_ref"}
    return blake2b(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def _incomplete(item: Mapping[str, Any]) -> Refusal | None:
    """Return why an item is none: it has what its kind asks for, and not the other's."""
    has = [name for name in ("payload", "enrolment") if name in item]
    needs = "payload" if item["kind"] == "scan" else "enrolment"
    return None if has == [needs] else Refusal(422, "incomplete_item")


def _told(item: Synced, taken: str) -> dict[str, Any]:
    """Return the result of an item that is in the ledger, or will be with this batch."""
    names = {"scan": "activation_id", "enrolment": "enrolment_id"}
    if item.result == "conflict":
        said = {"reason": item.reason, "title": TITLES[item.reason]}
        return {"result": "conflict", "nik": item.nik, "conflict_id": item.conflict, **said}
    return {"result": taken, "nik": item.nik, names[item.kind]: item.identity}


def _rejected(refusal: Refusal) -> dict[str, Any]:
    shown = ("recordable_from", "missing", "captured_and_excepted", "parts")
    more = {name: refusal.extra[name] for name in shown if name in refusal.extra}
    if refusal.code in DETAILS:
        more["detail"] = DETAILS[refusal.code]
    return {"result": "rejected", "code": refusal.code, "title": TITLES[refusal.code], **more}
