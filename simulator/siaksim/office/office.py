"""An office, ready to be played: its laws as functions of one draw, its day as spans of time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from math import exp, log, log1p, sqrt
from statistics import NormalDist
from typing import Literal

from siaksim.core.clock import WIB
from siaksim.core.schedule import Hours, Window
from siaksim.core.speeds import Speeds, Steps
from siaksim.errors import UserError

Channel = Literal["counter", "kiosk", "field"]
CHANNELS: tuple[Channel, ...] = ("counter", "kiosk", "field")

_NORMAL = NormalDist()
_LEAST = 2.0**-54
_Z95 = _NORMAL.inv_cdf(0.95)


def lognormal(u: float, mean: float, cv: float) -> float:
    """Return the value at quantile `u` of the lognormal law with this mean, and sd over mean."""
    variance = log1p(cv * cv)
    z = _NORMAL.inv_cdf(min(max(u, _LEAST), 1.0 - _LEAST))
    return mean * exp(sqrt(variance) * z - variance / 2.0)


def exponential(u: float, mean: float) -> float:
    """Return the value at quantile `u` of the exponential law with this mean."""
    return -mean * log1p(-min(u, 1.0 - _LEAST))


@dataclass(frozen=True, slots=True)
class Service:
    """How long a citizen is served when all goes well: lognormal, in office seconds."""

    mean_s: float
    cv: float = 0.5

    def at(self, u: float) -> float:
        """Return the length at quantile `u`."""
        return lognormal(u, self.mean_s, self.cv)


@dataclass(frozen=True, slots=True)
class Paper:
    """Paper mode; office seconds."""

    after_s: float
    intake_s: float = 180.0
    entry_s: float = 360.0
    look_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice at the door does; it goes up when SIAK has failed so long (None: never)."""

    after_s: float | None = None
    turn_back: float = 0.3
    returns: float = 0.7


@dataclass(frozen=True, slots=True)
class Kiosks:
    """Machines, and the share of all visits that goes to them (0..1)."""

    machines: int
    share: float


@dataclass(frozen=True, slots=True)
class Field:
    """A school visit: `hours` are seconds of the day; pupils lognormal by median and p95."""

    kits: int
    hours: tuple[float, float]
    median: float = 70.0
    p95: float = 220.0
    service: Service = field(default_factory=lambda: Service(240.0, 0.4))

    def pupils(self, u: float) -> int:
        """Return how many pupils there are, at quantile `u`."""
        sigma = log(self.p95 / self.median) / _Z95
        z = _NORMAL.inv_cdf(min(max(u, _LEAST), 1.0 - _LEAST))
        return round(self.median * exp(sigma * z))


@dataclass(frozen=True, slots=True)
class Office:
    """One office. Lengths are office seconds, `visits` by weekday from Monday, shares 0..1.

    `curve` is (from, until, share of the day's visits), `officers` (from, how many) in seconds of
    the day, both in order of time.
    """

    name: str
    about: str
    opening: Hours
    visits: tuple[float, ...]
    curve: tuple[tuple[float, float, float], ...]
    officers: tuple[tuple[float, int], ...]
    service: Service
    patience_s: float = 7200.0
    notice: Notice = field(default_factory=lambda: Notice())
    paper: Paper | None = None
    mail_lane: bool = False
    kiosks: Kiosks | None = None
    field: Field | None = None

    def day(self, day: date) -> Day:
        """Return a day of this office; UserError when it is closed then."""
        found = self.opening.on(day)
        if found is None:
            weekday = f"{day:%a %Y-%m-%d}"
            how = "Give a working day by --date, or an office that is open then."
            raise UserError(f"{self.name} is closed on {weekday}.", "office", how)
        zero = datetime.combine(day, time(), WIB).timestamp()
        return Day(self, zero, Window(zero + found[0], zero + found[1]), day.weekday())

    def manned(self, officers: int) -> Office:
        """Return the same office with so many officers all day."""
        return replace(self, officers=((0.0, officers),))

    def visited(self, visits: float) -> Office:
        """Return the same office with so many visits on each day."""
        return replace(self, visits=(float(visits),) * 7)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of an office: `zero` is its midnight, `hours` when it is open (office time)."""

    office: Office
    zero: float
    hours: Window
    weekday: int

    @property
    def visits(self) -> float:
        """The visits that are to be expected if it were open as long as people come."""
        return self.office.visits[self.weekday]

    def coming(self) -> Speeds:
        """Return the rate at which people come, in people a second of office time."""
        steps: list[tuple[float, float]] = []
        begin = self.zero + self.office.curve[0][0]
        for first, last, share in self.office.curve:
            if steps and steps[-1][0] == self.zero + first:
                steps.pop()
            steps.append((self.zero + first, share * self.visits / (last - first)))
            steps.append((self.zero + last, 0.0))
        return Speeds(steps, begin)

    def shifts(self) -> Steps:
        """Return (office time, officers) for each change while it is open."""
        found: list[tuple[float, float]] = [(self.hours.start, 0)]
        for at, count in self.office.officers:
            moment = self.zero + at
            if moment <= self.hours.start:
                found = [(self.hours.start, count)]
            elif moment < self.hours.end:
                found.append((moment, count))
        return found
