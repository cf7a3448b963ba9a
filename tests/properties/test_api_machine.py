"""The activation machine through the API: any interleaving, lost answers, restarts from --state.

Goal: never two active devices for a NIK, never an activation without an officer's scan, never a
ledger that disagrees with what the API says. Method: Hypothesis calls the exchange as clients do,
with bytes, on a day that loses and refuses many answers, over a ledger file that outlives the
server.
"""

from __future__ import annotations

import re
from typing import Any

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from rough_machine import RoughMachine
from siaksim.core import chance
from siaksim.media.selfies import VARIANTS, selfie
from siaksim.services.mail.messages import mail_message

DAY = """
scenario: rough
story: Many answers are lost after the commit, and many calls are refused.
seed: 11
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 3000}
faults:
  - {target: all, kind: error, status: 503, share: 10%}
  - {target: all, kind: reset, share: 10%}
  - {target: all, kind: lost_answer, share: 25%}
"""
WHO = st.integers(0, 2)
ALIVE = ("ACTIVATED_WEB", "ACTIVE", "LOCKED")


class ApiMachine(RoughMachine):
    """Three citizens, two phones each, two officers."""

    day = DAY

    def __init__(self) -> None:
        super().__init__()
        world = self.world
        found = world.country.find(
            today=world.today(), age=30, status="normal", recorded=True, limit=3
        )
        self.niks = [resident.nik for resident in found]
        self.registrations: list[dict[str, Any]] = []
        self.officers: list[str] = []
        self.qrs: list[str] = []
        self.codes: dict[str, str] = {}

    def json(self, *args: Any, **more: Any) -> dict[str, Any] | None:
        status, _, content = self.sent(*args, **more)
        found: dict[str, Any] | None = orjson.loads(content) if 200 <= status < 300 else None
        return found

    @rule(who=WHO, phone=st.sampled_from(["a", "b"]))
    def register(self, who: int, phone: str) -> None:
        device = {"id": f"phone-{phone}", "platform": "android", "os_major": 12}
        body = {
            "nik": self.niks[who],
            "email": f"warga{who}@example.test",
            "phone": "081234567890",
            "terms_version": "1.0",
            "device": device,
        }
        made = self.json("POST", "/ikd/v1/registrations", body)
        if made:
            self.registrations.append({**made, "nik": self.niks[who], "device": device["id"]})

    def _pick(self, pick: int) -> dict[str, Any] | None:
        return (
            self.registrations[-1 - pick % len(self.registrations)] if self.registrations else None
        )

    @rule(pick=WHO, variant=st.sampled_from([*VARIANTS, "plain", "plain", "plain"]))
    def send_selfie(self, pick: int, variant: Any) -> None:
        if found := self._pick(pick):
            person = chance.bits(self.world.seed, "face", found["nik"])
            path = f"/ikd/v1/registrations/{found['registration_id']}/selfie"
            image = selfie(person, variant, 200)
            self.sent("POST", path, image, token=found["token"])

    @rule(who=st.sampled_from(["petugas01", "petugas02"]))
    def officer_logs_in(self, who: str) -> None:
        body = {"operator_id": who, "password": f"siaksim-{who}"}
        if made := self.json("POST", "/siak/v1/sessions", body):
            self.officers.append(made["session_token"])

    @rule(pick=WHO)
    def phone_shows(self, pick: int) -> None:
        if found := self._pick(pick):
            path = f"/ikd/v1/registrations/{found['registration_id']}/qr"
            if shown := self.json("GET", path, token=found["token"]):
                self.qrs.append(shown["payload"])

    @rule(pick=WHO)
    def officer_scans(self, pick: int) -> None:
        if self.officers and self.qrs:
            body = {"payload": self.qrs[-1 - pick % len(self.qrs)]}
            self.sent("POST", "/siak/v1/ikd/scans", body, token=self.officers[-1])

    @rule(pick=WHO)
    def phone_scans(self, pick: int) -> None:
        found = self._pick(pick)
        if not found or not self.officers:
            return
        shown = self.json("POST", "/siak/v1/ikd/officer-qr", token=self.officers[-1])
        if shown:
            path = f"/ikd/v1/registrations/{found['registration_id']}/officer-scans"
            self.sent("POST", path, {"payload": shown["payload"]}, token=found["token"])

    @rule(newest=st.booleans(), right=st.booleans())
    def activate(self, newest: bool, right: bool) -> None:
        self.world.advance(120)
        box = self.world.mailbox()
        if not box:
            return
        mail = box[0 if newest else -1]
        message = mail_message(self.world, mail.registration, mail.mail, "http://127.0.0.1")
        part = message.get_body(("plain",))
        assert part is not None
        text = part.get_content()
        link = re.search(r"/activation/\w+", text)
        code = re.search(r"\b\d{6}\b", text)
        assert link
        assert code
        _, headers, _ = self.sent("GET", link[0] + "/captcha.png")
        captcha = headers.get("siaksim-captcha-answer", "?")
        body = {"code": code[0] if right else "000000", "captcha": captcha}
        self.sent("POST", link[0], body)
        self.codes[mail.registration.nik] = code[0]

    @rule(who=WHO, phone=st.sampled_from(["a", "b"]), right=st.booleans())
    def login(self, who: int, phone: str, right: bool) -> None:
        pin = self.codes.get(self.niks[who], "999999") if right else "111111"
        body = {"nik": self.niks[who], "device_id": f"phone-{phone}", "pin": pin}
        self.sent("POST", "/ikd/v1/sessions", body)

    @rule(who=WHO)
    def delete(self, who: int) -> None:
        if self.officers:
            body = {"nik": self.niks[who], "reason": "Ganti telepon"}
            self.sent("POST", "/siak/v1/ikd/account-deletions", body, token=self.officers[-1])

    @rule()
    def restart(self) -> None:
        before = list(self.world.ledger.entries)
        self.whole.worlds.close()
        self.whole = self.opened()
        assert self.world.ledger.entries == before

    @rule(pick=WHO)
    def the_api_says_what_the_ledger_says(self, pick: int) -> None:
        if found := self._pick(pick):
            identity = found["registration_id"]
            path = f"/ikd/v1/registrations/{identity}"
            if told := self.json("GET", path, token=found["token"]):
                registration = self.world.registry.registrations[identity]
                # A registration or a lock that time has ended needs no entry of its own.
                if told["state"] not in ("ABANDONED", "ACTIVE", "ACTIVATED_WEB"):
                    assert told["state"] == registration.state
                assert told["mails_sent"] == len(registration.mails)

    @invariant()
    def one_active_device_for_a_nik(self) -> None:
        for nik in self.niks:
            ids = self.world.registry.by_nik.get(nik, ())
            states = [self.world.registry.registrations[i].state for i in ids]
            assert sum(state in ALIVE for state in states) <= 1

    @invariant()
    def no_activation_without_an_officers_scan(self) -> None:
        scanned: set[str] = set()
        for entry in self.world.ledger.entries:
            if entry.kind == "scanned":
                scanned.add(entry.data["registration"])
            if entry.kind == "activated":
                assert entry.data["registration"] in scanned

    @invariant()
    def siaksim_itself_did_not_fail(self) -> None:
        assert self.world.counters.internal_errors == 0


ApiMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)
TestApiMachine = ApiMachine.TestCase
