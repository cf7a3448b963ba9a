"""What a plan may know of a request. PURE: standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """One request: `subject` is the NIK, else the operator, else '-'; counts are from 1.

    `attempt` is the nth arrival of (client, operation, subject), `call` the nth of
    (client, operation); a `call` of 0 was not counted, and `attempt` stands in for it.
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
