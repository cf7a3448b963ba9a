"""Which part of each scenario's day a check plays, on which date, and how long that takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from siaksim import data
from siaksim.core.clock import office_date
from siaksim.core.units import clock_text, time_of_day
from siaksim.edges.checks.options import QUICK, CheckOptions
from siaksim.edges.choosing import chosen_scenario, is_file
from siaksim.edges.holidays import office_day
from siaksim.errors import UserError
from siaksim.scenario.build import Scenario
from siaksim.scenario.model import CheckPart
from siaksim.verdict.clients import ClientTerms
from siaksim.verdict.reaching import may_reach

SPEED = 4.0
"""How much faster everything runs for a client that divides its waits by SIAKSIM_SPEED (assumed):
its time-outs of seconds stay far above what a loopback and a busy machine take."""
START_S = 2.0
"""Wall seconds that a server and a client take to start, about: for the estimate only."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of one scenario's day that is played; `name` is what the user calls it."""

    name: str
    scenario: Scenario
    day: date
    begin: str
    end: str
    residents: int
    shorten: float
    speed: float = 1.0
    seed: int | None = None

    @property
    def lasts_s(self) -> float:
        """How long the client has, in wall seconds."""
        span = time_of_day(self.end) - time_of_day(self.begin)
        return span / (self.shorten * self.speed)


def chosen_parts(options: CheckOptions, terms: ClientTerms, today: date) -> list[Part]:
    """Return the parts of the scenarios that are asked for; UserError for what cannot be played."""
    left_out = left_out_of(options, terms)
    names = [name for name in options.scenarios or _suite(options) if name not in left_out]
    speed = _speed(options, terms)
    parts = [_part(name, options, speed, today) for name in names]
    seen: set[str] = set()
    for part in parts:
        if part.scenario.name in seen:
            what = f"two scenarios are called {part.scenario.name!r}, and each keeps its own files."
            raise UserError(what, "--scenario", "Give each once; check the others by themselves.")
        seen.add(part.scenario.name)
    return parts


def left_out_of(options: CheckOptions, terms: ClientTerms) -> tuple[str, ...]:
    """Return the suite's scenarios that prove nothing of such a client.

    Their faults are all for other clients, or they name no part of the day for a check. Who names
    a scenario has it played all the same, or is told what it lacks.
    """
    if options.scenarios:
        return ()
    found = {name: chosen_scenario(name)[0] for name in _suite(options)}
    return tuple(name for name, scenario in found.items() if not _proves(scenario, terms))


def _proves(scenario: Scenario, terms: ClientTerms) -> bool:
    """Say whether a check of such a client in a scenario can tell anything."""
    if scenario.check is None:
        return False
    return not scenario.faults or any(may_reach(fault, terms) for fault in scenario.faults)


def _suite(options: CheckOptions) -> tuple[str, ...]:
    return QUICK if options.suite == "quick" else tuple(data.scenario_names())


def _speed(options: CheckOptions, terms: ClientTerms) -> float:
    if terms.scales_with_speed:
        return SPEED if options.speed is None else options.speed
    if options.speed not in (None, 1.0):
        raise UserError(
            f"{terms.client!r} does not say that its waits scale, so only the day is shortened.",
            "--speed",
            "If it divides them by SIAKSIM_SPEED, write `scales_with_speed: true` in its file.",
        )
    return 1.0


def _part(name: str, options: CheckOptions, speed: float, today: date) -> Part:
    scenario, _ = chosen_scenario(name)
    found = scenario.check
    where = name if is_file(name) else f"{name}.yaml"
    if found is None:
        raise UserError(
            f"{scenario.name!r} does not say which part of its day a check plays.",
            where,
            'Add a stanza: check: {from: "09:05", until: "09:45", residents: 8, shorten: 20}',
        )
    begin, end = _span(found, options, scenario)
    seed = found.seed if options.seed is None else options.seed
    day = options.day or office_day(scenario.start, today)
    return Part(name, scenario, day, begin, end, found.residents, found.shorten, speed, seed)


def _span(part: CheckPart, options: CheckOptions, scenario: Scenario) -> tuple[str, str]:
    """Return when the part begins and ends; UserError where --from or --until does not fit."""
    begin = part.begin if options.begin is None else _time(options.begin, "--from")
    end = part.end if options.until is None else _time(options.until, "--until")
    opens = time_of_day(f"{office_date(scenario.start):%H:%M}")
    if begin < opens:
        what = f"{clock_text(begin)} is before {scenario.name!r} begins at {clock_text(opens)}."
        raise UserError(what, "--from")
    if end <= begin:
        raise UserError(
            f"{scenario.name!r} would end at {clock_text(end)}, and not after it begins at "
            f"{clock_text(begin)}.",
            "--from" if options.until is None else "--until",
            f"Its own part is {clock_text(part.begin)} to {clock_text(part.end)}.",
        )
    return clock_text(begin), clock_text(end)


def _time(given: str, option: str) -> float:
    try:
        return time_of_day(given)
    except ValueError as error:
        raise UserError(f"{error}.", option) from error


def lasting(parts: Iterable[Part], jobs: int) -> float:
    """Return about how many wall seconds the parts take, `jobs` of them side by side."""
    ends = [0.0] * jobs
    for part in parts:
        first = min(range(jobs), key=ends.__getitem__)
        ends[first] += part.lasts_s + START_S
    return max(ends)
