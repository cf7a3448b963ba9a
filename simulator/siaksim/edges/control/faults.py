"""The faults of a world: list them with their state, add some inline, end one."""

from __future__ import annotations

from typing import Any

import orjson
import yaml
from flask import Blueprint, Response

from siaksim.core.clock import office_text
from siaksim.core.faultbook import Row
from siaksim.core.plan import LAYERS
from siaksim.edges.control import common
from siaksim.edges.control.admin import SCENARIO_TEXT_MAX, scenario_text
from siaksim.edges.control.common import ControlError, arguments, body, json
from siaksim.edges.control.shown import fault_dict
from siaksim.edges.control.watching import effective
from siaksim.faults import kinds
from siaksim.scenario.adding import added
from siaksim.scenario.problems import did_you_mean
from siaksim.world import World

faults = Blueprint("faults", __name__)
faults.url_value_preprocessor(common.pull_world)

_SUCH_AS = 'Such as {"text": "{target: siak.*, kind: hang, share: 50%, for: 5m}"}.'


@faults.get("/faults")
def list_faults() -> Response:
    """List all faults with their state, those that act now, and how often each kind struck.

    `effective` is how many of the calls aimed at (0..1) an active fault strikes now: the highest
    of its operations; null where it depends on who calls. `struck` counts the calls it struck.
    """
    arguments()
    world = common.world()
    now = world.clock.now()
    change, rates = world.plan.upcoming(now), effective(world, now)
    return json(
        {
            "now": office_text(now),
            "active": [fault_dict(f) for f in world.plan.active(now)],
            "next_change": None if change is None else office_text(change),
            "injected": dict(sorted(world.counters.faults.items())),
            "faults": [
                {
                    **row_dict(row, now),
                    "effective": rates.get(row.fault.id),
                    "struck": world.counters.struck.get(row.fault.id, 0),
                }
                for row in world.book.rows
            ],
        }
    )


@faults.get("/kinds")
def list_kinds() -> Response:
    """List the kinds of faults there are, layer by layer from the outside in."""
    arguments()
    found = sorted(kinds().items(), key=lambda item: LAYERS.index(item[1].layer))
    return json({"kinds": [{"kind": name, "layer": model.layer} for name, model in found]})


@faults.post("/faults")
def add_faults() -> Response:
    """Add faults from now on: {text} in YAML or {fault} in JSON, one or a list; {ttl} ends them."""
    given = body("text", "fault", "ttl")
    if ("text" in given) == ("fault" in given):
        raise ControlError(400, "give either `text` or `fault`.", "body", _SUCH_AS)
    ttl = None
    if "ttl" in given:
        ttl = common.seconds(given["ttl"], "ttl")
        if ttl <= 0:
            raise ControlError(400, "a time to live is above 0.", "ttl", "Leave it out for ever.")
    world = common.planned_world()
    now, rows = world.clock.now(), world.book.rows
    known = [row.fault for row in rows]
    acting = [row.fault for row in rows if row.state(now) in ("waiting", "active")]
    operations, opening = common.worlds().operations, world.scenario.opening
    finite = tuple(centre.terms.service for centre in world.centres)
    text, links = _text(given), world.links
    found = added(text, "fault", now, known, acting, operations, ttl, opening, links, finite)
    written = yaml.load(text, Loader=yaml.BaseLoader)
    world.add_faults(found, written if isinstance(written, list) else [written])
    return json({"added": [row_dict(row, now) for row in rows[len(known) :]]}, 201)


def _text(given: dict[str, Any]) -> str:
    """Return the YAML of what is to be added: JSON is YAML, so it is checked alike."""
    if "text" in given:
        return scenario_text(given)
    if not isinstance(given["fault"], dict | list):
        raise ControlError(400, "a fault is an object, or a list of them.", "fault", _SUCH_AS)
    text = orjson.dumps(_without_nulls(given["fault"])).decode()
    if len(text) > SCENARIO_TEXT_MAX:
        raise ControlError(400, f"faults have at most {SCENARIO_TEXT_MAX} bytes.", "fault")
    return text


def _without_nulls(value: Any) -> Any:
    """Leave out what is null: a JSON writer's way of leaving a field out."""
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    return [_without_nulls(v) for v in value] if isinstance(value, list) else value


@faults.delete("/faults/<path:fault>")
def end_fault(fault: str) -> Response:
    """End a fault by its id (a # is written %23); calls that it holds are let go."""
    arguments()
    world = common.planned_world()
    row = _row(world, fault)
    now = world.clock.now()
    state = row.state(now)
    if state in ("ended", "over"):
        raise ControlError(409, f"{fault[:64]!r} is {state} already.", "path")
    world.end_fault(row)
    return json(row_dict(row, now))


def _row(world: World, fault: str) -> Row:
    row = world.book.find(fault)
    if row is None:
        known = [r.fault.id for r in world.book.rows]
        hint = did_you_mean(fault, known).strip()
        raise ControlError(
            404,
            f"there is no fault {fault[:64]!r}.",
            "path",
            f"{hint} GET /__admin/faults lists them.".strip(),
        )
    return row


def row_dict(row: Row, now: float) -> dict[str, Any]:
    """Return a fault with where it came from, its state, and when it was ended by hand."""
    ended = row.ended_at
    return {
        **fault_dict(row.fault),
        "origin": row.origin,
        "state": row.state(now),
        "ended_at": None if ended is None else office_text(ended),
    }
