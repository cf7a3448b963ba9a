"""What is counted of a centre, in slots of time: calls, people, and when all was well again. PURE.

A *call* is one attempt, a *person* one who came with something to be done: amplification is calls
a person. Goodput is what is answered in time; work for somebody who hung up is wasted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

SLOT_S = 10.0
"""Client seconds of a slot."""
KEPT = 20_000
"""Slots that are kept: more than two days."""
WELL = 0.9
"""The share of the people of a slot who must end well for the centre to count as recovered."""


@dataclass(slots=True)
class Row:
    """The counts of one slot, or of several together.

    `people` who came in it, and how many of those ended `well` or were `lost` (gave up); `calls`
    that arrived and were `refused` in it; `served` and `wasted` calls that were done in it.
    """

    people: int = 0
    well: int = 0
    lost: int = 0
    calls: int = 0
    refused: int = 0
    served: int = 0
    wasted: int = 0

    def add(self, other: Row) -> None:
        """Add another row's counts."""
        for name in _NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def amplification(self) -> float:
        """Calls for each person who came (0: nobody did)."""
        return self.calls / self.people if self.people else 0.0

    @property
    def wasted_share(self) -> float:
        """The part of the work done that was for nobody (0..1)."""
        done = self.served + self.wasted
        return self.wasted / done if done else 0.0


_NAMES = tuple(field.name for field in fields(Row))


class Tally:
    """The rows of one service, by slot."""

    def __init__(self, slot_s: float = SLOT_S) -> None:
        self.slot_s = slot_s
        self.total = Row()
        self._rows: dict[int, Row] = {}
        self._slot, self._row = -1, Row()
        """The row that was asked for last: mostly it is the next one, too."""

    def row(self, time: float) -> Row:
        """Return the row in which a time falls."""
        slot = int(time // self.slot_s)
        if slot == self._slot:
            return self._row
        found = self._rows.get(slot)
        if found is None:
            found = self._rows[slot] = Row()
            if len(self._rows) > KEPT:
                self.total.add(self._rows.pop(next(iter(self._rows))))
        self._slot, self._row = slot, found
        return found

    def rows(self, since: float, until: float) -> Iterator[tuple[float, Row]]:
        """Yield the slots that begin in [since, until), empty ones too, with their beginning."""
        slot = int(-(-since // self.slot_s))
        while slot * self.slot_s < until:
            yield slot * self.slot_s, self._rows.get(slot) or Row()
            slot += 1

    def between(self, since: float, until: float) -> Row:
        """Return the counts of the slots that begin in [since, until)."""
        found = Row()
        for _, row in self.rows(since, until):
            found.add(row)
        return found

    def whole(self) -> Row:
        """Return all counts since the beginning."""
        found = Row()
        found.add(self.total)
        for row in self._rows.values():
            found.add(row)
        return found

    def recovered_at(self, since: float, until: float) -> float | None:
        """Return from when on the people who came ended well, to the end; None: not at the end.

        Of every later slot before `until` at least WELL of the people must have ended well; so
        `until` must lie so far back that those of its last slot had time to.
        """
        found: float | None = None
        for start, row in self.rows(since, until):
            if row.well < WELL * row.people:
                found = None
            elif found is None:
                found = start
        return found
