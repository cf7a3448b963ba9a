"""Schedules of faults: which call of which operation is struck, how, and how many times. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf

from siaksim.hunting.moves import BY_NAME, Move, simplicity

EVERY = 0
"""As `nth`: every call of the operation."""


@dataclass(frozen=True, slots=True, order=True)
class Strike:
    """The `nth` call (from 1; EVERY: all) of a client to an operation, and `calls` in a row.

    With `actor` it is a call of siaksim's own actor: only what it sends (a mail) is struck.
    """

    operation: str
    nth: int
    move: str
    calls: int = 1
    actor: bool = False

    @property
    def way(self) -> Move:
        """The move that is made."""
        return BY_NAME[self.move]

    @property
    def last(self) -> float:
        """The number of the last call that is struck."""
        return inf if self.nth == EVERY else self.nth + self.calls - 1

    def overlaps(self, other: Strike) -> bool:
        """Say whether a call is struck by both: no schedule has two such strikes."""
        mine, theirs = (self.operation, self.actor), (other.operation, other.actor)
        return mine == theirs and max(self.nth, other.nth) <= min(self.last, other.last)

    @property
    def long(self) -> float:
        """How many calls are struck."""
        return inf if self.nth == EVERY else float(self.calls)

    @property
    def cost(self) -> tuple[int, float, int]:
        """How far from simple: the move, the calls struck, how late the first of them is."""
        return simplicity(self.move), self.long, self.nth

    def faults(self) -> list[dict[str, str]]:
        """Return the faults as a scenario file has them (all values are texts)."""
        fields = {name: str(value) for name, value in self.way.fields.items()}
        where = {"target": self.operation, **({"client": "actor"} if self.actor else {})}
        if self.nth == EVERY:
            return [{**where, **fields}]
        return [{**where, **fields, "nth": str(self.nth + more)} for more in range(self.calls)]

    def told(self) -> str:
        """Return the strike as a sentence."""
        if self.nth == EVERY:
            which = f"Every call of {self.operation}"
        elif self.calls == 1:
            which = f"The {_ordinal(self.nth)} call of {self.operation}"
        else:
            which = f"Each of {self.calls} calls of {self.operation} from the {_ordinal(self.nth)}"
        return f"{which} {self.way.told}."


@dataclass(frozen=True, slots=True, order=True)
class Schedule:
    """Strikes in a canonical order, so that two ways to write one schedule are equal."""

    strikes: tuple[Strike, ...] = ()

    @classmethod
    def of(cls, strikes: Iterable[Strike]) -> Schedule:
        """Return the schedule of these strikes; ValueError when two strike one call."""
        ordered = tuple(sorted(set(strikes)))
        for place, strike in enumerate(ordered):
            for other in ordered[place + 1 :]:
                if strike.overlaps(other):
                    raise ValueError(f"two strikes on one call: {strike} and {other}")
        return cls(ordered)

    def __len__(self) -> int:
        return len(self.strikes)

    def __bool__(self) -> bool:
        return bool(self.strikes)

    @property
    def cost(self) -> tuple[int, tuple[tuple[int, float, int], ...]]:
        """How far from simple: fewer strikes first, then simpler ones."""
        return len(self.strikes), tuple(sorted(strike.cost for strike in self.strikes))

    def takes(self, strike: Strike) -> bool:
        """Say whether the schedule can have this strike as well."""
        return not any(strike.overlaps(own) for own in self.strikes)

    def plus(self, strike: Strike) -> Schedule:
        """Return the schedule with one more strike."""
        return Schedule.of((*self.strikes, strike))

    def minus(self, strike: Strike) -> Schedule:
        """Return the schedule without one of its strikes."""
        return Schedule(tuple(own for own in self.strikes if own != strike))

    def faults(self) -> list[dict[str, str]]:
        """Return the faults as a scenario file has them, each with a name: strike-1, ..."""
        found = [fault for strike in self.strikes for fault in strike.faults()]
        return [{**fault, "name": f"strike-{n}"} for n, fault in enumerate(found, 1)]

    def fired(self, reached: Iterable[str]) -> Schedule:
        """Return what of the schedule struck, by the names of the faults that did.

        Of a strike on calls in a row that is as many as there were, to the last that was struck.
        """
        names, kept, number = set(reached), [], 0
        for strike in self.strikes:
            mine = [f"strike-{number + n + 1}" for n in range(len(strike.faults()))]
            number += len(mine)
            struck = [n for n, name in enumerate(mine, 1) if name in names]
            if struck:
                calls = strike.calls if strike.nth == EVERY else struck[-1]
                kept.append(replace(strike, calls=calls))
        return Schedule(tuple(kept))

    def story(self) -> str:
        """Return the schedule in sentences."""
        return " ".join(strike.told() for strike in self.strikes) or "Nothing goes wrong."


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


Failures = Mapping[str, str]
"""The rules that a try breached, each with the operation that its first finding is about."""
