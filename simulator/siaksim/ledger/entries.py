"""One change of the registry, as it is written and kept. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """A change that an operation asks for: its kind, whom it is about, and its data."""

    kind: str
    nik: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A change that was committed: numbered, dated (office seconds) and tied to its request."""

    seq: int
    at: float
    kind: str
    nik: str
    data: Mapping[str, Any]
    request: str

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as plain data, the form of the ledger file."""
        return {
            "seq": self.seq,
            "at": self.at,
            "kind": self.kind,
            "nik": self.nik,
            "data": dict(self.data),
            "request": self.request,
        }
