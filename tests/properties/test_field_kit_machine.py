"""Field kits through the exchange: captures, crashes, lost answers, human decisions, the clock.

Goal: no item lost, doubled or wrongly rejected, and no status that moves backwards. Method: kits
keep what they capture on "disk" and mark as done what an answer told; a crash forgets what was in
memory only, so the same items come again, in other groupings and from other officers, while many
answers are lost, refused or come from a server that was started anew from its ledger.
"""

from __future__ import annotations

from typing import Any

import orjson
from enrolment_desk import body_of, in_text
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from rough_machine import RoughMachine
from services_harness import picture
from siaksim.core import chance
from siaksim.core.clock import office_text
from siaksim.media.parts import FINGERS
from siaksim.services.siak.enrolling import decide
from siaksim.services.siak.enrolments import DECISIONS, STATUSES, WAITING

DAY = """
scenario: rough-field
story: Half of the answers to a kit are lost, late or refused.
seed: 17
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 3000}
settings:
  session_idle: 8h
  enrol_receiving: {fixed: 2h}
  enrol_shares: {adjudicate: 20%, duplicate: 20%, failed_central: 10%, search_failure: 20%}
faults:
  - {target: [siak.sync, siak.login], kind: error, status: 503, share: 15%}
  - {target: siak.sync, kind: reset, share: 10%}
  - {target: siak.sync, kind: lost_answer, share: 30%}
"""
KITS = ("kit-1", "kit-2")
KIT = st.sampled_from(KITS)
PERSON = st.integers(0, 3)
FEW: dict[str, Any] = {
    "signature": None,
    "exceptions": dict.fromkeys((*FINGERS[1:], "signature"), "injured"),
}
"""Few pictures: looking at them is most of the work."""
REASONS = ("scanned_since", "registration_abandoned", "already_recorded")
"""What can have come between a capture and its batch on this day."""


class FieldMachine(RoughMachine):
    """Two kits, two officers, four people to record and two phones to scan."""

    day = DAY

    def __init__(self) -> None:
        super().__init__()
        world = self.world
        self.people = [
            r.nik
            for r in world.country.find(
                today=world.today(), ages=(20, 50), status="never_recorded", limit=4
            )
        ]
        self.disk: dict[str, dict[str, dict[str, Any]]] = {kit: {} for kit in KITS}
        self.done: dict[str, set[str]] = {kit: set() for kit in KITS}
        self.told: dict[tuple[str, str], dict[str, Any]] = {}
        self.ranks: dict[str, int] = {}
        self.count = 0
        self.phones = [self._phone(r) for r in self._adults()]

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """Make a call; None when its answer was lost or no success."""
        status, _, content = self.sent(method, path, body, token)
        assert status in (0, 200, 201, 503, 504), (path, status, content)
        return orjson.loads(content) if status in (200, 201) else None

    def _adults(self) -> list[str]:
        world = self.world
        found = world.country.find(
            today=world.today(), ages=(20, 50), status="normal", recorded=True, limit=2
        )
        return [resident.nik for resident in found]

    def _phone(self, nik: str) -> tuple[str, str, str]:
        device: dict[str, Any] = {"id": f"phone-{nik[-4:]}", "platform": "android", "os_major": 12}
        body: dict[str, Any] = {"nik": nik, "email": "warga@example.test", "phone": "081234567890"}
        body |= {"terms_version": "1.0", "device": device}
        made = self.call("POST", "/ikd/v1/registrations", body)
        path = f"/ikd/v1/registrations/{made['registration_id']}"
        image = picture(chance.bits(self.world.seed, "face", nik), "plain")
        self.call("POST", f"{path}/selfie", image, made["token"])
        return nik, made["registration_id"], made["token"]

    def _officer(self, number: int) -> str:
        operator = f"petugas{number:02d}"
        login = {"operator_id": operator, "password": f"siaksim-{operator}"}
        made = self.call("POST", "/siak/v1/sessions", login)
        return str(made["session_token"]) if made else ""

    def _captured(self, kit: str, item: dict[str, Any]) -> None:
        self.count += 1
        reference = f"r-{self.count}"
        now = office_text(self.world.clock.now())
        self.disk[kit][reference] = {**item, "client_ref": reference, "captured_at": now}

    # -- what happens --------------------------------------------------------------------------

    @rule(kit=KIT, who=PERSON)
    def record(self, kit: str, who: int) -> None:
        body = body_of(self.world, self.people[who], **FEW)
        body["fingers"] = {"right_thumb": in_text(int(self.people[who]), "right_thumb")}
        self._captured(kit, {"kind": "enrolment", "enrolment": body})

    @rule(kit=KIT, which=st.integers(0, 1))
    def scan(self, kit: str, which: int) -> None:
        _, identity, token = self.phones[which]
        path = f"/ikd/v1/registrations/{identity}/qr"
        if self.world.clock.now() < self.world.registry.registrations[identity].expires_at:
            shown = self.call("GET", path, token=token)
            self._captured(kit, {"kind": "scan", "payload": shown["payload"]})

    @rule(kit=KIT, number=st.integers(1, 2), size=st.integers(1, 5), backwards=st.booleans())
    def sync(self, kit: str, number: int, size: int, backwards: bool) -> None:
        waiting = [item for ref, item in self.disk[kit].items() if ref not in self.done[kit]]
        batch = waiting[::-1][:size] if backwards else waiting[:size]
        self._send(kit, batch, number)

    @rule(kit=KIT)
    def crash_before_the_marks_were_written(self, kit: str) -> None:
        self.done[kit].clear()

    @rule(kit=KIT, number=st.integers(1, 2))
    def send_all_again(self, kit: str, number: int) -> None:
        self._send(kit, list(self.disk[kit].values())[:200], number)

    def _send(self, kit: str, batch: list[dict[str, Any]], number: int) -> None:
        token = self._officer(number) if batch else ""
        if not token:
            return
        body = {"device_id": kit, "items": batch}
        answer = self.call("POST", "/siak/v1/sync/batches", body, token)
        if answer is None:
            return
        for item, result in zip(batch, answer["results"], strict=True):
            reference = item["client_ref"]
            assert result["client_ref"] == reference
            assert result["result"] != "rejected", result
            self.done[kit].add(reference)
            kept = {k: v for k, v in result.items() if k not in ("index", "result")}
            earlier = self.told.setdefault((kit, reference), kept)
            assert earlier == kept, "what was told of an item stays so"
            if result["result"] == "conflict":
                assert result["reason"] in REASONS

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.world.advance(60.0 * minutes)

    @rule(pick=st.integers(0, 9), decision=st.sampled_from(DECISIONS))
    def somebody_decides(self, pick: int, decision: str) -> None:
        held, now = self.world.registry.enrolments, self.world.clock.now()
        waits = [e for e in held.by_id.values() if held.status(e, now) in WAITING]
        if waits:
            change = decide(waits[pick % len(waits)], self.world, decision, "admin", "looked at it")
            if hasattr(change, "kind"):
                self.world.commit((change,), "test")

    @rule()
    def restart(self) -> None:
        before, now = list(self.world.ledger.entries), self.world.clock.now()
        self.whole.worlds.close()
        self.whole = self.opened()
        assert self.world.ledger.entries == before
        self.world.clock.move_to(now)

    # -- what must hold ------------------------------------------------------------------------

    @invariant()
    def nothing_is_doubled_and_what_was_told_is_there(self) -> None:
        noted: dict[tuple[str, str], dict[str, Any]] = {}
        made: list[str] = []
        for entry in self.world.ledger.entries:
            if entry.kind == "synced":
                key = (entry.data["device"], entry.data["client_ref"])
                assert key not in noted
                noted[key] = dict(entry.data)
                assert entry.data["client_ref"] in self.disk[entry.data["device"]]
            elif entry.kind == "enrolled":
                made.append(entry.data["enrolment"])
        assert set(self.told) <= set(noted)
        assert len(set(made)) == len(made)
        for registration in self.world.registry.registrations.values():
            numbers = [mail.number for mail in registration.mails]
            assert numbers == [*range(1, len(numbers) + 1)]
        accepted = [d for d in noted.values() if d["result"] == "accepted"]
        assert sorted(made) == sorted(d["identity"] for d in accepted if d["kind"] == "enrolment")
        scans = sum(entry.kind == "scanned" for entry in self.world.ledger.entries)
        mails = sum(entry.kind == "mail_issued" for entry in self.world.ledger.entries)
        assert scans == mails == sum(d["kind"] == "scan" for d in accepted)

    @invariant()
    def the_conflicts_are_those_that_were_noted(self) -> None:
        listed = self.world.registry.synced.conflicts
        entries = [e for e in self.world.ledger.entries if e.kind == "synced"]
        assert [c.conflict for c in listed] == [
            e.data["conflict"] for e in entries if e.data["result"] == "conflict"
        ]
        assert len({c.conflict for c in listed}) == len(listed)

    @invariant()
    def no_status_moves_backwards(self) -> None:
        held, now = self.world.registry.enrolments, self.world.clock.now()
        for enrolment in held.by_id.values():
            rank = STATUSES.index(held.status(enrolment, now))
            assert rank >= self.ranks.get(enrolment.id, 0)
            self.ranks[enrolment.id] = rank

    @invariant()
    def siaksim_itself_did_not_fail(self) -> None:
        assert self.world.counters.internal_errors == 0


FieldMachine.TestCase.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)
TestFieldMachine = FieldMachine.TestCase
