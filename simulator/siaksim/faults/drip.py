"""drip: the body comes a few bytes at a time, until it is done or the client leaves.

- {target: siak.search, kind: drip, bytes: 16, every: 1s, share: 10%}

An answer that arrives whole was committed, so `committed` is 100% here unless told; with less,
the rest of the calls never get their last byte: the connection closes there, and nothing is
committed. An answer without a body drips in its head.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from siaksim.core.effects import Drip, Effect
from siaksim.core.plan import Draw
from siaksim.faults.base import TransportFault
from siaksim.faults.laws import PositiveSeconds, Share


class DripFault(TransportFault):
    """Sends `bytes` bytes of the body `every` so many client seconds."""

    kind: Literal["drip"]
    count: int = Field(16, alias="bytes", ge=1, le=1_000_000)
    every: PositiveSeconds = 1.0
    committed: Share = Field(1.0, description="how many of its answers are whole and committed")

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one drip."""
        return (Drip(self.count, self.every, self.ran(draw)),)
