"""From a scenario's text to its plan: every mistake at once, or a Scenario."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from siaksim.agreements.directory import Directory
from siaksim.core.clock import office_date
from siaksim.core.plan import FaultPlan, PlannedFault
from siaksim.core.schedule import Hours, Schedule
from siaksim.core.units import time_of_day
from siaksim.errors import UserError
from siaksim.links.plan import LinkSpec
from siaksim.links.profile import Profile
from siaksim.population.country import PopulationSettings
from siaksim.scenario.agreements import shipped, with_changes
from siaksim.scenario.capacity import CapacityPart, services_of
from siaksim.scenario.checking import FAULTS_MAX, Checker, Place
from siaksim.scenario.clashes import clashes
from siaksim.scenario.links import shifted, with_portals
from siaksim.scenario.model import LATER, CheckPart, PopulationPart, ScenarioModel
from siaksim.scenario.problems import ScenarioErrors
from siaksim.scenario.reader import Path, read
from siaksim.scenario.settings import Settings
from siaksim.scenario.shares import excesses
from siaksim.scenario.times import Frame, Times, hours_of, story_days

ReadFile = Callable[[str], str]
"""Gives a file beside a scenario by its relative name; OSError when it cannot."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A checked scenario; times are office time in POSIX seconds.

    `schedules` (by fault id) are what the faults' windows were made from: they make them anew
    for another date. `traces` are the files that were read, by name. A world's clock begins
    `begin_s` office seconds after the start, which is `moved_days` days after the file's own.
    `links` are sites' lines, each with a listener of its own.
    """

    name: str
    story: str
    seed: int
    start: float
    speed: float
    hours: tuple[tuple[str, str], ...]
    settings: Settings
    population_settings: PopulationSettings
    faults: tuple[PlannedFault, ...]
    agreements: Directory = field(default_factory=shipped)
    days: int = 1
    opening: Hours = field(default_factory=Hours)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    traces: Mapping[str, str] = field(default_factory=dict)
    begin_s: float = 0.0
    moved_days: int = 0
    check: CheckPart | None = None
    links: tuple[LinkSpec, ...] = ()
    capacity: CapacityPart | None = None

    @property
    def by_sockets(self) -> bool:
        """Say whether it strikes connections: clients in the server's own process have none."""
        own = any(f.layer in ("link", "tls") for f in self.faults)
        return own or any(profile.toxics() or profile.drops for profile in self._profiles())

    def _profiles(self) -> list[Profile]:
        return [p for s in self.links for p in (s.profile, *(c.profile for c in s.changes))]

    def plan(self, seed: int | None = None) -> FaultPlan:
        """Return the fault plan for a seed (the scenario's own by default)."""
        return FaultPlan(self.seed if seed is None else seed, self.faults)

    def beginning(self, after_s: float) -> Scenario:
        """Return the same scenario in a world whose clock begins `after_s` office seconds later."""
        return replace(self, begin_s=after_s)

    def from_time(self, time: str) -> Scenario:
        """Return it beginning at a time of its first day, such as 09:05; UserError for others."""
        try:
            after_s = time_of_day(time) - time_of_day(f"{office_date(self.start):%H:%M}")
        except ValueError as error:
            raise UserError(f"{error}.", "from") from error
        if after_s < 0:
            begins = f"{office_date(self.start):%H:%M}"
            raise UserError(f"{time} is before the day begins at {begins}.", "from")
        return self.beginning(after_s)

    def shifted(self, day: date) -> Scenario:
        """Return the same scenario on another date; residents' reference date stays.

        What goes by weekdays, office hours or holidays falls on those of the new dates.
        """
        first = office_date(self.start).date()
        days = (day - first).days
        move = days * 86400.0
        start = self.start + move
        faults = []
        for fault in self.faults:
            moved, schedule = fault.moved(move), self.schedules.get(fault.id)
            if schedule is not None and (schedule.recurs or schedule.office):
                moved = replace(moved, windows=schedule.windows(start, self.opening))
            faults.append(moved)
        gone, links = self.moved_days + days, shifted(self.links, move, start, self.opening)
        struck = with_portals(faults, links, start)
        return replace(self, start=start, faults=struck, moved_days=gone, links=links)


def load(
    text: str,
    name: str,
    operations: Collection[str] | None = None,
    read_file: ReadFile | None = None,
) -> Scenario:
    """Read a scenario; `name` is the file in messages, `operations` what targets may hit.

    `read_file` gives a file beside the scenario by its relative name (for traces); without it
    files are refused. ScenarioErrors lists every mistake with its line and column.
    """
    document = read(text)
    traces: dict[str, str] = {}

    def keeping(file: str) -> str:
        assert read_file is not None
        return traces.setdefault(file, read_file(file))

    checker = Checker(document, operations, keeping if read_file else None)
    if isinstance(document.data, dict):
        checker.finite = services_of(document.data.get("capacity"))
    if not isinstance(document.data, dict):
        if not checker.mistakes:
            checker.mistake((), "a scenario is a mapping; begin with `scenario: name`")
        raise ScenarioErrors(name, checker.mistakes)
    data = dict(document.data)
    for key in LATER:
        if key in data:
            del data[key]
            checker.mistake((key,), "is not supported by this version", of_key=True)
    sites = data.get("links")
    checker.lines.known = frozenset(map(str, sites)) if isinstance(sites, dict) else frozenset()
    agreements = with_changes(checker, data.get("agreements"), ("agreements",))
    model = checker.model(ScenarioModel, data, ())
    population = _population(checker, model.population) if model else None
    frame = Frame()
    if model is not None:
        opening = hours_of(checker, dict(model.hours))
        frame = Frame(model.clock.start, story_days(data, model.clock.days), opening)
    checker.times = Times(checker, frame)
    if population is not None:
        checker.whom.districts = tuple(d.code for d in population.districts())
    # Faults are looked at even when the frame is wrong, so that all mistakes come at once.
    _faults(checker, data)
    together(checker, ())
    links = checker.lines.specs(model.links) if model else ()
    if checker.mistakes or model is None or population is None or agreements is None:
        raise ScenarioErrors(name, checker.mistakes)
    return Scenario(
        name=model.scenario,
        story=model.story,
        seed=model.seed,
        start=model.clock.start,
        speed=model.clock.speed,
        hours=tuple(model.hours.items()),
        settings=model.settings,
        population_settings=population,
        faults=with_portals([e.planned for e in checker.entries], links, model.clock.start),
        agreements=agreements,
        check=model.check,
        capacity=model.capacity,
        days=frame.days,
        opening=frame.hours,
        schedules={e.planned.id: e.schedule for e in checker.entries if e.schedule},
        traces=traces,
        links=links,
    )


def _faults(checker: Checker, data: dict[str, Any]) -> None:
    always, stages = _listed(data.get("faults")), _listed(data.get("timeline"))
    for i, item in enumerate(always[:FAULTS_MAX]):
        checker.fault(item, Place(("faults", i)))
    for i, stage in enumerate(stages[:FAULTS_MAX]):
        checker.stage(stage, ("timeline", i))
    if max(len(always), len(stages), len(checker.entries)) > FAULTS_MAX:
        checker.mistake((), f"a scenario has at most {FAULTS_MAX} faults")


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def together(checker: Checker, present: Sequence[PlannedFault]) -> None:
    """Note what is wrong with the faults taken together, and with those `present` already."""
    entries = checker.entries[:FAULTS_MAX]
    faults = [*present, *(e.planned for e in entries)]
    operations = checker.operations or {t for f in faults for t in f.targets}
    first = len(present)
    for found in excesses(faults, operations):
        if found.place >= first:
            what = f"with the faults before it, the {found.layer} layer of {found.operation} "
            what += f"comes to {100 * found.total:g}%, over 100%"
            _note(checker, entries[found.place - first].path, "share", what)
    for clash in clashes(faults, operations):
        what = f"{faults[clash.lost].id} and {faults[clash.place].id} both say how many answers of "
        what += f"{clash.operation} are lost after the commit: use lost_answer or committed"
        place, field = clash.place - first, "committed"
        if place < 0:
            place, field = clash.lost - first, "kind"
        if place >= 0:
            _note(checker, entries[place].path, field, what)


def _note(checker: Checker, fault: Path, field: str, what: str) -> None:
    path: Path = (*fault, field)
    if path in checker.document.values:
        checker.mistake(path, what, of_key=field == "committed")
    else:
        checker.mistake(fault, what)


def _population(checker: Checker, part: PopulationPart) -> PopulationSettings | None:
    given: dict[str, Any] = {"areas": part.areas, "size": part.size, "under_17": part.under_17}
    if part.shares:
        given["shares"] = part.shares
    if part.reference_date is not None:
        given["reference_date"] = part.reference_date
    try:
        return PopulationSettings(**given)
    except UserError as error:
        checker.mistake(
            ("population", *filter(None, [error.where])), f"{error.what} {error.how}".rstrip()
        )
        return None
