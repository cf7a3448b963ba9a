"""What became of citizens: what the client said, else what their last call lets infer. PURE."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from siaksim.verdict.history import History, HttpCall, Said

NOT_ISSUED = "not-issued-"
"""How a NIK begins in journals that siaksim did not issue."""
SERVICES = ("ikd", "mail", "siak")
"""Services through which citizens are served; a Dukcapil look-up begins no citizen."""
DONE_BY = ("mail.activate", "ikd.login", "ikd.set_pin", "siak.delete_account", "siak.enrol")
"""Writes whose success ends a citizen's visit."""
HANDED_BY = ("siak.scan_qr", "siak.resend_mail", "ikd.scan_officer_qr")
"""Writes whose success sends the citizen to the mailbox."""
ASKED_BY = ("ikd.status", "siak.activation", "siak.enrolment")
"""Reads with which a client sees that the citizen goes on or is finished."""

LOOKED_UP_BY = ("siak.search", *ASKED_BY)
"""Reads that alone begin nothing."""
TRY_AGAIN = frozenset({"wrong_captcha", "wrong_code"})
"""Codes of refusals after which the citizen tries again."""

ROUNDING_S = 0.002
"""How far two times of a journal may be off: they are written to the millisecond."""

ON_ITS_WAY_S = 0.1
"""Client seconds for which a call of another case may know nothing of an answer (assumed)."""

Inferred = Literal["done", "handed_over", "failed", ""]


def is_citizen(subject: str) -> bool:
    """Say whether a call is about a citizen, not an operator or nobody."""
    digits = len(subject) == 16 and subject.isascii() and subject.isdigit()
    return digits or subject.startswith(NOT_ISSUED)


def begun(history: History) -> dict[str, list[HttpCall]]:
    """Return the judged calls about each citizen who was begun, in order.

    Whoever was only looked up, and of whom nothing was said, was not begun: lists are checked so.
    """
    found: dict[str, list[HttpCall]] = defaultdict(list)
    for call in history.judged:
        if call.service in SERVICES and is_citizen(call.subject):
            found[call.subject].append(call)
    said = last_said(history)
    return {
        nik: calls
        for nik, calls in found.items()
        if nik in said or any(call.operation not in LOOKED_UP_BY for call in calls)
    }


def last_said(history: History) -> dict[str, Said]:
    """Return what was last said of each citizen."""
    return {said.nik: said for said in history.said}


def inferred(calls: Iterable[HttpCall]) -> Inferred:
    """Return what a citizen was probably told by the calls about him or her, '' if nobody knows.

    A step that was done tells; a refusal for good was told as one; a failure tells nothing, and
    neither does a step in the middle. An answered status read tells of a write whose answer was
    lost if the ledger has it, and changes nothing else.
    """
    told: Inferred = ""
    asked: Inferred = ""  # what a status read would show after a lost answer
    for call in calls:
        if call.operation in ASKED_BY:
            told = asked if succeeded(call) and not told else told
            continue
        does: Inferred = "done" if call.operation in DONE_BY else ""
        does = "handed_over" if call.operation in HANDED_BY else does
        told = does if succeeded(call) else "failed" if _final(call) else ""
        asked = does if call.entries else ""
    return told


def _final(call: HttpCall) -> bool:
    """Say whether a refusal ends the matter: not one that a login or another try mends."""
    return call.refused and call.status != 401 and call.code not in TRY_AGAIN


def follows(call: HttpCall, before: HttpCall) -> bool:
    """Say whether a call began when the one before was over: its answer could be known."""
    return call.at_s >= before.ended_s - ROUNDING_S


def on_its_way(call: HttpCall, before: HttpCall) -> bool:
    """Say whether a call may have been sent before its client had read another one's answer.

    Not if it asks for the same thing: that is a repeat.
    """
    same = (call.operation, call.subject) == (before.operation, before.subject)
    return not same and call.at_s <= before.ended_s + ON_ITS_WAY_S


def succeeded(call: HttpCall) -> bool:
    """Say whether a call came back with what it asked for, by its status and code."""
    return 200 <= call.status < 300 and not call.code


def soft_error(call: HttpCall) -> bool:
    """Say whether a call came back as done, with an error inside.

    Dukcapil's codes are answers: there every one comes with 200.
    """
    return 200 <= call.status < 300 and bool(call.code) and call.service in SERVICES


def readable(call: HttpCall) -> bool:
    """Say whether a program can read the answer of a JSON operation (or of the captcha's image).

    Not: no answer, a server's or gateway's error, a body of noise, none at all, a page of HTML.
    """
    html = call.media.lower().startswith(("text/html", "application/xhtml"))
    return call.told and call.status < 500 and call.end not in ("garbage", "empty") and not html


def finished(history: History) -> int:
    """Count the citizens of whom something was said or can be inferred."""
    said = last_said(history)
    return sum(nik in said or bool(inferred(calls)) for nik, calls in begun(history).items())
