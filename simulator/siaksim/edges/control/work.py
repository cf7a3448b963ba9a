"""The work feed: citizens for clients under test, in the order in which they come."""

from __future__ import annotations

from math import ceil
from typing import Any

import gevent
from flask import Blueprint, Response, current_app

from siaksim.core.clock import office_date, office_text
from siaksim.core.units import time_of_day
from siaksim.core.work import Visit, WorkList
from siaksim.edges.acting import Acting
from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, body, json, whole
from siaksim.world import World

work = Blueprint("work", __name__)
work.url_value_preprocessor(common.pull_world)

WAIT_S = 20
"""Wall seconds that a call for the next citizen is held at most, unless it says otherwise."""
SLICE_S = 0.05
COMING = 0.75
"""The share of the time in which citizens come: the last ones need some to be served."""


@work.get("/work")
def show_work() -> Response:
    """Show the work list: who comes when, and which client took whom."""
    arguments()
    return json(_shown(common.world()))


@work.post("/work")
def make_work() -> Response:
    """Make the work list anew: {residents, until, spread}; citizens come evenly from now on.

    With `spread: true` faults are drawn evenly over these citizens, so that few of them meet each.
    """
    given = body("residents", "until", "spread")
    world = common.world()
    count = whole(given, "residents", 8, 1, 1000)
    until = _until(given, world)
    spread = given.get("spread", False)
    if not isinstance(spread, bool):
        raise ControlError(400, "`spread` is true or false.", "spread")
    now = world.clock.now()
    people = world.country.find(
        today=world.today(), ages=(17, 70), status="normal", recorded=True, limit=2 * count + 20
    )
    niks = [person.nik for person in people if person.has_photo][:count]
    if len(niks) < count:
        what = f"only {len(niks)} residents can be activated here."
        raise ControlError(400, what, "residents", "Ask for fewer, or choose a larger population.")
    span = COMING * (until - now) if until is not None else 60.0 * count
    visits = [Visit(n, now + span * i / count) for i, n in enumerate(niks)]
    world.work = WorkList(visits, until, spread=spread)
    world.journal.add(
        {
            "kind": "work",
            "at": office_text(now),
            "event": "made",
            "subjects": niks,
            "until": None if until is None else office_text(until),
            "spread": spread,
        }
    )
    return json(_shown(world), 201)


@work.get("/work/next")
def next_citizen() -> Response:
    """Give the next citizen; held until one comes. 204: the day is over. 202: nobody yet."""
    given = arguments("wait", "client")
    world = common.world()
    wait = whole(given, "wait", WAIT_S, 0, 60)
    client = given.get("client", "")[:64]
    waited = 0.0
    while True:
        now = world.clock.now()
        visit = world.work.next(now, client)
        if visit is not None:
            return json({**_citizen(visit.nik), **_walked_in(visit.nik, world)})
        due = world.work.next_due()
        if due is None or world.work.over(now):
            return Response(status=204)
        if world.clock.mode == "auto" and wait > 0:
            world.advance(max(0.0, due - now))
        elif waited >= wait:
            left = world.clock.client_seconds(max(0.0, due - now))
            return Response(status=202, headers={"Retry-After": str(ceil(left))})
        else:
            gevent.sleep(SLICE_S)
            waited += SLICE_S


def _walked_in(nik: str, world: World) -> dict[str, str]:
    """Let siaksim's citizen walk in, if siaksim plays it; return where its phone can be seen.

    A counter scans what that phone shows (`qr`), or has it scan the officer's code (`/scans`).
    """
    acting: Acting = current_app.extensions["siaksim-acting"]
    cast = acting.cast(world)
    if cast is None or "citizen" not in world.play:
        return {}
    cast.walk_in(nik, "shows_qr", _citizen(nik)["email"])
    here = f"{common.exchange().public_url}/__admin/worlds/{world.name}/actors/citizens/{nik}"
    return {"citizen_url": here}


def _citizen(nik: str) -> dict[str, Any]:
    return {"nik": nik, "email": f"warga{nik[-8:]}@example.test", "phone": f"0812{nik[-8:]}"}


def _until(given: dict[str, Any], world: World) -> float | None:
    if "until" not in given:
        return None
    try:
        seconds = time_of_day(given["until"])
    except ValueError as error:
        raise ControlError(400, f"{error}.", "until") from error
    now = world.clock.now()
    midnight = office_date(now).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    if midnight + seconds <= now:
        raise ControlError(
            400, f"{given['until']} is over: it is {office_date(now):%H:%M}.", "until"
        )
    return midnight + seconds


def _shown(world: World) -> dict[str, Any]:
    held = world.work
    return {
        "over": held.over(world.clock.now()),
        "until": None if held.until is None else office_text(held.until),
        "spread": held.spread,
        "visits": [
            {**_citizen(v.nik), "due": office_text(v.due), "client": v.given_to or None}
            for v in held.visits
        ],
    }
