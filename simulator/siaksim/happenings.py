"""What happens to a world by itself when a fault's window opens: each once, on its agenda. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from siaksim.core import chance
from siaksim.core.clock import office_date
from siaksim.core.effects import EndSessions, Happening
from siaksim.core.plan import PlannedFault
from siaksim.ledger.entries import Change

if TYPE_CHECKING:
    from siaksim.world import World

SERVICES = ("siak", "ikd")
"""Services that have sessions."""
HAPPENINGS = ("sessions_ended",)
"""Kinds of ledger entries that no call has made."""
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
    if planned not in world.plan.faults or world.replay is not None:
        return  # ended by hand; or it is the recording that tells what has happened
    assert isinstance(planned.fault, Starts)
    _commit(world, _told(planned.fault.at_start(), planned, start), None)


def happen_again(world: World, data: Mapping[str, Any]) -> None:
    """Put on the agenda what happened in a recorded world, as the data of its entry told it."""
    struck = {(owner, number) for owner, number in data["sessions"]}
    world.agenda.plan(data["start_at"], partial(_commit, world, data, struck))


def _told(happening: Happening, planned: PlannedFault, start: float) -> Mapping[str, Any]:
    assert isinstance(happening, EndSessions)
    meant = [glob.partition(".")[0] for glob in planned.targets]
    return {
        "fault": planned.id,
        "fault_kind": planned.kind,
        "services": [s for s in SERVICES if any(fnmatchcase(s, glob) for glob in meant)],
        "share": planned.share,
        "start_at": start,
        "why": f"its window opens at {office_date(start):%H:%M}",
    }


def _commit(world: World, data: Mapping[str, Any], struck: set[tuple[str, int]] | None) -> None:
    """Commit what happens now; `struck` are the sessions that it ends (None: its share of them)."""
    fault, kind = data["fault"], data["fault_kind"]
    if (fault, data["start_at"]) in world.registry.happened:
        return  # planned twice: by a change of the scenario that has kept it
    ended = []
    for session in world.registry.sessions.values():
        key = (session.owner, session.number)
        if session.service not in data["services"] or session.ended:
            continue
        if struck is None:
            hit = chance.draw(world.seed, "meaning", fault, "session", *key) < data["share"]
        else:
            hit = key in struck
        if hit:
            ended.append(list(key))
    change = Change("sessions_ended", "-", {**data, "sessions": sorted(ended)})
    try:
        world.commit((change,), fault)
    except OSError:
        world.counters.internal_errors += 1
        again = world.clock.now() + AGAIN_S
        world.agenda.plan(again, partial(_commit, world, data, struck))
        return
    world.counters.faults[kind] = world.counters.faults.get(kind, 0) + 1
