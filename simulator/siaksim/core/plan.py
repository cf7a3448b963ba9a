"""The fault plan: a pure function from a request and a time to a decision.

Each layer draws once, by (seed, layer, client, operation, subject, attempt), and one categorical
draw decides among its faults: the share written is the share injected. A subject with a rank in a
work list draws by it (core.strata), so that few citizens meet each outcome. Layers act from the
outside in; a call that an outer layer ended is not reached by an inner one. PURE.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import inf
from typing import ClassVar, NamedTuple, cast

from siaksim.core import chance, strata
from siaksim.core.effects import Effect, Quota, Rate
from siaksim.core.facts import Facts
from siaksim.core.pace import Phase
from siaksim.core.planned import Draw as Draw
from siaksim.core.planned import Fault as Fault
from siaksim.core.planned import PlannedFault as PlannedFault
from siaksim.core.planned import Sticks as Sticks
from siaksim.core.planned import Timed as Timed
from siaksim.core.planned import fits
from siaksim.core.schedule import Window as Window

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

_MEMORY = 4096
"""Entries of the index that are kept: clients come and go in a long run."""


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
    """A fault that strikes: its open window, the draw, its stretch, the key of its own draws."""

    fault: PlannedFault
    window: Window | None
    mark: float
    low: float
    high: float
    key: _Key
    rank: int


class _Layer:
    """The faults of one layer that may strike one client's calls of one operation.

    It holds for one stretch of time between two edges of windows, so each fault's open window is
    known. Shares that go up and down are kept for as long as they stay the same: a memory only.
    """

    __slots__ = (
        *("_groups", "_phases", "_picks", "_seed", "_since", "_until"),
        *("_bounds", "faults", "name", "paced", "windows"),
    )

    def __init__(self, seed: int, name: str, faults: tuple[PlannedFault, ...], now: float) -> None:
        self._seed = seed
        self.name = name
        # What sticks has the front of the line; each group has a stretch of places.
        self.faults = tuple(f for sticks in _STICKS for f in faults if f.sticks == sticks)
        self.windows = tuple(f.window_at(now) for f in self.faults)
        self._groups: list[tuple[Sticks, int, int]] = []
        first = 0
        for sticks in _STICKS:
            last = first + sum(f.sticks == sticks for f in faults)
            if last > first:
                self._groups.append((sticks, first, last))
            first = last
        self._picks = any(f.picks for f in faults)
        self.paced = any(f.pace for f in faults)
        self._bounds = list(accumulate(f.share for f in self.faults))
        self._phases: list[Phase] = [_NEVER if f.pace else _steady(f) for f in self.faults]
        self._since, self._until = inf, -inf

    def choose(self, facts: Facts, key: _Key, now: float) -> _Chosen | None:
        """Return the fault whose stretch of [0, 1) holds the layer's draw, if one does."""
        if self.paced and not self._since <= now < self._until:
            self._pace(now)
        low = 0.0
        for sticks, first, last in self._groups:
            own = key
            if sticks != "call":
                own = (sticks, facts.client if sticks == "client" else facts.subject)
            rank = -1 if sticks == "client" else facts.rank
            if rank < 0:
                drawn = chance.draw(self._seed, self.name, *own)
            else:  # in a work list all clients share the citizens, so none of them is in the key
                about = (facts.operation, facts.attempt) if sticks == "call" else (sticks,)
                drawn = strata.draw(self._seed, rank, self.name, *about)
            # What sticks has a draw of its own; the others' draw falls on the rest of the line,
            # so that every share stays as it is written.
            mark = low + (1.0 - low) * drawn
            place, begin, low = self._find(mark, low, first, last, facts)
            if place is not None:
                chosen, window = self.faults[place], self.windows[place]
                return _Chosen(chosen, window, mark, begin, low, own, rank)
        return None

    def _find(
        self, mark: float, low: float, first: int, last: int, facts: Facts
    ) -> tuple[int | None, float, float]:
        """Return the place whose stretch holds `mark` and that stretch; or None and the end."""
        bounds = self._bounds
        before = bounds[first - 1] if first else 0.0
        if not self._picks:
            place = bisect_right(bounds, mark, first, last)
            if place == last:
                return None, low, bounds[last - 1]
            return place, bounds[place - 1] if place > first else low, bounds[place]
        if last == len(bounds) and mark >= low + bounds[-1] - before:
            return None, low, low  # beyond all stretches, and so beyond any choice of them
        for place in range(first, last):
            share, before = bounds[place] - before, bounds[place]
            # Those that do not pick this call leave no gap.
            if share > 0.0 and self.faults[place].picks_call(facts):
                if mark < low + share:
                    return place, low, low + share
                low += share
        return None, low, low

    def _pace(self, now: float) -> None:
        """Bring the shares up to date: only those whose phase is over are asked for."""
        phases, first, last = self._phases, -inf, inf
        for place, (_, since, until) in enumerate(phases):
            if not since <= now < until:
                fault = self.faults[place]
                assert fault.pace is not None, "a steady fault's phase never ends"
                found = fault.pace.phase(self._seed, fault.share, self.windows[place], now)
                phases[place] = found
                _, since, until = found
            if since > first:
                first = since
            if until < last:
                last = until
        self._since, self._until = first, last
        self._bounds = list(accumulate(phase[0] for phase in phases))


_NEVER = Phase(0.0, inf, -inf)


def _steady(fault: PlannedFault) -> Phase:
    return Phase(fault.share, -inf, inf)


class FaultPlan:
    """All faults of a world; `decide` is pure, the index is only a memory of what aims where."""

    def __init__(self, seed: int, faults: Sequence[PlannedFault]) -> None:
        self.seed = seed
        self.faults = tuple(faults)
        self.asks_area = any(f.areas for f in self.faults)
        """Whether facts need an area: to find it costs more than the decision."""
        self._edges = sorted({t for f in faults for w in f.windows or () for t in (w.start, w.end)})
        self._by_client = any(f.clients for f in faults)
        self._index: dict[tuple[str, int, bool, str, str], tuple[_Layer, ...]] = {}

    def active(self, now: float) -> tuple[PlannedFault, ...]:
        """Return the faults of which a window is open at office time `now`."""
        return tuple(f for f in self.faults if f.open_at(now))

    def upcoming(self, now: float) -> float | None:
        """Return the office time at which the set of active faults next changes, or None."""
        place = bisect_right(self._edges, now)
        return self._edges[place] if place < len(self._edges) else None

    def told(self, now: float) -> dict[str, dict[str, object]]:
        """Return what a journal tells of the plan: the kinds of its faults, and their aims."""
        kinds: dict[str, object] = {fault.id: fault.kind for fault in self.faults}
        return {"plan": kinds, "aims": {fault.id: fault.aim(now) for fault in self.faults}}

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
            found = layer.choose(facts, key, now)
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
            found = cast(Timed, planned.fault).effects_at(draw, now, chosen.window)
        else:
            found = planned.fault.effects(draw, planned.ends_at(self.seed, now, chosen.window))
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
                if f.on_calls and fits(facts.operation, f.targets) and f.aims_at_client(facts)
            ]
            split = [(name, tuple(f for f in here if f.layer == name)) for name in LAYERS]
            found = tuple(_Layer(self.seed, name, own, now) for name, own in split if own)
            if len(self._index) >= _MEMORY:
                self._index.clear()
            self._index[key] = found
        return found


def _named(effect: Effect, fault: str) -> Effect:
    return replace(effect, fault=fault) if isinstance(effect, Rate | Quota) else effect


def _reason(found: _Chosen) -> Reason:
    planned = found.fault
    when = f" in {found.window.text()}" if found.window else ""
    about = "" if planned.sticks == "call" else f" of the {planned.sticks}"
    spread = f" of citizen {found.rank + 1} in the work list" if found.rank >= 0 else ""
    why = f"draw{about}{spread} {found.mark:.4f} in {found.low:.4f}..{found.high:.4f}{when}"
    return Reason(planned.id, planned.kind, planned.layer, why)
