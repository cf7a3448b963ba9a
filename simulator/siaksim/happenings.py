"""What happens to a world by itself when a fault's window opens: each once, on its agenda. PURE."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from siaksim.core.clock import office_date
from siaksim.core.effects import EndSessions, Happening
from siaksim.core.plan import PlannedFault
from siaksim.ledger.entries import Change

if TYPE_CHECKING:
    from siaksim.world import World

SERVICES = ("siak", "ikd")
"""Services that have sessions."""
AGAIN_S = 1.0
"""Office seconds until the next try, when the ledger could not be written (a full disk)."""


@runtime_checkable
class Starts(Protocol):
    """A fault that does something to the world when its window opens."""

    def at_start(self) -> Happening:
        """Return what it does."""


def plan_happenings(world: World) -> None:
    """Put on the agenda what the world's plan lets happen from now on."""
    now = world.clock.now()
    for planned in world.plan.faults:
        if isinstance(planned.fault, Starts):
            for window in planned.windows or ():
                if window.end > now:
                    world.agenda.plan(window.start, partial(_happen, world, planned, window.start))


def _happen(world: World, planned: PlannedFault, start: float) -> None:
    if planned not in world.plan.faults or (planned.id, start) in world.registry.happened:
        return  # ended by hand, or planned twice by a change of the scenario that has kept it
    assert isinstance(planned.fault, Starts)
    change = _change(planned.fault.at_start(), planned, start)
    try:
        world.commit((change,), planned.id)
    except OSError:
        world.counters.internal_errors += 1
        world.agenda.plan(world.clock.now() + AGAIN_S, partial(_happen, world, planned, start))
        return
    counted = world.counters.faults
    counted[planned.kind] = counted.get(planned.kind, 0) + 1


def _change(happening: Happening, planned: PlannedFault, start: float) -> Change:
    assert isinstance(happening, EndSessions)
    meant = [glob.partition(".")[0] for glob in planned.targets]
    services = [s for s in SERVICES if any(fnmatchcase(s, glob) for glob in meant)]
    data = {
        "fault": planned.id,
        "services": services,
        "share": planned.share,
        "start_at": start,
        "why": f"its window opens at {office_date(start):%H:%M}",
    }
    return Change("sessions_ended", "-", data)
