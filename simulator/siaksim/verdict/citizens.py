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
DONE_BY = ("mail.activate", "ikd.login", "ikd.set_pin", "siak.delete_account")
"""Writes whose success ends a citizen's visit."""
HANDED_BY = ("siak.scan_qr", "siak.resend_mail", "ikd.scan_officer_qr")
"""Writes whose success sends the citizen to the mailbox."""
ASKED_BY = ("ikd.status", "siak.activation")
"""Reads with which a client sees that the citizen goes on or is finished."""

Inferred = Literal["done", "handed_over", "failed", ""]


def is_citizen(subject: str) -> bool:
    """Say whether a call is about a citizen, not an operator or nobody."""
    digits = len(subject) == 16 and subject.isascii() and subject.isdigit()
    return digits or subject.startswith(NOT_ISSUED)


def begun(history: History) -> dict[str, list[HttpCall]]:
    """Return the judged calls about each citizen, in order."""
    found: dict[str, list[HttpCall]] = defaultdict(list)
    for call in history.judged:
        if call.service in SERVICES and is_citizen(call.subject):
            found[call.subject].append(call)
    return dict(found)


def last_said(history: History) -> dict[str, Said]:
    """Return what was last said of each citizen."""
    return {said.nik: said for said in history.said}


def inferred(calls: Iterable[HttpCall]) -> Inferred:
    """Return what a citizen was probably told by the calls about him or her, '' if nobody knows.

    A step that was done tells; a refusal for good was told as one; a failure tells nothing, and
    neither does a step in the middle. Status reads follow a step and change nothing that it told.
    """
    told: Inferred = ""
    for call in calls:
        if call.refused:
            told = told if call.operation in ASKED_BY and told else "failed"
        elif not succeeded(call):
            told = ""
        elif call.operation in DONE_BY:
            told = "done"
        elif call.operation in HANDED_BY:
            told = "handed_over"
        elif call.operation not in ASKED_BY:
            told = ""
    return told


def succeeded(call: HttpCall) -> bool:
    """Say whether a call came back with what it asked for, by its status and code."""
    return 200 <= call.status < 300 and not call.code


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
