"""The faults of a world as they stand: the scenario's, those added by hand, those ended. PURE.

A plan never changes: adding or ending a fault makes another one. Calls that a fault holds
register here, so that they are let go when it is ended by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from siaksim.core.plan import FaultPlan, PlannedFault

Origin = Literal["scenario", "control"]
State = Literal["waiting", "active", "over", "ended"]
Release = Callable[[], None]


@dataclass(slots=True)
class Row:
    """One fault: where it came from, and the office time at which it was ended by hand.

    `written` is how one that was added by hand was written, for whoever keeps it as a scenario.
    """

    fault: PlannedFault
    origin: Origin
    ended_at: float | None = None
    written: Mapping[str, Any] = field(default_factory=dict)

    def state(self, now: float) -> State:
        """Return where the fault stands at office time `now`."""
        if self.ended_at is not None:
            return "ended"
        if self.fault.over_at(now):
            return "over"
        return "active" if self.fault.open_at(now) else "waiting"


class FaultBook:
    """Every fault that a world has had since its scenario was set."""

    def __init__(self, seed: int, faults: Sequence[PlannedFault]) -> None:
        """Begin with the faults of a scenario."""
        self._seed = seed
        self.rows: list[Row] = []
        self._held: dict[str, set[Release]] = {}
        self.reset(faults)

    def reset(self, faults: Sequence[PlannedFault]) -> FaultPlan:
        """Put the faults of a scenario in the place of all others; return their plan."""
        held = [row.fault.id for row in self.rows if row.ended_at is None]
        self.rows = [Row(fault, "scenario") for fault in faults]
        for name in held:
            self._let_go(name)
        return self.plan()

    def add(
        self, faults: Sequence[PlannedFault], written: Sequence[Mapping[str, Any]] = ()
    ) -> FaultPlan:
        """Add faults by hand (`written`: as they were, if it is known); return the plan."""
        texts = written if len(written) == len(faults) else [{} for _ in faults]
        self.rows += [
            Row(fault, "control", written=text) for fault, text in zip(faults, texts, strict=True)
        ]
        return self.plan()

    def end(self, row: Row, now: float) -> FaultPlan:
        """End a fault by hand at office time `now`; return the plan without it."""
        row.ended_at = now
        self._let_go(row.fault.id)
        return self.plan()

    def plan(self) -> FaultPlan:
        """Return the plan of all faults that were not ended."""
        return FaultPlan(self._seed, [r.fault for r in self.rows if r.ended_at is None])

    def find(self, name: str) -> Row | None:
        """Return the row of a fault's id, or None."""
        return next((row for row in self.rows if row.fault.id == name), None)

    @contextmanager
    def held(self, fault: str, release: Release) -> Iterator[None]:
        """Hold a call for a fault: `release` is called if the fault is ended by hand meanwhile."""
        waiting = self._held.setdefault(fault, set())
        waiting.add(release)
        try:
            yield
        finally:
            waiting.discard(release)

    def _let_go(self, fault: str) -> None:
        for release in self._held.pop(fault, set()):
            release()
