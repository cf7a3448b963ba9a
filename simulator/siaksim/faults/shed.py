"""shed: calls are turned away at the door (503), so that the others are served in time.

- {target: siak.*, kind: shed, at: "09:45", for: 20m, ramp: {from: 98%, to: 0%}, drop_queue: true}
- {target: siak.*, kind: shed, share: 60%, retry_after: 2m, at: "09:45", for: 30m}

What ends a retry storm that goes on without its cause. A refused call never comes to the queue of
a `capacity` (docs/capacity.md); a shed of a whole service (siak.*, all) turns away the other
offices' calls as well. `drop_queue` throws out all that wait when it begins, as a restart would.
Whoever lifts it at once lets the storm begin again: `ramp` lifts it slowly. Assumed.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect, Reply, RetryAfter
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Flag, PositiveSeconds


class Shed(FaultModel):
    """Answers 503 before the queue, with Retry-After if `retry_after` is given."""

    layer: ClassVar[str] = "load"
    kind: Literal["shed"]
    retry_after: PositiveSeconds | None = None
    drop_queue: Flag = False

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one refusal."""
        retry = None if self.retry_after is None else RetryAfter(seconds=self.retry_after)
        return (Reply(503, retry=retry),)

    def drops_queue(self) -> bool:
        """Say whether all that wait are thrown out when it begins."""
        return self.drop_queue
