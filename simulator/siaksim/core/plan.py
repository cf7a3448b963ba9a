"""The fault plan: a pure function from a request and a time to a decision.

Each layer draws once, by (seed, layer, client, operation, subject, attempt), and one categorical
draw decides among its faults: the share written is the share injected. Layers act from the
outside in; a call that an outer layer ended is not reached by an inner one. PURE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

from siaksim.core import chance
from siaksim.core.clock import office_date
from siaksim.core.effects import Effect
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
    """A fault with where, when and how often. `share` is of all calls of its targets (0..1)."""

    id: str
    kind: str
    layer: str
    fault: Fault
    targets: tuple[str, ...] = ("*",)
    share: float = 1.0
    window: Window | None = None
    clients: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    def aims_at(self, facts: Facts) -> bool:
        """Say whether this request is one of the fault's."""
        if facts.actor != ("actor" in self.clients):
            return False  # actors are spared unless the fault asks for them
        if self.clients and not facts.actor:
            names = (facts.client, facts.kind)
            if not any(fnmatchcase(n, c) for n in names for c in self.clients):
                return False
        return not self.subjects or facts.subject in self.subjects


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

    effects: tuple[Effect, ...] = ()
    reasons: tuple[Reason, ...] = ()


NOTHING = Decision()


class FaultPlan:
    """All faults of a world; `decide` is pure, the index is only a memory of what aims where."""

    def __init__(self, seed: int, faults: Sequence[PlannedFault]) -> None:
        self.seed = seed
        self.faults = tuple(faults)
        self._edges = sorted(
            {t for f in faults if f.window for t in (f.window.start, f.window.end)}
        )
        self._index: dict[tuple[str, int], tuple[tuple[str, tuple[PlannedFault, ...]], ...]] = {}

    def active(self, now: float) -> tuple[PlannedFault, ...]:
        """Return the faults whose window is open at office time `now`."""
        return tuple(
            f for f in self.faults if f.window is None or f.window.start <= now < f.window.end
        )

    def upcoming(self, now: float) -> float | None:
        """Return the office time at which the set of active faults next changes, or None."""
        return next((edge for edge in self._edges if edge > now), None)

    def decide(self, facts: Facts, now: float) -> Decision:
        """Decide what is done to a request at office time `now`."""
        layers = self._layers(facts.operation, now)
        if not layers:
            return NOTHING
        effects: list[Effect] = []
        reasons: list[Reason] = []
        key = (facts.client, facts.operation, facts.subject, facts.attempt)
        for layer, faults in layers:
            mark = chance.draw(self.seed, layer, *key)
            below = 0.0
            for planned in faults:
                if not planned.aims_at(facts):
                    continue
                above = below + planned.share
                if below <= mark < above:
                    effects += self._hit(planned, key)
                    reasons.append(_reason(planned, mark, below, above))
                    break
                below = above
            if any(effect.ends for effect in effects):
                break
        return Decision(tuple(effects), tuple(reasons)) if reasons else NOTHING

    def _hit(self, planned: PlannedFault, key: tuple[str | int, ...]) -> tuple[Effect, ...]:
        def draw(name: str) -> float:
            return chance.draw(self.seed, planned.layer, planned.id, name, *key)

        return planned.fault.effects(draw, planned.window.end if planned.window else None)

    def _layers(
        self, operation: str, now: float
    ) -> tuple[tuple[str, tuple[PlannedFault, ...]], ...]:
        segment = sum(edge <= now for edge in self._edges)
        found = self._index.get((operation, segment))
        if found is None:
            here = [f for f in self.active(now) if _aims(f.targets, operation)]
            split = [(layer, tuple(f for f in here if f.layer == layer)) for layer in LAYERS]
            found = tuple((layer, faults) for layer, faults in split if faults)
            self._index[operation, segment] = found
        return found


def _aims(targets: tuple[str, ...], operation: str) -> bool:
    return any(fnmatchcase(operation, glob) for glob in targets)


def _reason(planned: PlannedFault, mark: float, below: float, above: float) -> Reason:
    when = f" in {planned.window.text()}" if planned.window else ""
    why = f"draw {mark:.4f} in {below:.4f}..{above:.4f}{when}"
    return Reason(planned.id, planned.kind, planned.layer, why)
