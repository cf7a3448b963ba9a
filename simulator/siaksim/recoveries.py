"""Tells in the journal whether a centre came back after a stall, and when. PURE.

Each stall that ends by time is followed until its centre has served the others in time for half a
minute. That it is not back is told after a minute, and again after LIMIT_S. What would become of
the same people by then, had they a retry budget, is told with it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from siaksim.core.centre import Centre
from siaksim.core.clock import office_text

if TYPE_CHECKING:
    from siaksim.world import World

LIMIT_S = 300.0
"""Client seconds after a stall's end within which a centre is to come back (assumed: realism's
outages of careful clients are over in three minutes)."""
LATE_S = (60.0, LIMIT_S)
"""Client seconds after a stall's end at which it is told that a centre is not back."""
LONGEST_S = 7200.0
"""Client seconds after which nobody looks any more."""
BUDGET = {"budget": 1.0}
TWIN_PEOPLE = 100_000
"""People who came so far, above which what a budget would have changed is not worked out: the
server would stand still for a second."""


def plan_recoveries(world: World) -> None:
    """Follow the stalls of the world's plan that have not ended yet."""
    for centre in world.centres:
        if centre.terms.people is None:
            continue
        now = centre.now()
        for end in centre.stall_ends:
            if end > now and end not in centre.followed:
                centre.followed.add(end)
                world.agenda.plan(centre.office(end), partial(_look, world, centre, end, 0))


def _look(world: World, centre: Centre, end: float, told: int) -> None:
    now = centre.now()
    if world.centres.of(centre.terms.service) is not centre or end not in centre.stall_ends:
        return  # another scenario, or ended by hand
    if centre.trigger_end(now) not in (None, end) or now - end > LONGEST_S:
        return  # the next stall has taken its place
    back = centre.steadily_recovered_at(now)
    if back is not None:
        _tell(world, centre, "recovered", end, back - end)
        return
    if told < len(LATE_S) and now - end >= LATE_S[told]:
        _tell(world, centre, "not_recovered", end, LATE_S[told])
        told += 1
    again = world.clock.now() + world.clock.office_seconds(centre.tally.slot_s)
    world.agenda.plan(again, partial(_look, world, centre, end, told))


def _tell(world: World, centre: Centre, event: str, end: float, after_s: float) -> None:
    now = centre.now()
    line: dict[str, Any] = {
        "kind": "capacity",
        "at": office_text(world.clock.now()),
        "service": centre.terms.service,
        "event": event,
        "stall_ended": office_text(centre.office(end)),
        "after_s": round(after_s, 1),
        "amplification": round(centre.tally.between(end, now).amplification, 2),
        "limit_s": LIMIT_S,
    }
    if centre.tally.whole().people <= TWIN_PEOPLE:
        # Until the limit even where that is still to come: the twin's people are computed as well.
        until = max(now, min(end + LIMIT_S, centre.next_stall(end)))
        twin = centre.with_manners(BUDGET, world.plan, until).recovered_at(until)
        line["with_budget_after_s"] = None if twin is None else round(twin - end, 1)
    world.journal.add(line)
