"""Whether the faults of one layer may come to more than 100% of somebody's calls.

A layer draws once, so its shares are stretches of one line from 0 to 100%: what does not fit on
the line would never be injected, though the file says so. A share that goes up and down counts
with its highest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from siaksim.core.plan import PlannedFault
from siaksim.core.planned import lies_in

COMPARISONS_MAX = 50_000
"""Globs that are compared in one file: many times what people write."""
MOMENTS_MAX = 1_000_000
"""Times (moments and faults) that are looked at in one group: as many as a second allows."""
_WHOLE = 1.0 + 1e-9
_ALWAYS = float("-inf")


@dataclass(frozen=True, slots=True)
class Excess:
    """The fault (by its place in the file) with which a layer passes 100%, and the sum (0..)."""

    place: int
    layer: str
    operation: str
    total: float


def excesses(faults: Sequence[PlannedFault], operations: Collection[str]) -> Iterator[Excess]:
    """Yield, for each fault that does not fit, the first operation on which it does not."""
    seen: set[tuple[int, ...]] = set()
    told: set[int] = set()
    aims = _Aims(faults)
    for operation in sorted(operations):
        layers: dict[str, list[int]] = {}
        for place, fault in enumerate(faults):
            if fault.on_calls and any(fnmatchcase(operation, t) for t in fault.targets):
                layers.setdefault(fault.layer, []).append(place)
        for layer, places in layers.items():
            # Most operations share their faults with others: each group is looked at once.
            if tuple(places) in seen:
                continue
            seen.add(tuple(places))
            for place, total in _over(faults, places, aims):
                if place not in told:
                    told.add(place)
                    yield Excess(place, layer, operation, total)


def _over(
    faults: Sequence[PlannedFault], places: Sequence[int], aims: _Aims
) -> Iterator[tuple[int, float]]:
    if sum(faults[p].share for p in places) <= _WHOLE:
        return
    tried: set[tuple[tuple[int, ...], int]] = set()
    looked = 0
    for opening in places:
        # A sum changes only when a window opens, so each is tried at the moment it opens.
        for moment in _openings(faults[opening]):
            looked += len(places)
            if looked > MOMENTS_MAX:  # an absurd file must not hold up the server
                return
            here = tuple(p for p in places if p == opening or faults[p].open_at(moment))
            if (here, aims.of[opening]) in tried:
                continue  # what recurs is looked at once
            tried.add((here, aims.of[opening]))
            if found := _sum_over(faults, here, opening, aims):
                yield found


def _openings(fault: PlannedFault) -> Sequence[float]:
    return [_ALWAYS] if fault.windows is None else [window.start for window in fault.windows]


def _sum_over(
    faults: Sequence[PlannedFault], places: Sequence[int], opening: int, aims: _Aims
) -> tuple[int, float] | None:
    """Return the fault with which those that meet the opening one pass 100%, and the sum."""
    together = {aims.of[opening]}
    total = 0.0
    for place in places:
        aim = aims.of[place]
        if place != opening and not (
            aim in together or all(aims.coincide(aim, other) for other in together)
        ):
            continue
        together.add(aim)
        total += faults[place].share
        if total > _WHOLE:
            return place, total
    return None


class _Aims:
    """Whom the faults aim at; faults that aim alike share an aim (a number)."""

    def __init__(self, faults: Sequence[PlannedFault]) -> None:
        aims: dict[object, int] = {}
        self.of: list[int] = []
        self._example: list[PlannedFault] = []
        for fault in faults:
            numbers = (fault.first, fault.nth, fault.per_world)
            key = (fault.clients, fault.subjects, fault.areas, fault.links, *numbers)
            if key not in aims:
                aims[key] = len(aims)
                self._example.append(fault)
            self.of.append(aims[key])
        self._known: dict[tuple[int, int], bool] = {}
        self._comparisons = 0

    def coincide(self, one: int, other: int) -> bool:
        """Say whether there may be a call that both aim at, times and targets apart."""
        pair = (min(one, other), max(one, other))
        if pair not in self._known:
            first, second = self._example[one], self._example[other]
            self._comparisons += 1 + len(first.clients) * len(second.clients)
            self._comparisons += len(first.subjects) * len(second.subjects)
            # An absurd file must not hold up the server: beyond the limit nothing is claimed.
            within = self._comparisons <= COMPARISONS_MAX
            self._known[pair] = within and coincide(first, second)
        return self._known[pair]


def coincide(one: PlannedFault, other: PlannedFault) -> bool:
    """Say whether there may be a call that both faults aim at, their times and targets apart."""
    if one.per_world == other.per_world:
        least, most = zip(_numbers(one), _numbers(other), strict=True)
        if max(least) > min(most):
            return False
    if one.areas and other.areas and not _neighbours(one.areas, other.areas):
        return False
    if one.links and other.links and not _meet(one.links, other.links):
        return False
    if one.subjects and other.subjects and not _meet(one.subjects, other.subjects):
        return False
    return any(_meet(_meant(one, actors), _meant(other, actors)) for actors in (False, True))


def _neighbours(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(lies_in(a, others) for a in some) or any(lies_in(b, some) for b in others)


def _numbers(fault: PlannedFault) -> tuple[float, float]:
    least, most = 1.0, float("inf")
    if fault.first is not None:
        most = fault.first
    if fault.nth is not None:
        least, most = max(least, fault.nth), min(most, fault.nth)
    return least, most


def _meant(fault: PlannedFault, actors: bool) -> tuple[str, ...]:
    if not fault.clients:
        return () if actors else ("*",)
    return tuple(c for c in fault.clients if (c.partition(".")[0] == "actor") == actors)


def _meet(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(_overlap(a, b) or _overlap(b, a) for a in some for b in others)


def _overlap(glob: str, word: str) -> bool:
    # A client is meant by its name (counter.3) and by its kind (counter).
    return fnmatchcase(word, glob) or fnmatchcase(word.partition(".")[0], glob)
