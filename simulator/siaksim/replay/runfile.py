"""The run file: JSON Lines, first a header, then a line for each call that was decided.

The header says how to make the same world again; each line is one write(), so a killed run loses
a torn last line at most. A file that cannot be replayed whole is refused, never guessed at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from errno import ENOENT
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from siaksim import __version__
from siaksim.core import chance
from siaksim.core.clock import Mode, office_date, office_text
from siaksim.core.facts import Facts
from siaksim.core.plan import Decision
from siaksim.errors import UserError
from siaksim.happenings import HAPPENINGS
from siaksim.population.country import Country
from siaksim.population.resident import Resident
from siaksim.replay.codec import CodecError, decision_data, decision_of
from siaksim.scenario.build import ReadFile, Scenario

FORMAT = 1
"""Version of the run file's format."""
PEOPLE_LOOKED_AT = 16
"""Residents that are compared with those of the recorded world."""
MARK = "siaksim_run"
"""The first key of a run file; its value is the version of the format."""
_AGAIN = "Record the run again with this siaksim."


class Key(NamedTuple):
    """What tells a call from all others of a run; the subject as journals write it."""

    client: str
    operation: str
    subject: str
    attempt: int

    def as_dict(self) -> dict[str, Any]:
        """Return the key as a run file and the control API say it."""
        return self._asdict()


class ClockPart(BaseModel):
    """How the recorded world's time moved."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    mode: Mode
    speed: float = Field(gt=0, le=1000)
    shorten: float = Field(gt=0, le=1000)
    begin: float = Field(0.0, ge=0, description="office seconds after the scenario's start")


class Header(BaseModel):
    """The first line: what world was recorded, and by what."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    siaksim: str
    draws: int
    scenario: str
    day: str
    seed: int
    clock: ClockPart
    play: list[str]
    population: dict[str, Any]
    people: str
    text: str
    traces: dict[str, str]

    @property
    def first_day(self) -> date:
        """The office day on which the world began."""
        return date.fromisoformat(self.day)


class SessionsEnded(BaseModel):
    """The data of a `sessions_ended` entry; a session is told by its owner and number."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    fault: str
    fault_kind: str
    services: list[str]
    share: float
    start_at: float
    why: str
    sessions: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was decided for a call at office time `at`, as the file's line `place` says."""

    at: float
    decision: Decision
    place: int = 0


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to the world by itself at office time `at`: the data of its ledger entry."""

    at: float
    entry: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changed:
    """Another scenario from office time `at` on, whose first day is `day`; with its traces."""

    at: float
    day: date
    text: str
    traces: Mapping[str, str]
    place: int = 0


@dataclass(slots=True)
class Run:
    """A run file as it was read; `torn` says that its last line was cut off by a kill."""

    name: str
    header: Header
    calls: dict[Key, Recorded] = field(default_factory=dict)
    happenings: list[Happened] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    torn: bool = False
    full: bool = False

    def told(self) -> str:
        """Return what there is of it, in words."""
        lost = "; its last line was cut off" if self.torn else ""
        lost += "; the recording was full" if self.full else ""
        by = self.header.siaksim
        return f"{len(self.calls)} calls of {self.header.scenario}, by siaksim {by}{lost}"


class RunError(UserError):
    """A run file that cannot be replayed."""


# -- writing -------------------------------------------------------------------------------


def line(data: Mapping[str, Any]) -> bytes:
    """Return one line of a run file."""
    return orjson.dumps(data) + b"\n"


def header_line(header: Header) -> bytes:
    """Return the first line of a run file."""
    return line({MARK: FORMAT, **header.model_dump()})


def header_of(
    scenario: Scenario,
    text: str,
    seed: int,
    clock: ClockPart,
    play: frozenset[str],
    country: Country,
) -> Header:
    """Return the header for a world of this scenario, as it lies on its day."""
    return Header(
        siaksim=__version__,
        draws=chance.SCHEME,
        scenario=scenario.name,
        day=office_date(scenario.start).date().isoformat(),
        seed=seed,
        clock=clock,
        play=sorted(play),
        population=scenario.population_settings.identity(),
        people=people_digest(country),
        text=text,
        traces=dict(scenario.traces),
    )


def people_digest(country: Country) -> str:
    """Return a hash over some residents: another population code has others for the same seed."""
    some = [country.size * n // PEOPLE_LOOKED_AT for n in range(PEOPLE_LOOKED_AT)]
    found = [[str(getattr(r, n)) for n in Resident.__slots__] for r in map(country.resident, some)]
    return blake2b(orjson.dumps(found), digest_size=8).hexdigest()


def call_line(key: Key, facts: Facts, now: float, decision: Decision) -> bytes:
    """Return the line of a call; `call` is its number among the client's to this operation."""
    told = {"kind": "call", "at": office_text(now), **key.as_dict(), "call": facts.call}
    return line(told | decision_data(decision))


# -- reading -------------------------------------------------------------------------------


def read_run(raw: bytes, name: str) -> Run:
    """Return what a run file says; RunError when it is none, or cannot be replayed whole."""
    if not raw.strip():
        raise RunError("this file is empty.", name, "`siaksim serve --record FILE` writes one.")
    end = raw.rfind(b"\n") + 1
    first, *lines = raw[:end].splitlines() or [raw]
    run = Run(name, _header(first, f"{name}:1", whole=end > 0), torn=end < len(raw))
    for number, text in enumerate(lines, start=2):
        _take(run, text, number)
    return run


def _header(first: bytes, where: str, *, whole: bool) -> Header:
    data = _object(first)
    if data is None and not whole and first.startswith(b'{"' + MARK.encode()):
        what = "the header is cut off: the run ended before it began."
        raise RunError(what, where, "There is nothing to replay; record the run again.")
    if data is None or MARK not in data:
        how = "Such files come from `siaksim serve --record FILE`."
        if data is not None and {"n", "kind"} <= set(data):
            how = f"It looks like a journal. {how}"
        raise RunError("this is no run file.", where, how)
    version = data.pop(MARK)
    if version != FORMAT:
        newer = isinstance(version, int) and version > FORMAT
        how = "Replay it with the siaksim that recorded it, or a newer one." if newer else _AGAIN
        what = f"run file format {str(version)[:20]}; this siaksim {__version__} reads {FORMAT}."
        raise RunError(what, where, how)
    try:
        header = Header.model_validate(data)
        _ = header.first_day
    except ValidationError as error:
        raise RunError(f"the header: {_told(error)}.", where, _AGAIN) from error
    except ValueError as error:
        raise RunError(f"the header: day: {error}.", where, _AGAIN) from error
    if header.draws != chance.SCHEME:
        what = f"draws of scheme {header.draws}, and this siaksim makes those of {chance.SCHEME}: "
        what += "people, codes and tokens would be others."
        how = f"Replay it with siaksim {header.siaksim}, or record the run again."
        raise RunError(what, where, how)
    return header


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _take(run: Run, text: bytes, place: int) -> None:
    data, where = _object(text), f"{run.name}:{place}"
    if data is None:
        raise RunError("this line is no JSON object.", where, _AGAIN)
    kind = data.get("kind")
    take = _KINDS.get(kind) if isinstance(kind, str) else None
    if take is None:
        what = f"a line of kind {str(kind)[:40]!r} is unknown to siaksim {__version__}."
        raise RunError(what, where, f"Replay it with siaksim {run.header.siaksim}.")
    try:
        take(run, data, place)
    except CodecError as error:
        what = f"{error}; recorded by siaksim {run.header.siaksim}, this is {__version__}."
        raise RunError(what, where, "Replay it with the siaksim that recorded it.") from error
    except KeyError as error:
        raise RunError(f"a line of kind {kind!r} lacks {error}.", where, _AGAIN) from error
    except ValidationError as error:
        raise RunError(f"a line of kind {kind!r}: {_told(error)}.", where, _AGAIN) from error
    except (TypeError, ValueError) as error:
        raise RunError(f"a line of kind {kind!r}: {error}.", where, _AGAIN) from error


def _call(run: Run, data: dict[str, Any], place: int) -> None:
    key = Key(_text(data, "client"), _text(data, "operation"), _text(data, "subject"), 0)
    attempt = data["attempt"]
    if not isinstance(attempt, int) or attempt < 1:
        raise ValueError("attempt is a whole number from 1")
    key = key._replace(attempt=attempt)
    if key in run.calls:
        raise ValueError("the same call is recorded twice: a file holds one run")
    run.calls[key] = Recorded(_moment(data), decision_of(data), place)


def _happened(run: Run, data: dict[str, Any], place: int) -> None:
    entry = _text(data, "entry")
    if entry not in HAPPENINGS:
        raise CodecError(f"the happening {entry[:40]!r} is unknown")
    told = SessionsEnded.model_validate(data["data"]).model_dump(mode="json")
    run.happenings.append(Happened(_moment(data), entry, told))


def _changed(run: Run, data: dict[str, Any], place: int) -> None:
    at, day, text = _moment(data), date.fromisoformat(_text(data, "day")), _text(data, "text")
    run.changes.append(Changed(at, day, text, _traces(data), place))


def _traces(data: Mapping[str, Any]) -> dict[str, str]:
    found = data["traces"]
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise TypeError("traces are texts by file name")
    return found


def _full(run: Run, data: dict[str, Any], place: int) -> None:
    run.full = True


_KINDS = {"call": _call, "happening": _happened, "scenario": _changed, "full": _full}


def _text(data: Mapping[str, Any], name: str) -> str:
    found = data[name]
    if not isinstance(found, str):
        raise TypeError(f"{name} is no text")
    return found


def _moment(data: Mapping[str, Any]) -> float:
    found = datetime.fromisoformat(_text(data, "at"))
    if found.tzinfo is None:
        raise ValueError("at has no time zone")
    return found.timestamp()


Load = Callable[[str, str, ReadFile], Scenario]
"""Reads a scenario: its text, its name in messages, and what gives the files beside it."""


def beside(traces: Mapping[str, str]) -> ReadFile:
    """Return what gives the files that lay beside a recorded scenario."""

    def read_file(name: str) -> str:
        if name not in traces:
            raise FileNotFoundError(ENOENT, "it is not in the run file", name)
        return traces[name]

    return read_file


def scenario_of(run: Run, load: Load) -> Scenario:
    """Return the recorded world's scenario on its day; RunError when its people are others now.

    The people themselves are compared too: some of them stand for all.
    """
    head = run.header
    read = load(head.text, f"{run.name} (scenario)", beside(head.traces))
    found = read.shifted(head.first_day).beginning(head.clock.begin)
    identity = found.population_settings.identity()
    if identity != run.header.population:
        known = run.header.population
        differing = sorted(
            name
            for name in {*identity, *known}
            if name not in identity or name not in known or identity[name] != known[name]
        )
        what = f"the scenario's population is not the recorded one ({', '.join(differing)} differ)."
        raise RunError(what, f"{run.name}:1", _AGAIN)
    people = Country(run.header.seed, found.population_settings)
    if people_digest(people) != run.header.people:
        what = f"siaksim {__version__} has other people for this seed than {run.header.siaksim}."
        how = f"Replay it with siaksim {run.header.siaksim}, or record the run again."
        raise RunError(what, f"{run.name}:1", how)
    return found
