"""Any interleaving of calls leaves a NIK with one device, and the ledger and the API agree.

Citizens, devices and officers call in any order; answers are lost after their commit; time
passes; the world is ended and begun anew from its ledger file. What must hold is worked out
from the ledger's entries alone, apart from the code under test.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from services_harness import Office
from siaksim.ledger.registry import Registry
from siaksim.media.captchas import ALPHABET
from siaksim.services.catalog import OPERATIONS
from siaksim.services.mail import rules as mail_rules
from siaksim.services.siak.rules import OFFICERS

HOLDS_ACCOUNT = ("ACTIVATED_WEB", "ACTIVE", "LOCKED")
BEFORE_MAIL = ("DRAFT", "DATA_VERIFIED", "FACE_VERIFIED", "AWAITING_OFFICER")
DEVICES = ("phone-1", "phone-2")
OPERATORS = ("petugas01", "petugas02")
ANY = st.integers(0, 3)
LOST = st.sampled_from([False, False, False, True])


LEGAL: dict[str, tuple[str, ...]] = {
    "data_verified": ("DRAFT",),
    "face_checked": ("DATA_VERIFIED",),
    "qr_shown": ("FACE_VERIFIED", "AWAITING_OFFICER", "MAIL_SENT"),
    "scanned": ("FACE_VERIFIED", "AWAITING_OFFICER", "MAIL_SENT"),
    "mail_issued": ("AWAITING_OFFICER", "MAIL_SENT"),
    "activation_refused": ("MAIL_SENT",),
    "activated": ("MAIL_SENT",),
    "logged_in": HOLDS_ACCOUNT,
    "pin_refused": HOLDS_ACCOUNT,
    "pin_set": HOLDS_ACCOUNT,
    "account_deleted": HOLDS_ACCOUNT,
    "abandoned": (*BEFORE_MAIL, "MAIL_SENT"),
}
"""The states in which an entry of each kind may find its registration."""


class States:
    """Where each registration stands, by the ledger's entries and the time."""

    def __init__(self, entries: list[Any], now: float) -> None:
        self.state: dict[str, str] = {}
        self.before_lock: dict[str, str] = {}
        self.ends: dict[str, float] = {}
        self.owner: dict[str, str] = {}
        for entry in entries:
            self._take(entry)
        for name, state in self.state.items():
            if state == "LOCKED" and now >= self.ends[name]:
                self.state[name] = self.before_lock[name]
            elif state in BEFORE_MAIL and now >= self.ends[name]:
                self.state[name] = "ABANDONED"

    def _take(self, entry: Any) -> None:
        name, state = entry.data.get("registration"), entry.data.get("state")
        if name in self.state:
            assert self.state[name] in LEGAL[entry.kind], (entry.kind, self.state[name])
        if entry.kind == "registered":
            self.state[name], self.ends[name] = "DRAFT", entry.data["expires_at"]
            self.owner[name] = entry.nik
        if entry.kind == "activated":
            for other, nik in self.owner.items():
                if nik == entry.nik and self.state[other] in HOLDS_ACCOUNT:
                    self.state[other] = "DELETED"
        if entry.kind == "pin_refused" and state == "LOCKED":
            self.before_lock[name] = self.state[name]
            self.ends[name] = entry.data["locked_until"]
        if state:
            self.state[name] = state


class ActivationMachine(RuleBasedStateMachine):
    """Two citizens with two phones each, two officers, an unreliable network."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.office = Office(
            Path(self.folder.name) / "ledger.jsonl",
            registration_life_s=7200.0,
            link_life_s=7200.0,
            mail_resend_max=2,
        )
        self.people = self.office.adults(2)
        self.known: list[tuple[str, str]] = []
        self.sessions: list[str] = []
        self.pin_sessions: list[str] = []
        self.payloads: list[str] = []
        self.pins: dict[str, set[str]] = {p.nik: {"000000"} for p in self.people}

    def teardown(self) -> None:
        self.office.world.close()
        self.folder.cleanup()

    # -- what clients do -------------------------------------------------------------------

    def registration(self, pick: int) -> tuple[str, str] | None:
        return self.known[-1 - pick % len(self.known)] if self.known else None

    def phone(self, name: str, pick: int, body: Any = None, media: str = "") -> Any:
        found = self.registration(pick)
        if found is None:
            return None
        path = {"registration_id": found[0]}
        media = media or "application/json"
        return self.office.call(name, body, path=path, token=found[1], media=media)

    def desk(self, name: str, pick: int, body: Any = None, **more: Any) -> Any:
        if not self.sessions:
            return None
        token = self.sessions[-1 - pick % len(self.sessions)]
        return self.office.call(name, body, token=token, **more)

    @rule(who=ANY, device=st.sampled_from(DEVICES), lost=LOST)
    def register(self, who: int, device: str, lost: bool) -> None:
        reply = self.office.register(self.people[who % 2], device)
        if reply.status == 201 and not lost:
            self.known.append((reply.json["registration_id"], reply.json["token"]))

    @rule(pick=ANY, right=st.booleans())
    def selfie(self, pick: int, right: bool) -> None:
        found = self.registration(pick)
        if found is None:
            return
        owner = self.office.world.registry.registrations[found[0]].nik
        shown = next(p for p in self.people if (p.nik == owner) == right)
        self.phone("ikd.upload_selfie", pick, self.office.photo(shown), "image/jpeg")

    @rule(pick=ANY, lost=LOST)
    def show_phone_qr(self, pick: int, lost: bool) -> None:
        reply = self.phone("ikd.show_qr", pick)
        if reply is not None and reply.status == 200 and not lost:
            self.payloads.append(reply.json["payload"])

    @rule(pick=ANY, lost=LOST)
    def show_officer_qr(self, pick: int, lost: bool) -> None:
        reply = self.desk("siak.show_qr", pick)
        if reply is not None and reply.status == 201 and not lost:
            self.payloads.append(reply.json["payload"])

    @rule(pick=ANY, code=ANY, officer=ANY)
    def scan(self, pick: int, code: int, officer: int) -> None:
        if self.payloads:
            body = {"payload": self.payloads[-1 - code % len(self.payloads)]}
            self.phone("ikd.scan_officer_qr", pick, body)
            self.desk("siak.scan_qr", officer, body)

    @rule(operator=st.sampled_from(OPERATORS), lost=LOST)
    def officer_logs_in(self, operator: str, lost: bool) -> None:
        token = self.office.officer(operator)
        if not lost:
            self.sessions.append(token)

    @rule(pick=ANY)
    def officer_logs_out(self, pick: int) -> None:
        self.desk("siak.logout", pick)

    @rule(pick=ANY, officer=ANY)
    def resend(self, pick: int, officer: int) -> None:
        if (found := self.registration(pick)) is not None:
            self.desk("siak.resend_mail", officer, path={"activation_id": found[0]})

    @rule(who=ANY, officer=ANY)
    def delete(self, who: int, officer: int) -> None:
        body = {"nik": self.people[who % 2].nik, "reason": "Ganti telepon"}
        self.desk("siak.delete_account", officer, body)

    @rule(pick=ANY, older=st.booleans(), slip=st.sampled_from(["", "", "", "code", "captcha"]))
    def activate(self, pick: int, older: bool, slip: str) -> None:
        registry = self.office.world.registry
        mailed = sorted(
            (r for r in registry.registrations.values() if r.mails),
            key=lambda r: r.mails[-1].sent_at,
        )
        if not mailed:
            return
        chosen = mailed[-1 - pick % len(mailed)]
        number = 1 if older else len(chosen.mails)
        code = self.office.mailed_code(chosen.id, number)
        self.pins[chosen.nik].add(code)
        body = {"code": code, "captcha": mail_rules.captcha(registry, chosen, ALPHABET)}
        link = {"token": self.office.link(chosen.id, number)}
        self.office.call("mail.activate", body | ({slip: "?"} if slip else {}), path=link)

    @rule(who=ANY, device=st.sampled_from(DEVICES), pin=ANY, lost=LOST)
    def log_in(self, who: int, device: str, pin: int, lost: bool) -> None:
        resident = self.people[who % 2]
        pins = sorted(self.pins[resident.nik])
        reply = self.office.log_in(resident, pins[-1 - pin % len(pins)], device)
        if reply.status == 201 and not lost:
            self.pin_sessions.append(reply.json["session_token"])

    @rule(pick=ANY, new=st.sampled_from(["246813", "975310"]))
    def set_pin(self, pick: int, new: str) -> None:
        if not self.pin_sessions:
            return
        token = self.pin_sessions[-1 - pick % len(self.pin_sessions)]
        for pins in self.pins.values():
            pins.add(new)
        self.office.call("ikd.set_pin", {"new": new, "repeat": new}, token=token)

    @rule(who=ANY, office_s=st.sampled_from([0.0, 899.0, 900.0]))
    def lock(self, who: int, office_s: float) -> None:
        registry, resident = self.office.world.registry, self.people[who % 2]
        if (account := registry.accounts.get(resident.nik)) is not None:
            for _ in range(3):
                device = registry.registrations[account.registration].device
                self.office.log_in(resident, "000001", device)
            self.office.world.advance(office_s)

    @rule(
        who=ANY,
        device=st.sampled_from(DEVICES),
        to=st.sampled_from(["face", "qr", "mail", "web", "in"]),
    )
    def come_far(self, who: int, device: str, to: str) -> None:
        """Take the straight way, for a random walk alone seldom gets anywhere."""
        resident = self.people[who % 2]
        if self.office.register(resident, device).status != 201:
            return
        self.sessions.append(self.office.officer())
        self.known.append(self.office.to_face(resident, device))
        if to == "face":
            return
        self.payloads.append(self.office.phone_qr(*self.known[-1]))
        if to == "qr":
            return
        self.office.scan(self.payloads[-1], self.sessions[-1])
        identity = self.known[-1][0]
        code = self.office.mailed_code(identity)
        if to != "mail":
            self.activate(0, False, "")
        if to == "in":
            self.office.log_in(resident, code, device)

    @rule(office_s=st.sampled_from([1.0, 30.0, 90.0, 600.0, 901.0, 7200.0]))
    def time_passes(self, office_s: float) -> None:
        self.office.world.advance(office_s)

    @rule()
    def restart(self) -> None:
        self.office.restart()

    # -- what must hold --------------------------------------------------------------------

    @invariant()
    def one_registration_at_most_holds_the_account(self) -> None:
        registry = self.office.world.registry
        for person in self.people:
            names = registry.by_nik.get(person.nik, [])
            holding = [n for n in names if registry.registrations[n].state in HOLDS_ACCOUNT]
            account = registry.accounts.get(person.nik)
            assert holding == ([account.registration] if account else [])

    @invariant()
    def one_device_at_most_can_log_in(self) -> None:
        for person in self.people:
            opened = set()
            for device in DEVICES:
                for pin in self.pins[person.nik]:
                    body = {"nik": person.nik, "device_id": device, "pin": pin}
                    call = self.office.prepared("ikd.login", body)
                    if OPERATIONS["ikd.login"](call, self.office.world).status == 201:
                        opened.add(device)
            assert len(opened) <= 1

    @invariant()
    def no_activation_without_an_officers_scan(self) -> None:
        scanned: set[str] = set()
        for entry in self.office.world.ledger.entries:
            if entry.kind == "scanned":
                assert entry.data["officer"] in OFFICERS
                scanned.add(entry.data["registration"])
            if entry.kind in ("mail_issued", "activated"):
                assert entry.data["registration"] in scanned

    @invariant()
    def the_api_says_what_the_ledger_says(self) -> None:
        world = self.office.world
        states = States(world.ledger.entries, world.clock.now()).state
        for name, state in states.items():
            token = world.registry.registration_token(name)
            assert self.office.standing(name, token) == state

    @invariant()
    def the_registry_is_what_its_entries_amount_to(self) -> None:
        again = Registry(self.office.world.seed)
        for entry in self.office.world.ledger.entries:
            again.apply(entry)
        registry = self.office.world.registry
        assert again.registrations == registry.registrations
        assert again.accounts == registry.accounts
        assert again.links == registry.links
        assert set(again.sessions) == set(registry.sessions)


ActivationMachine.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
# Shrinking a failure may take Hypothesis five minutes.
TestActivationMachine = pytest.mark.timeout(400)(ActivationMachine.TestCase)
