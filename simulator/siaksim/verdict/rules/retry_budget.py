"""retry_budget: retries stay a small part of all calls, so that they sustain no overload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import History, HttpCall
from siaksim.verdict.rules.retry_limit import rows


class RetryBudget(RuleModel):
    """Makes at most `most` calls for each first attempt, in any `window` client seconds.

    Observable: all judged calls; a retry is a call that comes within `pause` client seconds of a
    failed one for the same thing (a probe that comes later amplifies nothing). Windows with fewer
    than `calls` calls do not count. Google's SRE book, chapter 21: retries up to 10% of requests,
    so growth is 1.1; realism.md 2.3 and 6: good clients 1.1, storms 4 to 9. The limit 2.0 is
    assumed: between 1.2 and 2.0 a client is careless but does not fail.
    """

    rule: Literal["retry_budget"]
    advice: ClassVar[str] = (
        "Retry in one layer only, and spend at most a tenth of the calls on retries."
    )
    timed: ClassVar[bool] = True
    most: Annotated[float, Field(ge=1)] = 2.0
    window: Annotated[float, Field(gt=0, description="client seconds")] = 60.0
    calls: Annotated[int, Field(ge=2)] = 20
    pause: Annotated[float, Field(gt=0, description="client seconds")] = 10.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield the worst window if it is too much, with its retries."""
        retries = self.retries(history)
        worst: tuple[float, list[HttpCall]] = (0.0, [])
        for calls in self._windows(history):
            first = sum(call.id not in retries for call in calls)
            ratio = len(calls) / max(1, first)
            if ratio > worst[0]:
                worst = (ratio, calls)
        ratio, calls = worst
        if ratio > self.most:
            message = "{count} calls in {window:g} s for {first} first attempts: {ratio:.1f} times"
            again = [call for call in calls if call.id in retries]
            yield self.finding(
                message,
                *again,
                count=len(calls),
                window=self.window,
                first=len(calls) - len(again),
                ratio=ratio,
            )

    def exercised(self, history: History) -> int:
        """Count the failed calls of windows that hold enough calls to tell."""
        seen = {c.id for calls in self._windows(history) for c in calls if c.failed}
        return len(seen)

    def _windows(self, history: History) -> Iterator[list[HttpCall]]:
        """Yield the calls of each window that ends with a call and holds enough of them."""
        judged, first = history.judged, 0
        for last, call in enumerate(judged):
            while judged[first].at_s < call.at_s - self.window:
                first += 1
            if last + 1 - first >= self.calls:
                yield list(judged[first : last + 1])

    def retries(self, history: History) -> frozenset[str]:
        """Return the ids of the calls that repeat a failed one."""
        return frozenset(call.id for row in rows(history, self.pause) for call in row[1:])
