"""From the parts of a document to typed parts; what is wrong is noted with its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from fnmatch import fnmatchcase
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from siaksim.core.clock import WIB, office_date
from siaksim.core.plan import PlannedFault, Window
from siaksim.faults import kinds
from siaksim.faults.base import FaultModel
from siaksim.scenario.model import LATER_MODIFIERS, Modifiers, Span, Stage
from siaksim.scenario.problems import Mistake, did_you_mean, shown, worded
from siaksim.scenario.reader import Document, Path, text_of

FAULTS_MAX = 500
"""Faults of one scenario: as many as a plan is measured with."""

HINTS_MAX = 100
"""Mistakes after which no near word is looked for."""
_MODIFIERS = frozenset(f.alias or name for name, f in Modifiers.model_fields.items())
_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Entry:
    """A fault of the plan, and where it stands in the document."""

    path: Path
    planned: PlannedFault


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault stands: its path, the day's start, and its stage's window, if it has one.

    `from_now`: it is added at `start`, from when its `for` counts if it has no `at`.
    """

    path: Path
    start: float
    staged: bool = False
    window: Window | None = None
    from_now: bool = False


class Checker:
    """Collects the faults and the mistakes of one document."""

    def __init__(self, document: Document, operations: Collection[str] | None) -> None:
        """`operations` are what targets may hit, with their contract's marks if it is a mapping.

        None: any.
        """
        self.document = document
        self.operations = operations
        self._marks: Mapping[str, Collection[str]] | None = (
            operations if isinstance(operations, Mapping) else None
        )
        self.mistakes = list(document.mistakes)
        self.entries: list[Entry] = []
        self._counts: dict[str, int] = {}
        self._ids: dict[str, Path] = {}

    def mistake(self, path: Path, what: str, of_key: bool = False) -> None:
        """Note a mistake at a path (of its key or of its value)."""
        line, column = self.document.place(path, of_key)
        self.mistakes.append(Mistake(line, column, text_of(path), what))

    def reserve(self, faults: Sequence[PlannedFault]) -> None:
        """Take the names of faults that are there already, and count on from their numbers."""
        for fault in faults:
            self._counts[fault.kind] = self._counts.get(fault.kind, 0) + 1
            self._ids.setdefault(fault.id, ("another fault",))

    def hint(self, word: str, known: Sequence[str]) -> str:
        """Return ' Did you mean ...?' or nothing: who makes so many mistakes reads no more."""
        return did_you_mean(word, known) if len(self.mistakes) < HINTS_MAX else ""

    def model(self, kind: type[_M], data: Any, path: Path) -> _M | None:
        """Return the typed part, or None with its mistakes noted."""
        try:
            return kind.model_validate(data)
        except ValidationError as errors:
            for error in errors.errors(include_url=False):
                if not _only_follows(error):
                    self._pydantic(kind, error, path)
        return None

    def _pydantic(self, kind: type[BaseModel], error: Any, path: Path) -> None:
        place = path
        for part in error["loc"]:
            # pydantic names branches of unions too, which nobody has written
            if (*place, part) in self.document.values:
                place = (*place, part)
        if error["type"] == "extra_forbidden":
            fields = _fields(kind, error["loc"][:-1])
            what = f"unknown field.{self.hint(str(place[-1]), fields)}"
            self.mistake(place, f"{what} Fields: {', '.join(fields)}.", of_key=True)
        elif error["type"] == "missing":
            self.mistake(place, f"the field {error['loc'][-1]!r} is missing")
        else:
            of_key = "[key]" in error["loc"]
            value = place[-1] if of_key and place else self.document.at(place)
            self.mistake(place, worded(error, value), of_key)

    # -- times -----------------------------------------------------------------------------

    def window(self, span: Span, path: Path, start: float) -> Window | None:
        """Return the window that a span tells of; None if it has none or a wrong one."""
        if span.at is None:
            for name, value in (("for", span.for_s), ("until", span.until)):
                if value is not None:
                    self.mistake((*path, name), f"`{name}` needs `at`", of_key=True)
            return None
        if (span.for_s is None) == (span.until is None):
            self.mistake((*path, "at"), "give either `for` or `until` with `at`", of_key=True)
            return None
        first = datetime.combine(office_date(start).date(), time(), WIB).timestamp()
        end = span.at + span.for_s if span.for_s is not None else span.until or 0.0
        if end <= span.at:
            self.mistake((*path, "until"), "this is not after `at`")
            return None
        if first + end <= start:
            over = f"this is over before the day begins at {office_date(start):%H:%M}"
            self.mistake((*path, "at"), over)
            return None
        return Window(first + span.at, first + end)

    # -- faults ----------------------------------------------------------------------------

    def stage(self, data: Any, path: Path, start: float) -> None:
        """Check one stage of the timeline and keep its faults."""
        stage = self.model(Stage, data, path)
        if stage is not None and (stage.at, stage.for_s, stage.until) == (None, None, None):
            self.mistake(path, "the field 'at' is missing")
        window = self.window(stage, path, start) if stage else None
        faults = data.get("faults") if isinstance(data, dict) else None
        for i, item in enumerate(faults if isinstance(faults, list) else []):
            self.fault(item, Place((*path, "faults", i), start, staged=True, window=window))

    def fault(self, data: Any, place: Place) -> None:
        """Check one fault and keep it, if nothing is wrong."""
        path = place.path
        if not isinstance(data, dict):
            what = f"{shown(data)} is no fault: give a mapping with target and kind"
            self.mistake(path, what)
            return
        known, word = kinds(), data.get("kind")
        if not isinstance(word, str) or word not in known:
            self._unknown_kind(word, path)
            return
        before = len(self.mistakes)
        names = [f.alias or n for n, f in known[word].model_fields.items()]
        self._unknown_fields(data, names, path)
        given = {k: v for k, v in data.items() if k in _MODIFIERS}
        own = {k: v for k, v in data.items() if k in names and k not in _MODIFIERS}
        modifiers = self.model(Modifiers, given, path)
        model = self.model(known[word], own, path)
        if len(self.mistakes) == before and modifiers is not None and model is not None:
            self._keep(model, modifiers, place)

    def _unknown_kind(self, word: Any, path: Path) -> None:
        if word in (None, ""):
            what, hint = "the field 'kind' is missing.", ""
        elif not isinstance(word, str):
            what, hint = f"{shown(word)} is no kind.", ""
        else:
            what, hint = f"unknown kind {shown(word)}.", self.hint(word, list(kinds()))
        self.mistake((*path, "kind"), f"{what}{hint} Kinds: {', '.join(kinds())}.")

    def _unknown_fields(self, data: dict[str, Any], names: Sequence[str], path: Path) -> None:
        allowed = sorted({*names, *_MODIFIERS})
        for name in sorted(set(data) - set(allowed)):
            if name in LATER_MODIFIERS:
                self.mistake((*path, name), "is not supported by this version", of_key=True)
                continue
            what = f"unknown field.{self.hint(name, allowed)} Fields: {', '.join(allowed)}."
            self.mistake((*path, name), what, of_key=True)

    def _keep(self, model: FaultModel, where: Modifiers, place: Place) -> None:
        path, window = place.path, place.window
        if place.from_now and where.at is None and where.until is None and where.for_s is not None:
            window = Window(place.start, place.start + where.for_s)
        elif not place.staged:
            window = self.window(where, path, place.start)
        elif where.at is not None or where.for_s is not None or where.until is not None:
            word = next(n for n in ("at", "for", "until") if (*path, n) in self.document.keys)
            what = "a fault in `timeline` has the time of its stage"
            self.mistake((*path, word), what, of_key=True)
        if where.first is not None and where.nth is not None and where.nth > where.first:
            self.mistake((*path, "nth"), f"never among the first {where.first}")
        targets = tuple("*" if t == "all" else t for t in where.target)
        if self._targets(targets, path):
            targets = self._reached(model, targets, path)
        if model.needs_time and where.at is None and not (place.staged or place.from_now):
            self.mistake(path, f"{model.kind} needs a time here: give `at` with `for` or `until`")
        if not model.on_calls:
            for word in ("client", "subject", "first", "nth"):
                if (*path, word) in self.document.keys:
                    what = f"{model.kind} happens once, to everyone: it picks no calls"
                    self.mistake((*path, word), what, of_key=True)
        planned = PlannedFault(
            id=self._id(model.kind, where, path),
            kind=model.kind,
            layer=model.layer,
            fault=model,
            targets=targets,
            share=where.share,
            window=window,
            clients=where.client,
            subjects=where.subject,
            first=where.first,
            nth=where.nth,
            sticks=model.sticks,
            on_calls=model.on_calls,
        )
        self.entries.append(Entry(path, planned))

    def _id(self, kind: str, where: Modifiers, path: Path) -> str:
        # Named ones count too: giving one a name leaves the draws of the others as they are.
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if where.id is not None and where.name is not None:
            self.mistake((*path, "name"), "give either `id` or `name`", of_key=True)
        found = where.id or where.name
        if found is None:
            return f"{kind}#{self._counts[kind]}"
        if found in self._ids:
            what = f"{found!r} is the name of {text_of(self._ids[found])} already"
            self.mistake((*path, "id" if where.id else "name"), what)
        self._ids.setdefault(found, path)
        return found

    def _targets(self, targets: Sequence[str], path: Path) -> bool:
        """Note targets that are no operations; return whether all are some."""
        before = len(self.mistakes)
        if self.operations is None:
            return True
        services = {f"{name.partition('.')[0]}.*" for name in self.operations}
        for i, glob in enumerate(targets):
            if not any(fnmatchcase(name, glob) for name in self.operations):
                place: Path = (*path, "target", i)
                if place not in self.document.values:
                    place = place[:-1]
                hint = self.hint(glob, [*sorted(self.operations), *sorted(services), "all"])
                self.mistake(place, f"{shown(glob)} is no operation.{hint}")
        return len(self.mistakes) == before

    def _reached(self, model: FaultModel, targets: tuple[str, ...], path: Path) -> tuple[str, ...]:
        """Return the targets that the kind can strike: only these are drawn for and journaled."""
        if self._marks is None or not model.needs:
            return targets
        able = sorted(name for name, marks in self._marks.items() if model.needs in marks)
        # Mails have no operation of their own: mail.* means whatever sends some.
        every = model.layer == "mail" and "mail.*" in targets
        found = tuple(n for n in able if every or any(fnmatchcase(n, glob) for glob in targets))
        if not found:
            what = f"{model.kind} strikes only {', '.join(able) or 'what this version lacks'}"
            self.mistake((*path, "target"), what)
        return found


def _only_follows(error: Any) -> bool:
    """Say whether a list counts as empty only because each of its items is a mistake itself."""
    empty = error["type"] == "too_short" and error["ctx"]["actual_length"] == 0
    return empty and bool(error["input"])


def _fields(kind: type[BaseModel], loc: Sequence[Any]) -> list[str]:
    model: type[BaseModel] = kind
    for part in loc:
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        for inner in (field.annotation, *get_args(field.annotation)) if field else ():
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
    return sorted(f.alias or n for n, f in model.model_fields.items())
