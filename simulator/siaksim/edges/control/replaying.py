"""A world's recording and its replay, as parts of the control API: texts only, never paths."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from siaksim.core.clock import MODES, Mode
from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, choice, json
from siaksim.replay.player import Replay, clock_of
from siaksim.replay.runfile import read_run, scenario_of
from siaksim.world import World

replaying = Blueprint("replay", __name__)
replaying.url_value_preprocessor(common.pull_world)


@replaying.get("/recording")
def recording() -> Response:
    """Give the run file of a world that is recorded, as it stands."""
    arguments()
    world = common.world()
    if world.recorder is None:
        raise ControlError(
            404,
            "this world is not recorded.",
            "world",
            'Start with `serve --record FILE`, or make a world with {"record": true}.',
        )
    return Response(world.recorder.read(), content_type="application/x-ndjson")


@replaying.get("/replay")
def replay() -> Response:
    """Say which recorded calls were made again, which were not, and which were unknown."""
    arguments()
    world = common.world()
    if world.replay is None:
        raise ControlError(
            404,
            "this world replays nothing.",
            "world",
            'Start with `siaksim replay FILE`, or make a world with {"replay": "(a run file)"}.',
        )
    return json(world.replay.as_dict())


def replay_of(given: dict[str, Any], name: str | None) -> World:
    """Return a new world that replays the run file whose text is given."""
    text = given["replay"]
    if not isinstance(text, str):
        what = "`replay` is the text of a run file."
        raise ControlError(400, what, "replay", "GET /__admin/recording gives one.")
    held = common.worlds()
    run = read_run(text.encode("utf-8", "replace"), "replay")
    speed = common.positive(given, "speed", 1.0, 1000) if "speed" in given else None
    mode: Mode | None = None
    if "clock" in given:
        mode = next(m for m in MODES if m == choice(given["clock"], "clock", MODES))
    clock, head = clock_of(run.header.clock, mode, speed), run.header
    scenario, play = scenario_of(run, held.inline), frozenset(head.play)
    world = held.create(
        name, scenario, head.seed, clock.mode, clock.speed, clock.shorten, play, head.text
    )
    Replay(run, held.inline).attach(world)
    return world
