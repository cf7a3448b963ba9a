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
from typing import ClassVar, Protocol

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


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """A fault with where, when and how often. `share` is of all calls of its targets (0..1).

    `first` and `nth` pick calls by their number (from 1) among those of one client to one
    operation; targets, clients and subjects are globs, none of them meaning every one.
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


class _Layer:
    """The faults of one layer that may strike one client's calls of one operation."""

    __slots__ = ("bounds", "faults", "name", "picks")

    def __init__(self, name: str, faults: tuple[PlannedFault, ...]) -> None:
        self.name = name
        self.faults = faults
        self.picks = any(f.picks for f in faults)
        self.bounds = list(accumulate(f.share for f in faults))

    def choose(self, mark: float, facts: Facts) -> tuple[PlannedFault, float, float] | None:
        """Return the fault whose stretch of [0, 1) holds `mark`, and that stretch."""
        faults, bounds = self.faults, self.bounds
        if self.picks:
            faults = tuple(f for f in faults if f.picks_call(facts))
            bounds = list(accumulate(f.share for f in faults))
        place = bisect_right(bounds, mark)
        if place == len(faults):
            return None
        return faults[place], bounds[place - 1] if place else 0.0, bounds[place]


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
        for layer in layers:
            mark = chance.draw(self.seed, layer.name, *key)
            found = layer.choose(mark, facts)
            if found is None:
                continue
            planned, below, above = found
            struck = self._hit(planned, key)
            effects += struck
            reasons.append(_reason(planned, mark, below, above))
            if any(effect.ends for effect in struck):
                break
        return Decision(tuple(effects), tuple(reasons)) if reasons else NOTHING

    def _hit(self, planned: PlannedFault, key: tuple[str | int, ...]) -> tuple[Effect, ...]:
        def draw(name: str) -> float:
            return chance.draw(self.seed, planned.layer, planned.id, name, *key)

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
                if _fits(facts.operation, f.targets) and f.aims_at_client(facts)
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


def _reason(planned: PlannedFault, mark: float, below: float, above: float) -> Reason:
    when = f" in {planned.window.text()}" if planned.window else ""
    why = f"draw {mark:.4f} in {below:.4f}..{above:.4f}{when}"
    return Reason(planned.id, planned.kind, planned.layer, why)
