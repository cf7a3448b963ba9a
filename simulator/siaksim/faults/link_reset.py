"""link.reset: connections end with RST when they are used.

- {link: mpp-counter, kind: link.reset, share: 20%, at: "09:10", for: 25m}
- {link: mpp-counter, kind: link.reset, delay: 500ms, stream: down}

The RST comes `delay` after the first bytes of a way: with `up` the request is lost, with `down` the
answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from siaksim.core.toxics import Reset, Toxic, Way, toxics
from siaksim.faults.base import LinkFault
from siaksim.faults.lengths import Seconds


class LinkReset(LinkFault):
    """Ends the connection with RST, `delay` after the first bytes that it would carry."""

    kind: Literal["link.reset"]
    delay: Seconds = 0.0
    stream: Way = "up"

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return the toxic, or one for each way."""
        return toxics(name, Reset(self.delay), self.stream, share)
