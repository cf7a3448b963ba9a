"""idempotent_retry: a write that may have been done is not blindly sent again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, Literal

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.batches import keyed
from siaksim.verdict.history import Entry, History, HttpCall
from siaksim.verdict.operations import EFFECTS, STATUS_READS


class IdempotentRetry(RuleModel):
    """After an ambiguous end, repeats a write with the same Idempotency-Key or reads the status.

    Ambiguous: no answer came, or a gateway's 500, 502 or 504. Observable: two calls of one client
    for the same thing, the first ambiguous; their keys; status reads between them. The keys of a
    batch (`siak.sync`) are its items' client_refs; sync_idempotent looks at items one by one.
    """

    rule: Literal["idempotent_retry"]
    advice: ClassVar[str] = (
        "Send an Idempotency-Key with every write and the same one again, "
        "or ask for the status before repeating."
    )
    implies: ClassVar[tuple[str, ...]] = ("no_double_activation", "mail_resend_limit")

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each blind repeat."""
        for first, again in repeats(history):
            if again.key and again.key == first.key:
                continue
            if keyed(again) or _asked(history, first, again):
                continue
            gap = again.at_s - first.ended_s
            values = {"operation": first.operation, "gap": gap}
            twice = _twice(first, again)
            if twice is None:
                message = (
                    "{operation} was sent again {gap:.1f} s after an end that may have been done"
                )
                yield self.finding(message, first, again, **values)
                continue
            message = (
                "{operation} was sent again {gap:.1f} s after an end that told nothing, and was "
                "done twice: {entry}, ledger entries {one} and {two}"
            )
            one, two = twice
            shown = {"entry": one.kind, "one": one.seq, "two": two.seq}
            yield self.finding(message, first, again, **values, **shown)

    def exercised(self, history: History) -> int:
        """Count the writes with an ambiguous end."""
        return sum(call.ambiguous and call.operation in EFFECTS for call in history.judged)


def repeats(history: History) -> Iterator[tuple[HttpCall, HttpCall]]:
    """Yield (write with an ambiguous end, the next call for the same thing)."""
    for chain in history.chains():
        if chain[0].operation in EFFECTS:
            yield from ((one, two) for one, two in pairwise(chain) if one.ambiguous)


def _twice(first: HttpCall, again: HttpCall) -> tuple[Entry, Entry] | None:
    """Return the last entries of one kind that both calls made, None when not both did."""
    made = {entry.kind: entry for entry in first.entries}
    both = [(made[entry.kind], entry) for entry in again.entries if entry.kind in made]
    return both[-1] if both else None


def _asked(history: History, first: HttpCall, again: HttpCall) -> bool:
    reads = STATUS_READS.get(first.operation, ())
    between = history.between(first.client, first.at_s, again.at_s + 1e-9)
    return any(call.operation in reads and call.told for call in between)
