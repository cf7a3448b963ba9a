"""stall: a centre's servers stand still or work slowly; what waits goes on waiting.

- {target: siak.*, kind: stall, at: "09:15", for: 1m}
- {target: siak.*, kind: stall, speed: 0%, recovery: {from: 20%, over: 30m}, at: "09:30", for: 30m}

It needs a `capacity` of the target's service (docs/capacity.md) and strikes no single call: calls
queue up, their clients hang up, and the work is done for nobody when the servers go on. `speed` is
the part of their speed that is left. With `recovery` they start slowly afterwards: from a part of
their speed evenly up to all of it, in office time (cold caches and pools). All assumed.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from siaksim.core.effects import Effect
from siaksim.core.plan import Draw
from siaksim.core.terms import Recovery
from siaksim.faults.base import FaultModel, PartModel
from siaksim.faults.laws import PositiveSeconds, Share


class RecoveryPart(PartModel):
    """A slow start after the stall."""

    first: Share = Field(alias="from", description="of the speed, at once after the stall")
    over: PositiveSeconds = Field(description="until all of it is back, in office time")


class Stall(FaultModel):
    """Lets the servers of a service with a `capacity` work at `speed`, then recover."""

    layer: ClassVar[str] = "load"
    on_calls: ClassVar[bool] = False
    needs_capacity: ClassVar[bool] = True
    kind: Literal["stall"]
    speed: Share = 0.0
    recovery: RecoveryPart | None = None

    @model_validator(mode="after")
    def _slower(self) -> Stall:
        if self.speed >= 1.0:
            raise ValueError("speed is the part that is left: below 100%")
        return self

    @property
    def needs_time(self) -> bool:
        """It is something that begins and ends."""
        return True

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return nothing: no single call is struck."""
        return ()

    def recovers(self) -> Recovery | None:
        """Return how the servers start afterwards; None: at full speed at once."""
        if self.recovery is None:
            return None
        return Recovery(self.recovery.first, self.recovery.over)
