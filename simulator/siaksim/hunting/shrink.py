"""From a schedule that breaks a client to the simplest one that fails the same rule. PURE."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from siaksim.hunting.moves import MOVES, Place
from siaksim.hunting.schedule import EVERY, Schedule, Strike

Fails = Callable[[Sequence[Schedule]], Sequence[bool]]


def shrink(
    schedule: Schedule,
    fails: Fails,
    places: Mapping[str, Place],
    *,
    jobs: int = 1,
    taken: Callable[[Schedule], None] = lambda _: None,
) -> Schedule:
    """Return the simplest schedule near this one for which `fails` still says yes.

    `fails` plays schedules, `jobs` at a time, and says of each whether the same rule is breached.
    Each step makes the schedule simpler (`Schedule.cost`), so there is an end; a step is taken
    once it has been played, and `taken` hears of it.
    """
    while True:
        simpler = _first_that(fails, simpler_than(schedule, places), jobs)
        if simpler is None:
            return schedule
        schedule = simpler
        taken(schedule)


def _first_that(fails: Fails, schedules: Iterator[Schedule], jobs: int) -> Schedule | None:
    while batch := list(islice(schedules, jobs)):
        for one, failed in zip(batch, fails(batch), strict=True):
            if failed:
                return one
    return None


def simpler_than(schedule: Schedule, places: Mapping[str, Place]) -> Iterator[Schedule]:
    """Yield schedules that are simpler by one step: a strike less, then each strike simpler."""
    if len(schedule) > 1:
        yield from (schedule.minus(strike) for strike in schedule.strikes)
    for strike in schedule.strikes:
        rest = schedule.minus(strike)
        for instead in simpler_strikes(strike, places.get(strike.operation)):
            if rest.takes(instead):
                yield rest.plus(instead)


def simpler_strikes(strike: Strike, place: Place | None) -> Iterator[Strike]:
    """Yield simpler ways to strike: fewer calls, simpler moves, an earlier call."""
    if strike.nth == EVERY:
        yield Strike(strike.operation, 1, strike.move, 1, strike.actor)
        yield Strike(strike.operation, 1, strike.move, 3, strike.actor)
    elif strike.calls > 1:
        yield Strike(strike.operation, strike.nth, strike.move, 1, strike.actor)
    for move in MOVES:
        if move == strike.way:
            break
        mails_only = strike.actor and not str(move.fields["kind"]).startswith("mail_")
        if place is not None and move.fits(place) and not mails_only:
            yield Strike(strike.operation, strike.nth, move.name, strike.calls, strike.actor)
    if strike.nth > 1:
        yield Strike(strike.operation, 1, strike.move, strike.calls, strike.actor)
