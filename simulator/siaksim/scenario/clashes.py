"""Whether a file says in two ways what is committed though its answer is lost.

`lost_answer` is one way, `committed:` of a transport fault the other. With both on one operation
nobody could tell from the file how many of its calls are committed and lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from siaksim.core.plan import PlannedFault
from siaksim.faults.base import TransportFault


@dataclass(frozen=True, slots=True)
class Clash:
    """A fault with `committed:` and the lost_answer (places in the file) on one operation."""

    place: int
    lost: int
    operation: str


def clashes(faults: Sequence[PlannedFault], operations: Collection[str]) -> Iterator[Clash]:
    """Yield, for each fault with `committed:`, the first operation that is lost_answer's too."""
    lost = [place for place, fault in enumerate(faults) if fault.kind == "lost_answer"]
    if not lost:
        return
    ordered = sorted(operations)
    hit = {place: _hit(faults[place], ordered) for place in lost}
    for place, fault in enumerate(faults):
        if not _says(fault):
            continue
        mine = set(_hit(fault, ordered))
        found = next(((name, p) for p in lost for name in hit[p] if name in mine), None)
        if found is not None:
            yield Clash(place, found[1], found[0])


def _hit(fault: PlannedFault, operations: Sequence[str]) -> list[str]:
    return [name for name in operations if any(fnmatchcase(name, t) for t in fault.targets)]


def _says(planned: PlannedFault) -> bool:
    fault = planned.fault
    return isinstance(fault, TransportFault) and "committed" in fault.model_fields_set
