"""latency: the answer comes later. It adds to whatever else is drawn.

- {target: siak.*, kind: latency, delay: {lognormal: {median: 4s, p99: 30s}}}
- {target: all, kind: latency, delay: 200ms}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect, Wait
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Flag, Law


class Latency(FaultModel):
    """Delays the answer by `delay` (client seconds), the server free meanwhile by default."""

    layer: ClassVar[str] = "time"
    kind: Literal["latency"]
    delay: Law
    occupies: Flag = False

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one wait, drawn from the law."""
        return (Wait(self.delay.at(draw("delay")), self.occupies),)
