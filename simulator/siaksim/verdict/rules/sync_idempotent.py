"""sync_idempotent: what was captured once comes in once, however often it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.batches import Sent, all_sent, batches
from siaksim.verdict.history import Entry, History
from siaksim.verdict.words import Words, words


class SyncIdempotent(RuleModel):
    """Sends an item that may have come in again under the client_ref that it had, or not at all.

    Observable: items of batches (`siak.sync`) of one device: a scan of the same code, a recording
    of the same NIK. It may have come in when its batch ended ambiguously (no answer, or a gateway's
    500, 502 or 504), and has come in when the service took it; then only what has the same time of
    capture is the same item. An Idempotency-Key that comes again with the whole batch will do, too.
    What was rejected is not stored, and may be captured anew.
    """

    rule: Literal["sync_idempotent"]
    advice: ClassVar[str] = (
        "Draw a client_ref for each item when it is captured, keep it with the item, and send the "
        "same one again."
    )
    implies: ClassVar[tuple[str, ...]] = ("idempotent_retry",)

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each item that was sent again as if it were another."""
        for first, again in _repeats(history):
            if again.ref and again.ref == first.ref:
                continue
            if again.call.key and again.call.key == first.call.key:
                continue
            values = {"kind": again.kind, "nik": again.nik, "how": _how(again)}
            twice = _entry(first), _entry(again)
            if twice[0] is None or twice[1] is None:
                message = "{kind} for {nik}: sent again {how} after an end that may have been done"
                yield self.finding(message, first.call, again.call, **values)
                continue
            message = (
                "{kind} for {nik}: sent again {how} and noted twice, ledger entries {one} and {two}"
            )
            one, two = twice[0].seq, twice[1].seq
            yield self.finding(message, first.call, again.call, **values, one=one, two=two)

    def exercised(self, history: History) -> int:
        """Count the batches with an ambiguous end, and the items that were sent again."""
        lost = sum(call.ambiguous for call in batches(history))
        return lost + sum(1 for _ in _repeats(history))


def _how(again: Sent) -> Words:
    if again.ref:
        return words("under another client_ref")
    return words("without a client_ref")


def _repeats(history: History) -> Iterator[tuple[Sent, Sent]]:
    """Yield (an item that has, or may have, come in, the next time that it was sent)."""
    earlier: dict[tuple[str, str, str, str], Sent] = {}
    for item in all_sent(history):
        key = (item.call.client, item.device, item.kind, item.what)
        first = earlier.get(key)
        # Two of one batch are two things captured, whatever they say.
        if first is not None and first.call.id != item.call.id and _same(first, item):
            yield first, item
        earlier[key] = item


def _same(first: Sent, again: Sent) -> bool:
    if first.call.ambiguous and first.came is None:
        return True
    return first.taken and (first.call.ambiguous or first.captured_at == again.captured_at)


def _entry(item: Sent) -> Entry | None:
    """Return the note of an item in the ledger that its own batch made, if it did."""
    for entry in item.call.entries:
        same = entry.data.get("client_ref", "") == item.ref and entry.nik == item.nik
        if entry.kind == "synced" and same and entry.data.get("kind") == item.kind:
            return entry
    return None
