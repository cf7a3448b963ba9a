"""stale_read: a read from a replica that lags behind; it shows how things stood.

- {target: ikd.status, kind: stale_read, lag: 40s, share: 30%}
- {target: "*.status", kind: stale_read, lag: 180s, grow: 10m, fall: 3, at: "09:00", for: 1h}
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.core.effects import Effect, StaleRead
from siaksim.core.plan import Draw, Window
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Law, PositiveSeconds


class StaleReadFault(FaultModel):
    """Answers reads marked as a replica's from the ledger as of now minus `lag` (office seconds).

    With `grow` the lag rises from 0 over the window's first so many seconds; with `fall` it goes
    down by so many seconds a second, to be gone when the window closes.
    """

    layer: ClassVar[str] = "meaning"
    needs: ClassVar[str] = "x-reads: replica"
    kind: Literal["stale_read"]
    lag: Law
    grow: PositiveSeconds | None = None
    fall: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | None = None

    @property
    def needs_time(self) -> bool:
        """A lag that grows or falls needs a beginning and an end."""
        return self.grow is not None or self.fall is not None

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one stale read with a lag of the law."""
        return (StaleRead(self.lag.at(draw("lag"))),)

    def effects_at(self, draw: Draw, now: float, window: Window | None) -> tuple[Effect, ...]:
        """Return one stale read; its lag grows and falls within the window."""
        lag = self.lag.at(draw("lag"))
        if window is not None and self.grow is not None:
            lag *= min(1.0, max(0.0, now - window.start) / self.grow)
        if window is not None and self.fall is not None:
            lag = min(lag, self.fall * max(0.0, window.end - now))
        return (StaleRead(lag),)
