"""Who comes on a day: a pure function of seed, office and number. PURE.

Each citizen is drawn by number, so other officers, other faults and another way of serving meet
the same people at the same times (a rehearsal's twin; common random numbers in a forecast).
Arrivals are open: a Poisson process whose rate follows the office's curve, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log1p

from siaksim.core import chance
from siaksim.office.office import Channel, Day, exponential


@dataclass(frozen=True, slots=True)
class Citizen:
    """One who comes at office time `came` and would wait so long for a turn; lengths in seconds.

    `service_s` is how long it takes to serve her when all goes well. `turns_back`: goes home if a
    notice hangs at the door; `returns`: comes again on the next working day if not served.
    `mark` is a draw in [0, 1) for whatever else happens to her.
    """

    number: int
    came: float
    channel: Channel
    service_s: float
    patience_s: float
    turns_back: bool = False
    returns: bool = True
    mark: float = 0.5


def citizens(day: Day, seed: int, run: int = 0) -> tuple[Citizen, ...]:
    """Return who comes on a day, in order; `run` tells days of one seed apart."""
    found = [*_visitors(day, seed, run), *_pupils(day, seed, run)]
    return tuple(sorted(found, key=lambda citizen: (citizen.came, citizen.number)))


def _visitors(day: Day, seed: int, run: int) -> list[Citizen]:
    draws = _Draws(seed, "office", day.office.name, run)
    coming, office = day.coming(), day.office
    units, number = 0.0, 0
    found: list[Citizen] = []
    while True:
        units -= log1p(-draws(f"{number} comes"))
        came = coming.when(units)
        if came == inf or came >= day.hours.end:
            return found
        kiosks = office.kiosks
        at_kiosk = kiosks is not None and draws(f"{number} channel") < kiosks.share
        found.append(
            Citizen(
                number,
                came,
                "kiosk" if at_kiosk else "counter",
                office.service.at(draws(f"{number} service")),
                exponential(draws(f"{number} patience"), office.patience_s),
                draws(f"{number} notice") < office.notice.turn_back,
                draws(f"{number} returns") < office.notice.returns,
                draws(f"{number} mark"),
            )
        )
        number += 1


def _pupils(day: Day, seed: int, run: int) -> list[Citizen]:
    visit = day.office.field
    if visit is None:
        return []
    draws = _Draws(seed, "school", day.office.name, run)
    came = day.zero + visit.hours[0]
    return [
        Citizen(FIRST_PUPIL + n, came, "field", visit.service.at(draws(f"{n} service")), inf)
        for n in range(visit.pupils(draws("pupils")))
    ]


FIRST_PUPIL = 1_000_000
"""Pupils' numbers begin here: far above those of an office's visitors."""


class _Draws:
    """Even draws in [0, 1) by name."""

    def __init__(self, seed: int, *key: chance.Part) -> None:
        self._bits = chance.keyed(seed, *key)

    def __call__(self, name: str) -> float:
        return (self._bits(name) >> 11) / 2**53
