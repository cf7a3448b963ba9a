"""link.latency: every byte on the line comes later.

- {link: mpp-counter, kind: link.latency, delay: 400ms, jitter: 100ms, at: "09:10", for: 25m}
- {link: mpp-counter, kind: link.latency, delay: 2s, stream: both, share: 30%}

A call waits for it once for each way that has it. `share` is of connections.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import model_validator

from siaksim.core.toxics import Latency, Toxic, Way, toxics
from siaksim.faults.base import LinkFault
from siaksim.faults.lengths import PositiveSeconds, Seconds


class LinkLatency(LinkFault):
    """Adds `delay`, up to `jitter` more or less, to what goes `up`, `down` or both ways."""

    kind: Literal["link.latency"]
    delay: PositiveSeconds
    jitter: Seconds = 0.0
    stream: Way = "down"

    @model_validator(mode="after")
    def _jitter_fits(self) -> LinkLatency:
        if self.jitter > self.delay:
            raise ValueError("jitter is above delay: a byte would come before it was sent")
        return self

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return the toxic, or one for each way."""
        return toxics(name, Latency(self.delay, self.jitter), self.stream, share)
