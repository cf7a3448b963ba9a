"""A field kit that scans without a line and sends later; careless, it keeps its queue in memory.

When it finds no line it is put away and started again at the next stop, from what is on its disk.
"""

from __future__ import annotations

from typing import Any

from siaksim.example_clients.calling import Carrier, Closed, Unreachable
from siaksim.example_clients.clients import Client
from siaksim.example_clients.officer import Officer
from siaksim.example_clients.place import Place
from siaksim.example_clients.reception import Reception

from planted.bug import Bug, device

LOOK_S, STOP_S, REST_S = 1.0, 5.0, 60.0
"""Client seconds between two looks at a phone, from one stop to the next, and before going home."""
CLOCK_S = 10.0
"""How long a look at the clock may take."""
Item = dict[str, Any]


class Kit:
    """One kit: it captures what a citizen's phone shows, and sends all that it holds at a stop."""

    def __init__(self, officer: Officer, reception: Reception, name: str, on_disk: bool) -> None:
        self.officer, self.reception, self.name, self.on_disk = officer, reception, name, on_disk
        self.carrier = officer.caller.carrier
        self.queue: list[Item] = []
        self._captured = 0

    def work(self) -> None:
        """Capture and send until the day is over."""
        try:
            for given in self.reception.citizens():
                self._capture(given)
                self._send()
            while self.queue:
                self._send()
            self.carrier.sleep(REST_S)  # the last citizens' mails are on their way
        except Closed:
            return

    def _capture(self, given: dict[str, Any]) -> None:
        nik, url = str(given["nik"]), str(given["citizen_url"])
        while True:
            seen = self.reception.citizen(url)
            if seen.get("state") in ("gave_up", "done"):
                return self.reception.say(nik, "failed", "the citizen left")
            if seen.get("qr"):
                break
            self.carrier.sleep(LOOK_S)
        self._captured += 1
        item = {
            "kind": "scan",
            "client_ref": f"{self.name}-{self._captured}",
            "captured_at": self._office_time(),
            "payload": str(seen["qr"]),
        }
        self.queue.append(item)
        self.reception.say(nik, "done")  # the citizen is told that a mail will come, and goes

    def _office_time(self) -> str:
        """Look at the office's clock: the client's own runs slower in a shortened day."""
        url = f"{self.reception.place.admin_url}/clock"
        return str(self.carrier.send("GET", url, {}, b"", CLOCK_S).data["now"])

    def _send(self) -> None:
        body = {"device_id": self.name, "items": self.queue}
        try:
            sent = self.officer.call("POST", "/siak/v1/sync/batches", body)
        except Unreachable as away:
            if not self.on_disk:
                self.queue.clear()
            return self.carrier.sleep(max(STOP_S, min(60.0, away.after_s)))
        if sent.status == 200:
            self.queue.clear()
        else:
            self.carrier.sleep(STOP_S)


def _made(on_disk: bool) -> Any:
    def make(number: int, place: Place, carrier: Carrier, draws: str) -> Client:
        own = device("counter", number, place, carrier, draws)
        officer = Officer(own.caller, own.place.operator, own.place.password)
        return Kit(officer, own.reception, f"kit-{number}", on_disk)

    return make


QUEUE_LOST = Bug(
    "queue-lost",
    "keeps what it captured without a line in memory, and is started anew",
    "counter",
    frozenset({"no_lost_activation"}),
    _made(on_disk=False),
    _made(on_disk=True),
)
