"""What a journal tells of a finite centre after a stall. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Recovery:
    """Whether a service served the others in time again, `after_s` client seconds after a stall.

    `limit_s` is how long it may take; `with_budget_s` how long it would have taken had all others
    had a retry budget of 10 % (None: longer than was watched), if that was worked out (`compared`).
    """

    service: str
    stall: str
    recovered: bool
    after_s: float
    limit_s: float
    amplification: float
    compared: bool
    with_budget_s: float | None

    @property
    def in_time(self) -> bool:
        """Whether it was back within the limit."""
        return self.recovered and self.after_s <= self.limit_s

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Recovery:
        """Return what a journal's line of the kind `capacity` says."""
        return cls(
            service=str(line["service"]),
            stall=str(line["stall_ended"]),
            recovered=line["event"] == "recovered",
            after_s=float(line["after_s"]),
            limit_s=float(line["limit_s"]),
            amplification=float(line["amplification"]),
            compared="with_budget_after_s" in line,
            with_budget_s=line.get("with_budget_after_s"),
        )
