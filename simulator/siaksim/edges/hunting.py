"""`siaksim hunt`: the smallest schedule of faults that breaks a client, as a scenario to commit."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TextIO

import orjson

from siaksim import data
from siaksim.edges.checks.ends import CRASHED, HOW_TO_START, INTERRUPTED, interrupts
from siaksim.edges.checks.progress import Screen
from siaksim.edges.choosing import chosen_scenario
from siaksim.edges.hunts.options import HuntOptions
from siaksim.edges.hunts.playing import CommandPlay, forget, part_of
from siaksim.edges.judging import check_files, chosen_terms, write_private
from siaksim.errors import UserError
from siaksim.hunting.junit import junit
from siaksim.hunting.report import as_dict, told
from siaksim.hunting.saved import calm, name_of, saved, unused
from siaksim.hunting.schedule import Schedule
from siaksim.hunting.search import Broken, Hunted, Limits, hunt
from siaksim.hunting.tried import CRASH
from siaksim.testing.server import COMMAND, SiakServer
from siaksim.verdict.clients import ClientTerms

BASE = "normal-day"
"""The day on which a hunt begins, without its faults, unless --scenario names one."""


def hunt_by_command(options: HuntOptions, out: TextIO) -> int:
    """Hunt with a command; return the exit code: 0 nothing found, 1 a rule broken, 4 a crash.

    3 when the hunt could not look: the client fails without faults, never called, or was never
    struck. 128 and the signal's number when somebody ended it; what was found before is saved and
    told all the same.
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
    check_files(options.json_file, options.junit_file)
    folder = _made(Path(options.folder))
    screen = Screen(out, options.width)
    screen.say(
        f"hunting in {base_name}: at most {options.budget} tries of {part.lasts_s:.0f} s, "
        f"{options.jobs} at a time (each ends when the client ends)"
    )
    stop = Event()
    with interrupts(stop.set) as signals:
        found, clashes = _hunted(options, terms, base, folder, screen, stop)
    screen.keep([])
    files = [_saved(found, broken, base, base_name, options) for broken in found.broken]
    again = options.again()
    for line in told(found, files, options.budget, clashes, again):
        screen.say(line)
    _report(found, files, base_name, options, again)
    return INTERRUPTED + signals[0] if signals else code_of(found)


def _base(options: HuntOptions) -> tuple[str, str]:
    """Return the base scenario's YAML and name; UserError with its mistakes."""
    if not options.scenario:
        return calm(data.scenario_text(BASE)), f"{BASE} without its faults"
    scenario, text = chosen_scenario(options.scenario)
    return text, scenario.name


def _made(folder: Path) -> Path:
    """Make the folder of what a hunt finds, and clear it of the tries of an earlier hunt."""
    try:
        (folder / "journals").mkdir(parents=True, exist_ok=True)
        forget(folder)
    except OSError as error:
        raise UserError(f"no folder can be made here: {error.strerror}.", str(folder)) from error
    return folder


def _hunted(
    options: HuntOptions,
    terms: ClientTerms,
    base: str,
    folder: Path,
    screen: Screen,
    stop: Event,
) -> tuple[Hunted, int]:
    """Hunt by a server of its own; return what came of it, and how many schedules had no room."""
    command = (*COMMAND, "--scenario", BASE, "--journal", str(folder / "journals"))
    server = SiakServer.start(command, who="siaksim hunt", how=HOW_TO_START, apart=True)
    try:
        ends = inf if options.minutes is None else monotonic() + options.minutes * 60
        play = CommandPlay(options, terms, base, server, folder, stop, ends)
        limits = Limits(options.budget, options.depth, options.seed, options.jobs, options.every)
        return hunt(play, limits, telling(screen, options.budget)), play.clashes
    finally:
        server.stop()


def telling(screen: Screen, budget: int) -> Callable[[Hunted, str], None]:
    """Return what shows each step where somebody looks, and elsewhere (a log) every tenth part."""
    said = 0

    def tell(found: Hunted, step: str) -> None:
        nonlocal said
        broken = f", broken: {len(found.broken)}" if found.broken else ""
        line = f"[{found.tries}/{budget}{broken}] {step}"
        screen.keep([line])
        if not screen.live and found.tries >= said + max(1, budget // 10):
            said = found.tries
            screen.say(line)

    return tell


def _saved(found: Hunted, broken: Broken, base: str, base_name: str, options: HuntOptions) -> Path:
    """Write a found schedule as a scenario, under a name that no other file here has."""
    folder = Path(options.folder)
    stem = name_of(base_name.partition(" ")[0], broken)
    name = unused(stem, lambda name: (folder / f"{name}.yaml").exists())
    file = folder / f"{name}.yaml"
    _, part = part_of(base, broken.simplest, options)
    check = {
        "from": part.begin,
        "until": part.end,
        "residents": str(part.residents),
        "shorten": f"{part.shorten:g}",
    }
    text = saved(base, name, broken, options.seed, options.replay(file), check=check)
    write_private(str(file), text.encode())
    return file


def _report(
    found: Hunted, files: list[Path], base_name: str, options: HuntOptions, again: str
) -> None:
    """Write the reports for programs that are asked for."""
    if options.json_file:
        raw = orjson.dumps(as_dict(found, [str(f) for f in files]), option=orjson.OPT_INDENT_2)
        write_private(options.json_file, raw + b"\n")
    if options.junit_file:
        head = {"client": options.client, "scenario": base_name, "seed": str(options.seed)}
        limits = {"budget": str(options.budget), "depth": str(options.depth), "replay": again}
        write_private(options.junit_file, junit(found, files, head | limits))


def code_of(found: Hunted) -> int:
    """Return the exit code of a hunt that nobody interrupted."""
    if any(broken.failure.rule == CRASH for broken in found.broken):
        return CRASHED
    if found.broken:
        return 1
    return 3 if found.fails_already or not found.base.spots or not found.struck else 0
