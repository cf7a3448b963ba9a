"""link.timeout: no byte passes, and the connection closes after a while.

- {link: mpp-counter, kind: link.timeout, close_after: 30s, share: 10%}
- {link: mpp-counter, kind: link.timeout, stream: up, at: "09:10", for: 25m}

What is sent meanwhile is lost. Without `close_after` it lasts until the fault is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from siaksim.core.toxics import Timeout, Toxic, Way, toxics
from siaksim.faults.base import LinkFault
from siaksim.faults.lengths import PositiveSeconds


class LinkTimeout(LinkFault):
    """Drops every byte of a way; closes after `close_after` of silence."""

    kind: Literal["link.timeout"]
    close_after: PositiveSeconds | None = None
    stream: Way = "down"

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return the toxic, or one for each way."""
        return toxics(name, Timeout(self.close_after), self.stream, share)
