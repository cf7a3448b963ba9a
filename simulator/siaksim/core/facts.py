"""What a plan may know of a request. PURE: standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """One request: `subject` is the NIK, else the operator, else '-'; `attempt` counts from 1."""

    operation: str
    client: str
    kind: str
    actor: bool
    subject: str
    attempt: int
    write: bool
