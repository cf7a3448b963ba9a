"""polling_interval: a status is asked for at a bearable rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import LOOKED_UP_BY, is_citizen, readable, soft_error
from siaksim.verdict.history import SAFE, History, HttpCall
from siaksim.verdict.operations import POLLS

JITTER_S = 0.05
"""How much earlier than sent apart two calls may arrive (assumed: a loopback's hiccup)."""


class PollingInterval(RuleModel):
    """Asks for one citizen's status every `seconds` at most, after `quick` times every `later`.

    Observable: the starts of status reads for the same thing, when the one before was answered (a
    read that failed, or found its session dead, is a retry, for other rules); a write about the
    citizen between two reads, or `pause` seconds of silence, begins anew. A good client polls after
    2, 4, 8 s, a bad one every 2 s (scenario library, replica-lag-status and monday-morning-rush);
    `pause`: assumed.
    """

    rule: Literal["polling_interval"]
    advice: ClassVar[str] = "Poll after 2, 4 and 8 seconds and then slower, and stop at a limit."
    timed: ClassVar[bool] = True
    seconds: Annotated[float, Field(gt=0, description="client seconds")] = 2.0
    later: Annotated[float, Field(gt=0, description="client seconds")] = 4.0
    quick: Annotated[int, Field(ge=0)] = 3
    pause: Annotated[float, Field(gt=0, description="client seconds")] = 60.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each row of polls that come too fast."""
        for row in self._rows(history):
            for number, (one, two) in enumerate(pairwise(row), 1):
                least = self.seconds if number <= self.quick else max(self.seconds, self.later)
                gap = two.at_s - one.at_s
                if gap < least - JITTER_S and _answered(one):
                    message = "{operation} was asked again after {gap:.1f} s, {least:g} s are due"
                    shown = row[: number + 1]
                    values = {"operation": one.operation, "gap": gap, "least": least}
                    yield self.finding(message, *shown, **values)
                    break

    def exercised(self, history: History) -> int:
        """Count the polls that followed an answered one."""
        pairs = (pair for row in self._rows(history) for pair in pairwise(row))
        return sum(_answered(one) for one, _ in pairs)

    def _rows(self, history: History) -> Iterator[list[HttpCall]]:
        writes: dict[tuple[str, str], list[float]] = {}
        for call in history.judged:
            if call.method not in SAFE and call.operation not in LOOKED_UP_BY:
                writes.setdefault((call.client, call.subject), []).append(call.at_s)
        for chain in history.chains():
            if chain[0].operation not in POLLS or not is_citizen(chain[0].subject):
                continue
            changed = writes.get((chain[0].client, chain[0].subject), [])
            row = chain[:1]
            for one, two in pairwise(chain):
                new = any(one.at_s <= at <= two.at_s for at in changed)
                if new or two.at_s - one.at_s > self.pause:
                    yield row
                    row = []
                row.append(two)
            yield row


def _answered(call: HttpCall) -> bool:
    """Say whether a read told how it stands, so that the next one is a poll."""
    return readable(call) and not call.failed and not soft_error(call) and call.status != 401
