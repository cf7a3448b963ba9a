"""The small parts of a history: hits, entries, windows, and what clients said. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Hit:
    """A fault that struck a call."""

    fault: str
    kind: str
    layer: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One committed change: `at` is office time (POSIX seconds), `request` the call's id."""

    kind: str
    nik: str
    seq: int
    at: float
    at_s: float
    data: Mapping[str, Any]
    request: str


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which a fault was active, in client seconds; `ended_s` None: to the end."""

    fault: str
    kind: str
    began_s: float
    ended_s: float | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of an item of a batch: accepted, already_known, conflict or rejected, and why."""

    ref: str
    kind: str
    nik: str
    result: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the client reported of a citizen: done, handed_over, failed or captured."""

    nik: str
    outcome: str
    reason: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Unrouted:
    """A request that no operation takes."""

    client: str
    method: str
    path: str
    status: int
    at_s: float
