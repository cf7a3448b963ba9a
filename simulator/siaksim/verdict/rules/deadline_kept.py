"""deadline_kept: a client neither waits for ever nor gives up at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import OPEN, History, HttpCall


class DeadlineKept(RuleModel):
    """Waits for an answer at least `patience` and at most `seconds` client seconds.

    Observable: how long calls took, answered, hung or left by the client (`client_left`); a call
    without an end lasts to the run's. Giving up early is judged of calls that nothing but waiting
    befell, and only if the client called again afterwards: else the end of its process may have cut
    them. Good: a 10-second deadline, bad: a 60-second spinner (realism.md 6, siak-brownout); both
    limits assumed.
    """

    rule: Literal["deadline_kept"]
    advice: ClassVar[str] = (
        "Set a total deadline on every call (connect and read time-outs alone let slow bodies by)."
    )
    timed: ClassVar[bool] = True
    seconds: Annotated[float, Field(gt=0, description="client seconds")] = 30.0
    patience: Annotated[float, Field(ge=0, description="client seconds")] = 2.0
    tolerance: Annotated[float, Field(ge=0, description="client seconds")] = 1.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each call that was waited for too long, or given up too early."""
        for calls in history.clients().values():
            for call in calls:
                waited = _waited(history, call)
                if waited > self.seconds + self.tolerance:
                    message = "{operation} was waited for {waited:.1f} s, {limit:g} s is the limit"
                    limit = self.seconds
                elif _went_on(calls, call) and _gave_up(call) and waited < self.patience - 1e-6:
                    message = (
                        "{operation} was given up after {waited:.2f} s, {limit:g} s is the least"
                    )
                    limit = self.patience
                else:
                    continue
                yield self.finding(
                    message, call, operation=call.operation, waited=waited, limit=limit
                )

    def exercised(self, history: History) -> int:
        """Count the calls that lasted longer than the limit or that the client left."""
        return sum(
            call.end == "client_left" or _waited(history, call) > self.seconds
            for call in history.judged
        )


def _waited(history: History, call: HttpCall) -> float:
    return history.until_s - call.at_s if call.end == OPEN else call.took_s


def _went_on(calls: list[HttpCall], call: HttpCall) -> bool:
    """Say whether a client called again after a call: if not, the end of its process may be why."""
    return calls[-1].at_s >= call.ended_s


def _gave_up(call: HttpCall) -> bool:
    """Say whether nothing but its patience made the client leave (unreadable bytes might)."""
    return call.end == "client_left" and all(
        hit.layer in ("time", "load") or hit.kind == "hang" for hit in call.hits
    )
