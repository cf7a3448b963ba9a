"""noop: nothing happens, but the journal says that it was drawn. The example to copy.

- {target: ikd.status, kind: noop, share: 10%}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel


class Noop(FaultModel):
    """Does nothing: a control group, and the start of a new fault."""

    layer: ClassVar[str] = "time"
    kind: Literal["noop"]

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return no effects."""
        return ()
