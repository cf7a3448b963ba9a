"""Plays schedules with a command: one server a hunt, a fresh world and client a try."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from math import inf
from pathlib import Path
from threading import Event
from time import monotonic

import orjson

from siaksim.core.clock import office_date
from siaksim.core.units import clock_text, time_of_day
from siaksim.edges.checks.client import run_client
from siaksim.edges.checks.parts import Part
from siaksim.edges.checks.playing import environment
from siaksim.edges.choosing import known_operations
from siaksim.edges.holidays import today
from siaksim.edges.hunts.options import HuntOptions
from siaksim.edges.judging import write_private
from siaksim.hunting.saved import scenario_with
from siaksim.hunting.schedule import Schedule
from siaksim.hunting.tried import INTERRUPTED, Stopped, Try, judged
from siaksim.journal.journal import read
from siaksim.scenario.build import Scenario, load
from siaksim.scenario.problems import ScenarioErrors
from siaksim.testing.http import ask, ask_json
from siaksim.testing.server import SiakServer
from siaksim.verdict.clients import ClientTerms
from siaksim.verdict.history import read_history
from siaksim.verdict.judge import judge

NAME = "try-{number}"
LEFT = ("journals/try-[0-9]*.jsonl", "try-[0-9]*.log", "try-[0-9]*.residents.json")
"""What tries leave in the folder of a hunt."""


@dataclass(slots=True)
class CommandPlay:
    """Plays schedules over the base scenario's YAML; `stop` ends the clients that run.

    No try begins after `ends` (by time.monotonic).

    `clashes` counts the schedules that the base scenario has no room for: its own faults and the
    strikes would come to more than 100% of a layer. They are not played.
    """

    options: HuntOptions
    terms: ClientTerms
    base: str
    server: SiakServer
    folder: Path
    stop: Event
    ends: float = inf
    clashes: int = 0
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def __call__(self, schedules: Sequence[Schedule]) -> Sequence[Try]:
        """Play these side by side, `jobs` at a time; Stopped when somebody or the time ended it."""
        if monotonic() >= self.ends:
            raise Stopped("the time is up")
        with ThreadPoolExecutor(self.options.jobs, "siaksim-hunt") as pool:
            done = list(pool.map(self._play, schedules))
        if self.stop.is_set():
            raise Stopped(INTERRUPTED)
        return done

    def _play(self, schedule: Schedule) -> Try:
        if self.stop.is_set():
            return Try(schedule, Schedule())
        try:
            text, part = part_of(self.base, schedule, self.options)
        except ScenarioErrors:
            self.clashes += 1
            return Try(schedule, Schedule())
        name = NAME.format(number=next(self._numbers))
        admin = f"{self.server.url}/__admin/worlds"
        ask("POST", admin, body=self._world(name, text, part))
        try:
            crash = self._with_client(name, part, f"{admin}/{name}")
        finally:
            ask("DELETE", f"{admin}/{name}")
        journal = self.folder / "journals" / f"{name}.jsonl"
        history = read_history(read(journal.read_bytes()))
        tried = judged(
            schedule, history, judge(history, self.terms, today()), known_operations(), crash
        )
        if not tried.failures:  # what failed is worth keeping
            for file in (journal, self._log(name), self._people(name)):
                file.unlink(missing_ok=True)
        return tried

    def _world(self, name: str, text: str, part: Part) -> dict[str, object]:
        return {
            "name": name,
            "text": text,
            "seed": self.options.seed,
            "from": part.begin,
            "shorten": part.shorten,
            "play": list(self.terms.actors),
        }

    def _with_client(self, name: str, part: Part, admin: str) -> str:
        """Return how the client did not end well, '' if it did."""
        asked = {"residents": part.residents, "until": part.end, "spread": True}
        asked["visits"] = self.terms.visits
        work = ask_json("POST", f"{admin}/work", body=asked)
        people = self._people(name)
        write_private(str(people), orjson.dumps(work["visits"]))
        variables = environment(f"{self.server.url}/w/{name}", part, people)
        variables |= {
            "SIAKSIM_WORK_URL": f"{admin}/work",
            "SIAKSIM_OUTCOME_URL": f"{admin}/outcomes",
        }
        log = self._log(name)
        command = self.options.command
        crash = run_client(command, variables, log, part.lasts_s, self.stop.is_set)
        ask("DELETE", f"{admin}/work")
        return crash

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _people(self, name: str) -> Path:
        return self.folder / f"{name}.residents.json"


def forget(folder: Path) -> None:
    """Delete what the tries of an earlier hunt left here: their names are the next one's."""
    for pattern in LEFT:
        for file in folder.glob(pattern):
            file.unlink()


def part_of(base: str, schedule: Schedule, options: HuntOptions) -> tuple[str, Part]:
    """Return a try's scenario, as YAML, and the part of its day that is played.

    The part begins where the base's `check:` begins. ScenarioErrors when there is no room for the
    strikes beside the base's own faults.
    """
    text = scenario_with(base, schedule.faults())
    scenario = load(text, "hunt.yaml", operations=known_operations())
    begin, end, shorten = _span(scenario, options)
    check = {
        "from": begin,
        "until": end,
        "residents": str(options.residents),
        "shorten": f"{shorten:g}",
    }
    text = scenario_with(text, [], check=check)
    day = office_date(scenario.start).date()
    return text, Part(scenario.name, scenario, day, begin, end, options.residents, shorten)


def _span(scenario: Scenario, options: HuntOptions) -> tuple[str, str, float]:
    """Return when a try begins and ends, and by how much its day is shortened."""
    opens = scenario.check.begin if scenario.check else time_of_day("09:00")
    lasts = max(60.0, options.lasts * options.shorten)
    return clock_text(opens), clock_text(opens + lasts), options.shorten
