"""link.limit_data: the connection closes when so many bytes have passed.

- {link: mpp-counter, kind: link.limit_data, size: 20000, stream: up, at: "09:10", for: 25m}
- {link: mpp-counter, kind: link.limit_data, size: 200, share: 10%}

`size` is in bytes, of a way of each connection: a kept connection uses it up call by call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from siaksim.core.toxics import LimitData, Toxic, Way, toxics
from siaksim.faults.base import LinkFault


class LinkLimitData(LinkFault):
    """Lets `size` bytes of a way pass, then closes the connection."""

    kind: Literal["link.limit_data"]
    size: Annotated[int, Field(ge=0, le=1_000_000_000)]
    stream: Way = "down"

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return the toxic, or one for each way."""
        return toxics(name, LimitData(self.size), self.stream, share)
