"""link.slow_close: a connection's end is told late.

- {link: mpp-counter, kind: link.slow_close, delay: 20s, at: "09:10", for: 25m}

A client that reads to the end of the stream waits; one that reads Content-Length does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from siaksim.core.toxics import SlowClose, Toxic, Way, toxics
from siaksim.faults.base import LinkFault
from siaksim.faults.lengths import PositiveSeconds


class LinkSlowClose(LinkFault):
    """Passes the end of a way on `delay` later."""

    kind: Literal["link.slow_close"]
    delay: PositiveSeconds
    stream: Way = "down"

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return the toxic, or one for each way."""
        return toxics(name, SlowClose(self.delay), self.stream, share)
