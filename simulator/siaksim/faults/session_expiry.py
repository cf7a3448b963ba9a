"""session_expiry: everyone is logged out when it begins.

- {target: siak.*, kind: session_expiry, at: "10:15", for: 1m}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect, EndSessions, Happening
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel


class SessionExpiry(FaultModel):
    """Ends the sessions of the targets' services (or a share of them) at the window's start.

    Every session opened before is dead, with the QR codes it has shown; logging in works at once.
    """

    layer: ClassVar[str] = "meaning"
    needs: ClassVar[str] = "x-opens: session"
    on_calls: ClassVar[bool] = False
    kind: Literal["session_expiry"]

    @property
    def needs_time(self) -> bool:
        """It happens once, so it needs a moment."""
        return True

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return nothing: no single call is struck."""
        return ()

    def at_start(self) -> Happening:
        """Return what happens to the world when the window opens."""
        return EndSessions()
