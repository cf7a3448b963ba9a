"""hang: nothing comes back until the fault ends; nothing is committed unless told.

- {target: siak.*, kind: hang, share: 50%, at: "09:10", for: 25m}
- {target: siak.scan_qr, kind: hang, share: 5%, committed: 30%}
"""

from __future__ import annotations

from typing import Literal

from siaksim.core.effects import Effect, Hang
from siaksim.core.plan import Draw
from siaksim.faults.base import TransportFault


class HangFault(TransportFault):
    """Holds the call open without a byte, then closes it."""

    kind: Literal["hang"]

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return a hang to the end of the window."""
        return (Hang(ends_at, self.ran(draw)),)
