"""The schedules that a run's spots allow: which come first, how many there are. PURE."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import comb

from siaksim.hunting.moves import Move
from siaksim.hunting.schedule import EVERY, Schedule, Strike
from siaksim.hunting.spots import Spot

COMMITTED, NEEDED = 3.0, 1.0
"""How much more dangerous a strike is on a call that changes something, or that others rest on."""
RECOVERY = 4.0
"""How much more dangerous a strike is on a call that is there because of an earlier strike."""
ROW = 3
"""The calls of a strike that lasts: it uses up a client's tries, and is over before its day is."""
ONCE, ALWAYS = -5.0, -6.0
"""How much less a strike on one call is worth, which a lasting one tries as well, and one on every
call: what fails for good is easily noticed."""
DEEPER = 6.0
"""How much less a schedule is worth for each strike more."""
OUTCOME = 1.0
"""How much more a change is worth losing that is the good end itself."""
AGAIN = 6.0
"""How much less a move is worth at its second place, third place and so on: one piece of a client's
code handles a kind of failure everywhere, so each kind is tried once before one is tried all over.
All weights are assumed; what they come to is measured against random search in docs/hunt.md."""


Way = tuple[str, str, bool, bool]
"""A second strike's operation and move, whether it is in a recovery, and whether that is from a
change whose answer was lost: a client looks where it stands then, and tries again elsewhere."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A schedule that may be tried, and its score: the highest is tried first."""

    score: float
    schedule: Schedule

    @property
    def key(self) -> tuple[float, Schedule]:
        """The order in which candidates are tried; equal scores go by the schedule itself."""
        return -self.score, self.schedule


def score(spot: Spot, move: Move) -> float:
    """Return how promising it is to make this move here."""
    worth = move.danger + (NEEDED if spot.needed else 0.0) + (COMMITTED if spot.committed else 0.0)
    return worth + (OUTCOME if spot.outcome and move.commits else 0.0)


def strikes(spots: Sequence[Spot]) -> Iterator[tuple[float, Spot, Strike]]:
    """Yield (score, spot, strike) for each systematic strike: one spot of a shape stands for all.

    Each is made on ROW calls in a row, on one call, and on every call of the operation.
    """
    for spot in first_of_each(spots):
        for move in spot.moves:
            worth, where = score(spot, move), (spot.place.operation, spot.nth, move.name)
            yield worth + ONCE, spot, Strike(*where, 1, spot.actor)
            if spot.turn == 1:
                yield worth, spot, Strike(*where, ROW, spot.actor)
                every = Strike(spot.place.operation, EVERY, move.name, 1, spot.actor)
                yield worth + ALWAYS, spot, every


def first_of_each(spots: Sequence[Spot]) -> list[Spot]:
    """Return one needed spot of each shape, the first: the others are like it."""
    found: dict[tuple[str, int, bool], Spot] = {}
    for spot in spots:
        if spot.needed or spot.actor:
            found.setdefault(spot.shape, spot)
    return list(found.values())


def singles(spots: Sequence[Spot]) -> list[Candidate]:
    """Return all schedules of one strike that are worth a try, the best first.

    Of places that are worth the same the first one is struck first, since most rests on its answer;
    but a change is lost first where it is nearest to the good end.
    """
    places: dict[tuple[str, float], list[tuple[float, int, Strike]]] = defaultdict(list)
    for worth, spot, strike in strikes(spots):
        order = -spot.order if strike.way.commits else spot.order
        places[strike.move, strike.long].append((-worth, order, strike))
    found = [
        Candidate(-worth - AGAIN * place, Schedule((strike,)))
        for way in places.values()
        for place, (worth, _, strike) in enumerate(sorted(way))
    ]
    return sorted(found, key=lambda candidate: candidate.key)


def deeper(
    parent: Candidate,
    spots: Sequence[Spot],
    known: Collection[tuple[str, int, bool]],
    made: Counter[Way],
) -> list[Candidate]:
    """Return the schedules with one strike more, on calls after the last one that was struck.

    `spots` are those of the parent's run, `known` the shapes of the run without faults: a call of
    another shape is there because of the strikes (a retry, a new log-in), and so may be what comes
    next for the same citizen; how well a client does in its recovery is what is tested least. What
    comes before the struck call is another parent's business, so no pair is made twice. `made`
    counts how often a second strike was made in such a way: the first is worth most.
    """
    struck = [s for s in spots if _is_struck(s, parent.schedule)]
    after = max((s.order for s in struck), default=-1)
    later = [spot for spot in spots if spot.order > after]
    visits = {s.visit for s in struck}
    following = next((spot for spot in later if spot.visit in visits), None)
    # A spot of a known shape after the strike is struck as it would be alone; new ones always.
    fresh = [spot for spot in later if spot.shape not in known or spot is following]
    lost = any(strike.way.commits for strike in parent.schedule.strikes)
    chosen = {id(spot): spot for spot in (*fresh, *first_of_each(later))}.values()
    found = []
    for spot in chosen:
        bonus = RECOVERY if spot in fresh else 0.0
        for move in spot.moves:
            strike = Strike(spot.place.operation, spot.nth, move.name, 1, spot.actor)
            if parent.schedule.takes(strike):
                worth = parent.score * len(parent.schedule) + score(spot, move) + bonus
                mean = worth / (len(parent.schedule) + 1)
                way = (strike.operation, strike.move, spot in fresh, lost)
                found.append(
                    Candidate(mean - DEEPER - AGAIN * made[way], parent.schedule.plus(strike))
                )
                made[way] += 1
    return found


def _is_struck(spot: Spot, schedule: Schedule) -> bool:
    return any(
        (strike.operation, strike.actor) == (spot.place.operation, spot.actor)
        and strike.nth <= spot.nth <= strike.last
        for strike in schedule.strikes
    )


def size(spots: Sequence[Spot], depth: int) -> int:
    """Return how many schedules of exactly `depth` strikes the spots of a run allow."""
    ways = len(list(strikes(spots)))
    return comb(ways, depth)


def missed(tried: int, of: int) -> float:
    """Return the chance that a bug which one schedule of a space shows was missed.

    `tried` of the space's schedules were tried, and the bug may sit at any of them with equal odds:
    for one that many schedules show the true chance is lower.
    """
    return max(0.0, 1.0 - tried / of) if of else 0.0
