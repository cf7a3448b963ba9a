"""KTP-el recordings under any order of recording, repeating, waiting, deciding and restarting."""

from __future__ import annotations

import shutil
import tempfile
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

from enrolment_desk import body_of, status, unrecorded
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from services_harness import Office
from siaksim.faults.laws import Law
from siaksim.ledger.enrolments import PRINTING, Step
from siaksim.ledger.entries import Change
from siaksim.media.biometrics import blank
from siaksim.scenario.settings import EnrolmentShares
from siaksim.services.siak import enrolments as machine
from siaksim.services.siak.enrolling import blanks_brought, decide

RANK = {status: place for place, status in enumerate(machine.STATUSES)}
PEOPLE = st.integers(0, 2)
FAILING = ("failed_regional", "failed_central", "validation", "adjudicate", "duplicate")
SHARES = EnrolmentShares.model_validate(dict.fromkeys(FAILING, "10%") | {"search_failure": "30%"})
DAY_S = 86400.0
LONG_S = 1e9
LAWS = ("enrol_packing", "enrol_sending", "enrol_receiving", "enrol_searching", "card_queue")


class Recordings(RuleBasedStateMachine):
    """Three people, one card to begin with, and whatever may happen to their recordings."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.office = Office(
            self.folder / "ledger",
            enrol_shares=SHARES,
            blanks=1,
            session_idle_s=LONG_S,
            session_absolute_s=LONG_S,
        )
        self.officer = self.office.officer()  # once: a login is an entry, and so keeps the time
        self.people = unrecorded(self.office.world, 3)
        self.seen: dict[str, list[Step]] = {}
        self.told: dict[str, int] = {}
        self.brought = 0
        self.started: int | None = None

    def teardown(self) -> None:
        self.bring(1000)
        self.office.world.advance(800 * DAY_S)
        self.goes_only_forward()
        for identity, steps in self.seen.items():
            assert steps[-1].status in machine.WAITING | machine.ENDED, identity
        self.office.world.close()
        shutil.rmtree(self.folder)

    # -- what may happen -------------------------------------------------------------------

    @rule(person=PEOPLE, fingers_of=PEOPLE)
    def record(self, person: int, fingers_of: int) -> None:
        nik, world = self.people[person].nik, self.office.world
        body = body_of(world, nik, self.people[fingers_of].nik)
        self._send(nik, body)

    @rule(person=PEOPLE)
    def record_unreadably(self, person: int) -> None:
        nik = self.people[person].nik
        body = body_of(self.office.world, nik)
        body["fingers"] = {**body["fingers"], "left_ring": b64encode(blank()).decode()}
        self._send(nik, body)

    @rule(person=PEOPLE)
    def record_with_no_irises(self, person: int) -> None:
        nik = self.people[person].nik
        exceptions = {"right_iris": "other", "left_iris": "injured"}
        body = body_of(self.office.world, nik, irises={}, exceptions=exceptions)
        self._send(nik, body)

    def _send(self, nik: str, body: dict[str, object]) -> None:
        held, now = self.office.world.registry.enrolments, self.office.world.clock.now()
        done = held.finished(nik, now) is not None
        reply = self.office.call("siak.enrol", body, token=self.officer)
        assert (reply.status == 409) is done
        if done:
            assert reply.code == "already_recorded"

    @rule(seconds=st.sampled_from([0.0, 1.0, 60.0, 3600.0, DAY_S, 10 * DAY_S, 60 * DAY_S]))
    def wait(self, seconds: float) -> None:
        self.office.world.advance(seconds)

    @rule(data=st.data(), decision=st.sampled_from(machine.DECISIONS))
    def somebody_decides(self, data: st.DataObject, decision: str) -> None:
        world = self.office.world
        held, now = world.registry.enrolments, world.clock.now()
        if not held.by_id:
            return
        enrolment = held.by_id[data.draw(st.sampled_from(sorted(held.by_id)))]
        before = held.status(enrolment, now)
        change = decide(enrolment, world, decision, "kasi", "")
        if not isinstance(change, Change):
            allowed = (before, decision) in machine.TRANSITIONS and before in machine.WAITING
            assert change.code == ("already_recorded" if allowed else "wrong_state")
            return
        world.commit((change,), "control")
        reached = [step.status for step in self._steps(enrolment.id)]
        assert machine.TRANSITIONS[(before, decision)] in reached  # a card may be quick to follow

    @rule(count=st.integers(1, 2))
    def bring(self, count: int) -> None:
        self.office.world.commit((blanks_brought(self.office.world, count),), "control")
        self.brought += count

    @rule()
    def restart(self) -> None:
        before = {name: self._steps(name) for name in self.office.world.registry.enrolments.by_id}
        self.office.restart()
        assert before == {
            name: self._steps(name) for name in self.office.world.registry.enrolments.by_id
        }

    @rule(data=st.data())
    def an_officer_looks(self, data: st.DataObject) -> None:
        held = self.office.world.registry.enrolments
        if held.by_id:
            self._look(data.draw(st.sampled_from(sorted(held.by_id))))

    def _look(self, identity: str) -> None:
        found = status(self.office, identity, self.officer)
        assert RANK[found] >= self.told.get(identity, 0)
        self.told[identity] = RANK[found]

    @rule()
    def crash(self) -> None:
        """The server dies; a new one begins, as any does, at the time of the last entry."""
        entries = self.office.world.ledger.entries
        self.office.restart_at(entries[-1].at if entries else self.office.scenario.start)
        self.seen.clear()
        for identity in self.told:
            self._look(identity)

    @rule(days=st.sampled_from([0, 0, 1, 30]), blanks=st.integers(0, 9))
    def change_the_scenario(self, days: int, blanks: int) -> None:
        laws = dict.fromkeys(LAWS, Law(fixed=days * DAY_S))
        changed = self.office.world.settings.model_copy(update={**laws, "blanks": blanks})
        self.office.world.take_scenario(replace(self.office.scenario, settings=changed))

    # -- what always holds -----------------------------------------------------------------

    def _steps(self, identity: str) -> list[Step]:
        held = self.office.world.registry.enrolments
        return held.steps(held.by_id[identity], self.office.world.clock.now())

    @invariant()
    def goes_only_forward(self) -> None:
        for identity in self.office.world.registry.enrolments.by_id:
            steps, before = self._steps(identity), self.seen.get(identity, [])
            assert steps[: len(before)] == before
            ranks = [RANK[step.status] for step in steps]
            assert ranks == sorted(set(ranks))
            assert [s.at for s in steps] == sorted(s.at for s in steps)
            self.seen[identity] = steps

    @invariant()
    def every_card_has_one_blank(self) -> None:
        held, now = self.office.world.registry.enrolments, self.office.world.clock.now()
        printed = sum(
            any(step.status == PRINTING[0] for step in self._steps(name)) for name in held.by_id
        )
        supplied = (held.cards.started or 0) + held.cards.brought(now)
        assert held.cards.brought(now) == self.brought
        assert self.started in (None, held.cards.started)  # no change of the scenario adds any
        self.started = held.cards.started
        assert printed == min(held.cards.ready(now), supplied)

    @invariant()
    def nobody_is_recorded_twice(self) -> None:
        world = self.office.world
        held, now = world.registry.enrolments, world.clock.now()
        for person in self.people:
            done = [e for e in held.of(person.nik) if e.finished_at <= now]
            assert len(done) <= 1
            found = world.resident(person.nik)
            assert found is not None
            assert found.recorded is found.has_photo is bool(done)

    @invariant()
    def numbers_and_ids_are_unique(self) -> None:
        held = self.office.world.registry.enrolments
        for person in self.people:
            assert [e.number for e in held.of(person.nik)] == [
                n + 1 for n in range(len(held.of(person.nik)))
            ]


TestRecordings = Recordings.TestCase
TestRecordings.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_every_transition_leads_forward_and_every_wait_has_a_way_out() -> None:
    for (before, _), after in machine.TRANSITIONS.items():
        assert RANK[before] < RANK[after]
    leads = {before for before, _ in machine.TRANSITIONS}
    assert leads == set(machine.STATUSES) - machine.ENDED
    reached = set(machine.TRANSITIONS.values()) | {machine.BIO_CAPTURED}
    assert reached == set(machine.STATUSES)
