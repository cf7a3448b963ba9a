"""What the control blueprints share: the world of a request, answers, arguments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response, current_app, g, request

from siaksim.core import units
from siaksim.edges.exchange import Exchange
from siaksim.world import World
from siaksim.worlds import DEFAULT, Worlds

PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ControlOptions:
    """How the control API is reached: `token` (none: open), the bound host, the public URL."""

    token: str = ""
    host: str = "127.0.0.1"
    public_url: str = ""


class ControlError(Exception):
    """A request that the control API refuses: status, what is wrong, where, and how to mend it."""

    def __init__(
        self, status: int, what: str, where: str = "", how: str = "", **extra: Any
    ) -> None:
        super().__init__(what)
        self.status = status
        self.what = what
        self.where = where
        self.how = how
        self.extra = extra


def problem(status: int, what: str, where: str = "", how: str = "", **extra: Any) -> Response:
    """Return a refusal as application/problem+json with `what`, `where` and `how`."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "what": what,
    }
    if where:
        body["where"] = where
    if how:
        body["how"] = how
    return Response(orjson.dumps(body | extra) + b"\n", status=status, content_type=PROBLEM_TYPE)


def json(body: Any, status: int = 200) -> Response:
    """Return a JSON answer that ends with a newline, for terminals."""
    raw = orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    return Response(raw + b"\n", status=status, content_type="application/json")


def text(body: str, content_type: str = "text/plain; charset=utf-8") -> Response:
    """Return a text answer."""
    return Response(body, content_type=content_type)


def worlds() -> Worlds:
    """Return the server's worlds."""
    found: Worlds = current_app.extensions["siaksim-worlds"]
    return found


def exchange() -> Exchange:
    """Return the server's exchange."""
    found: Exchange = current_app.extensions["siaksim-exchange"]
    return found


def world_name() -> str:
    """Return the name of the world that the path names, or `default`."""
    name: str = g.get("world_name", DEFAULT)
    return name


def world() -> World:
    """Return the request's world with everything due by now done; 404 when there is none."""
    name = world_name()
    found = worlds().find(name)
    if found is None:
        raise ControlError(
            404,
            f"there is no world {name[:64]!r}.",
            "path",
            "GET /__admin/worlds lists them; POST /__admin/worlds makes one.",
        )
    found.settle()
    return found


def planned_world() -> World:
    """Return the request's world if its plan decides what goes wrong; 409 for a replay."""
    found = world()
    if found.replay is not None:
        raise ControlError(
            409,
            f"this world replays {found.replay.run.name}: its recording decides, not its plan.",
            "world",
            "Change the plan of another world: POST /__admin/worlds makes one.",
        )
    return found


def pull_world(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the world's name out of a view's arguments (a url_value_preprocessor)."""
    g.world_name = (values or {}).pop("world", DEFAULT)


# -- arguments -----------------------------------------------------------------------------


def arguments(*known: str) -> dict[str, str]:
    """Return the query's arguments; unknown and repeated ones are refused by name."""
    found: dict[str, str] = {}
    for name, values in request.args.lists():
        if name not in known:
            raise unknown(name, known, "query")
        if len(values) > 1:
            raise ControlError(400, f"{name!r} is given {len(values)} times.", f"query.{name}")
        found[name] = values[0]
    return found


def body(*known: str) -> dict[str, Any]:
    """Return the JSON object of the request (empty without a body); unknown keys are refused."""
    raw = request.get_data()
    if not raw.strip():
        return {}
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise ControlError(
            400, f"this is no JSON: {error.msg}.", f"body, character {error.pos}"
        ) from error
    if not isinstance(found, dict):
        raise ControlError(400, "the body is to be a JSON object.", "body")
    for name in found:
        if name not in known:
            raise unknown(name, known, "body")
    return found


def unknown(name: str, known: Collection[str], where: str) -> ControlError:
    """Return the refusal of an unknown name, with the one that was probably meant."""
    shown = name[:60]
    near = get_close_matches(shown, known, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(known) if known else "none"
    return ControlError(
        400, f"{shown!r} is unknown.", f"{where}.{shown}", f"{hint}Known: {listed}."
    )


def whole(values: Mapping[str, Any], name: str, default: int, low: int, high: int) -> int:
    """Return a whole number from `low` to `high` of the arguments."""
    value = values.get(name, default)
    number = -1
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        number = int(value)
    else:
        number = low - 1
    if not low <= number <= high:
        raise ControlError(
            400, f"{str(value)[:40]!r} is no whole number from {low} to {high}.", name
        )
    return number


def positive(values: Mapping[str, Any], name: str, default: float, high: float) -> float:
    """Return a number above 0 and at most `high` of the arguments."""
    value = values.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= high:
        raise ControlError(
            400, f"{str(value)[:40]!r} is no number above 0 and up to {high:g}.", name
        )
    return float(value)


def choice(value: Any, name: str, known: Collection[str]) -> str:
    """Return a value that is one of the known words."""
    if isinstance(value, str) and value in known:
        return value
    near = get_close_matches(str(value), known, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise ControlError(
        400, f"{str(value)[:40]!r} is unknown.", name, f"{hint}Known: {', '.join(known)}."
    )


def seconds(value: Any, name: str) -> float:
    """Return a length of time, a number of seconds or a text such as '5m'."""
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError(f"{str(value)[:40]!r} is no length of time; write it like 5m or 300")
        found = units.seconds(value)
    except ValueError as error:
        raise ControlError(400, f"{error}.", name) from error
    if not 0 <= found <= 400 * 86400:
        raise ControlError(400, f"{found:g} s is not from 0 to 400 days.", name)
    return found
