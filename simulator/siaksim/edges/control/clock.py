"""Office time as a part of the control API: shown, moved, and a running clock steered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app

from siaksim.core.clock import office_date, office_text
from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, body, json
from siaksim.edges.control.shown import clock_dict
from siaksim.world import World
from siaksim.worlds import DEFAULT

clock = Blueprint("clock", __name__)
clock.url_value_preprocessor(common.pull_world)

SPEED_MAX = 1000.0
_SUCH_AS = 'Such as {"to": "09:10"}, {"advance": "5m"}, {"speed": 60} or {"running": false}.'


@clock.get("/clock")
def show_clock() -> Response:
    """Show office time."""
    arguments()
    return json(clock_dict(common.world()))


@clock.post("/clock")
def move_clock() -> Response:
    """Move office time forward: {advance: 300 or '5m'} or {to: 'HH:MM'} of the same day.

    A running clock also takes {speed: 60} and {running: false or true}. Steering one is journaled,
    and makes verdicts inconclusive from then on.
    """
    given = body("advance", "to", "speed", "running")
    if len(given) != 1:
        raise ControlError(
            400, "give one of `advance`, `to`, `speed`, `running`.", "body", _SUCH_AS
        )
    world = common.world()
    step = None
    if "advance" in given:
        step = common.seconds(given["advance"], "advance")
    elif "to" in given:
        step = _until(given["to"], world)
    if step is None:
        _steer(world, given)
    elif world.clock.stepped:
        world.advance(step)
    else:
        _jump(world, step)
    world.settle()
    return json(clock_dict(world))


def _until(value: Any, world: World) -> float:
    now = office_date(world.clock.now())
    try:
        moment = datetime.strptime(str(value), "%H:%M").time()  # noqa: DTZ007 (zone added below)
    except ValueError as error:
        raise ControlError(
            400, f"{str(value)[:40]!r} is no time of day.", "to", "Write it like 09:10."
        ) from error
    target = datetime.combine(now.date(), moment, now.tzinfo)
    if target < now:
        raise ControlError(
            409, f"it is {now:%H:%M:%S} already: a clock never goes back.", "to", "Reset the world."
        )
    return (target - now).total_seconds()


# -- running clocks ------------------------------------------------------------------------


def _jump(world: World, step: float) -> None:
    _steerable(world)
    was = world.clock.now()
    world.clock.jump(step)
    _told(world, was, "jumped", to=office_text(world.clock.now()))


def _steer(world: World, given: dict[str, Any]) -> None:
    if world.clock.stepped:
        raise ControlError(
            409,
            f"this world's clock is {world.clock.mode}: it does not run by itself.",
            "clock",
            'Move it with {"advance": "5m"} or {"to": "09:10"}.',
        )
    _steerable(world)
    now = world.clock.now()
    if "speed" in given:
        speed = common.positive(given, "speed", 1.0, SPEED_MAX)
        linking = current_app.extensions.get("siaksim-links")
        if linking is not None and linking.sites and world.name == DEFAULT:
            what = "the sites' lines of this world run at the speed they began with."
            raise ControlError(409, what, "speed", "Start the server with --speed.")
        world.clock.steer(speed=speed)
        _told(world, now, "speed", speed=speed)
        return
    running = given["running"]
    if not isinstance(running, bool):
        raise ControlError(400, "`running` is true or false.", "running")
    if running != world.clock.stands:
        return
    world.clock.steer(stands=not running)
    _told(world, now, "went_on" if running else "stopped")


def _steerable(world: World) -> None:
    """Refuse where somebody relies on how the clock goes: a recording and its replay."""
    if world.recorder is not None or world.replay is not None:
        what = "recorded" if world.recorder is not None else "a replay"
        raise ControlError(
            409,
            f"this world is {what}: its clock goes as it began.",
            "clock",
            "Steer another world: POST /__admin/worlds makes one.",
        )


def _told(world: World, at: float, event: str, **more: Any) -> None:
    world.journal.add({"kind": "clock", "at": office_text(at), "event": event, **more})
