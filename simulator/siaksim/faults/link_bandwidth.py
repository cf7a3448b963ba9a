"""link.bandwidth: the line carries so many bytes a second and no more.

- {link: mpp-counter, kind: link.bandwidth, rate: 64kbit/s, stream: up, at: "09:10", for: 25m}
- {link: school-hall, kind: link.bandwidth, rate: 400kbit/s, stream: both, shared: true}

`shared`: all connections share it, as they do a real line; Toxiproxy limits each by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from siaksim.core.toxics import Bandwidth, Toxic, Way, toxics
from siaksim.faults.base import LinkFault
from siaksim.faults.lengths import Flag
from siaksim.faults.rates import Rate


class LinkBandwidth(LinkFault):
    """Sends at most `rate`, such as 640kbit/s or 80KB/s, of each connection or of all."""

    kind: Literal["link.bandwidth"]
    rate: Rate
    stream: Way = "down"
    shared: Flag = False

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return the toxic, or one for each way."""
        return toxics(name, Bandwidth(self.rate, self.shared), self.stream, share)
