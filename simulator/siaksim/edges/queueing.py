"""Holds a call until a server of its centre has done it; only then the operation runs.

Who hangs up meanwhile leaves the work in the queue: it is done at its time all the same, and may
commit. A call's time is looked at again now and then, as a stall may begin or end by hand.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import inf

from siaksim.core.centre import Place
from siaksim.core.clock import office_text
from siaksim.core.effects import Queued
from siaksim.edges import conn as connections
from siaksim.edges.admission import calls
from siaksim.edges.conn import Conn
from siaksim.edges.performing import Running, apply

LOOK_S = 1.0
"""Seconds on the wall between two looks at when a call will be done."""
MOMENT_S = 1e-6
"""Office seconds by which a clock may fall short of a time that it was told to wait for."""


def served(running: Running, conn: Conn) -> bool:
    """Hold a call until it is done and let the operation run; False when its client has gone.

    One that is thrown out of the queue meanwhile is refused.
    """
    world, queued = running.world, running.decision.effects[0]
    assert isinstance(queued, Queued), "only what waits for a server is held here"
    place = world.places.pop(running.call.request, None)
    while (due := _due(running, queued, place)) - world.clock.now() > MOMENT_S and not _out(place):
        if due == inf and world.clock.mode == "auto" and running.deadline_s is None:
            break  # nobody will ever move this clock: as a hang without an end
        if not _held(running, conn, due):
            _leave(running, queued, place)
            return False
    if _out(place):
        running.answer = running.refusal(503)
        running.queue = "thrown out"
        return True
    _work(running)
    lived = world.clock.client_seconds(world.clock.now() - running.arrival)
    waited_s = max(0.0, lived - queued.service_s)
    if queued.wait_s > 0.0:
        running.queue = f"waited {waited_s:.1f} s behind {calls(queued.behind)}"
    return True


def _due(running: Running, queued: Queued, place: Place | None) -> float:
    """Return the office time at which a call is done: as things stand, or as was recorded."""
    if place is not None:
        return place.due()
    seconds = queued.wait_s + queued.service_s
    return running.arrival + running.world.clock.office_seconds(seconds)


def _out(place: Place | None) -> bool:
    return place is not None and place.dropped


def _held(running: Running, conn: Conn, due: float) -> bool:
    """Wait until office time `due`, or for a moment; False when the client has gone."""
    clock, gives_up = running.world.clock, None
    if running.deadline_s is not None:
        gives_up = running.arrival + clock.office_seconds(running.deadline_s)
    now = clock.now()
    seconds = min(clock.client_seconds(due - now), LOOK_S * clock.speed)
    return connections.wait_client_seconds(conn, running.world, now, seconds, gives_up)


def _work(running: Running) -> None:
    """Let the operation run now: what it does has this moment's time."""
    assert running.operate is not None, "a call that waits for a server has not run yet"
    running.done_at = running.world.clock.now()
    running.call = replace(running.call, now=running.done_at)
    operate, running.operate = running.operate, None  # it knows the call: a cycle, if it stayed
    apply(running, operate)


def _leave(running: Running, queued: Queued, place: Place | None) -> None:
    """Leave the work of a client who has gone in the queue."""
    if place is not None:
        place.centre.left(place.ticket)
    running.queue = "left: its work is done all the same"
    _plan_work(running, queued, place)


def _plan_work(running: Running, queued: Queued, place: Place | None) -> None:
    world, moment = running.world, _due(running, queued, place)
    if moment == inf:  # to be looked at again: a stall may be ended by hand
        moment = world.clock.now() + world.clock.office_seconds(LOOK_S)
    world.agenda.plan(moment, partial(_work_off, running, queued, place))


def _work_off(running: Running, queued: Queued, place: Place | None) -> None:
    world = running.world
    if _due(running, queued, place) - world.clock.now() > MOMENT_S:
        if not _out(place):
            _plan_work(running, queued, place)
        return
    if _out(place):
        return
    try:
        _work(running)
    finally:
        if running.idempotency is not None:
            running.idempotency.leave(world)
    line = {"kind": "worked_off", "at": office_text(world.clock.now())}
    world.journal.add(line | {"id": running.call.request, "entries": running.entries})
