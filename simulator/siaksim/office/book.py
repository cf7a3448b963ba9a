"""The office's book of a day: one line for each citizen who came, and counts from it. PURE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from siaksim.office.citizens import Citizen

End = Literal["served", "abandoned", "turned_away", "carried_over"]
ENDS: tuple[End, ...] = ("served", "abandoned", "turned_away", "carried_over")


@dataclass(slots=True)
class Line:
    """One citizen's day; office times, None for what did not happen.

    `called`: her turn came; `freed`: the chair was free again; `ended`: she went, with `end`.
    `why` says why she was carried over: `closing`, `paper` (taken, not typed in by the day's end),
    `not_possible` (what no repeat would change) or `unfinished` (what was given up).
    """

    citizen: Citizen
    called: float | None = None
    freed: float | None = None
    ended: float | None = None
    end: End | None = None
    why: str = ""
    papers: bool = False
    desk: str = ""

    def wait_s(self, until: float) -> float:
        """Return how long she waited for her turn, by `until` at most."""
        came = self.citizen.came
        if self.called is not None:
            return self.called - came
        return min(until, self.ended if self.ended is not None else until) - came

    @property
    def waited_out(self) -> bool:
        """Say whether the wait ended with her turn; else it is only `at least` so long."""
        return self.called is not None

    def waits_at(self, moment: float) -> bool:
        """Say whether she stands in the queue at a time."""
        gone = self.called if self.called is not None else self.ended
        return self.citizen.came <= moment and (gone is None or moment < gone)


@dataclass(slots=True)
class Book:
    """All lines of a day, in the order in which people came; `spans` are modes of the office.

    A span is (what, from, until): `paper`, `notice`.
    """

    opens: float
    closes: float
    lines: list[Line] = field(default_factory=list)
    spans: list[tuple[str, float, float]] = field(default_factory=list)

    def come(self, citizen: Citizen) -> Line:
        """Begin a citizen's line."""
        line = Line(citizen)
        self.lines.append(line)
        return line

    def counts(self) -> Mapping[End | None, int]:
        """Return how many days ended how; None: not at all."""
        return Counter(line.end for line in self.lines)

    @property
    def until(self) -> float:
        """The time of the last thing in the book, the closing hour at least."""
        ends = (line.ended for line in self.lines if line.ended is not None)
        return max(self.closes, max(ends, default=self.closes))

    def queue(self, step_s: float = 60.0) -> Iterator[tuple[float, int]]:
        """Yield how many wait, each step from the first who came (or opening) to closing."""
        begin = min((line.citizen.came for line in self.lines), default=self.opens)
        moment = min(begin - begin % step_s, self.opens)
        changes = sorted(self._changes())
        place = waiting = 0
        while moment <= self.closes:
            while place < len(changes) and changes[place][0] <= moment:
                waiting += changes[place][1]
                place += 1
            yield moment, waiting
            moment += step_s

    def _changes(self) -> Iterator[tuple[float, int]]:
        for line in self.lines:
            if line.end == "turned_away":
                continue
            yield line.citizen.came, 1
            gone = line.called if line.called is not None else line.ended
            if gone is not None:
                yield gone, -1
