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
from siaksim.edges.control.comers import at_office, at_school
from siaksim.edges.control.common import ControlError, arguments, body, choice, json, whole
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
    """Make the work list anew: {residents, until, spread, visits}; they come evenly from now on.

    With `spread: true` faults are drawn evenly over these citizens, so that few of them meet each.
    `visits: office` (the default) are adults who come for an activation, `visits: school` are whom
    a field kit meets: most come for a KTP-el recording, and one in eight is too young for it.
    """
    given = body("residents", "until", "spread", "visits")
    world = common.world()
    count = whole(given, "residents", 8, 1, 1000)
    until = _until(given, world)
    spread = given.get("spread", False)
    if not isinstance(spread, bool):
        raise ControlError(400, "`spread` is true or false.", "spread")
    now = world.clock.now()
    where = choice(given.get("visits", "office"), "visits", ("office", "school"))
    comers = (at_office if where == "office" else at_school)(world, count)
    niks = [comer.nik for comer in comers]
    if len(niks) < count:
        what = f"only {len(niks)} residents can come here for this."
        raise ControlError(400, what, "residents", "Ask for fewer, or choose a larger population.")
    span = COMING * (until - now) if until is not None else 60.0 * count
    visits = [Visit(c.nik, now + span * i / count, wants=c.wants) for i, c in enumerate(comers)]
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
            return json({**_citizen(visit, world), **_walked_in(visit, world)})
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


@work.delete("/work")
def end_work() -> Response:
    """Note that the client under test has ended: what it owes now, it owes for good."""
    arguments()
    world = common.world()
    at = office_text(world.clock.now())
    world.journal.add({"kind": "work", "at": at, "event": "over"})
    return Response(status=204)


def _walked_in(visit: Visit, world: World) -> dict[str, str]:
    """Let siaksim's citizen walk in, if siaksim plays it; return where its phone can be seen.

    A counter scans what that phone shows (`qr`), or has it scan the officer's code (`/scans`).
    """
    acting: Acting = current_app.extensions["siaksim-acting"]
    cast = acting.cast(world)
    if cast is None or "citizen" not in world.play or visit.wants != "activation":
        return {}
    cast.walk_in(visit.nik, "shows_qr", _mailed(visit.nik))
    return {"citizen_url": _phone_url(visit, world)}


def _phone_url(visit: Visit, world: World) -> str:
    root = f"{common.exchange().public_url}/__admin/worlds/{world.name}"
    return f"{root}/actors/citizens/{visit.nik}"


def _mailed(nik: str) -> str:
    return f"warga{nik[-8:]}@example.test"


def _citizen(visit: Visit, world: World) -> dict[str, Any]:
    """Return what the office knows of a visitor; of a school's list also the date of birth."""
    nik = visit.nik
    known = {"nik": nik, "email": _mailed(nik), "phone": f"0812{nik[-8:]}", "wants": visit.wants}
    resident = world.resident(nik) if visit.wants == "recording" else None
    if resident is None:
        return known
    born = resident.birth_date.isoformat()
    return {**known, "birth_date": born, "marital_status": resident.marital_status}


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
            {**_citizen(v, world), "due": office_text(v.due), "client": v.given_to or None}
            for v in held.visits
        ],
    }
