"""hang: nothing comes back until the fault ends; nothing is committed.

- {target: siak.*, kind: hang, share: 50%, at: "09:10", for: 25m}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect, Hang
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel


class HangFault(FaultModel):
    """Holds the call open without a byte, then closes it."""

    layer: ClassVar[str] = "transport"
    kind: Literal["hang"]

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return a hang to the end of the window."""
        return (Hang(ends_at),)
