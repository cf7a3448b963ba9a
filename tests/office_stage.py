"""A day of an office on a stage of its own: no plan, no HTTP, a test's own way of serving."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf

from siaksim.office.book import Book, Line
from siaksim.office.citizens import Citizen
from siaksim.office.hall import Result, Time
from siaksim.office.office import Day, Office, Paper
from siaksim.office.playing import OfficeDay
from siaksim.office.reading import shipped_office
from siaksim.office.trouble import Trouble
from siaksim.stage.driver import Stage

A_THURSDAY = date(2024, 7, 11)
A_MONDAY = date(2024, 7, 15)
OFFICE = shipped_office()


@dataclass
class Moved:
    """A stage's own time."""

    at: float = 0.0

    def stage(self) -> Stage:
        """Return a stage that lives in it."""
        return Stage(lambda: self.at, self._on)

    def _on(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Plainly:
    """Serves everybody as long as she takes; SIAK is down in `down` (from, until)."""

    time: Time
    down: tuple[float, float] = (inf, inf)
    trouble: Trouble | None = None
    busy: int = 0
    most: int = 0
    order: list[int] = field(default_factory=list)

    def turn(self, line: Line) -> Result:
        """Serve; while SIAK is down wait until it is back, trying once a minute."""
        self.busy += 1
        self.most = max(self.most, self.busy)
        self.order.append(line.citizen.number)
        try:
            self.time.sleep_until(self.time.now() + line.citizen.service_s)
            while not self.looks():
                assert self.trouble is not None
                self.trouble.failed(self.time.now())
                if self.trouble.on_paper:
                    return "given_up"
                self.time.sleep_until(self.time.now() + 60.0)
            if self.trouble is not None:
                self.trouble.answered(self.time.now())
        finally:
            self.busy -= 1
        return "done"

    def aside(self, line: Line) -> Result:
        """Nobody has anything left to do."""
        return "done"

    def looks(self) -> bool:
        """Look whether SIAK is up."""
        return not self.down[0] <= self.time.now() < self.down[1]


def played(
    day: Day,
    people: Sequence[Citizen],
    down: tuple[float, float] = (inf, inf),
) -> tuple[Book, Plainly]:
    """Play a day to its end; return its book, and who served."""
    stage = Moved(day.zero).stage()
    serving = Plainly(stage, down, Trouble(day.office))
    office = OfficeDay(day, people, stage, serving, serving.trouble)
    office.begin()
    stage.run()
    return office.end(), serving


def people(
    day: Day, came: Iterable[float], service_s: float = 420.0, patience_s: float = inf
) -> tuple[Citizen, ...]:
    """Return citizens who come so many seconds after the doors open, all alike."""
    return tuple(
        Citizen(number, day.hours.start + second, "counter", service_s, patience_s)
        for number, second in enumerate(came)
    )


def on_paper(after_s: float = 600.0) -> Office:
    """Return the default office with a paper mode."""
    return replace(OFFICE, paper=Paper(after_s))
