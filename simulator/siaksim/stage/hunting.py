"""Hunts clients in this process, on a moved clock: a try takes a twentieth of a second or so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import yaml

from siaksim import data
from siaksim.edges.choosing import known_operations
from siaksim.hunting.saved import calm, name_of, saved, scenario_with
from siaksim.hunting.schedule import Schedule
from siaksim.hunting.search import Broken, Hunted, Limits, Tell, hunt
from siaksim.hunting.tried import Try, judged
from siaksim.scenario.problems import ScenarioErrors
from siaksim.stage.playing import Maker, Played, run_made

BASE = "normal-day"
RESIDENTS = 3
"""Citizens who come in a try: few, so that a try is short, and enough for a second and a third."""
PART = {"from": "09:00", "until": "09:45", "shorten": "10"}
"""The part of a normal day that a try plays: four and a half minutes of the client's. Rules give a
client up to two minutes, so that shorter tries could not tell."""


def _tell_nobody(found: Hunted, step: str) -> None:
    return


@cache
def _calm_day() -> str:
    return scenario_with(calm(data.scenario_text(BASE)), [], check=PART)


@dataclass(frozen=True, slots=True)
class StageHunt:
    """What is hunted: clients of a kind that `make` makes, on the day of `base`.

    `base` is a scenario's YAML with a `check:` ('': a normal day without its faults), `seed` the
    world's.
    """

    kind: str
    make: Maker
    base: str = ""
    seed: int = 5
    residents: int = RESIDENTS

    @property
    def day(self) -> str:
        """The YAML of the day on which the strikes are tried."""
        return self.base or _calm_day()

    def hunt(self, limits: Limits, tell: Tell = _tell_nobody) -> Hunted:
        """Search for the smallest schedules that break the client."""
        return hunt(self.play, limits, tell)

    def play(self, schedules: Sequence[Schedule]) -> list[Try]:
        """Play schedules, one after the other, each in a fresh world with a fresh client."""
        return [self._play(schedule) for schedule in schedules]

    def _play(self, schedule: Schedule) -> Try:
        try:
            played = self.run(scenario_with(self.day, schedule.faults()))
        except ScenarioErrors:  # no room for the strikes beside the day's own faults
            return Try(schedule, Schedule())
        return judged(
            schedule, played.history, played.verdict, known_operations(), crash_of(played)
        )

    def run(self, scenario: str, draws: str = "") -> Played:
        """Play a scenario's YAML once; `draws` seeds what the client draws ('': the world does)."""
        return run_made(
            self.kind, self.make, scenario, self.seed, residents=self.residents, draws=draws
        )

    def saved(self, broken: Broken, replay: str) -> str:
        """Return what was found as a scenario file's YAML; `replay` says how to play it again."""
        whole = yaml.load(self.day, Loader=yaml.BaseLoader)
        check = {**whole["check"], "residents": str(self.residents), "seed": str(self.seed)}
        name = name_of(str(whole["scenario"]), broken)
        return saved(self.day, name, broken, self.seed, replay, check=check)


def crash_of(played: Played) -> str:
    """Return how a client crashed, in words; '' when none did."""
    if played.crash is None:
        return ""
    return f"the client crashed: {type(played.crash).__name__}: {played.crash}"
