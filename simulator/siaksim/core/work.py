"""The citizens of a run in the order in which they come: clients' work. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Visit:
    """One citizen's visit: `due` is office time; `given_to` is who took it, '' while nobody has."""

    nik: str
    due: float
    given_to: str = ""
    wants: str = "activation"
    """What the citizen comes for: activation, or recording (of a KTP-el)."""


class WorkList:
    """Hands out each visit once, first come first served; over when all are given or time is up."""

    def __init__(
        self, visits: Sequence[Visit] = (), until: float | None = None, *, spread: bool = False
    ) -> None:
        """`until` is the office time at which the day is over for clients; None: never.

        `spread`: faults are drawn evenly over these citizens (core.strata), in their order.
        """
        self.visits = sorted(visits, key=lambda visit: visit.due)
        self.until = until
        self.spread = spread
        self.ranks = {v.nik: n for n, v in enumerate(self.visits)} if spread else {}
        """The places of citizens over whom draws are spread."""

    def next(self, now: float, client: str) -> Visit | None:
        """Give the next visit that is due at office time `now`, or None."""
        waiting = next((visit for visit in self.visits if not visit.given_to), None)
        if waiting is None or waiting.due > now or self.over(now):
            return None
        waiting.given_to = client or "anonymous"
        return waiting

    def next_due(self) -> float | None:
        """Return when the next visit is due, None when all have been given."""
        return next((visit.due for visit in self.visits if not visit.given_to), None)

    def over(self, now: float) -> bool:
        """Say whether nobody will come any more."""
        if self.until is not None and now >= self.until:
            return True
        return all(visit.given_to for visit in self.visits)
