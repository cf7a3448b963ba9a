"""content_type_checked: nobody goes on from an answer that they cannot have read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import follows, is_citizen, readable
from siaksim.verdict.history import History, HttpCall

NEEDED_BY = {
    "ikd.register": ("ikd.upload_selfie", "ikd.show_qr", "ikd.status", "ikd.scan_officer_qr"),
    "ikd.upload_selfie": ("ikd.show_qr", "ikd.scan_officer_qr"),
    "mail.captcha": ("mail.activate",),
    "siak.login": (
        "siak.search",
        "siak.confirm_biodata",
        "siak.show_qr",
        "siak.scan_qr",
        "siak.enrol",
        "siak.sync",
        "siak.conflicts",
    ),
    "siak.enrol": ("siak.enrolment",),
    "siak.scan_qr": ("siak.activation", "siak.resend_mail"),
    "siak.search": ("siak.confirm_biodata",),
}
"""Steps, and those that need data from their answer: ids, tokens, results, what was read."""
FRESH = ("ikd.upload_selfie", "mail.captcha", "siak.login")
"""Steps whose earlier data is of no use: each try has a result, each captcha a text of its own."""
ALSO_FROM = {"ikd.upload_selfie": ("ikd.status",)}
"""Other calls that give the same data."""


class ContentTypeChecked(RuleModel):
    """Takes no step that presupposes an answer it cannot have read.

    Observable: an answer that no program can read (none at all, a 5xx, a body of noise, an empty
    one, or HTML where JSON or an image is due), and the same client's next step that needs data
    from it, about the same citizen or, since the data was wanting, about nobody, with no readable
    answer to the step before. A repeat in between does no harm, and none helps but a readable one.
    """

    rule: Literal["content_type_checked"]
    advice: ClassVar[str] = (
        "Check status, Content-Type and shape of every answer before the next step uses it."
    )
    implies: ClassVar[tuple[str, ...]] = ("request_valid", "known_operation")

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each step that was taken from nothing."""
        for calls in history.clients().values():
            blank: dict[tuple[str, str], HttpCall] = {}
            known: set[tuple[str, str]] = set()
            last: HttpCall | None = None
            for call in calls:
                before = _presupposed(blank, call, last)
                if before is not None:
                    del blank[before.operation, before.subject]
                    message = "{step} was called after {before} had no readable answer ({why})"
                    values = {"step": call.operation, "before": before.operation}
                    yield self.finding(message, before, call, why=_why(before), **values)
                _note(blank, known, call)
                last = call

    def exercised(self, history: History) -> int:
        """Count the answers that cannot be read and that a next step needs."""
        return sum(call.operation in NEEDED_BY and not readable(call) for call in history.judged)


def _note(
    blank: dict[tuple[str, str], HttpCall], known: set[tuple[str, str]], call: HttpCall
) -> None:
    """Keep what a call gave, or that it gave nothing; an old answer's data is still known."""
    for step in NEEDED_BY:
        if call.operation == step or call.operation in ALSO_FROM.get(step, ()):
            key = (step, call.subject)
            if readable(call) and call.status < 400:
                known.add(key)
                blank.pop(key, None)
            elif call.operation == step and not readable(call) and _wanting(known, key):
                blank[key] = call


def _wanting(known: set[tuple[str, str]], key: tuple[str, str]) -> bool:
    return key not in known or key[0] in FRESH


def _presupposed(
    blank: dict[tuple[str, str], HttpCall], call: HttpCall, last: HttpCall | None
) -> HttpCall | None:
    """Return the unreadable answer that this step presupposes, None if there is none.

    A step about nobody follows from the call just before it, `last`, and from no other.
    """
    for (step, subject), before in reversed(blank.items()):
        if call.operation not in NEEDED_BY[step] or not follows(call, before):
            continue
        nobody = not is_citizen(call.subject) and last is before
        about = call.subject == subject or nobody
        if step == "siak.login":
            about = call.status == 401
        if about:
            return before
    return None


def _why(call: HttpCall) -> str:
    if not call.told:
        return call.end
    return call.media or (call.end if call.end != "sent" else str(call.status))
