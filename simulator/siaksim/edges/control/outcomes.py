"""What the client under test says of its citizens: done, handed over, failed, or captured.

Verdicts compare it with the ledger; without it they infer it from a citizen's last call. Captured
is what was done without a line and waits on the device: the client owes it to the registry.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from siaksim.core.clock import office_text
from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, body, choice, json, whole
from siaksim.journal.redact import redacted_text

outcomes = Blueprint("outcomes", __name__)
outcomes.url_value_preprocessor(common.pull_world)

OUTCOMES = ("done", "handed_over", "failed", "captured")
REASON_MAX = 500
"""Characters of a reason (assumed): a sentence or two."""
_SUCH_AS = 'Such as {"nik": "3576...", "outcome": "handed_over", "reason": "kode belum datang"}.'


@outcomes.post("/outcomes")
def say_outcome() -> Response:
    """Take what became of a citizen: {nik, outcome: done|handed_over|failed|captured, reason}."""
    given = body("nik", "outcome", "reason")
    for name in ("nik", "outcome"):
        if name not in given:
            raise ControlError(400, f"`{name}` is missing.", name, _SUCH_AS)
    nik = given["nik"]
    if not (isinstance(nik, str) and len(nik) == 16 and nik.isascii() and nik.isdigit()):
        raise ControlError(400, "`nik` is a text of 16 digits.", "nik", _SUCH_AS)
    outcome = choice(given["outcome"], "outcome", OUTCOMES)
    reason = given.get("reason", "")
    if not isinstance(reason, str) or len(reason) > REASON_MAX:
        what = f"`reason` is a text of at most {REASON_MAX} characters."
        raise ControlError(400, what, "reason", "Leave it out, or shorten it.")
    world = common.world()
    line: dict[str, Any] = {
        "kind": "said",
        "at": office_text(world.clock.now()),
        "subject": world.journal_subject(nik),
        "outcome": outcome,
        "reason": redacted_text(reason, world.issued),
    }
    world.journal.add(line)
    return json(_shown(line), 201)


@outcomes.get("/outcomes")
def list_outcomes() -> Response:
    """List what the client said of its citizens, in order: ?limit= (1 to 1000), ?after= a number.

    The last one said of a citizen counts; `n` is the journal's number of a line.
    """
    given = arguments("after", "limit")
    after = whole(given, "after", 0, 0, 10**15)
    found = common.world().journal.query(
        {"kind": "said"}, after, whole(given, "limit", 1000, 1, 1000)
    )
    return json({"outcomes": [{"n": line["n"], **_shown(line)} for line in found]})


def _shown(line: dict[str, Any]) -> dict[str, Any]:
    names = ("at", "subject", "outcome", "reason")
    return {name: line[name] for name in names}
