"""`siaksim hunt`: the smallest schedule of faults that breaks a client, as a scenario to commit."""

from __future__ import annotations

import signal
from math import inf
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, TextIO

import orjson

from siaksim import data
from siaksim.edges.checks.progress import Screen
from siaksim.edges.choosing import chosen_scenario
from siaksim.edges.hunts.options import HuntOptions
from siaksim.edges.hunts.playing import CommandPlay, part_of
from siaksim.edges.judging import chosen_terms, write_private
from siaksim.errors import UserError
from siaksim.hunt.report import as_dict, told
from siaksim.hunt.saved import calm, name_of, saved
from siaksim.hunt.schedule import Schedule
from siaksim.hunt.search import Hunted, Limits, hunt
from siaksim.hunt.tried import CRASH
from siaksim.scenario.problems import ScenarioErrors
from siaksim.testing.server import COMMAND, SiakServer

CRASHED = 4
BASE = "normal-day"
"""The day on which a hunt begins, without its faults, unless --scenario names one."""
HOW_TO_START = "Try `siaksim serve --port 0` in a terminal: it says what is wrong."


def hunt_by_command(options: HuntOptions, out: TextIO) -> int:
    """Hunt with a command; return the exit code: 0 nothing found, 1 a rule broken, 4 a crash.

    3 when the hunt could not look: the client fails without faults, or never called.
    """
    if not options.command:
        raise UserError(
            "what is to be hunted?",
            "CMD",
            "Give the client's command after --, such as: siaksim hunt --client counter -- ./app",
        )
    terms = chosen_terms(options.client)
    base, base_name = _base(options)
    _, part = part_of(base, Schedule(), options)
    folder = Path(options.folder)
    try:
        (folder / "journals").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"no folder can be made here: {error.strerror}.", str(folder)) from error
    screen = Screen(out, options.width)
    screen.say(
        f"hunting in {base_name}: at most {options.budget} tries of {part.lasts_s:.0f} s, "
        f"{options.jobs} at a time (each ends when the client ends)"
    )
    command = (*COMMAND, "--scenario", BASE, "--journal", str(folder / "journals"))
    stop = Event()
    server = SiakServer.start(command, who="siaksim hunt", how=HOW_TO_START, apart=True)
    try:
        ends = inf if options.minutes is None else monotonic() + options.minutes * 60
        play = CommandPlay(options, terms, base, server, folder, stop, ends)
        limits = Limits(options.budget, options.depth, options.seed, options.jobs, options.every)
        with _interrupted(stop):
            found = hunt(play, limits, _telling(screen, options))
    finally:
        server.stop()
    screen.keep([])
    files = _save(found, base, base_name, options, folder)
    for line in told(found, files, options.budget, play.clashes, options.again()):
        screen.say(line)
    if options.json_file:
        whole = as_dict(found, [str(file) for file in files])
        write_private(options.json_file, orjson.dumps(whole, option=orjson.OPT_INDENT_2))
    return _code(found)


def _base(options: HuntOptions) -> tuple[str, str]:
    """Return the base scenario's YAML and name; UserError with its mistakes."""
    if not options.scenario:
        return calm(data.scenario_text(BASE)), f"{BASE} without its faults"
    scenario, text = chosen_scenario(options.scenario)
    return text, scenario.name


def _telling(screen: Screen, options: HuntOptions) -> Any:
    def tell(found: Hunted, step: str) -> None:
        broken = f", broken: {len(found.broken)}" if found.broken else ""
        screen.keep([f"[{found.tries}/{options.budget}{broken}] {step}"])

    return tell


class _interrupted:
    """Turns Ctrl-C and SIGTERM into a hunt that ends and keeps what it found."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._before: dict[int, Any] = {}

    def __enter__(self) -> None:
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, lambda *_: self._stop.set())
        except ValueError:  # not in the main thread: whoever called minds the signals
            return

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def _save(
    found: Hunted, base: str, base_name: str, options: HuntOptions, folder: Path
) -> list[Path]:
    """Write each found schedule as a scenario, under a name that no other file here has."""
    files = []
    for broken in found.broken:
        stem = name_of(base_name.partition(" ")[0], broken)
        number, name = 1, stem
        while (file := folder / f"{name}.yaml").exists():
            number += 1
            name = f"{stem}-{number}"
        try:
            _, part = part_of(base, broken.simplest, options)
        except ScenarioErrors:  # pragma: no cover - it has been played
            continue
        check = {
            "from": part.begin,
            "until": part.end,
            "residents": str(part.residents),
            "shorten": f"{part.shorten:g}",
        }
        text = saved(base, name, broken, options.seed, options.replay(file), check=check)
        write_private(str(file), text.encode())
        files.append(file)
    return files


def _code(found: Hunted) -> int:
    if any(broken.failure.rule == CRASH for broken in found.broken):
        return CRASHED
    if found.broken:
        return 1
    return 3 if found.fails_already or not found.base.spots else 0
