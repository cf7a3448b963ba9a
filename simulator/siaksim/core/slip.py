"""How late timers fire: the measure of whether a machine kept time well enough to judge by it.

A process that asks to be woken after STEP_S and is woken later has a *slip*: the machine was busy,
and every wait, the client's too, may have been that much longer than was meant. PURE.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

STEP_S = 0.05
"""Wall seconds between two looks: 20 a second cost nothing, and a minute has 1,200 of them."""
BOUND_S = 0.25
"""Client seconds by which one timer in a hundred may be late: about the least wait that a rule asks
for (retry_spacing: 0.2 s)."""
WORST_S = 1.0
"""Client seconds by which no timer may be late: the tolerance of deadline_kept and
retry_after_obeyed, which a longer pause of the machine would eat up."""
EDGES_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Upper ends of the classes that slips are counted in, wall seconds; above the last is one more."""


@dataclass(frozen=True, slots=True)
class Slip:
    """How many timers were late by how much (`counts`, by EDGES_S), and the worst, wall seconds."""

    counts: tuple[int, ...] = (0,) * (len(EDGES_S) + 1)
    worst_s: float = 0.0

    @classmethod
    def of(cls, late: Iterable[float]) -> Slip:
        """Count slips, in wall seconds; a timer that came early was not late."""
        counts, worst = [0] * (len(EDGES_S) + 1), 0.0
        for seconds in late:
            counts[bisect_left(EDGES_S, seconds)] += 1
            worst = max(worst, seconds)
        return cls(tuple(counts), worst)

    def __add__(self, other: Slip) -> Slip:
        """Return both together."""
        counts = tuple(a + b for a, b in zip(self.counts, other.counts, strict=True))
        return Slip(counts, max(self.worst_s, other.worst_s))

    @property
    def samples(self) -> int:
        """How many timers were looked at."""
        return sum(self.counts)

    @property
    def p99_s(self) -> float:
        """Return what 99 of 100 timers were late by at most: a class's upper end, or the worst."""
        rest = self.samples
        for edge, count in zip(EDGES_S, self.counts[:-1], strict=True):
            rest -= count
            if rest * 100 <= self.samples:
                return min(edge, self.worst_s)
        return self.worst_s

    def too_late(self, speed: float = 1.0) -> bool:
        """Say whether time rules cannot be judged; at `speed` a client lives more seconds."""
        return self.p99_s * speed > BOUND_S or self.worst_s * speed > WORST_S

    def as_dict(self) -> dict[str, Any]:
        """Return it as a journal holds it."""
        return {"counts": list(self.counts), "worst_s": round(self.worst_s, 4)}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Slip:
        """Return what `as_dict` gave; ValueError or KeyError for anything else."""
        counts = tuple(int(count) for count in given["counts"])
        worst = float(given["worst_s"])
        if len(counts) != len(EDGES_S) + 1 or min(counts) < 0 or not 0 <= worst < 1e9:
            raise ValueError(f"slips have {len(EDGES_S) + 1} counts and a worst one, in seconds")
        return cls(counts, worst)
