"""no_orphan: nothing that was committed is forgotten because its answer was lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import last_said, readable
from siaksim.verdict.history import History, HttpCall
from siaksim.verdict.operations import STATUS_READS
from siaksim.verdict.words import words

COMMITS = {
    "ikd.scan_officer_qr": "scanned",
    "mail.activate": "activated",
    "siak.scan_qr": "scanned",
}
"""Writes that a citizen's activation hangs on, and the entry that each commits."""
LEARNT_BY = {
    "activated": ("ikd.login", "ikd.set_pin", "siak.search"),
    "scanned": ("mail.activate", "mail.activation_page", "mail.captcha", "siak.resend_mail"),
}
"""Later calls whose answer shows that such an entry is there, beside the status reads."""


class NoOrphan(RuleModel):
    """Learns of a commit whose answer was lost, or at least asks.

    Observable: a scan or an activation in the ledger whose call had no readable answer, and no
    later status read about that NIK (an unanswered one has asked, too), no answered call that
    shows it, no answered repeat, and no `handed_over` by which somebody else was told. A client
    gets `patience` client seconds: a run that ended sooner cannot tell (60 s: assumed).
    """

    rule: Literal["no_orphan"]
    advice: ClassVar[str] = (
        "After a lost answer keep the case open and ask for the status until you know, "
        "or hand it over."
    )
    patience: Annotated[float, Field(ge=0, description="client seconds")] = 60.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each commit that nobody learned of."""
        for call in _forgotten(history):
            if not self._too_fresh(history, call):
                message = "{entry} was committed for {nik}, the answer was lost, nobody asked"
                yield self.finding(message, call, entry=COMMITS[call.operation], nik=call.subject)

    def exercised(self, history: History) -> int:
        """Count the commits whose answer was lost."""
        return len(_lost(history))

    def unsure(self, history: History) -> str:
        """Say when the run ended right after a lost answer."""
        if any(self._too_fresh(history, call) for call in _forgotten(history)):
            message = "the run ended less than {seconds:g} s after a lost answer"
            return words(message, seconds=self.patience)
        return ""

    def _too_fresh(self, history: History, call: HttpCall) -> bool:
        return history.until_s - call.ended_s < self.patience


def _lost(history: History) -> list[HttpCall]:
    return [
        call
        for call in history.judged
        if any(entry.kind == COMMITS.get(call.operation) for entry in call.entries)
        and not _told(call)
    ]


def _told(call: HttpCall) -> bool:
    """Say whether the answer says how it is; a page of HTML may be the activation's own."""
    if call.operation.startswith("mail."):
        return call.told and call.status < 500 and call.end not in ("garbage", "empty")
    return readable(call)


def _forgotten(history: History) -> list[HttpCall]:
    said = last_said(history)
    found = []
    for call in _lost(history):
        word = said.get(call.subject)
        handed = word is not None and word.outcome == "handed_over" and word.at_s >= call.at_s
        if not handed and not _known(history, call):
            found.append(call)
    return found


def _known(history: History, lost: HttpCall) -> bool:
    reads = STATUS_READS[lost.operation]
    shows = (lost.operation, *LEARNT_BY[COMMITS[lost.operation]])
    for call in history.judged:
        if call.subject != lost.subject or call.at_s <= lost.at_s or call.id == lost.id:
            continue
        if call.operation in reads or (call.operation in shows and _told(call)):
            return True
    return False
