"""garbage: bytes that are no HTTP, or an answer with a body of noise.

- {target: siak.*, kind: garbage, share: 1%}
- {target: siak.search, kind: garbage, what: body, size: 64, share: 2%, committed: 50%}

`what: noise` sends nothing but noise and closes, as a broken middlebox does; `what: body` sends
the right head with a body of noise whose length is true. The noise is a keyed draw: the same
call gets the same bytes. Nothing is committed unless told.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from siaksim.core.effects import Effect, Garbage
from siaksim.core.plan import Draw
from siaksim.faults.base import TransportFault


class GarbageFault(TransportFault):
    """Sends `size` bytes of noise in place of the answer or of its body."""

    kind: Literal["garbage"]
    what: Literal["noise", "body"] = "noise"
    size: Annotated[int, Field(ge=1, le=65536)] = 256

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the noise, keyed by a draw of its own."""
        key = int(draw("noise") * (1 << 53))
        return (Garbage(key, self.size, self.what == "body", self.ran(draw)),)
