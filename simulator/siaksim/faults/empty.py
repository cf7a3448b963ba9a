"""empty: an answer without a body, or a connection closed without a byte.

- {target: siak.*, kind: empty, share: 2%}
- {target: siak.scan_qr, kind: empty, how: close, share: 2%, committed: 30%}

`how: body` answers `status` (200) with Content-Length 0; `how: close` ends the connection in
good order (FIN) before the first byte. Nothing is committed unless told.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from siaksim.core.effects import Effect, Empty
from siaksim.core.plan import Draw
from siaksim.faults.base import TransportFault


class EmptyFault(TransportFault):
    """Answers `status` with nothing in it, or nothing at all."""

    kind: Literal["empty"]
    how: Literal["body", "close"] = "body"
    status: Annotated[int, Field(ge=200, le=599)] = 200

    @model_validator(mode="after")
    def _one(self) -> EmptyFault:
        if self.how == "close" and "status" in self.model_fields_set:
            raise ValueError("a connection closed without a byte has no status")
        return self

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one empty answer."""
        return (Empty(None if self.how == "close" else self.status, self.ran(draw)),)
