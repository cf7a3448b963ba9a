"""link.stall: nothing moves for a while, and nothing is lost.

- {link: mpp-counter, kind: link.stall, at: "09:10", for: 40s}
- {link: school-hall, kind: link.stall, burst: {good: 300s, bad: 8s}}

Connections stay open and new ones are taken; what was on its way goes on when it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from siaksim.core.toxics import Stall, Toxic, toxics
from siaksim.faults.base import LinkFault


class LinkStall(LinkFault):
    """Holds every byte back until it is over."""

    shares: ClassVar[bool] = False
    kind: Literal["link.stall"]

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return the toxic, or one for each way."""
        return toxics(name, Stall())
