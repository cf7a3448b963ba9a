"""What a plan may know of a request. PURE: standard library only."""

from __future__ import annotations

from dataclasses import dataclass

NO_EVENTS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """One request: `subject` is the NIK, else the operator, else '-'; counts are from 1.

    `attempt` is the nth arrival of (client, operation, subject), `call` the nth of
    (client, operation), `world_call` the nth of the operation by any client (by any actor, for an
    actor's call); a count of 0 was not made, and the one before stands in for it. `area` is the
    code of the village where the subject lives ('' for no resident), `events` are the kinds of
    ledger entries that there are of the subject so far. `link` is the site's line by which the
    call came ('' for none). `rank` is the subject's place (from 0) in a work list over which draws
    are spread evenly, or -1.
    """

    operation: str
    client: str
    kind: str
    actor: bool
    subject: str
    attempt: int
    write: bool
    link: str = ""
    area: str = ""
    call: int = 0
    world_call: int = 0
    events: frozenset[str] = NO_EVENTS
    rank: int = -1
