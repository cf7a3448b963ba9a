"""Residents of a world: find them, show one, take a selfie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import gevent
from flask import Blueprint, Response

from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, choice, json, whole
from siaksim.edges.control.shown import resident_dict
from siaksim.errors import UserError
from siaksim.population.country import Country
from siaksim.population.regions import meant, within
from siaksim.population.resident import Resident
from siaksim.population.settings import DEFAULT_SHARES
from siaksim.world import World

people = Blueprint("people", __name__)
people.url_value_preprocessor(common.pull_world)

STATUSES = ("normal", *DEFAULT_SHARES)
"""What `find` takes as status."""
QUERY = ("age", "ages", "area", "sex", "status", "recorded", "today", "limit", "start")


def search(country: Country, given: dict[str, str], today: date) -> Callable[[], list[Resident]]:
    """Return the search that a query's texts ask for; ControlError names the bad argument.

    The command line asks in the same words. Who runs the search may choose a thread for it.
    """
    wanted: dict[str, Any] = {"today": day_of(given, today)}
    if "age" in given and "ages" in given:
        raise ControlError(400, "give either `age` or `ages`.", "age")
    if "age" in given:
        wanted["age"] = whole(given, "age", 0, 0, 150)
    if "ages" in given:
        low, _, high = given["ages"].partition("-")
        ends = {"low": low, "high": high}
        youngest = whole(ends, "low", 0, 0, 150)
        wanted["ages"] = (youngest, whole(ends, "high", 0, youngest, 150))
    if "sex" in given:
        wanted["sex"] = choice(given["sex"].upper(), "sex", ("L", "P"))
    if "status" in given:
        wanted["status"] = choice(given["status"], "status", STATUSES)
    if "recorded" in given:
        wanted["recorded"] = choice(given["recorded"], "recorded", ("true", "false")) == "true"
    if "area" in given:
        wanted["area"] = _area(given["area"], country)
    wanted["limit"] = whole(given, "limit", 20, 1, 1000)
    wanted["start"] = whole(given, "start", 0, 0, 100_000)
    return partial(country.find, **wanted)


def day_of(given: dict[str, str], default: date) -> date:
    """Return the day that a query names (`today`), or the default; ControlError if it is none."""
    if "today" not in given:
        return default
    try:
        return date.fromisoformat(given["today"])
    except ValueError as error:
        raise ControlError(
            400, f"{given['today'][:40]!r} is no date.", "today", "Write it like 2024-07-11."
        ) from error


def _area(area: str, country: Country) -> str:
    codes = {d.code for d in within(area)}
    if codes & {d.code for d in country.districts}:
        return area
    raise ControlError(
        400,
        f"{area[:60]!r} is no area of this world.",
        "area",
        meant(area, country.districts),
    )


@people.get("/residents")
def find() -> Response:
    """Find residents: ?age=&ages=17-20&area=&sex=&status=&recorded=&today=&limit=&start=."""
    given = arguments(*QUERY)
    world = common.world()
    # A search that few people fit can look at very many: other calls must not wait for it.
    found = gevent.get_hub().threadpool.apply(search(world.country, given, world.today()))
    return json(
        {
            "count": len(found),
            "residents": [resident_dict(world.as_recorded(r), world) for r in found],
        },
    )


@people.get("/residents/<nik>")
def show(nik: str) -> Response:
    """Show a resident."""
    arguments()
    world = common.world()
    return json(resident_dict(resident_of(world, nik), world))


def resident_of(world: World, nik: str, where: str = "path") -> Resident:
    """Return the resident with this NIK; ControlError 404 names `where` when there is none."""
    resident = world.resident(nik)
    if resident is None:
        raise ControlError(
            404,
            "no resident of this world has this NIK.",
            where,
            "GET /__admin/residents?limit=5 shows some.",
        )
    return resident


@people.get("/residents/<nik>/selfie")
def take_selfie(nik: str) -> Response:
    """Give a resident's selfie as a JPEG: ?variant=plain|mask|glasses|another|blurred."""
    from siaksim.media.selfies import VARIANTS, selfie  # Pillow is only needed here

    given = arguments("variant")
    world = common.world()
    resident = resident_of(world, nik)
    variant = next(
        v for v in VARIANTS if v == choice(given.get("variant", "plain"), "variant", VARIANTS)
    )
    identity = world.face(resident.nik)
    return Response(selfie(identity, variant), content_type="image/jpeg")


def user_error(error: ControlError) -> UserError:
    """Return a refusal as the command line shows it."""
    return UserError(error.what, error.where, error.how)
