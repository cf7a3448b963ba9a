"""What the client under test added to the load of finite centres. PURE."""

from __future__ import annotations

from dataclasses import dataclass

from siaksim.verdict.history import History
from siaksim.verdict.rules.retry_budget import RetryBudget

BUDGET = 0.1
"""Retries that a budget allows, as a part of first calls (Google's SRE book, chapter 21)."""
LOAD = ("capacity", "shed")
"""The kinds of what befalls a call before a finite centre: its queue, its door."""


@dataclass(frozen=True, slots=True)
class Added:
    """Calls of the client to `services`: finite ones that it called, or all if it called none.

    `retries` repeat a call that failed less than ten client seconds before (as in `retry_budget`:
    a probe that comes later amplifies nothing).
    """

    services: tuple[str, ...]
    calls: int
    retries: int

    @property
    def first(self) -> int:
        """The calls that repeat none."""
        return self.calls - self.retries

    @property
    def amplification(self) -> float:
        """Calls for each first one (0: there was none)."""
        return self.calls / self.first if self.first else 0.0

    @property
    def spared(self) -> int:
        """The retries that a budget of 10% would have spared the centres."""
        return max(0, self.retries - int(BUDGET * self.first))


def added(history: History) -> Added | None:
    """Return what a client added; None where no call met a finite centre and none stalled."""
    judged = history.judged
    met = {call.service for call in judged if any(hit.kind in LOAD for hit in call.hits)}
    stalled = {found.service for found in history.recoveries}
    stalled &= {call.service for call in judged}
    services = met | stalled or {found.service for found in history.recoveries}
    if not services:
        return None
    again = RetryBudget(rule="retry_budget").retries(history)
    calls = [call for call in judged if call.service in services]
    return Added(tuple(sorted(services)), len(calls), sum(call.id in again for call in calls))
