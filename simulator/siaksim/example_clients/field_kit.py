"""A field kit: records and scans at a school, with or without a line, and sends it when it can.

Whatever is captured goes into a queue first (field_queue.py) and from there to SIAK, a few items at
a time, beside the captures. The key of an item is its client_ref; so an answer that was lost is no
trouble: the same items are sent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from math import inf
from threading import Lock
from typing import Any

from siaksim.example_clients.calling import Caller, Closed, Refused, Reply, Unreachable
from siaksim.example_clients.capturing import CARD_FROM, SINGLE, reached, smaller
from siaksim.example_clients.counter import shown_code
from siaksim.example_clients.field_queue import Item, Queue
from siaksim.example_clients.habits import Habits
from siaksim.example_clients.officer import Officer
from siaksim.example_clients.reception import Reception, Result
from siaksim.example_clients.serving import Serving

BATCHES = "/siak/v1/sync/batches"
CONFLICTS = "/siak/v1/sync/conflicts"
REST_S = 1.0
"""Between two looks whether the day is over."""
LATER = ("captured_in_future",)
"""Codes of items that are taken when they are sent later: the kit's clock is a little fast."""
TOLD: dict[str, tuple[Result, str]] = {
    "accepted": ("done", ""),
    "already_known": ("done", ""),
    "conflict": ("handed_over", "somebody has to look: "),
    "rejected": ("failed", "not taken: "),
}
"""What the office is told of each result, and how the reason begins."""


class FieldKit(Serving):
    """One kit."""

    def __init__(
        self, caller: Caller, officer: Officer, reception: Reception, queue: Queue
    ) -> None:
        super().__init__(caller, reception)
        self.officer, self.queue = officer, queue
        self._habits = Habits(caller)
        self._all_came = self._over = False
        self._most = self.manners.batch
        self._sent = 0
        self._telling = Lock()

    def work(self) -> None:
        """Serve whoever comes and send what was captured, until nothing is left to be sent."""
        self._open.update(item.nik for item in self.queue.waiting())
        self._tell()
        self.carrier.spawn(self._send_on)
        super().work()
        self._over = True

    def visits(self) -> Iterator[dict[str, Any]]:
        """Yield whom an earlier life of this kit was given and did not serve, then who comes."""
        yield from self.reception.given_before()
        yield from self.reception.citizens()
        self._all_came = True

    # -- at the school -----------------------------------------------------------------------

    def serve(self, given: dict[str, Any]) -> None:
        """Capture what a visitor came for; look the NIK up first where there is a line."""
        nik = str(given["nik"])
        if self.queue.knows(nik):  # in an earlier life
            if all(item.nik != nik for item in self.queue.waiting()):
                self._open.discard(nik)
            return
        self._habits.indulge(lambda other, bad: self.officer.search(other, spoilt=bad), nik)
        capture = self._record if given.get("wants") == "recording" else self._scan
        capture(given)
        self._tell()

    def close(self, nik: str, result: Result, reason: str = "") -> None:
        """End a case: it is told first and noted then, so that a restart can only tell it again."""
        super().close(nik, result, reason)
        self.queue.served(nik)

    def _record(self, given: dict[str, Any]) -> None:
        nik, now = str(given["nik"]), self.reception.clock()
        born, today = date.fromisoformat(given["birth_date"]), date.fromisoformat(now[:10])
        may = reached(born, self.manners.records_from)
        if today < may and given.get("marital_status") == SINGLE:
            raise Refused(f"too young to be recorded before {may.isoformat()}")
        self._look_up(nik)
        taken = self.reception.recording(nik)
        if self.manners.compresses:
            taken["photo"] = smaller(str(taken["photo"]))
        card = reached(born, CARD_FROM)
        note = f"a card from {card.isoformat()} on" if today < card else ""
        self.queue.add(nik, "enrolment", self.reception.clock(), {"enrolment": taken}, note)

    def _scan(self, given: dict[str, Any]) -> None:
        nik = str(given["nik"])
        self._look_up(nik)
        payload = shown_code(self.reception, str(given.get("citizen_url", "")), self.shorten)
        self.queue.add(nik, "scan", self.reception.clock(), {"payload": payload})

    def _look_up(self, nik: str) -> None:
        with suppress(Unreachable):  # without a line the school's list has to do
            self.officer.look_up(nik)

    # -- sending -----------------------------------------------------------------------------

    def _send_on(self) -> None:
        with suppress(Closed):
            while not self._over:
                self._rest(self.caller.jitter.uniform(*self.manners.sync_pause_s))
                if self._all_came or self.manners.trickles:
                    self._send()

    def _send(self) -> None:
        batch = self.queue.waiting(self._most)
        if not batch:
            return
        try:
            reply = self._sync(batch)
        except Unreachable as away:
            if not self.manners.keeps:
                self._start_anew()
            wait_s = away.after_s or self.manners.pause_s
            wait_s = self.manners.pause_s if wait_s == inf else wait_s
            return self._rest(wait_s + self.caller.spread_s())
        self._settle(batch, reply)
        self._tell()

    def _rest(self, seconds: float) -> None:
        """Leave SIAK alone for so long, or until there is nothing more to send."""
        due = self.carrier.now() + seconds
        while not self._over and (left := due - self.carrier.now()) > 1e-6:
            self.carrier.sleep(min(left, REST_S))

    def _sync(self, batch: list[Item]) -> Reply:
        made = partial(self._body, batch)
        return self.officer.call("POST", BATCHES, made(), anew=made)

    def _body(self, batch: list[Item]) -> dict[str, Any]:
        self._sent += 1
        return {"device_id": self.caller.name, "items": [self._item(item) for item in batch]}

    def _item(self, item: Item) -> dict[str, Any]:
        made: dict[str, Any] = {"kind": item.kind, "captured_at": item.captured_at, **item.content}
        if self.manners.refs != "none":
            fresh = self.manners.refs == "fresh"
            made["client_ref"] = f"{item.ref}-{self._sent}" if fresh else item.ref
        return made

    def _settle(self, batch: list[Item], reply: Reply) -> None:
        results = reply.data.get("results")
        if reply.status == 200 and isinstance(results, list) and len(results) == len(batch):
            self._most = self.manners.batch
            for item, result in zip(batch, results, strict=True):
                why = str(result.get("reason") or result.get("code") or "")
                if why not in LATER:
                    self.queue.settle(item, str(result.get("result")), why)
            if any(result.get("result") == "conflict" for result in results):
                self._list_conflicts()
        elif 400 <= reply.status < 500 and len(batch) > 1:
            self._most = 1  # one of them is at fault: the others are not to wait for it
        elif 400 <= reply.status < 500:
            self.queue.settle(batch[0], "rejected", reply.code or str(reply.status))

    def _list_conflicts(self) -> None:
        with suppress(Unreachable, Refused):
            query = f"?device_id={self.caller.name}"
            found = self.officer.call("GET", CONFLICTS + query).data.get("conflicts", ())
            self.queue.keep_conflicts(found)

    def _start_anew(self) -> None:
        """Be started anew by an officer who is tired of waiting: what was in memory is gone."""
        self._open.difference_update(item.nik for item in self.queue.waiting())
        self.queue.lose()

    # -- the office --------------------------------------------------------------------------

    def _tell(self) -> None:
        """Tell the office of each item what it was not told yet; after a restart, too."""
        with self._telling:  # captures and sending tell side by side
            self._tell_all()

    def _tell_all(self) -> None:
        for item in self.queue.untold():
            if item.state == "waiting":
                self._open.add(item.nik)
                self.say(item.nik, "captured", item.note)
            elif item.kind == "scan" and item.result in ("accepted", "already_known"):
                self.close(item.nik, "handed_over", "the mail is on its way")
            else:
                result, begins = TOLD.get(item.result, TOLD["rejected"])
                self.close(item.nik, result, begins + item.why if begins else item.note)
            self.queue.told(item)
