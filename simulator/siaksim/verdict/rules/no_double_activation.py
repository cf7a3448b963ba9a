"""no_double_activation: one citizen is activated once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import Entry, History


class NoDoubleActivation(RuleModel):
    """Never causes two `activated` entries for one NIK without an `account_deleted` between.

    Observable: the ledger, which is the truth whatever the client was told.
    """

    rule: Literal["no_double_activation"]
    advice: ClassVar[str] = (
        "After a lost answer ask for the status; never register anew while the first may be done."
    )

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each second activation, with both commits."""
        calls = {call.id: call for call in history.calls}
        last: dict[str, Entry] = {}
        for entry in history.entries:
            if entry.kind == "account_deleted":
                last.pop(entry.nik, None)
            if entry.kind != "activated":
                continue
            before = last.get(entry.nik)
            last[entry.nik] = entry
            if before is not None:
                shown = [calls[e.request] for e in (before, entry) if e.request in calls]
                message = "{nik} was activated twice: ledger entries {first} and {second}"
                yield self.finding(
                    message, *shown, nik=entry.nik, first=before.seq, second=entry.seq
                )

    def exercised(self, history: History) -> int:
        """Count the activations."""
        return sum(entry.kind == "activated" for entry in history.entries)
