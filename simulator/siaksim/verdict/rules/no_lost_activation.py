"""no_lost_activation: nobody is told that they are activated who is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import begun, last_said
from siaksim.verdict.history import History
from siaksim.verdict.words import words


class NoLostActivation(RuleModel):
    """Reports no citizen as done whom the ledger has no activation of.

    Observable: what the client said (`/__admin/outcomes`) against the ledger's `activated` and
    `account_deleted` entries; an activation that was deleted before the word counts no more. Of a
    citizen of whom nothing was said, whose last `mail.activate` looked done, it is only inferred
    that the client said so: INCONCLUSIVE.
    """

    rule: Literal["no_lost_activation"]
    advice: ClassVar[str] = (
        "Say that it is done only after an answer that says so; after a lost or odd answer, ask."
    )
    implies: ClassVar[tuple[str, ...]] = ("no_orphan",)

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each citizen who was said to be done and is not."""
        calls = begun(history)
        for nik, said in last_said(history).items():
            if said.outcome == "done" and not _activated(history, nik, said.at_s):
                message = "{nik} was reported done at {at:.1f} s, and the ledger has no activation"
                yield self.finding(message, *calls.get(nik, [])[-3:], nik=nik, at=said.at_s)

    def exercised(self, history: History) -> int:
        """Count the citizens who were said, or seemed, to be done."""
        said = sum(s.outcome == "done" for s in last_said(history).values())
        return said + len(_seeming(history))

    def unsure(self, history: History) -> str:
        """Say of whom it is only inferred that they were told so."""
        for nik in _seeming(history):
            if not _activated(history, nik, history.until_s):
                message = "nothing was said of {nik}, who seemed done and is not activated"
                return words(message, nik=nik)
        return ""


def _seeming(history: History) -> list[str]:
    """Return the citizens of whom nothing was said and whose last activation seemed done."""
    said = last_said(history)
    found = []
    for nik, calls in begun(history).items():
        tries = [call for call in calls if call.operation == "mail.activate"]
        if nik not in said and tries and 200 <= tries[-1].status < 300:
            found.append(nik)
    return found


def _activated(history: History, nik: str, said_s: float) -> bool:
    """Say whether the ledger has an activation that was not deleted before `said_s`."""
    stands = False
    for entry in history.entries:
        if entry.nik == nik and entry.kind == "activated":
            stands = True
        elif entry.nik == nik and entry.kind == "account_deleted" and entry.at_s < said_s:
            stands = False
    return stands
