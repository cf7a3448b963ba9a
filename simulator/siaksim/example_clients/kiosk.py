"""A kiosk: citizens register and activate by themselves; it is their phone and their mailbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from siaksim.example_clients.calling import Caller, Reply, Unreachable
from siaksim.example_clients.habits import Habits
from siaksim.example_clients.reception import Reception
from siaksim.example_clients.serving import Serving
from siaksim.example_clients.visit import Citizen, Direction, Outcome, Visit, at_pace

CODE_S = 120.0
"""How long the officer's screen is watched for a code."""
STATUS = {"done": 200, "refused": 410}


class OfficerNearby:
    """The officer beside the kiosk, whom siaksim plays: scans phones, shows codes."""

    warned = False

    def __init__(self, reception: Reception) -> None:
        self.reception = reception
        self._look_s = max(0.25, 2.0 / reception.place.shorten)

    def look_up(self, nik: str) -> None:
        """Leave it to the officer."""

    def scan(self, payload: str, key: str, nik: str, done: Callable[[], bool]) -> Reply:
        """Show the phone to the officer."""
        state, _ = self.reception.show_officer(payload, self._look_s)
        return Reply(STATUS.get(state, 410))

    def show_code(self, key: str) -> str:
        """Read the officer's screen."""
        carrier = self.reception.carrier
        begin = carrier.now()
        while carrier.now() - begin < CODE_S:
            if code := self.reception.officers_code():
                return code
            carrier.sleep(self._look_s)
        raise Unreachable("the officer's screen shows no code")

    def resend(self, registration: str, key: str, nik: str) -> Reply | None:
        """Only an officer's own client can."""
        return None


class Kiosk(Serving):
    """One kiosk."""

    def __init__(self, caller: Caller, reception: Reception) -> None:
        super().__init__(caller, reception)
        self.officer = OfficerNearby(reception)
        self._habits = Habits(caller)
        self._visits = 0

    def serve(self, given: dict[str, Any]) -> None:
        """Take the steps for which an officer is needed; the mail is waited for aside."""
        nik = str(given["nik"])
        self._habits.indulge(self._register_badly, nik)
        visit = self._visit(nik, given)
        ended = visit.at_the_counter()
        if ended is None:
            self.go_on(nik, lambda: self._say(visit.aside()))
        else:
            self._say(ended, begun=bool(visit.id))

    def _visit(self, nik: str, given: dict[str, Any]) -> Visit:
        self._visits += 1
        citizen = Citizen(
            nik,
            self.reception.selfie(nik),
            email=str(given.get("email", "")),
            phone=str(given.get("phone", "081234567890")),
        )
        direction: Direction = "phone_scans" if self._visits % 2 else "officer_scans"
        citizen = at_pace(citizen, self.shorten)
        number = self._visits
        return Visit(citizen, self.caller, self.officer, self.reception, direction, number)

    def _say(self, outcome: Outcome, begun: bool = True) -> None:
        if begun and outcome.result != "done" and self.forgets(outcome.nik):
            return
        self.close(outcome.nik, outcome.result, outcome.reason)

    def _register_badly(self, nik: str, spoilt: bool) -> Reply:
        """Register a NIK of nobody here, or one in a type that the contract does not take."""
        body = {
            "nik": int(nik) if spoilt else nik,
            "email": "warga@example.test",
            "phone": "081234567890",
            "terms_version": "1.0",
            "device": {"id": "kiosk", "platform": "android", "os_major": 13},
        }
        return self.caller.once("POST", "/ikd/v1/registrations", body)
