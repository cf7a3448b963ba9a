"""link.down: the site is cut off: connections end and new ones are refused.

- {link: mpp-counter, kind: link.down, at: "09:10", for: 25m}
- {link: school-hall, kind: link.down, flap: {down: 45s, up: 10m, jitter: 30s}}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from siaksim.core.toxics import Down, Toxic, toxics
from siaksim.faults.base import LinkFault


class LinkDown(LinkFault):
    """Closes what is open, and refuses what comes (ECONNREFUSED): nobody listens."""

    shares: ClassVar[bool] = False
    kind: Literal["link.down"]

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return the toxic, or one for each way."""
        return toxics(name, Down())
