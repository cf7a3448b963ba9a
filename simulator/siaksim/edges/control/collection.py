"""The worlds themselves: list, make, show, delete."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response

from siaksim.core.clock import MODES, Mode
from siaksim.edges.control import common
from siaksim.edges.control.admin import scenario_text
from siaksim.edges.control.common import ControlError, arguments, body, choice, json
from siaksim.edges.control.replaying import replay_of
from siaksim.edges.control.shown import world_dict
from siaksim.replay.recorder import MemoryTape, Recorder
from siaksim.scenario.build import Scenario
from siaksim.world import World
from siaksim.worlds import DEFAULT

collection = Blueprint("collection", __name__)

ACTORS = ("citizen", "officer")
SEED_MAX = 2**63 - 1


@collection.get("/worlds")
def list_worlds() -> Response:
    """List all worlds."""
    arguments()
    held = common.worlds()
    found = [w for name in held.names() if (w := held.get(name)) is not None]
    for world in found:
        world.settle()
    return json({"worlds": [_shown(world) for world in found]})


def _shown(world: World) -> dict[str, Any]:
    return {**world_dict(world), "base_url": common.exchange().base_url(world)}


@collection.post("/worlds")
def make_world() -> Response:
    """Make a world: {name, scenario or text, seed, speed, clock, shorten, from, play, record}.

    All are optional. With {replay} (the text of a run file) only name, clock, speed and record.
    """
    options = ("scenario", "text", "seed", "shorten", "from", "play")
    given = body("name", "speed", "clock", "record", "replay", *options)
    record = given.get("record", False)
    if not isinstance(record, bool):
        raise ControlError(400, "`record` is true or false.", "record")
    if "replay" in given:
        for option in options:
            if option in given:
                what = f"`{option}` is told by the run file."
                raise ControlError(400, what, option, "Leave it out.")
        return _made(replay_of(given, _free(given)), record)
    if "scenario" in given and "text" in given:
        raise ControlError(400, "give either `scenario` or `text`.", "body")
    speed = common.positive(given, "speed", 1.0, 1000)
    shorten = common.positive(given, "shorten", 1.0, 1000)
    mode = _mode(given, speed)
    seed = common.whole(given, "seed", 0, 0, SEED_MAX) if given.get("seed") is not None else None
    name, held = _free(given), common.worlds()
    if "scenario" in given or "text" in given:
        text = scenario_text(given, "scenario")
        scenario = held.inline(text, str(given.get("scenario", "text")))
    else:
        recipe = held.recipe(DEFAULT)
        text, scenario = recipe.text, recipe.scenario
    scenario = _begun(scenario, given)
    if "speed" not in given and mode == "scaled":
        speed = scenario.speed
    world = held.create(name, scenario, seed, mode, speed, shorten, _play(given), text)
    return _made(world, record)


def _begun(scenario: Scenario, given: dict[str, Any]) -> Scenario:
    if "from" not in given:
        return scenario
    if not isinstance(given["from"], str):
        raise ControlError(400, '`from` is a time of day, such as "09:05".', "from")
    return scenario.from_time(given["from"])


def _free(given: dict[str, Any]) -> str | None:
    """Return the name that is wished for the new world, if it is free."""
    name = given.get("name")
    if name is not None and not isinstance(name, str):
        raise ControlError(400, "a world's name is a text.", "name")
    if name is not None and common.worlds().get(name) is not None:
        raise ControlError(
            409,
            f"the world {name!r} exists.",
            "name",
            "Choose another name, leave it out, or delete that world.",
        )
    return name


def _made(world: World, record: bool) -> Response:
    if record:
        Recorder(MemoryTape).attach(world, common.worlds().recipe(world.name).text)
    answer = json(_shown(world), 201)
    answer.headers["Location"] = f"/__admin/worlds/{world.name}"
    return answer


def _mode(given: dict[str, Any], speed: float) -> Mode:
    mode = choice(given.get("clock", "real" if speed == 1 else "scaled"), "clock", MODES)
    if mode != "scaled" and speed != 1:
        raise ControlError(
            400,
            f"speed {speed:g} belongs to a scaled clock, and this one is {mode}.",
            "speed",
            'Leave `speed` out, or make it {"clock": "scaled"}.',
        )
    return cast(Mode, mode)


def _play(given: dict[str, Any]) -> frozenset[str]:
    value = given.get("play", [])
    if not isinstance(value, list):
        raise ControlError(400, "`play` is a list.", "play", f"Of: {', '.join(ACTORS)}.")
    return frozenset(choice(item, "play", ACTORS) for item in value)


@collection.get("/worlds/<world>")
def show_world(world: str) -> Response:
    """Show one world."""
    arguments()
    common.pull_world(None, {"world": world})
    return json(_shown(common.world()))


@collection.delete("/worlds/<world>")
def delete_world(world: str) -> Response:
    """Delete a world and its ledger file."""
    arguments()
    common.pull_world(None, {"world": world})
    common.worlds().delete(common.world().name)
    return Response(status=204)
