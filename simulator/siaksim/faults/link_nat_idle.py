"""link.nat_idle: a connection that was silent too long is forgotten on the way.

- {link: mpp-counter, kind: link.nat_idle, idle: 240s}

What is sent on it vanishes, and nobody is told: the first call after a pause hangs. Times:
routers and load balancers forget after 240 s (Azure) or 350 s (AWS); see docs/links.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from siaksim.core.toxics import NatIdle, Toxic, toxics
from siaksim.faults.base import LinkFault
from siaksim.faults.lengths import PositiveSeconds


class LinkNatIdle(LinkFault):
    """Drops all bytes of a connection that was silent for `idle`."""

    kind: Literal["link.nat_idle"]
    idle: PositiveSeconds

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return the toxic, or one for each way."""
        return toxics(name, NatIdle(self.idle), share=share)
