"""From a scenario's text to its plan: every mistake at once, or a Scenario."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ValidationError

from siaksim.core.clock import WIB, office_date
from siaksim.core.plan import FaultPlan, PlannedFault, Window
from siaksim.core.units import seconds
from siaksim.errors import UserError
from siaksim.faults import kinds
from siaksim.faults.base import FaultModel
from siaksim.population.country import PopulationSettings
from siaksim.scenario.model import (
    LATER,
    Modifiers,
    PopulationPart,
    ScenarioModel,
    time_of_day,
)
from siaksim.scenario.problems import Mistake, ScenarioErrors, did_you_mean
from siaksim.scenario.reader import Document, Path, read, text_of
from siaksim.scenario.settings import Settings

_MODIFIERS = frozenset(f.alias or name for name, f in Modifiers.model_fields.items())


@dataclass(frozen=True, slots=True)
class Scenario:
    """A checked scenario; times are office time in POSIX seconds."""

    name: str
    story: str
    seed: int
    start: float
    speed: float
    hours: tuple[tuple[str, str], ...]
    settings: Settings
    population_settings: PopulationSettings
    faults: tuple[PlannedFault, ...]

    def plan(self, seed: int | None = None) -> FaultPlan:
        """Return the fault plan for a seed (the scenario's own by default)."""
        return FaultPlan(self.seed if seed is None else seed, self.faults)

    def shifted(self, day: date) -> Scenario:
        """Return the same scenario on another date; residents' reference date stays."""
        first = office_date(self.start).date()
        move = (day - first).days * 86400.0
        faults = tuple(
            replace(f, window=Window(f.window.start + move, f.window.end + move)) if f.window else f
            for f in self.faults
        )
        return replace(self, start=self.start + move, faults=faults)


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    planned: PlannedFault


class _Builder:
    def __init__(self, document: Document, operations: Collection[str] | None) -> None:
        self.document = document
        self.operations = operations
        self.mistakes = list(document.mistakes)
        self.counts: dict[str, int] = {}

    def mistake(self, path: Path, what: str, of_key: bool = False) -> None:
        line, column = self.document.place(path, of_key)
        self.mistakes.append(Mistake(line, column, text_of(path), what))

    def model(self, kind: type[BaseModel], data: Any, path: Path) -> Any:
        try:
            return kind.model_validate(data)
        except ValidationError as errors:
            for error in errors.errors(include_url=False):
                self._pydantic(kind, error, path)
        return None

    def _pydantic(self, kind: type[BaseModel], error: Any, path: Path) -> None:
        place = (*path, *(part for part in error["loc"] if part != "[key]"))
        if error["type"] == "extra_forbidden":
            fields = _fields(kind, error["loc"][:-1])
            what = f"unknown field.{did_you_mean(str(place[-1]), fields)}"
            self.mistake(place, f"{what} Fields: {', '.join(fields)}.", of_key=True)
        elif error["type"] == "missing":
            self.mistake(place[:-1], f"the field {place[-1]!r} is missing")
        else:
            message = str(error["msg"]).removeprefix("Value error, ")
            self.mistake(place, message, of_key="[key]" in error["loc"])

    # -- faults ----------------------------------------------------------------------------

    def fault(self, data: Any, path: Path, window: Window | None, start: float) -> _Entry | None:
        if not isinstance(data, dict):
            self.mistake(path, "a fault is a mapping with target and kind")
            return None
        known = kinds()
        word = data.get("kind")
        if word not in known:
            named = f"unknown kind {word!r}." if word else "the field 'kind' is missing."
            hint = did_you_mean(str(word), list(known))
            self.mistake((*path, "kind"), f"{named}{hint} Kinds: {', '.join(known)}.")
            return None
        before = len(self.mistakes)
        own = {k: v for k, v in data.items() if k not in _MODIFIERS}
        fields = [f.alias or n for n, f in known[word].model_fields.items()]
        for name in sorted(set(own) - set(fields)):
            own.pop(name)
            allowed = sorted({*fields, *_MODIFIERS})
            hint = did_you_mean(name, allowed)
            what = f"unknown field.{hint} Fields: {', '.join(allowed)}."
            self.mistake((*path, name), what, of_key=True)
        given = {k: v for k, v in data.items() if k in _MODIFIERS}
        modifiers = self.model(Modifiers, given, path)
        model = self.model(known[word], own, path)
        if len(self.mistakes) > before or modifiers is None or model is None:
            return None
        return self._planned(model, modifiers, path, window, start)

    def _planned(
        self, model: FaultModel, where: Modifiers, path: Path, window: Window | None, start: float
    ) -> _Entry | None:
        if (where.at is None) != (where.for_s is None):
            self.mistake(path, "`at` and `for` belong together: give both or neither")
            return None
        if where.at is not None and where.for_s is not None:
            if window is not None:
                self.mistake((*path, "at"), "a fault in `timeline` has the time of its stage")
                return None
            window = window_of(start, where.at, where.for_s)
        targets = tuple("*" if t == "all" else t for t in where.target)
        self._targets(targets, path)
        self.counts[model.kind] = self.counts.get(model.kind, 0) + 1
        planned = PlannedFault(
            id=where.name or f"{model.kind}#{self.counts[model.kind]}",
            kind=model.kind,
            layer=model.layer,
            fault=model,
            targets=targets,
            share=where.share,
            window=window,
            clients=where.client,
            subjects=where.subject,
        )
        return _Entry(path, planned)

    def _targets(self, targets: Sequence[str], path: Path) -> None:
        if self.operations is None:
            return
        for glob in targets:
            if not any(fnmatchcase(name, glob) for name in self.operations):
                hint = did_you_mean(glob, sorted(self.operations))
                self.mistake((*path, "target"), f"{glob!r} is no operation.{hint}")

    def overlaps(self, entries: Sequence[_Entry]) -> None:
        """Report layers in which faults of one operation may come to more than 100%."""
        names = sorted(self.operations or {t for e in entries for t in e.planned.targets})
        edges = sorted({e.planned.window.start for e in entries if e.planned.window} | {0.0})
        reported: set[Path] = set()
        for name in names:
            aimed = [e for e in entries if any(fnmatchcase(name, t) for t in e.planned.targets)]
            for moment in edges:
                totals: dict[str, float] = {}
                for entry in aimed:
                    fault = entry.planned
                    if not _open(fault, moment) or fault.clients or fault.subjects:
                        continue
                    totals[fault.layer] = totals.get(fault.layer, 0.0) + fault.share
                    if totals[fault.layer] > 1.0 + 1e-9 and entry.path not in reported:
                        reported.add(entry.path)
                        total = f"{100 * totals[fault.layer]:g}%"
                        what = f"with the faults before it, the {fault.layer} layer of {name} "
                        self.mistake((*entry.path, "share"), f"{what}comes to {total}, over 100%")


def _open(fault: PlannedFault, moment: float) -> bool:
    return fault.window is None or fault.window.start <= moment < fault.window.end


def window_of(start: float, at: float, length: float) -> Window:
    """Return the window that opens at a time of day (seconds) of the scenario's first day."""
    first = datetime.combine(office_date(start).date(), time(), WIB).timestamp()
    return Window(first + at, first + at + length)


def _fields(kind: type[BaseModel], loc: Sequence[Any]) -> list[str]:
    model: Any = kind
    for part in loc:
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        inner = field.annotation if field else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return sorted(f.alias or n for n, f in model.model_fields.items())


def load(text: str, name: str, operations: Collection[str] | None = None) -> Scenario:
    """Read a scenario; `name` is the file in messages, `operations` what targets may hit.

    ScenarioErrors lists every mistake with its line and column.
    """
    document = read(text)
    builder = _Builder(document, operations)
    if not isinstance(document.data, dict):
        if not builder.mistakes:
            builder.mistake((), "a scenario is a mapping; begin with `scenario: name`")
        raise ScenarioErrors(name, builder.mistakes)
    data = dict(document.data)
    for key in LATER:
        if key in data:
            del data[key]
            builder.mistake((key,), "is not supported by this version", of_key=True)
    model = builder.model(ScenarioModel, data, ())
    # Faults are looked at even when the frame is wrong, so that all mistakes come at once.
    entries = _entries(builder, data, model.clock.start if model else 0.0)
    if model is None:
        raise ScenarioErrors(name, builder.mistakes)
    builder.overlaps(entries)
    population = _population(builder, model.population)
    if builder.mistakes or population is None:
        raise ScenarioErrors(name, builder.mistakes)
    return Scenario(
        name=model.scenario,
        story=model.story,
        seed=model.seed,
        start=model.clock.start,
        speed=model.clock.speed,
        hours=tuple(model.hours.items()),
        settings=model.settings,
        population_settings=population,
        faults=tuple(entry.planned for entry in entries),
    )


def _entries(builder: _Builder, data: dict[str, Any], start: float) -> list[_Entry]:
    found: list[_Entry | None] = []
    for i, item in enumerate(_listed(data.get("faults"))):
        found.append(builder.fault(item, ("faults", i), None, start))
    for number, stage in enumerate(_listed(data.get("timeline"))):
        if not isinstance(stage, dict):
            continue  # the model has said so
        try:
            window = window_of(start, time_of_day(stage.get("at")), seconds(stage.get("for")))
        except ValueError:
            window = window_of(start, 0.0, 0.0)  # the model has said so
        for i, item in enumerate(_listed(stage.get("faults"))):
            path: Path = ("timeline", number, "faults", i)
            found.append(builder.fault(item, path, window, start))
    return [entry for entry in found if entry is not None]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _population(builder: _Builder, part: PopulationPart) -> PopulationSettings | None:
    given: dict[str, Any] = {"areas": part.areas, "size": part.size}
    if part.shares:
        given["shares"] = part.shares
    if part.reference_date is not None:
        given["reference_date"] = part.reference_date
    try:
        return PopulationSettings(**given)
    except UserError as error:
        builder.mistake(("population", *filter(None, [error.where])), str(error.what))
        return None
