"""Plays one day of an office: doors, shifts, arrivals, papers. PURE but for its `Time`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from siaksim.office.book import Book, Line
from siaksim.office.citizens import Citizen
from siaksim.office.hall import Hall, Result, Time, conclude, turn_away
from siaksim.office.office import Channel, Day
from siaksim.office.trouble import NOTICE, PAPER, Trouble


class Serving(Protocol):
    """How citizens are served: by a simulation's formulae, or over HTTP."""

    def turn(self, line: Line) -> Result:
        """Serve the citizen of a line at her desk until the chair is free."""

    def aside(self, line: Line) -> Result:
        """Let a citizen whose chair is free again finish what she does alone."""

    def looks(self) -> bool:
        """Look whether SIAK answers."""


class OfficeDay:
    """One day. `spawn` all its plays by `begin`; they end by themselves."""

    def __init__(
        self,
        day: Day,
        people: Sequence[Citizen],
        time: Time,
        serving: Serving,
        trouble: Trouble | None = None,
    ) -> None:
        self.day, self.time, self.serving = day, time, serving
        self.book = Book(day.hours.start, day.hours.end)
        self.trouble = trouble or Trouble(day.office)
        self._people = people
        self.halls: dict[Channel, Hall] = {}
        for channel in ("counter", "kiosk", "field"):
            if self._served(channel):
                self.halls[channel] = Hall(time, self.book, channel, self._turn)

    def _served(self, channel: Channel) -> bool:
        office = self.day.office
        return {
            "counter": True,
            "kiosk": office.kiosks is not None,
            "field": office.field is not None,
        }[channel]

    def begin(self) -> None:
        """Let the day begin."""
        spawn = self.time.spawn
        spawn(self._arrivals)
        hours, office = self.day.hours, self.day.office
        shifts = [(at, int(count)) for at, count in self.day.shifts()]
        self._hall("counter", hours.start, hours.end, shifts)
        if office.kiosks is not None:
            self._hall("kiosk", hours.start, hours.end, [(hours.start, office.kiosks.machines)])
        if office.field is not None:
            first, last = (self.day.zero + second for second in office.field.hours)
            self._hall("field", first, last, [(first, office.field.kits)])
        if office.paper is not None:
            spawn(self._look_again)

    def _hall(
        self, channel: Channel, opens: float, closes: float, shifts: Sequence[tuple[float, int]]
    ) -> None:
        hall, spawn = self.halls[channel], self.time.spawn
        for at, count in shifts:
            spawn(self._at(at, partial(hall.man, count)))
        spawn(self._at(opens, hall.opens))
        spawn(self._at(closes, hall.closes))

    def _at(self, moment: float, what: Callable[[], None]) -> Callable[[], None]:
        def play() -> None:
            self.time.sleep_until(moment)
            what()

        return play

    def end(self) -> Book:
        """End the day: nothing goes on any more. Return its book."""
        now = self.time.now()
        for hall in self.halls.values():
            hall.end()
        for line in self.book.lines:
            if line.end is None:
                conclude(line, now, "given_up")
        for mode in (PAPER, NOTICE):
            self.trouble.stop(mode, now)
        self.book.spans += self.trouble.spans
        return self.book

    # -- who comes ---------------------------------------------------------------------------

    def _arrivals(self) -> None:
        for citizen in self._people:
            self.time.sleep_until(citizen.came)
            line = self.book.come(citizen)
            if citizen.turns_back and self.trouble.announced:
                turn_away(line, citizen.came)
            else:
                self.halls[citizen.channel].come(line)

    # -- a turn ------------------------------------------------------------------------------

    def _turn(self, line: Line) -> Result:
        paper = self.day.office.paper
        if paper is not None and self.trouble.on_paper:
            self.time.sleep_until(self.time.now() + paper.intake_s)
            return "papers"
        result = self.serving.turn(line)
        if result == "aside":
            self.time.spawn(lambda: self._aside(line))
        elif result == "given_up" and paper is not None and self.trouble.on_paper:
            self.time.sleep_until(self.time.now() + paper.intake_s)
            return "papers"
        return result

    def _aside(self, line: Line) -> None:
        conclude(line, self.time.now(), self.serving.aside(line))

    # -- papers ------------------------------------------------------------------------------

    def _look_again(self) -> None:
        """Look whether SIAK is back while papers are taken; type in when nobody waits."""
        paper = self.day.office.paper
        assert paper is not None
        time, trouble = self.time, self.trouble
        time.sleep_until(self.day.hours.start)
        while time.now() < self.day.hours.end:
            time.sleep_until(time.now() + paper.look_s)
            if trouble.on_paper:
                if self.serving.looks():
                    trouble.answered(time.now())
            elif trouble.failing_since is None:
                self._type_in(paper.entry_s)

    def _type_in(self, entry_s: float) -> None:
        """Let officers whom nobody waits for type papers in."""
        for hall in self.halls.values():
            while hall.typing and not hall.waiting and hall.idle:
                hall.type_next(entry_s)
