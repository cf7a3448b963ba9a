"""What is not the services': the work list, the citizen's phone, the mailbox, the last word.

These calls are siaksim's own (they stand for eyes, hands and mouths), and nobody judges them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import quote, urlencode

from siaksim.example_clients.calling import Carrier, Reply
from siaksim.example_clients.place import Place

Result = Literal["done", "handed_over", "failed", "captured"]
PATIENCE_S = 60.0
"""How long one of these calls may take."""
LOST_S = 1.0
"""The wait after one that was not answered."""


class Reception:
    """The office around one device."""

    def __init__(self, carrier: Carrier, place: Place, client: str) -> None:
        self.carrier, self.place, self.client = carrier, place, client

    def _ask(self, method: str, url: str, body: Any = None, *, last: bool = False) -> Reply:
        headers = {"Accept": "application/json"}
        raw = b""
        if body is not None:
            headers["Content-Type"] = "application/json"
            raw = json.dumps(body).encode()
        return self.carrier.send(method, url, headers, raw, PATIENCE_S, last=last)

    def _surely(self, url: str) -> Mapping[str, Any]:
        """Ask until an answer comes: eyes and hands do not fail because a machine is busy."""
        while (found := self._ask("GET", url)).status != 200:
            self.carrier.sleep(LOST_S)
        return found.data

    def citizens(self) -> Iterator[dict[str, Any]]:
        """Yield each citizen as soon as one comes, until the day is over."""
        query = urlencode({"client": self.client, "wait": 0})
        while True:
            found = self._ask("GET", f"{self.place.work_url}/next?{query}")
            if found.status == 200:
                yield dict(found.data)
            elif found.status == 202:
                self.carrier.sleep(max(found.retry_after_s, 0.05))
            elif found.status == 204:
                return
            else:
                self.carrier.sleep(LOST_S)

    def given_before(self) -> Iterator[dict[str, Any]]:
        """Yield the citizens who came to this client already: those of an earlier life of it."""
        for visit in self._surely(self.place.work_url)["visits"]:
            if visit.get("client") == self.client:
                yield dict(visit)

    def clock(self) -> str:
        """Look at the clock on the wall: office time in RFC 3339."""
        return str(self._surely(f"{self.place.admin_url}/clock")["now"])

    def recording(self, nik: str) -> dict[str, Any]:
        """Take a KTP-el recording of a citizen with camera, pad and scanners."""
        return dict(self._surely(f"{self.place.admin_url}/residents/{nik}/biometrics"))

    def say(self, nik: str, result: Result, reason: str = "") -> None:
        """Tell what became of a citizen; also when the day is over."""
        said = {"nik": nik, "outcome": result, "reason": reason}
        self._ask("POST", self.place.outcome_url, said, last=True)

    def citizen(self, url: str) -> dict[str, Any]:
        """Look at a citizen and at her phone: `step`, `state`, `qr`; {} when that fails."""
        return dict(self._ask("GET", url).data)

    def selfie(self, nik: str) -> bytes:
        """Let a citizen take a picture of himself."""
        return self._ask("GET", f"{self.place.admin_url}/residents/{nik}/selfie").body

    def mails(self, address: str) -> Iterator[str]:
        """Yield the texts of the mails in an inbox, the one that came last first."""
        query = urlencode({"query": f"to:{address}"}, quote_via=quote)
        found = self._ask("GET", f"{self.place.mailbox_url}/search?{query}")
        for mail in found.data.get("messages", ()):
            shown = self._ask("GET", f"{self.place.mailbox_url}/message/{mail['ID']}")
            yield str(shown.data.get("Text", ""))

    # -- the officer, whom siaksim plays for a kiosk ------------------------------------------

    def show_officer(self, payload: str, look_s: float) -> tuple[str, str]:
        """Let the officer scan a phone's code; return (done or refused, what was wrong)."""
        made = self._ask("POST", f"{self._officers}/scans", {"payload": payload})
        number = made.data.get("scan", 0)
        while True:
            self.carrier.sleep(look_s)
            scan = self._ask("GET", f"{self._officers}/scans/{number}").data
            if scan.get("state") != "going":
                return str(scan.get("state", "refused")), str(scan.get("problem", ""))

    def officers_code(self) -> str:
        """Read the code on the officer's screen; '' while there is none."""
        return str(self._ask("GET", f"{self._officers}/qr").data.get("qr") or "")

    @property
    def _officers(self) -> str:
        return f"{self.place.admin_url}/actors/officers"
