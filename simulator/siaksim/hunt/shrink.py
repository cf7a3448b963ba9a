"""From a schedule that breaks a client to the simplest one that fails the same rule. PURE."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from siaksim.hunt.moves import MOVES, Place
from siaksim.hunt.schedule import EVERY, Schedule, Strike

Fails = Callable[[Schedule], bool]


def shrink(schedule: Schedule, fails: Fails, places: dict[str, Place]) -> Schedule:
    """Return the simplest schedule near this one for which `fails` still says yes.

    `fails` plays a schedule and says whether the same rule is breached. Each step makes the
    schedule simpler (`Schedule.cost`), so there is an end; a step is taken once it has been played.
    """
    while True:
        simpler = next((s for s in simpler_than(schedule, places) if fails(s)), None)
        if simpler is None:
            return schedule
        schedule = simpler


def simpler_than(schedule: Schedule, places: dict[str, Place]) -> Iterator[Schedule]:
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
