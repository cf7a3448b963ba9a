"""The way of a call's mails under its conditions: written into the changes before the commit. PURE.

Operations send every mail in the same way; what is to become of it is put in here, so that the
ledger has it, and a restart knows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from siaksim.core.conditions import Conditions
from siaksim.core.effects import (
    LinkLife,
    MailBounce,
    MailCopies,
    MailDelay,
    MailEffect,
    MailGreylist,
    MailLoss,
    MailSpam,
)
from siaksim.core.plan import Reason
from siaksim.ledger.entries import Change
from siaksim.post import SPAM


def posted(
    changes: Sequence[Change], conditions: Conditions, reasons: Sequence[Reason] = ()
) -> tuple[Change, ...]:
    """Return the changes with each mail on the way that the conditions say, and why."""
    if not any(change.kind == "mail_issued" for change in changes):
        return tuple(changes)
    why = next(({"fault": r.fault_id, "why": r.why} for r in reasons if r.layer == "mail"), {})
    found: list[Change] = []
    more: dict[str, int] = {}
    """Copies so far by registration: a batch may send a citizen two mails."""
    for change in changes:
        if change.kind != "mail_issued":
            found.append(change)
            continue
        # A mail takes its time whatever the clock says that has dated it.
        due, whose = change.data["due_at"] - conditions.skew_s, change.data["registration"]
        number = change.data["number"] + more.get(whose, 0)
        data = {**change.data, "due_at": due, "number": number}
        if conditions.mail is None:
            found.append(replace(change, data=data))
        else:
            ways = list(_ways({**data, **why}, conditions.mail))
            more[whose] = more.get(whose, 0) + len(ways) - 1
            found += [replace(change, data=way) for way in ways]
    return tuple(found)


def _ways(data: Mapping[str, Any], effect: MailEffect) -> Iterator[dict[str, Any]]:
    """Yield what becomes of one mail: of more than one when each copy has a link of its own."""
    due = data["due_at"]
    match effect:
        case MailDelay(seconds):
            yield {**data, "due_at": due + seconds}
        case MailLoss():
            yield {**data, "fate": "lost"}
        case MailBounce(said):
            yield {**data, "fate": "bounced", "said": said}
        case MailGreylist(seconds, said):
            yield {**data, "due_at": due + seconds, "deferred_at": due, "said": said}
        case MailSpam():
            yield {**data, "folder": SPAM}
        case LinkLife(seconds):
            yield {**data, "link_dies_at": min(data["link_dies_at"], due + seconds)}
        case MailCopies(count, gap_s, newest_only):
            gaps = [gap_s * copy for copy in range(count)]
            if not newest_only:
                yield {**data, "copies_at": [due + gap for gap in gaps[1:]]}
                return
            for copy, gap in enumerate(gaps):
                later = {"due_at": due + gap, "link_dies_at": data["link_dies_at"] + gap}
                yield {**data, **later, "number": data["number"] + copy}
