"""link_expiry: the links in mails live shorter than the mails say.

- {target: mail.*, kind: link_expiry, life: 10m, at: "07:30", for: 8h}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect, LinkLife
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import PositiveSeconds


class LinkExpiry(FaultModel):
    """Cuts the life of a mail's link to `life` (office seconds) from its arrival.

    The mail's own words stay: they promise the life that the settings give.
    """

    layer: ClassVar[str] = "mail"
    needs: ClassVar[str] = "x-sends: mail"
    kind: Literal["link_expiry"]
    life: PositiveSeconds

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the shortened life."""
        return (LinkLife(self.life),)
