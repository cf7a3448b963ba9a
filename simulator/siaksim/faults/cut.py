"""cut: the body ends before its Content-Length does; nothing is committed unless told.

- {target: siak.search, kind: cut, share: 3%, keep: 40%}
- {target: siak.*, kind: cut, share: 1%, bytes: 20, how: reset, committed: 50%}

An answer without a body is cut in its head. At least one byte never comes.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from siaksim.core.effects import Cut, Effect, Ending
from siaksim.core.plan import Draw
from siaksim.faults.base import TransportFault
from siaksim.faults.laws import Share


class CutFault(TransportFault):
    """Sends a part of the body (`keep`: a share of it, or `bytes`), then closes or resets."""

    kind: Literal["cut"]
    keep: Share = 0.5
    count: int | None = Field(None, alias="bytes", ge=0, le=10_000_000)
    how: Ending = "close"

    @model_validator(mode="after")
    def _one(self) -> CutFault:
        if {"keep", "count"} <= self.model_fields_set:
            raise ValueError("give either keep or bytes, not both")
        return self

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one cut."""
        return (Cut(self.keep, self.count, self.how, self.ran(draw)),)
