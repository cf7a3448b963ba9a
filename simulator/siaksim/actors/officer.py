"""The officer at the desk: logs in, scans phones, shows a code on the screen. PURE.

One account stands for all desks that siaksim plays, so no customer waits for another (assumed).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from siaksim.actors.base import Call, Errand, Heard
from siaksim.services.siak.rules import OFFICERS, password
from siaksim.world import World

OPERATOR = list(OFFICERS)[-1]
"""The operator that siaksim plays; clients under test have the others."""


class Desk(Errand):
    """An errand in SIAK: the officer logs in first where needed, and again if the session died."""

    actor = "actor.officer"

    def __init__(self, officer: Officer, *key: str | int) -> None:
        """`key` names the errand among the officer's."""
        super().__init__(officer.world, officer.call, *key, officer.life)
        self.officer = officer

    def in_siak(
        self, path: str, then: Callable[[Heard], None], json: Mapping[str, Any] | None = None
    ) -> None:
        """POST to SIAK with a live session; 401 of a fresh session gives up."""
        if self.officer.token:
            self._post(path, then, json, fresh=False)
        else:
            self._log_in(path, then, json)

    def _post(
        self,
        path: str,
        then: Callable[[Heard], None],
        json: Mapping[str, Any] | None,
        *,
        fresh: bool,
    ) -> None:
        used = self.officer.token

        def answered(heard: Heard) -> None:
            if heard.status != 401:
                then(heard)
            elif fresh:
                self.give_up(f"siak: {heard.said()}")
            else:
                if self.officer.token == used:
                    self.officer.token = ""
                self._log_in(path, then, json)

        self.ask("POST", path, answered, json=json, token=used)

    def _log_in(
        self, path: str, then: Callable[[Heard], None], json: Mapping[str, Any] | None
    ) -> None:
        def answered(heard: Heard) -> None:
            if not heard.good:
                self.give_up(f"login: {heard.said()}")
                return
            self.officer.token = str(heard.json["session_token"])
            self._post(path, then, json, fresh=True)

        login = {"operator_id": OPERATOR, "password": password(OPERATOR)}
        self.ask("POST", "/siak/v1/sessions", answered, json=login)


class Scan(Desk):
    """The officer scans the code on one customer's phone."""

    def __init__(self, officer: Officer, number: int, payload: str) -> None:
        """Scan after a moment; `number` counts the officer's scans from 1."""
        super().__init__(officer, "scan", number)
        self.number = number
        self.activation = ""
        self._payload = payload
        self.think(2, 8, self._scan)

    def view(self) -> dict[str, Any]:
        """Return how the scan stands."""
        state = "refused" if self.problem else "done" if self.activation else "going"
        return {
            "scan": self.number,
            "state": state,
            "activation": self.activation or None,
            "problem": self.problem or None,
        }

    def _scan(self) -> None:
        self.in_siak("/siak/v1/ikd/scans", self._scanned, {"payload": self._payload})

    def _scanned(self, heard: Heard) -> None:
        if heard.good:
            self.activation = str(heard.json["activation_id"])
        else:
            self.give_up(f"scan: {heard.said()}")


class Screen(Desk):
    """The officer fetches a code for the screen, for one phone to scan."""

    def __init__(self, officer: Officer, number: int) -> None:
        """Fetch it now; `number` counts the codes from 1."""
        super().__init__(officer, "screen", number)
        self.payload = ""
        self.dies_at = 0.0
        self.in_siak("/siak/v1/ikd/officer-qr", self._came)

    def _came(self, heard: Heard) -> None:
        if not heard.good:
            self.give_up(f"qr: {heard.said()}")
            return
        self.payload = str(heard.json["payload"])
        life = self.world.clock.office_seconds(float(heard.json["expires_in"]) - heard.waited_s)
        self.dies_at = self.world.clock.now() + life


class Officer:
    """The officer of a world; `token` is the session's, as long as SIAK takes it."""

    def __init__(self, world: World, call: Call, life: int = 0) -> None:
        """Come to the desk; nothing is called before the first customer."""
        self.life = life
        self.world = world
        self.call = call
        self.token = ""
        self.scans: list[Scan] = []
        self._screens = 0
        self._screen: Screen | None = None

    def scan(self, payload: str) -> Scan:
        """Take a customer's phone."""
        found = Scan(self, len(self.scans) + 1, payload)
        self.scans.append(found)
        return found

    def show_qr(self) -> dict[str, Any]:
        """Return a fresh code on the screen; `qr` is null while SIAK does not answer."""
        screen = self._screen
        dead = screen is not None and screen.payload and self.world.clock.now() >= screen.dies_at
        if screen is None or dead:
            self._screens += 1
            screen = self._screen = Screen(self, self._screens)
        if screen.payload or screen.problem:
            self._screen = None  # each code is shown once: it serves one phone
        return {"qr": screen.payload or None, "problem": screen.problem or None}
