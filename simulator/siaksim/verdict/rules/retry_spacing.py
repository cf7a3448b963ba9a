"""retry_spacing: who tries again waits first, and longer each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean, stdev
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import History, HttpCall
from siaksim.verdict.rules.retry_limit import rows


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait before a retry: `number` 1 is the first one's; `seconds` are client seconds."""

    number: int
    before: HttpCall
    again: HttpCall

    @property
    def seconds(self) -> float:
        """From the end of the failed call to the begin of the next one."""
        return self.again.at_s - self.before.ended_s

    @property
    def own(self) -> bool:
        """Whether the client chose it: no Retry-After told it how long."""
        return not self.before.retry_after


class RetrySpacing(RuleModel):
    """Waits at least `least` client seconds before a retry, and longer before a second one.

    Observable: the times between a failed call's end and the next for the same thing. Each wait
    is judged by `least`. All of a client's second waits together should be `grows` times the
    first ones (0: need not grow); jitter is allowed for: three standard errors of the mean, and
    at least `samples` pairs. Waits that a Retry-After ordered (`retry_after_obeyed` judges those),
    pairs with a wait of `enough` or longer, and what comes after `pause` do not count. The limits
    are assumed; growth: Google's SRE book, chapter 22. Libraries may repeat at once unless told
    otherwise: urllib3's Retry, and requests with it, do so the first time.
    """

    rule: Literal["retry_spacing"]
    advice: ClassVar[str] = (
        "Wait before every retry and double the wait each time, with jitter and a floor."
    )
    timed: ClassVar[bool] = True
    least: Annotated[float, Field(ge=0, description="client seconds")] = 0.2
    grows: Annotated[float, Field(ge=0)] = 1.2
    samples: Annotated[int, Field(ge=3)] = 3
    enough: Annotated[float, Field(gt=0, description="client seconds")] = 10.0
    pause: Annotated[float, Field(gt=0, description="client seconds")] = 60.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each wait that is too short, then each client whose waits do not grow."""
        for wait in waits(history, self.pause):
            if wait.own and wait.seconds < self.least - _EXACT:
                message = "{operation} was tried again after {wait:.2f} s, {least:g} s is the least"
                yield self.finding(
                    message,
                    wait.before,
                    wait.again,
                    operation=wait.before.operation,
                    wait=wait.seconds,
                    least=self.least,
                )
        yield from self._steady(history)

    def exercised(self, history: History) -> int:
        """Count the retries whose wait the client chose."""
        return sum(wait.own for wait in waits(history, self.pause))

    def _steady(self, history: History) -> Iterator[Finding]:
        if not self.grows:
            return
        pairs: dict[str, list[tuple[Wait, Wait]]] = {}
        for one, two in pairwise(waits(history, self.pause)):
            follows = one.number == 1 and two.before is one.again and one.own and two.own
            if follows and max(one.seconds, two.seconds) < self.enough:
                pairs.setdefault(one.before.client, []).append((one, two))
        for found in pairs.values():
            short = [two.seconds - self.grows * one.seconds for one, two in found]
            if len(short) < self.samples:
                continue
            if fmean(short) + 3 * stdev(short) / sqrt(len(short)) < -_EXACT:
                message = (
                    "second waits ({second:.2f} s) are no longer than first ones ({first:.2f} s)"
                )
                one, two = found[0]
                yield self.finding(
                    message,
                    one.before,
                    one.again,
                    two.again,
                    first=fmean(pair[0].seconds for pair in found),
                    second=fmean(pair[1].seconds for pair in found),
                )


_EXACT = 1e-6
"""Journals keep times to the microsecond at best: less is no difference."""


def waits(history: History, pause: float) -> list[Wait]:
    """Return every wait before a retry that came within `pause` client seconds of a failure."""
    return [
        Wait(number, before, again)
        for row in rows(history, pause)
        for number, (before, again) in enumerate(pairwise(row), 1)
    ]
