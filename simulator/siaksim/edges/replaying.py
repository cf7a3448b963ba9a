"""`siaksim replay`: serves a recorded world again, and says at the end which calls differed."""

from __future__ import annotations

from siaksim.core.clock import Mode
from siaksim.edges.assembly import Assembly
from siaksim.edges.choosing import read_again
from siaksim.edges.serve import Say, ServeOptions, check_options, serve_recipe
from siaksim.edges.tapes import run_of_file
from siaksim.replay.player import Replay, clock_of
from siaksim.replay.runfile import scenario_of
from siaksim.worlds import Recipe


def replay_forever(file: str, options: ServeOptions, mode: Mode | None, say: Say) -> None:
    """Serve until a stop signal, then say what was replayed; UserError as `serve` has them."""
    check_options(options)
    run = run_of_file(file)
    head, clock = run.header, clock_of(run.header.clock, mode, options.speed)
    recipe = Recipe(
        scenario_of(run, read_again),
        head.seed,
        clock.mode,
        clock.speed,
        clock.shorten,
        frozenset(head.play),
        head.text,
    )
    replay = Replay(run, read_again)

    def begun(whole: Assembly) -> None:
        replay.attach(whole.worlds.default)

    serve_recipe(options, recipe, say, begun)
    for line in replay.summary():
        say(line)
