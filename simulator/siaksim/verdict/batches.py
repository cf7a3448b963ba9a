"""What clients send that was captured without a line: the items of their batches. PURE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from siaksim.verdict.history import Brought, History, HttpCall

SYNC = "siak.sync"
RECORDING = "enrolment"
TAKEN = ("accepted", "already_known", "conflict")
"""Results of items that are in the ledger."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One item of one batch: `what` tells one thing captured from another.

    `came` is what the service made of it, None when it never got so far.
    """

    call: HttpCall
    device: str
    ref: str
    kind: str
    what: str
    captured_at: str
    came: Brought | None

    @property
    def nik(self) -> str:
        """Whom it is about, as far as the journal knows; '-' of a code that nobody read."""
        if self.came is not None and self.came.nik != "-":
            return self.came.nik
        return self.what if self.kind == RECORDING else "-"

    @property
    def taken(self) -> bool:
        """Whether it is in the ledger since this batch, or was before."""
        return self.came is not None and self.came.result in TAKEN


def batches(history: History) -> list[HttpCall]:
    """Return the batches of the client under test, in order."""
    return [call for call in history.judged if call.operation == SYNC]


def sent(call: HttpCall) -> list[Sent]:
    """Return the items of a batch; what does not look like one is left out."""
    body: Any = call.body if isinstance(call.body, Mapping) else {}
    items = body.get("items")
    found = []
    for place, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(item, Mapping):
            continue
        came = call.items[place] if place < len(call.items) else None
        kind, taken = str(item.get("kind", "")), item.get("enrolment")
        of = taken.get("nik") if isinstance(taken, Mapping) else item.get("payload")
        at, ref = str(item.get("captured_at", "")), str(item.get("client_ref") or "")
        found.append(Sent(call, str(body.get("device_id", "")), ref, kind, str(of), at, came))
    return found


def all_sent(history: History) -> Iterator[Sent]:
    """Yield every item of every batch, in order."""
    for call in batches(history):
        yield from sent(call)


def keyed(call: HttpCall) -> bool:
    """Say whether each item of a batch has a key of its own, so that it may come again."""
    found = sent(call)
    return bool(found) and all(item.ref for item in found)
