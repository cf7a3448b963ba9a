"""reset: the connection is cut by RST; nothing is committed unless told.

- {target: siak.*, kind: reset, share: 50%, at: "09:10", for: 25m}
- {target: siak.scan_qr, kind: reset, share: 2%, committed: 30%}
"""

from __future__ import annotations

from typing import Literal

from siaksim.core.effects import Effect, Reset
from siaksim.core.plan import Draw
from siaksim.faults.base import TransportFault


class ResetFault(TransportFault):
    """Resets the connection: the client sees ECONNRESET."""

    kind: Literal["reset"]

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one reset."""
        return (Reset(self.ran(draw)),)
