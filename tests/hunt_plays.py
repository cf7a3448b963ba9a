"""A client in a few lines, to hunt in: it knows strikes and nothing of HTTP, and plays in no time.

It serves citizens in three calls each, and retries what failed; a `bug` says what breaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from siaksim.hunting.moves import Place
from siaksim.hunting.schedule import EVERY, Schedule, Strike
from siaksim.hunting.spots import Spot
from siaksim.hunting.tried import Failure, Try

WRITE, READ, MAIL = "ikd.register", "ikd.status", "mail.activate"
PLACES = {
    WRITE: Place(WRITE, True, False),
    READ: Place(READ, False, True, frozenset({"x-reads: replica"})),
    MAIL: Place(MAIL, True, False),
}


@dataclass(frozen=True)
class Called:
    """One call of the model: the nth to its operation, about which visit, and who struck it."""

    operation: str
    nth: int
    turn: int
    visit: int
    move: str = ""


Bug = Callable[[Sequence[Called]], Failure | None]


@dataclass
class Model:
    """Plays schedules with the model client; `played` keeps them."""

    bug: Bug
    visits: int = 2
    played: list[Schedule] = field(default_factory=list)

    def __call__(self, schedules: Sequence[Schedule]) -> list[Try]:
        return [self._play(schedule) for schedule in schedules]

    def _play(self, schedule: Schedule) -> Try:
        self.played.append(schedule)
        calls: list[Called] = []
        fired: set[Strike] = set()
        for visit in range(1, self.visits + 1):
            for operation in (WRITE, READ, MAIL):
                for turn in (1, 2, 3):
                    nth = sum(call.operation == operation for call in calls) + 1
                    strike = next((s for s in schedule.strikes if _hits(s, operation, nth)), None)
                    fired |= {strike} if strike else set()
                    move = strike.move if strike else ""
                    calls.append(Called(operation, nth, turn, visit, move))
                    if not move:
                        break
        failure = self.bug(calls)
        spots = tuple(
            Spot(
                PLACES[c.operation], c.nth, c.turn, c.visit, order, True, PLACES[c.operation].write
            )
            for order, c in enumerate(calls)
        )
        struck = Schedule(tuple(s for s in schedule.strikes if s in fired))
        return Try(schedule, struck, (failure,) if failure else (), spots)


class Deaf(Model):
    """A client that no strike reaches."""

    def __call__(self, schedules: Sequence[Schedule]) -> list[Try]:
        return [Try(t.schedule, Schedule(), (), t.spots) for t in super().__call__(schedules)]


def _hits(strike: Strike, operation: str, nth: int) -> bool:
    if strike.operation != operation:
        return False
    return strike.nth == EVERY or strike.nth <= nth <= strike.last


def breaks_on(operation: str, *moves: str, turn: int = 1) -> Bug:
    """Return a bug that shows when one call is struck by one of these moves."""

    def bug(calls: Sequence[Called]) -> Failure | None:
        hit = any(c.operation == operation and c.turn == turn and c.move in moves for c in calls)
        return Failure("no_double_activation", operation, "twice") if hit else None

    return bug


def breaks_in_recovery(operation: str, first: str, second: str) -> Bug:
    """Return a bug that needs a struck call, and its retry struck as well."""

    def bug(calls: Sequence[Called]) -> Failure | None:
        for one, two in pairwise(calls):
            if one.operation == two.operation == operation and (one.move, two.move) == (
                first,
                second,
            ):
                return Failure("work_completed", operation, "lost")
        return None

    return bug


def sound(calls: Sequence[Called]) -> Failure | None:
    """A client without a bug."""
    return None
