"""mail_resend_limit: a new mail is asked for late and seldom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import Entry, History, HttpCall
from siaksim.verdict.words import words

TOO_MANY = "too_many_mails"


class MailResendLimit(RuleModel):
    """Resends a registration's mail `most` times at most, each `wait` seconds after the last mail.

    Observable: `siak.resend_mail` that sent a mail or was refused with `too_many_mails`, and the
    ledger's `mail_issued` entries. After 3 minutes, 3 at most: scenario library, mail-lost.

    `shorten` compresses the mail's way but not the client's waits, and the rule cannot know by
    which clock a client waits (its own, or the Date headers' office time). Too early by both is a
    breach; long enough by the client's own seconds passes; between them: INCONCLUSIVE.
    """

    rule: Literal["mail_resend_limit"]
    advice: ClassVar[str] = (
        "Offer a new mail three minutes after the last one, three times, and then another way."
    )
    timed: ClassVar[bool] = True
    most: Annotated[int, Field(ge=0)] = 3
    wait: Annotated[float, Field(ge=0, description="seconds")] = 180.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each resend too many and each one too early by any clock."""
        for row in _resends(history):
            for number, (call, last) in enumerate(row, 1):
                if number > self.most:
                    message = "a mail was resent {number} times, {most} are enough"
                    shown = [one for one, _ in row[:number]]
                    yield self.finding(message, *shown, number=number, most=self.most)
                elif last is not None and _gap(call, last) * history.shorten < self.wait:
                    message = "a mail was resent {gap:.1f} s after the last, {wait:g} s are due"
                    gap = _gap(call, last) * history.shorten
                    first = [c for c in history.judged if c.id == last.request]
                    shown = [*first, call]
                    yield self.finding(message, *shown, gap=gap, wait=self.wait)

    def exercised(self, history: History) -> int:
        """Count the resends."""
        return sum(len(row) for row in _resends(history))

    def unsure(self, history: History) -> str:
        """Say when a resend was early by the client's seconds and not by the office's."""
        gaps = (_gap(call, last) for row in _resends(history) for call, last in row if last)
        early = sum(gap < self.wait for gap in gaps)
        if not early:
            return ""
        message = "resends too early by the client's seconds and not by the office's: {count}"
        return words(message, count=early)


def _gap(call: HttpCall, last: Entry) -> float:
    """Return the client seconds from a mail to a resend."""
    return call.at_s - last.at_s


def _resends(history: History) -> list[list[tuple[HttpCall, Entry | None]]]:
    """Return each registration's resends in order, with the mail before each."""
    rows: dict[tuple[str, str], list[tuple[HttpCall, Entry | None]]] = defaultdict(list)
    for call in history.judged:
        own = next((e for e in call.entries if e.kind == "mail_issued"), None)
        if call.operation != "siak.resend_mail" or (own is None and call.code != TOO_MANY):
            continue
        of = call.path.rpartition("/activations/")[2]
        rows[(call.subject, of)].append((call, _before(history, call, own)))
    return list(rows.values())


def _before(history: History, call: HttpCall, own: Entry | None) -> Entry | None:
    """Return the mail before a resend, of the same registration."""
    if own is None:
        return None
    earlier = [
        entry
        for entry in history.entries
        if entry.kind == "mail_issued"
        and (entry.nik, entry.data.get("registration")) == (own.nik, own.data.get("registration"))
        and entry.seq < own.seq
    ]
    return earlier[-1] if earlier else None
