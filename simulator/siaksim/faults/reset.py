"""reset: the connection is cut by RST; nothing is committed.

- {target: siak.*, kind: reset, share: 50%, at: "09:10", for: 25m}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect, Reset
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel


class ResetFault(FaultModel):
    """Resets the connection: the client sees ECONNRESET."""

    layer: ClassVar[str] = "transport"
    kind: Literal["reset"]

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one reset."""
        return (Reset(),)
