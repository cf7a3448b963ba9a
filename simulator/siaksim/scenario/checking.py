"""From the parts of a document to typed parts; what is wrong is noted with its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from siaksim.core.plan import PlannedFault
from siaksim.core.schedule import Schedule
from siaksim.faults import kinds
from siaksim.faults.base import ConnectionFault, FaultModel, LinkFault, TlsFault
from siaksim.faults.traces import READ_FILE
from siaksim.scenario.links import Lines
from siaksim.scenario.model import Modifiers, Stage
from siaksim.scenario.problems import Mistake, did_you_mean, shown, worded
from siaksim.scenario.reader import Document, Path, text_of
from siaksim.scenario.times import SPAN_FIELDS, Frame, Times, Timing
from siaksim.scenario.whom import Whom

FAULTS_MAX = 500
"""Faults of one scenario: as many as a plan is measured with."""

_PICKING = ("client", "subject", "area", "after", "first", "nth")
_OF_CALLS = (*_PICKING, "link", "burst", "flap", "ramp")
_NOT_OF_LINES = ("target", *_PICKING, "per", "ramp")
HINTS_MAX = 100
"""Mistakes after which no near word is looked for."""
_MODIFIERS = frozenset(f.alias or name for name, f in Modifiers.model_fields.items())
_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Entry:
    """A fault of the plan, where it stands in the document, and what its windows come from."""

    path: Path
    planned: PlannedFault
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault stands: its path, and its stage's timing, if it has a stage."""

    path: Path
    timing: Timing | None = None


class Checker:
    """Collects the faults and the mistakes of one document."""

    def __init__(
        self,
        document: Document,
        operations: Collection[str] | None,
        read_file: Callable[[str], str] | None = None,
    ) -> None:
        """`operations` are what targets may hit, with their contract's marks if it is a mapping.

        None: any. `read_file` gives files beside the document.
        """
        self.document = document
        self.operations = operations
        self._marks: Mapping[str, Collection[str]] | None = (
            operations if isinstance(operations, Mapping) else None
        )
        self.mistakes = list(document.mistakes)
        self.entries: list[Entry] = []
        self.finite: tuple[str, ...] = ()
        """The services with a capacity."""
        self.times = Times(self, Frame())
        self.whom = Whom(self)
        self.lines = Lines(self, read_file=read_file)
        self._context = {READ_FILE: read_file}
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
            return kind.model_validate(data, context=self._context)
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
        if error["type"] == "too_short" and self.document.at(place):
            return  # its items are wrong, and pydantic counts the right ones
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

    # -- faults ----------------------------------------------------------------------------

    def stage(self, data: Any, path: Path) -> None:
        """Check one stage of the timeline and keep its faults."""
        stage = self.model(Stage, data, path)
        timing = Timing()
        if stage is not None:
            timing = self.times.timing(stage, path, text_of(path))
            if all((*path, name) not in self.document.keys for name in SPAN_FIELDS):
                self.mistake(path, "the field 'at' is missing")
            if stage.burst is not None and stage.burst.good_share:
                what = "a stage's faults have shares of their own: give it with the fault"
                self.mistake((*path, "burst", "good_share"), what, of_key=True)
            if stage.faults is None and stage.links is None:
                self.mistake(path, "give `faults`, `links` or both")
            if stage.links is not None:
                if timing.pace is not None:
                    what = "a line's profile has no rhythm: use link.* kinds for that"
                    self.mistake((*path, "links"), what, of_key=True)
                self.lines.changed(stage.links, (*path, "links"), timing)
        faults = data.get("faults") if isinstance(data, dict) else None
        for i, item in enumerate(faults if isinstance(faults, list) else []):
            self.fault(item, Place((*path, "faults", i), timing))

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
        aim = aim_of(known[word])
        if aim and aim not in data:
            self.mistake(path, f"the field {aim!r} is missing")
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
            what = f"unknown field.{self.hint(name, allowed)} Fields: {', '.join(allowed)}."
            self.mistake((*path, name), what, of_key=True)

    def _keep(self, model: FaultModel, where: Modifiers, place: Place) -> None:
        path, identity = place.path, self._id(model.kind, where, place.path)
        timing = self._timing(where, place, identity)
        pace, share = timing.pace, where.share
        if where.ramp is not None:
            pace = self.times.ramp(where.ramp, timing, path)
            share = max(where.ramp.first, where.ramp.last)
        if where.burst is not None and where.burst.good_share >= max(share, 1e-9):
            what = f"this is not below `share` ({share:.0%}), which holds in bad times"
            self.mistake((*path, "burst", "good_share"), what)
        if where.first is not None and where.nth is not None and where.nth > where.first:
            self.mistake((*path, "nth"), f"never among the first {where.first}")
        if where.per == "world" and where.first is None and where.nth is None:
            self.mistake((*path, "per"), "`per` needs `first` or `nth`", of_key=True)
        targets = tuple("*" if t == "all" else t for t in where.target) or ("*",)
        if self.operations_of(targets, (*path, "target")):
            targets = self._reached(model, targets, path)
        links = tuple("*" if t == "all" else t for t in where.link)
        self.lines.aims(links, path)
        if model.needs_time and timing.windows is None and not self.times.frame.from_now:
            self.mistake(path, f"{model.kind} needs a time here: give `at` with `for` or `until`")
        if isinstance(model, ConnectionFault):
            self._of_connections(model, path)
        elif not model.on_calls:
            for word in _OF_CALLS:
                if (*path, word) in self.document.keys:
                    what = f"{model.kind} happens once, to everyone: it picks no calls"
                    self.mistake((*path, word), what, of_key=True)
        if model.needs_capacity:
            self._slowed(model.kind, targets, path)
        planned = PlannedFault(
            id=identity,
            kind=model.kind,
            layer=model.layer,
            fault=model,
            targets=targets,
            share=share,
            windows=timing.windows,
            clients=where.client,
            subjects=where.subject,
            areas=self.whom.areas(where.area, path),
            links=links,
            after=self.whom.event(where.after, path),
            first=where.first,
            nth=where.nth,
            sticks=model.sticks,
            on_calls=model.on_calls,
            per_world=where.per == "world",
            pace=pace,
        )
        self.entries.append(Entry(path, planned, timing.schedule))

    def _of_connections(self, model: ConnectionFault, path: Path) -> None:
        """Note what makes no sense for a fault that strikes connections and not calls."""
        for word in not_of(type(model)):
            if (*path, word) in self.document.keys:
                what = f"{model.kind} strikes connections, whoever calls by them"
                if word == "share":
                    what = f"{model.kind} is of the line as a whole: there is no share of it"
                self.mistake((*path, word), what, of_key=True)

    def _slowed(self, kind: str, targets: Sequence[str], path: Path) -> None:
        """Note what is wrong with a fault that acts on the servers of whole services."""
        if (*path, "share") in self.document.keys:
            what = f"{kind} acts on the servers, not on a share of the calls"
            self.mistake((*path, "share"), what, of_key=True)
        finite = [f"{service}.*" for service in self.finite]
        if "*" in targets and finite:
            return
        wrong = [target for target in targets if target not in finite]
        if wrong or not finite:
            known = f"only {', '.join(finite)} have one" if finite else "no service has one here"
            what = f"{kind} needs a `capacity` of a whole service: {known}"
            self.mistake((*path, "target"), what)

    def _timing(self, where: Modifiers, place: Place, identity: str) -> Timing:
        if place.timing is None:
            return self.times.timing(where, place.path, identity)
        told = [n for n in SPAN_FIELDS if (*place.path, n) in self.document.keys]
        if told:
            what = "a fault in `timeline` has the time of its stage"
            self.mistake((*place.path, told[0]), what, of_key=True)
            return place.timing
        rhythm = next((n for n in ("burst", "flap") if getattr(where, n) is not None), None)
        if rhythm is None:
            return place.timing
        if place.timing.pace is not None:
            self.mistake((*place.path, rhythm), "the stage has a rhythm already", of_key=True)
        own = self.times.timing(where, place.path, identity)
        return Timing(place.timing.schedule, place.timing.windows, own.pace)

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

    def operations_of(self, globs: Sequence[str], path: Path) -> bool:
        """Note globs at a path that are no operations; return whether all are some."""
        before = len(self.mistakes)
        if self.operations is None:
            return True
        services = {f"{name.partition('.')[0]}.*" for name in self.operations}
        for i, glob in enumerate(globs):
            place: Path = (*path, i)
            if place not in self.document.values:
                place = place[:-1]
            hit = [name for name in self.operations if fnmatchcase(name, glob)]
            if not hit:
                hint = self.hint(glob, [*sorted(self.operations), *sorted(services), "all"])
                self.mistake(place, f"{shown(glob)} is no operation.{hint}")
        return len(self.mistakes) == before

    def _reached(self, model: FaultModel, targets: tuple[str, ...], path: Path) -> tuple[str, ...]:
        """Return the targets that the kind can strike: only these are drawn for and journaled."""
        if self._marks is None or not model.needed:
            return targets
        able = sorted(name for name, marks in self._marks.items() if model.needed in marks)
        # Mails have no operation of their own: mail.* means whatever sends some.
        every = model.layer == "mail" and "mail.*" in targets
        found = tuple(n for n in able if every or any(fnmatchcase(n, glob) for glob in targets))
        if not found:
            strikes = ", ".join(able) or "what this version lacks"
            what = f"with these parameters {model.kind} strikes only {strikes}"
            if model.needed == type(model).needs:
                what = f"{model.kind} strikes only {strikes}"
            self.mistake((*path, "target"), what)
        return found


def aim_of(kind: type[FaultModel]) -> str:
    """Return the field that says what a kind is aimed at and that must be there, '' for none."""
    if issubclass(kind, TlsFault):
        return ""
    return "link" if issubclass(kind, LinkFault) else "target"


def not_of(kind: type[FaultModel]) -> tuple[str, ...]:
    """Return the fields of `Modifiers` that a kind cannot have: of calls, when it acts on lines."""
    if not issubclass(kind, ConnectionFault):
        return ()
    return _NOT_OF_LINES if kind.shares else (*_NOT_OF_LINES, "share")


def _only_follows(error: Any) -> bool:
    """Say whether a list counts as empty only because each of its items is a mistake itself."""
    empty = error["type"] == "too_short" and error["ctx"]["actual_length"] == 0
    return empty and bool(error["input"])


def _fields(kind: type[BaseModel], loc: Sequence[Any]) -> list[str]:
    model: type[BaseModel] = kind
    for part in loc:
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        if field is not None:
            model = next(_models(field.annotation), model)
    return sorted(f.alias or n for n, f in model.model_fields.items())


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
