"""sync_rate: stored work trickles in; it does not come all at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.batches import RECORDING, batches, sent
from siaksim.verdict.history import History, HttpCall


class SyncRate(RuleModel):
    """Sends at most `recordings` recordings in a batch, and `batches` batches in a minute.

    Observable: the items of batches (`siak.sync`), and how many of a client's batches were taken
    within `window` client seconds; what failed or was refused is not counted here, other rules look
    at it. Five recordings of 60 KB are through in 24 s where four kits share 400 kbit/s
    (field-3g), inside the 30 s of deadline_kept; scans are small and not counted. Six batches, one
    in ten seconds, let the counters' calls go first: assumed, as are small batches themselves
    (realism.md 6: good kits trickle, bad ones post all in bulk and are told 429).
    """

    rule: Literal["sync_rate"]
    advice: ClassVar[str] = (
        "Send a few items at a time, one batch after the other, with a pause drawn anew each time."
    )
    timed: ClassVar[bool] = True
    recordings: Annotated[int, Field(ge=1)] = 5
    batches: Annotated[int, Field(ge=1)] = 6
    window: Annotated[float, Field(gt=0, description="client seconds")] = 60.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each batch that is too large, and each client's worst minute."""
        clients: dict[str, list[HttpCall]] = {}
        for call in batches(history):
            count = sum(item.kind == RECORDING for item in sent(call))
            if count > self.recordings:
                message = "{count} recordings were sent at once, {most} are enough"
                yield self.finding(message, call, count=count, most=self.recordings)
            if 200 <= call.status < 300:
                clients.setdefault(call.client, []).append(call)
        for calls in clients.values():
            worst = self._crowd(calls)
            if len(worst) > self.batches:
                message = "{count} batches were sent within {window:g} s, {most} are enough"
                values = {"count": len(worst), "window": self.window, "most": self.batches}
                yield self.finding(message, *worst, **values)

    def exercised(self, history: History) -> int:
        """Count the batches."""
        return len(batches(history))

    def _crowd(self, calls: list[HttpCall]) -> list[HttpCall]:
        """Return the most batches that began within the window."""
        first, best = 0, (0, 0)
        for last, call in enumerate(calls):
            while call.at_s - calls[first].at_s >= self.window:
                first += 1
            if last + 1 - first > best[1] - best[0]:
                best = (first, last + 1)
        return calls[slice(*best)]
