"""idempotent_retry: a write that may have been done is not blindly sent again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, Literal

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import History, HttpCall
from siaksim.verdict.operations import EFFECTS, STATUS_READS


class IdempotentRetry(RuleModel):
    """After an ambiguous end, repeats a write with the same Idempotency-Key or reads the status.

    Ambiguous: no answer came, or a gateway's 500, 502 or 504. Observable: two calls of one client
    for the same thing, the first ambiguous; their keys; status reads between them.
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
            if _asked(history, first, again):
                continue
            message = "{operation} was sent again {gap:.1f} s after an end that may have been done"
            gap = again.at_s - first.ended_s
            yield self.finding(message, first, again, operation=first.operation, gap=gap)

    def exercised(self, history: History) -> int:
        """Count the writes with an ambiguous end."""
        return sum(call.ambiguous and call.operation in EFFECTS for call in history.judged)


def repeats(history: History) -> Iterator[tuple[HttpCall, HttpCall]]:
    """Yield (write with an ambiguous end, the next call for the same thing)."""
    for chain in history.chains():
        if chain[0].operation in EFFECTS:
            yield from ((one, two) for one, two in pairwise(chain) if one.ambiguous)


def _asked(history: History, first: HttpCall, again: HttpCall) -> bool:
    reads = STATUS_READS.get(first.operation, ())
    between = history.between(first.client, first.at_s, again.at_s + 1e-9)
    return any(call.operation in reads and call.told for call in between)
