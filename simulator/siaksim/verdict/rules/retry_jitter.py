"""retry_jitter: waits before retries differ, so that clients do not come back in step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import History
from siaksim.verdict.rules.retry_spacing import Wait, waits


class RetryJitter(RuleModel):
    """Draws its waits before retries: no `samples` equal ones, unless they are the fewer.

    Observable: the waits of all clients before a first retry, before a second one, and so on,
    each number by itself; a wait that a Retry-After ordered does not count. A breach is a crowd
    of at least `samples` waits that differ by less than `spread` of the longest, and are at least
    `share` of that number's waits. With fewer waits the rule is not exercised. Full jitter, the
    best in the AWS simulator, and the usual half and tenth are far inside; limits assumed.
    """

    rule: Literal["retry_jitter"]
    advice: ClassVar[str] = "Draw each wait anew (full jitter: between a floor and the whole wait)."
    timed: ClassVar[bool] = True
    samples: Annotated[int, Field(ge=3)] = 10
    spread: Annotated[float, Field(gt=0, lt=1)] = 0.05
    share: Annotated[float, Field(gt=0.5, le=1)] = 0.67
    pause: Annotated[float, Field(gt=0, description="client seconds")] = 60.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield the crowd of each retry number."""
        for number, found in self._numbered(history).items():
            crowd = self._crowd(found)
            if len(crowd) < self.samples or len(crowd) < self.share * len(found):
                continue
            message = (
                "{count} of {all} waits before retry {number} are alike: "
                "{shortest:.3f} to {longest:.3f} s"
            )
            yield self.finding(
                message,
                *(wait.again for wait in sorted(crowd, key=lambda w: w.again.at_s)),
                count=len(crowd),
                all=len(found),
                number=number,
                shortest=crowd[0].seconds,
                longest=crowd[-1].seconds,
            )

    def exercised(self, history: History) -> int:
        """Count the waits that are enough to tell."""
        return sum(
            len(found) for found in self._numbered(history).values() if len(found) >= self.samples
        )

    def _numbered(self, history: History) -> dict[int, list[Wait]]:
        found: dict[int, list[Wait]] = {}
        for wait in waits(history, self.pause):
            if wait.own:
                found.setdefault(wait.number, []).append(wait)
        return {number: sorted(found[number], key=lambda w: w.seconds) for number in sorted(found)}

    def _crowd(self, found: list[Wait]) -> list[Wait]:
        """Return the largest set of waits that are alike; `found` is sorted by length."""
        first, best = 0, (0, 0)
        for last, wait in enumerate(found):
            while wait.seconds - found[first].seconds > self.spread * max(wait.seconds, 0.0):
                first += 1
            if last + 1 - first > best[1] - best[0]:
                best = (first, last + 1)
        return found[slice(*best)]
