"""What must hold of stale reads, logouts and sticking faults, whatever the day.

Goal: a stale view is the refold of the ledger's prefix, a logout leaves no older session alive,
and every share stays as written though some faults stick to clients or subjects.
"""

from __future__ import annotations

from dataclasses import asdict
from math import sqrt
from typing import Any

import pytest
from exchange_harness import HEAD, Desk
from hypothesis import given, settings
from hypothesis import strategies as st
from services_harness import Office
from siaksim.core.effects import Effect, Reply
from siaksim.core.facts import Facts
from siaksim.core.plan import Draw, FaultPlan, PlannedFault, Sticks
from siaksim.ledger.registry import Registry

STEPS = ("register", "qr", "scan", "activate", "log_in", "wrong_pin", "delete", "resend")
_steps = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(STEPS), st.sampled_from([0.0, 0.5, 40.0, 700.0])),
    min_size=1,
    max_size=25,
)


def lived(steps: list[tuple[int, str, float]]) -> Office:
    """Return an office in which two citizens have tried these steps, some of them in vain."""
    office = Office()
    people = office.adults(2)
    officer = office.officer()
    known: dict[int, tuple[str, str]] = {}
    for who, step, pause in steps:
        office.world.advance(pause)
        resident = people[who]
        if step == "register" or who not in known:
            if office.register(resident).status != 201:
                continue
            known[who] = office.to_face(resident)
            continue
        identity, token = known[who]
        state = office.world.registry.registrations[identity].state
        if step in ("qr", "scan") and state in ("FACE_VERIFIED", "AWAITING_OFFICER", "MAIL_SENT"):
            path = {"registration_id": identity}
            shown = office.call("ikd.show_qr", path=path, token=token)
            if step == "scan" and shown.status == 200:
                office.scan(shown.json["payload"], officer)
        elif step == "activate" and state == "MAIL_SENT":
            office.activate(identity)
        elif step in ("log_in", "wrong_pin") and state in ("ACTIVATED_WEB", "ACTIVE"):
            right = office.mailed_code(identity)
            office.log_in(resident, right if step == "log_in" else "000000")
        elif step == "delete":
            body = {"nik": resident.nik, "reason": "lost_phone"}
            office.call("siak.delete_account", body, token=officer)
        elif step == "resend":
            office.call("siak.resend_mail", path={"activation_id": identity}, token=officer)
    return office


def told_of(registry: Registry, nik: str) -> dict[str, Any]:
    """Return all that a registry says of a subject, sessions apart."""
    names = registry.by_nik.get(nik, [])
    account = registry.accounts.get(nik)
    return {
        "registrations": [asdict(registry.registrations[name]) for name in names],
        "account": asdict(account) if account else None,
        "links": {k: v for k, v in registry.links.items() if v[0] in names},
        "codes": {k: v for k, v in registry.phone_qrs.items() if v in names},
        "tokens": {k: v for k, v in registry.tokens.items() if v in names},
        "deleted": nik in registry.deleted_elsewhere,
        "confirmed": registry.confirmed.get(nik),
    }


@settings(max_examples=25, deadline=None)
@given(_steps, st.data())
def test_a_stale_view_is_the_refold_of_the_ledgers_prefix(
    steps: list[tuple[int, str, float]], drawn: st.DataObject
) -> None:
    office = lived(steps)
    entries = office.world.ledger.entries
    start, now = office.scenario.start, office.world.clock.now()
    moments = st.one_of(
        st.sampled_from([entry.at for entry in entries]),
        st.sampled_from([entry.at - 0.25 for entry in entries]),
        st.floats(start - 10, now + 10),
    )
    for at in drawn.draw(st.lists(moments, min_size=1, max_size=8)):  # lags jump back and forth
        whole = Registry(office.world.seed)
        for entry in entries:
            if entry.at <= at:
                whole.apply(entry)
        for resident in office.adults(2):
            seen = office.world.ledger.history.as_of(resident.nik, at)
            assert told_of(seen, resident.nik) == told_of(whole, resident.nik)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 400), st.lists(st.integers(1, 200), min_size=1, max_size=8))
def test_a_stale_read_shows_nothing_newer_and_nothing_older_than_its_lag(
    most: int, pauses: list[int]
) -> None:
    law = f"{{uniform: {{min: 1s, max: {most}s}}}}"
    desk = Desk(
        "{target: ikd.status, kind: stale_read, lag: " + law + "}",
        head=HEAD.replace("mail_delay", "mail_resend_max: 1000, mail_delay"),
    )
    on = desk.to_mail()
    desk.advance(most)
    path = f"/siak/v1/ikd/activations/{on.id}/mails"
    sent = [desk.start]
    for pause in pauses:
        desk.advance(pause)
        assert desk.call("POST", path, token=desk.log_in()).status == 200
        sent.append(desk.now)
        seen = desk.status(on).json["mails_sent"]
        fewest = sum(at <= desk.now - most for at in sent)
        newest = sum(at <= desk.now - 1 for at in sent)
        assert fewest <= seen <= newest


_minutes = st.integers(0, 119)


@settings(max_examples=25, deadline=None)
@given(_minutes, st.lists(_minutes, max_size=12), st.integers(1, 3))
def test_a_logout_leaves_no_session_alive_that_was_opened_before(
    at: int, logins: list[int], officers: int
) -> None:
    clock = f"{8 + at // 60:02}:{at % 60:02}"
    day = '{target: siak.*, kind: session_expiry, at: "' + clock + '", for: 1m}'
    desk = Desk(day, head=HEAD.replace("mail_delay: 8s", "mail_delay: 8s, session_idle: 8h"))
    opened: list[tuple[float, str]] = []
    for number, minute in enumerate(sorted(logins)):
        desk.advance(desk.start + 60 * minute - desk.now)
        opened.append((desk.now, desk.log_in(f"petugas0{1 + number % officers}")))
    desk.advance(desk.start + 7200 - desk.now)
    start = desk.start + 60 * at
    for when, token in opened:
        alive = desk.world.session(token, desk.now) is not None
        # A login at the very minute of the restart comes after it.
        assert alive == (when >= start)


class Mark:
    """A fault whose effect says which one it was."""

    def __init__(self, status: int) -> None:
        self.effect = Reply(status)

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        return (self.effect,)


CALLS = 6000


@pytest.mark.parametrize("seed", [1, 2])
@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["call", "client", "subject"]), st.integers(0, 30)),
        min_size=1,
        max_size=3,
    )
)
def test_every_share_is_as_written_whatever_sticks(
    seed: int, shares: list[tuple[Sticks, int]]
) -> None:
    plan = FaultPlan(
        seed,
        [
            PlannedFault(f"f{n}", "mark", "meaning", Mark(500 + n), share=s / 100, sticks=sticks)
            for n, (sticks, s) in enumerate(shares)
        ],
    )
    counts = [0] * len(shares)
    for number in range(CALLS):  # each client and subject comes once, so that all draws differ
        facts = Facts("siak.search", f"kiosk.{number}", "kiosk", False, f"s{number}", 1, False)
        for effect in plan.decide(facts, 0.0).effects:
            assert isinstance(effect, Reply)
            counts[effect.status - 500] += 1
    for count, (_, percent) in zip(counts, shares, strict=True):
        share = percent / 100
        assert abs(count - CALLS * share) <= 6 * sqrt(CALLS * share * (1 - share))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**63 - 1), st.integers(0, 100), st.sampled_from(["client", "subject"]))
def test_what_sticks_strikes_always_or_never(seed: int, percent: int, sticks: Sticks) -> None:
    stuck = PlannedFault("a", "mark", "meaning", Mark(501), share=percent / 100, sticks=sticks)
    other = PlannedFault("b", "mark", "meaning", Mark(502), share=1 - percent / 100)
    plan = FaultPlan(seed, [other, stuck])
    for who in ("one", "two", "three"):
        found = set()
        for attempt in range(1, 6):
            name = ("other", who) if sticks == "subject" else (who, "other")
            facts = Facts("siak.search", name[0], "kiosk", False, name[1], attempt, False)
            found.add(plan.decide(facts, 0.0).effects)
        assert len(found) == 1  # struck by what sticks, or by all that is left of the line
