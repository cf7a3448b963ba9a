"""The fault plan: a pure function from a request and a time to a decision.

Each layer draws once, by (seed, layer, client, operation, subject, attempt), and one categorical
draw decides among its faults: the share written is the share injected. Layers act from the
outside in; a call that an outer layer ended is not reached by an inner one. PURE.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import accumulate
from typing import ClassVar, Literal, NamedTuple, Protocol, cast, runtime_checkable

from siaksim.core import chance
from siaksim.core.clock import office_date
from siaksim.core.effects import Effect, Quota, Rate
from siaksim.core.facts import Facts

LAYERS: tuple[str, ...] = (
    "link",
    "tls",
    "load",
    "time",
    "transport",
    "http",
    "meaning",
    "mail",
)
"""From the outside in."""

Draw = Callable[[str], float]
_GLOB = re.compile(r"[*?\[]").search
_MEMORY = 4096
"""Entries of the index that are kept: clients come and go in a long run."""


class Fault(Protocol):
    """What the plan asks of a fault: its effects on one request that it hit."""

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the effects; `draw(name)` gives the fault's own keyed draws in [0, 1).

        `ends_at` is the office time at which the fault's window closes, or None.
        """


@dataclass(frozen=True, slots=True)
class Window:
    """Office time from `start` up to, not including, `end`."""

    start: float
    end: float

    def text(self) -> str:
        """Return the window as a person writes it."""
        return f"{office_date(self.start):%H:%M}-{office_date(self.end):%H:%M}"


@runtime_checkable
class Timed(Protocol):
    """A fault whose effects depend on how far its window has run; asked in place of `effects`."""

    def effects_at(self, draw: Draw, now: float, window: Window | None) -> tuple[Effect, ...]:
        """Return the effects on a request at office time `now`."""


Sticks = Literal["call", "client", "subject"]
"""What a fault's draw is about: each call anew, or a client or a subject for good."""


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """A fault with where, when and how often. `share` is of all calls of its targets (0..1).

    `first` and `nth` pick calls by their number (from 1) among those of one client to one
    operation; targets, clients and subjects are globs, none of them meaning every one. A fault
    that sticks to clients or subjects strikes that share of them, at each of their calls. One
    that is not `on_calls` happens to the world when its window opens.
    """

    id: str
    kind: str
    layer: str
    fault: Fault
    targets: tuple[str, ...] = ("*",)
    share: float = 1.0
    window: Window | None = None
    clients: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    first: int | None = None
    nth: int | None = None
    sticks: Sticks = "call"
    on_calls: bool = True

    @property
    def selective(self) -> bool:
        """Say whether it depends on who calls whether a call of the targets is aimed at."""
        return bool(self.clients or self.picks)

    @property
    def picks(self) -> bool:
        """Say whether calls of one client are told apart: by subject or by number."""
        return bool(self.subjects) or self.first is not None or self.nth is not None

    def open_at(self, now: float) -> bool:
        """Say whether office time `now` is inside of the window."""
        return self.window is None or self.window.start <= now < self.window.end

    def aims_at(self, facts: Facts) -> bool:
        """Say whether this request is one of the fault's, its time and target apart."""
        return self.aims_at_client(facts) and self.picks_call(facts)

    def aims_at_client(self, facts: Facts) -> bool:
        """Say whether the client is meant; actors are spared unless `actor` is asked for."""
        if not self.clients:
            return not facts.actor
        meant = tuple(g for g in self.clients if _means_actors(g) == facts.actor)
        if facts.actor and "actor" in meant:
            return True
        return _fits(facts.client, meant) or _fits(facts.kind, meant)

    def picks_call(self, facts: Facts) -> bool:
        """Say whether subject and number of the call are meant."""
        number = facts.call or facts.attempt
        if self.first is not None and number > self.first:
            return False
        if self.nth is not None and number != self.nth:
            return False
        return not self.subjects or _fits(facts.subject, self.subjects)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a fault was injected, in words that a journal keeps."""

    fault_id: str
    kind: str
    layer: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done to one request, and why."""

    none: ClassVar[Decision]
    effects: tuple[Effect, ...] = ()
    reasons: tuple[Reason, ...] = ()


NOTHING = Decision()
"""The decision to let a call pass (also `Decision.none`)."""
Decision.none = NOTHING


_Key = tuple[str | int, ...]
_STICKS: tuple[Sticks, ...] = ("client", "subject", "call")


class _Chosen(NamedTuple):
    """A fault that strikes: the draw, its stretch of [0, 1), and the key of its own draws."""

    fault: PlannedFault
    mark: float
    low: float
    high: float
    key: _Key


class _Layer:
    """The faults of one layer that may strike one client's calls of one operation."""

    __slots__ = ("faults", "line", "name", "picks")

    def __init__(self, name: str, faults: tuple[PlannedFault, ...]) -> None:
        self.name = name
        self.faults = faults
        self.picks = any(f.picks for f in faults)
        self.line = _line(faults)

    def choose(self, seed: int, facts: Facts, key: _Key) -> _Chosen | None:
        """Return the fault whose stretch of [0, 1) holds the layer's draw, if one does."""
        line = self.line
        if self.picks:
            line = _line(tuple(f for f in self.faults if f.picks_call(facts)))
        low = 0.0
        for sticks, faults, bounds in line:
            own = key
            if sticks != "call":
                own = (sticks, facts.client if sticks == "client" else facts.subject)
            # What sticks has the front of the line, by a draw of its own; the others' draw falls
            # on the rest, so that every share stays as it is written.
            mark = low + (1.0 - low) * chance.draw(seed, self.name, *own)
            place = bisect_right(bounds, mark)
            if place < len(faults):
                return _Chosen(
                    faults[place], mark, bounds[place - 1] if place else low, bounds[place], own
                )
            low = bounds[-1]
        return None


def _line(
    faults: tuple[PlannedFault, ...],
) -> tuple[tuple[Sticks, tuple[PlannedFault, ...], list[float]], ...]:
    """Return the stretches of [0, 1): for each thing stuck to, its faults and their upper ends."""
    found = []
    low = 0.0
    for sticks in _STICKS:
        group = tuple(f for f in faults if f.sticks == sticks)
        if group:
            bounds = list(accumulate((f.share for f in group), initial=low))[1:]
            low = bounds[-1]
            found.append((sticks, group, bounds))
    return tuple(found)


class FaultPlan:
    """All faults of a world; `decide` is pure, the index is only a memory of what aims where."""

    def __init__(self, seed: int, faults: Sequence[PlannedFault]) -> None:
        self.seed = seed
        self.faults = tuple(faults)
        self._edges = sorted(
            {t for f in faults if f.window for t in (f.window.start, f.window.end)}
        )
        self._by_client = any(f.clients for f in faults)
        self._index: dict[tuple[str, int, bool, str, str], tuple[_Layer, ...]] = {}

    def active(self, now: float) -> tuple[PlannedFault, ...]:
        """Return the faults whose window is open at office time `now`."""
        return tuple(f for f in self.faults if f.open_at(now))

    def upcoming(self, now: float) -> float | None:
        """Return the office time at which the set of active faults next changes, or None."""
        place = bisect_right(self._edges, now)
        return self._edges[place] if place < len(self._edges) else None

    def decide(self, facts: Facts, now: float) -> Decision:
        """Decide what is done to a request at office time `now`."""
        layers = self._layers(facts, now)
        if not layers:
            return NOTHING
        effects: list[Effect] = []
        reasons: list[Reason] = []
        key = (facts.client, facts.operation, facts.subject, facts.attempt)
        ended = False
        for layer in layers:
            if ended and layer.name != "mail":
                continue
            found = layer.choose(self.seed, facts, key)
            if found is None:
                continue
            struck = self._hit(found, now)
            effects += struck
            reasons.append(_reason(found))
            if any(effect.ends and not effect.commits for effect in struck):
                break
            # A call that is committed though its answer is lost may still have sent a mail.
            ended = ended or any(effect.ends for effect in struck)
        return Decision(tuple(effects), tuple(reasons)) if reasons else NOTHING

    def _hit(self, chosen: _Chosen, now: float) -> tuple[Effect, ...]:
        planned = chosen.fault

        def draw(name: str) -> float:
            return chance.draw(self.seed, planned.layer, planned.id, name, *chosen.key)

        # isinstance(..., Timed) would take ten times as long, at every call that is struck.
        if hasattr(type(planned.fault), "effects_at"):
            found = cast(Timed, planned.fault).effects_at(draw, now, planned.window)
        else:
            found = planned.fault.effects(draw, planned.window.end if planned.window else None)
        # A meter is the fault's own, whoever else counts the same: so it bears the fault's name.
        meters = any(isinstance(effect, Rate | Quota) for effect in found)
        return tuple(_named(effect, planned.id) for effect in found) if meters else found

    def _layers(self, facts: Facts, now: float) -> tuple[_Layer, ...]:
        segment = bisect_right(self._edges, now)
        client, kind = (facts.client, facts.kind) if self._by_client else ("", "")
        key = (facts.operation, segment, facts.actor, client, kind)
        found = self._index.get(key)
        if found is None:
            here = [
                f
                for f in self.active(now)
                if f.on_calls and _fits(facts.operation, f.targets) and f.aims_at_client(facts)
            ]
            split = [(name, tuple(f for f in here if f.layer == name)) for name in LAYERS]
            found = tuple(_Layer(name, faults) for name, faults in split if faults)
            if len(self._index) >= _MEMORY:
                self._index.clear()
            self._index[key] = found
        return found


def _named(effect: Effect, fault: str) -> Effect:
    return replace(effect, fault=fault) if isinstance(effect, Rate | Quota) else effect


def _means_actors(glob: str) -> bool:
    return glob.partition(".")[0] == "actor"


def _fits(value: str, globs: Sequence[str]) -> bool:
    # Most are plain words (an operation, a NIK): only a glob is worth a pattern match.
    return value in globs or any(_GLOB(glob) and fnmatchcase(value, glob) for glob in globs)


def _reason(found: _Chosen) -> Reason:
    planned = found.fault
    when = f" in {planned.window.text()}" if planned.window else ""
    about = "" if planned.sticks == "call" else f" of the {planned.sticks}"
    why = f"draw{about} {found.mark:.4f} in {found.low:.4f}..{found.high:.4f}{when}"
    return Reason(planned.id, planned.kind, planned.layer, why)
