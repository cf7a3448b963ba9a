"""no_herd_on_recovery: when a service is back, not everybody comes at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import History, HttpCall, Window
from siaksim.verdict.rules.circuit_breaker import down


@dataclass(frozen=True, slots=True)
class _Return:
    """An outage's end, the first call after it of each client that waited, and stored work.

    `stored` holds, for each client, the first call after it for each citizen that waited.
    """

    over_s: float
    first: list[HttpCall]
    stored: dict[str, list[HttpCall]]


class NoHerdOnRecovery(RuleModel):
    """After an outage, comes back spread out: clients not in step, stored work a bit at a time.

    Observable: the end of a fault's window; who waited, that is, whose last call before it found
    nobody by that fault; their first calls after it. A breach: of `clients` or more that waited,
    `share` came within `within` client seconds of each other; or one client began on more than
    `burst` citizens who waited within so long. Good: ramps and serves the queue in order, bad:
    all stored work at 10:00:00 (realism.md 6, slow-recovery-thundering-herd); limits assumed.
    """

    rule: Literal["no_herd_on_recovery"]
    advice: ClassVar[str] = (
        "Spread the return at random over a minute, and send stored work one after the other."
    )
    timed: ClassVar[bool] = True
    within: Annotated[float, Field(gt=0, description="client seconds")] = 1.0
    clients: Annotated[int, Field(ge=2)] = 6
    share: Annotated[float, Field(gt=0.5, le=1)] = 0.8
    burst: Annotated[int, Field(ge=1)] = 5

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each herd of clients, and each client that sends its stored work at once."""
        for back in _returns(history):
            crowd = self._crowd(back.first)
            if len(back.first) >= self.clients and len(crowd) >= ceil(
                self.share * len(back.first) - 1e-9
            ):
                message = "{count} of {all} clients came back within {within:g} s of each other"
                yield self.finding(
                    message, *crowd, count=len(crowd), all=len(back.first), within=self.within
                )
            for calls in back.stored.values():
                crowd = self._crowd(calls)
                if len(crowd) > self.burst:
                    message = (
                        "work for {count} citizens that had waited was sent within {within:g} s"
                    )
                    yield self.finding(message, *crowd, count=len(crowd), within=self.within)

    def exercised(self, history: History) -> int:
        """Count the outages that enough clients, or enough stored work, waited for."""
        return sum(
            len(back.first) >= self.clients
            or any(len(calls) > self.burst for calls in back.stored.values())
            for back in _returns(history)
        )

    def _crowd(self, calls: list[HttpCall]) -> list[HttpCall]:
        """Return the most calls that began within `within` client seconds of each other."""
        first, best = 0, (0, 0)
        for last, call in enumerate(calls):
            while call.at_s - calls[first].at_s > self.within + 1e-6:
                first += 1
            if last + 1 - first > best[1] - best[0]:
                best = (first, last + 1)
        return calls[slice(*best)]


def _returns(history: History) -> Iterator[_Return]:
    """Yield the return after each end of a window that somebody waited for."""
    ends: dict[float, list[Window]] = {}
    for window in history.windows:
        if window.ended_s is not None:
            ends.setdefault(window.ended_s, []).append(window)
    for over_s, windows in sorted(ends.items()):
        first: list[HttpCall] = []
        stored: dict[str, list[HttpCall]] = {}
        for client, calls in history.clients().items():
            first += _waited(calls, windows, over_s, by_citizen=False)
            stored[client] = _waited(calls, windows, over_s, by_citizen=True)
        if first:
            yield _Return(over_s, sorted(first, key=lambda call: call.at_s), stored)


def _waited(
    calls: list[HttpCall], windows: list[Window], over_s: float, *, by_citizen: bool
) -> list[HttpCall]:
    """Return a client's first call after the end, or the first for each citizen, if it waited."""
    before: dict[str, HttpCall] = {}
    after: dict[str, HttpCall] = {}
    for call in calls:
        who = call.subject if by_citizen else call.client
        if call.at_s < over_s:
            before[who] = call
        elif who in before and who != "-" and _struck(before[who], windows):
            after.setdefault(who, call)
    return list(after.values())


def _struck(call: HttpCall, windows: list[Window]) -> bool:
    faults = {hit.fault for hit in call.hits}
    return down(call) and any(w.fault in faults and call.ended_s >= w.began_s for w in windows)
