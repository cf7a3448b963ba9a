"""circuit_breaker: while nothing answers, a client only probes; then it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import History, HttpCall


class CircuitBreaker(RuleModel):
    """After `failures` calls in a row without an answer, calls a service once per `probe` seconds.

    Observable: a blackout is a stretch in which none of a client's calls to a service was
    answered (nothing, or 502, 503, 504). Calls that begin after the end of the `failures`th are
    probes, each at least `probe` client seconds after the one before, the first after the
    breaker opened. Once the faults that struck the stretch are over, a client whose next call
    is for a citizen of the stretch makes it within `closes` client seconds. Good: open within
    30 s, a probe per 15 s (realism.md 6, siak-blackout-25min); the limits are assumed, looser.
    """

    rule: Literal["circuit_breaker"]
    advice: ClassVar[str] = (
        "Stop calling after a few failures, go over to paper, and probe with one call every 15 s."
    )
    timed: ClassVar[bool] = True
    implies: ClassVar[tuple[str, ...]] = ("retry_budget", "retry_limit")
    failures: Annotated[int, Field(ge=1)] = 5
    probe: Annotated[float, Field(gt=0, description="client seconds")] = 10.0
    closes: Annotated[float, Field(gt=0, description="client seconds")] = 120.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield, for each blackout, its probes that came too often, and a return that was late."""
        for stretch, following in blackouts(history):
            if len(stretch) < self.failures:
                continue
            hasty = list(self._hasty(stretch))
            if hasty:
                message = (
                    "{service} did not answer {failures} times, and {count} calls followed "
                    "less than {probe:g} s after the one before"
                )
                yield self.finding(
                    message,
                    *hasty,
                    service=stretch[0].service,
                    failures=self.failures,
                    count=len(hasty),
                    probe=self.probe,
                )
            over = _over_s(history, stretch)
            if over is None or following is None or following.at_s <= over + self.closes + 1e-6:
                continue
            if following.subject in {call.subject for call in stretch}:
                message = "{service} was well again, and was not called for {late:.0f} s"
                late = following.at_s - over
                yield self.finding(
                    message, stretch[-1], following, service=following.service, late=late
                )

    def exercised(self, history: History) -> int:
        """Count the blackouts that were long enough to open a breaker."""
        return sum(len(stretch) >= self.failures for stretch, _ in blackouts(history))

    def _hasty(self, stretch: list[HttpCall]) -> Iterator[HttpCall]:
        opened = sorted(call.ended_s for call in stretch)[self.failures - 1]
        since = opened
        for call in stretch:
            if call.at_s <= opened + 1e-6:
                continue
            if call.at_s - since < self.probe - 1e-6:
                yield call
            since = call.at_s


def down(call: HttpCall) -> bool:
    """Say whether a call found nobody: no answer, or a gateway's or a service's 502, 503, 504."""
    return not call.told or call.status in (502, 503, 504)


def blackouts(history: History) -> Iterator[tuple[list[HttpCall], HttpCall | None]]:
    """Yield each client's stretches of calls to a service that found nobody, and the call after.

    The call after is None when the stretch lasted to the client's last call.
    """
    for calls in history.clients().values():
        for service in sorted({call.service for call in calls}):
            stretch: list[HttpCall] = []
            for call in (c for c in calls if c.service == service):
                if down(call):
                    stretch.append(call)
                elif stretch:
                    yield stretch, call
                    stretch = []
            if stretch:
                yield stretch, None


def _over_s(history: History, stretch: list[HttpCall]) -> float | None:
    """Return when the last of the faults that struck a stretch ended; None: not known."""
    faults = {hit.fault for call in stretch for hit in call.hits}
    began = stretch[0].at_s
    ends = [
        w.ended_s
        for w in history.windows
        if w.fault in faults and w.began_s <= stretch[-1].ended_s and (w.ended_s or began) >= began
    ]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None
