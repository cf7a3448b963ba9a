"""A stretch of a world's day as a scenario file, as a part of the control API."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response

from siaksim.core.clock import office_date
from siaksim.core.schedule import Window
from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, text
from siaksim.edges.spans import span_text

spans = Blueprint("spans", __name__)
spans.url_value_preprocessor(common.pull_world)

NAME = "saved"


@spans.get("/span")
def span() -> Response:
    """Give a stretch of the present day as a scenario file: ?from=09:10&until=09:35&name=.

    It is the world's scenario with the faults that were added by hand, and a check of the stretch.
    """
    given = arguments("from", "until", "name")
    world = common.planned_world()
    ends = [_moment(given, key, world.clock.now()) for key in ("from", "until")]
    if ends[1] <= ends[0]:
        raise ControlError(400, "`until` is not after `from`.", "query.until")
    recipe = common.worlds().recipe(world.name)
    if not recipe.text:
        what = "the text of this world's scenario is not known."
        raise ControlError(409, what, "world", "Make a world from a scenario's name or text.")
    name = given.get("name", NAME)
    found = span_text(world, recipe.text, Window(*ends), name)
    common.worlds().inline(found, name)  # what cannot be read again is refused, with its places
    return text(found, "application/yaml")


def _moment(given: dict[str, str], key: str, now: float) -> float:
    try:
        moment = datetime.strptime(given.get(key, ""), "%H:%M").time()  # noqa: DTZ007 (zone below)
    except ValueError as error:
        raise ControlError(
            400, f"{given.get(key, '')[:40]!r} is no time of day.", f"query.{key}", "Such as 09:10."
        ) from error
    today = office_date(now)
    return datetime.combine(today.date(), moment, today.tzinfo).timestamp()
