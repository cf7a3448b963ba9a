"""retry_limit: what fails is tried so many times and no more."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import follows, is_citizen, soft_error
from siaksim.verdict.history import History, HttpCall
from siaksim.verdict.rules.circuit_breaker import down

OPENS_AT, QUIET_S = 3, 10.0
"""Failures in a row that may have opened a breaker, and client seconds of silence after them."""


class RetryLimit(RuleModel):
    """Tries one thing at most `attempts` times while it fails.

    Observable: calls of one client for the same thing in a row, all but the last failed; a 200 with
    an error inside has failed, too. A polling read that answers is no retry; a new row begins after
    `pause` client seconds without one. Calls about no citizen that overlap are several hands', and
    no retries. Nor is a breaker's probe a retry, whatever it asks for: it comes when the service
    found nobody, or answered 500, three times in a row, and has been left alone for ten client
    seconds. Three attempts a request: Google's SRE book, chapter 21; ten seconds: as in
    circuit_breaker.
    """

    rule: Literal["retry_limit"]
    advice: ClassVar[str] = (
        "Give up after three attempts, tell the person, and offer to go on later."
    )
    implies: ClassVar[tuple[str, ...]] = ("retry_budget",)
    attempts: Annotated[int, Field(ge=1)] = 3
    pause: Annotated[float, Field(gt=0, description="client seconds")] = 60.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each row of attempts that is too long."""
        for row in rows(history, self.pause):
            if len(row) > self.attempts:
                message = "{operation} was tried {count} times in a row, {most} are enough"
                operation = row[0].operation
                yield self.finding(
                    message, *row, operation=operation, count=len(row), most=self.attempts
                )

    def exercised(self, history: History) -> int:
        """Count the things that failed at least once."""
        chains = (chain for chain in history.chains() if not _shared(chain))
        return sum(any(failed(call) for call in chain) for chain in chains)


def failed(call: HttpCall) -> bool:
    """Say whether the next call for the same thing is a retry."""
    return call.failed or soft_error(call)


def rows(history: History, pause: float) -> Iterator[list[HttpCall]]:
    """Yield attempts in a row: each but the last failed, and the next came within `pause`.

    A probe begins a new row: it is no retry of the call before it.
    """
    probing = probes(history)
    for chain in history.chains():
        if _shared(chain):
            yield from ([call] for call in chain)
            continue
        row: list[HttpCall] = []
        for call in chain:
            over = row and (not failed(row[-1]) or call.at_s - row[-1].ended_s > pause)
            if row and (over or call.id in probing):
                yield row
                row = []
            row.append(call)
        if row:
            yield row


def _shared(chain: list[HttpCall]) -> bool:
    """Say whether several hands ask for the same thing, so that none is known to repeat another.

    Three kiosks that have no credential yet are one client here: each asks for the terms, about
    nobody. Calls about one citizen are one matter however they overlap (a double click).
    """
    if is_citizen(chain[0].subject):
        return False
    return any(not follows(two, one) for one, two in pairwise(chain))


def probes(history: History) -> frozenset[str]:
    """Return the ids of calls that only look whether a service, down just now, is back."""
    found: set[str] = set()
    for calls in history.clients().values():
        for service in sorted({call.service for call in calls}):
            found |= _probes([call for call in calls if call.service == service])
    return frozenset(found)


def _probes(calls: list[HttpCall]) -> set[str]:
    """Return those of one client's calls to one service: it knows of a failure by its end."""
    found = set()
    over = deque(sorted(calls, key=lambda call: call.ended_s))
    failures, busy_until = 0, calls[0].at_s
    for call in calls:
        # A call that took no time at all has not told of itself before it began.
        while over and over[0] is not call and over[0].ended_s <= call.at_s:
            failures = failures + 1 if _opens(over.popleft()) else 0
        if failures >= OPENS_AT and call.at_s - busy_until >= QUIET_S - 1e-6:
            found.add(call.id)
        busy_until = max(busy_until, call.ended_s)
    return found


def _opens(call: HttpCall) -> bool:
    """Say whether a breaker may count a call: some open on 500s as well, none on a refusal."""
    return down(call) or call.status == 500
