"""link.slicer: bytes come in small pieces.

- {link: mpp-counter, kind: link.slicer, size: 100, variation: 40, delay: 20ms}

A client that takes one read for one answer is caught.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from siaksim.core.toxics import Slicer, Toxic, Way, toxics
from siaksim.faults.base import LinkFault
from siaksim.faults.lengths import Seconds


class LinkSlicer(LinkFault):
    """Cuts bytes into pieces of about `size` bytes, each `delay` after the one before."""

    kind: Literal["link.slicer"]
    size: Annotated[int, Field(ge=1, le=1_000_000)]
    variation: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    delay: Seconds = 0.0
    stream: Way = "down"

    @model_validator(mode="after")
    def _variation_fits(self) -> LinkSlicer:
        if self.variation >= self.size:
            raise ValueError("variation is not below size: a piece would be empty")
        return self

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return the toxic, or one for each way."""
        return toxics(name, Slicer(self.size, self.variation, self.delay), self.stream, share)
