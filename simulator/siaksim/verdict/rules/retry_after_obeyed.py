"""retry_after_obeyed: who is told when to come back does not come before."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import on_its_way
from siaksim.verdict.history import History, HttpCall


class RetryAfterObeyed(RuleModel):
    """Calls the same operation (or `scope: service`) only when a Retry-After is over.

    Observable: an answer's Retry-After, in client seconds or as an HTTP date, and the calls of
    that client which begin after the answer (another citizen's within a tenth of a second may have
    been on its way). A date lies as many client seconds ahead as it lies
    after the answer's own Date, so a client clock that is wrong is no excuse. A call at most
    `tolerance` client seconds early passes: dates are whole seconds. RFC 9110, section 10.2.3;
    the tolerance is assumed. Only answers of 429 and 5xx count.
    """

    rule: Literal["retry_after_obeyed"]
    advice: ClassVar[str] = (
        "Read Retry-After (seconds, or a date against the Date header) and wait so long, "
        "for every citizen's calls to that operation."
    )
    implies: ClassVar[tuple[str, ...]] = ("quota_thrift",)
    timed: ClassVar[bool] = True
    tolerance: Annotated[float, Field(ge=0, description="client seconds")] = 1.0
    scope: Literal["operation", "service"] = "operation"

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield, for each Retry-After, the first call that came too early."""
        for calls in history.clients().values():
            for told in calls:
                asked = wait_asked(history, told)
                early = next((c for c in calls if asked and self._early(told, c, asked)), None)
                if early is None or asked is None:
                    continue
                message = "{operation} was called {wait:.1f} s after it asked to wait {asked:.0f} s"
                yield self.finding(
                    message,
                    told,
                    early,
                    operation=early.operation if self.scope == "operation" else early.service,
                    wait=early.at_s - told.ended_s,
                    asked=asked,
                )

    def exercised(self, history: History) -> int:
        """Count the answers that asked for a wait longer than the tolerance."""
        asked = (wait_asked(history, call) for call in history.judged)
        return sum(wait is not None and wait > self.tolerance for wait in asked)

    def _early(self, told: HttpCall, call: HttpCall, asked: float) -> bool:
        same = getattr(told, self.scope) == getattr(call, self.scope)
        wait = call.at_s - told.ended_s
        early = call.id != told.id and 0 <= wait < asked - self.tolerance - 1e-6
        return same and early and not on_its_way(call, told)


def wait_asked(history: History, call: HttpCall) -> float | None:
    """Return how many client seconds an answer asked to wait; None: it did not, or not readably."""
    text = call.retry_after.strip()
    if not text or not (call.status == 429 or call.status >= 500):
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        date = parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
    return max(0.0, date - history.office(call.ended_s))
