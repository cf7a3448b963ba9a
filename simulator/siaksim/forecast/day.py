"""One day of a forecast, and its twin without the faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from siaksim.core import chance
from siaksim.core.clock import Clock
from siaksim.core.plan import FaultPlan
from siaksim.core.planned import PlannedFault
from siaksim.core.schedule import Window
from siaksim.example_clients.manners import CARELESS, GOOD, Manners
from siaksim.forecast.profile import Profile
from siaksim.forecast.services import Counts, Services
from siaksim.forecast.serving import Serving
from siaksim.office.book import Book
from siaksim.office.citizens import Citizen
from siaksim.office.office import Day
from siaksim.office.playing import OfficeDay
from siaksim.office.trouble import Trouble
from siaksim.scenario.build import Scenario
from siaksim.stage.driver import Stage

OVERTIME_S = 4 * 3600.0
"""Office seconds after closing in which what was begun is ended; then the day is over."""
LEFT_OUT = ("link", "tls")
"""Layers whose faults strike connections: a forecast has none."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What all days of a forecast share."""

    scenario: Scenario
    careless: float = 0.0
    """The share of devices with careless manners (0..1)."""


@dataclass(frozen=True, slots=True)
class Played:
    """One day that is over."""

    book: Book
    calls: Counts


def plan_of(scenario: Scenario, seed: int, faults: bool = True) -> FaultPlan:
    """Return what a forecast plays of a scenario's plan; without faults: the twin's."""
    kept = [f for f in scenario.faults if faults and f.layer not in LEFT_OUT]
    return FaultPlan(seed, kept)


def left_out(scenario: Scenario) -> tuple[str, ...]:
    """Return what of a scenario a forecast does not play, in words."""
    found = sorted({f.kind for f in scenario.faults if f.layer in LEFT_OUT})
    found += sorted({f.kind for f in scenario.faults if f.kind in ("clock_skew",)})
    if scenario.links:
        found.append("the lines' delays and losses")
    if any(f.areas for f in scenario.faults):
        found.append("faults of areas")
    return tuple(found)


def profiles(scenario: Scenario, plan: FaultPlan, day: Day) -> Mapping[str, Profile]:
    """Return what each finite centre of a scenario makes of a call over a day."""
    if scenario.capacity is None:
        return {}
    begin = min(scenario.start, day.hours.start)
    span = Window(begin, day.hours.end + OVERTIME_S / 4)
    return {terms.service: Profile(terms, plan, span) for terms in scenario.capacity.terms()}


def play(
    setup: Setup,
    day: Day,
    people: Sequence[Citizen],
    plan: FaultPlan,
    centres: Mapping[str, Profile],
    run: str,
) -> Played:
    """Play one day to its end; `run` names it among the days of a seed."""
    clock = Clock(day.zero, "manual")
    stage = Stage(clock.now, lambda seconds: clock.move_to(clock.now() + seconds))
    services = Services(stage, clock, plan, centres)
    trouble = Trouble(day.office)
    serving = Serving(
        services,
        setup.scenario.settings,
        trouble,
        _manners(setup.careless, plan.seed),
        day.office.mail_lane,
        run,
        _logouts(plan.faults),
    )
    office = OfficeDay(day, people, stage, serving, trouble)
    office.begin()
    stage.run(day.hours.end + OVERTIME_S)
    return Played(office.end(), services.counts)


def _manners(careless: float, seed: int) -> Callable[[str], Manners]:
    def of(device: str) -> Manners:
        if careless in (0.0, 1.0):
            return CARELESS if careless else GOOD
        return CARELESS if chance.draw(seed, "manners", device) < careless else GOOD

    return of


def _logouts(faults: Sequence[PlannedFault]) -> tuple[float, ...]:
    return tuple(w.start for f in faults if f.kind == "session_expiry" for w in f.windows or ())


def last_end(plan: FaultPlan, day: Day) -> float | None:
    """Return when the last fault of a day ends, None when none does while the office is open."""
    ends = [
        w.end
        for f in plan.faults
        for w in f.windows or ()
        if w.start < day.hours.end and w.end > day.hours.start
    ]
    last = max(ends, default=inf)
    return last if last < day.hours.end else None


def first_start(plan: FaultPlan, day: Day) -> float | None:
    """Return when the first fault that ends again begins, None when there is none."""
    starts = [w.start for f in plan.faults for w in f.windows or () if w.end > day.hours.start]
    return min((s for s in starts if s < day.hours.end), default=None)
