"""The hall: one queue, first come first served, and those who serve it. PURE but for its `Time`.

People lose patience and leave, counters are manned and unmanned, the office closes. Who is being
served when the clock strikes is served to the end, also by an officer whose shift is over.
How somebody is served is not the hall's business: `serve` does it and takes its time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from math import inf
from typing import Literal, Protocol

from siaksim.office.book import Book, End, Line

Result = Literal["done", "aside", "papers", "given_up", "not_possible"]
"""How a turn ended: done; done for the chair, the rest goes on aside; papers were taken; it could
not be done today; it can never be done."""


class Time(Protocol):
    """The time that an office lives in: office seconds, scaled or moved as its player likes."""

    def now(self) -> float:
        """Return office time."""

    def sleep_until(self, moment: float) -> None:
        """Let office time pass."""

    def spawn(self, play: Callable[[], None]) -> None:
        """Let something go on beside the rest."""


class Hall:
    """A queue and its servers, `desk` by name: counter.1, counter.2 and so on."""

    def __init__(
        self, time: Time, book: Book, channel: str, serve: Callable[[Line], Result]
    ) -> None:
        """`serve` serves the citizen of a line at `line.desk` until the chair is free."""
        self.time, self.book, self.channel = time, book, channel
        self.open = False
        self.servers = 0
        self.typing: deque[Line] = deque()
        """Whose papers wait to be typed in."""
        self._serve = serve
        self._waiting: dict[int, Line] = {}
        self._busy: set[str] = set()

    @property
    def waiting(self) -> int:
        """How many stand in the queue."""
        return len(self._waiting)

    @property
    def busy(self) -> int:
        """How many are being served."""
        return len(self._busy)

    def come(self, line: Line) -> None:
        """Let somebody join the queue."""
        self._waiting[line.citizen.number] = line
        self._call()
        if line.called is None and line.citizen.patience_s < inf:
            self.time.spawn(lambda: self._lose_patience(line))

    def man(self, servers: int) -> None:
        """Let so many serve from now on."""
        self.servers = servers
        self._call()

    def opens(self) -> None:
        """Open the doors."""
        self.open = True
        self._call()

    def closes(self) -> None:
        """Close: who has not been called is carried over."""
        self.open = False
        now = self.time.now()
        for line in self._waiting.values():
            _end(line, now, "carried_over", "closing")
        self._waiting.clear()

    def _lose_patience(self, line: Line) -> None:
        self.time.sleep_until(line.citizen.came + line.citizen.patience_s)
        if self._waiting.pop(line.citizen.number, None) is not None:
            _end(line, self.time.now(), "abandoned")

    def _call(self) -> None:
        while self.open and self._waiting and self.busy < self.servers:
            line = self._waiting.pop(next(iter(self._waiting)))
            line.desk = self._free_desk()
            line.called = self.time.now()
            self._busy.add(line.desk)
            self.time.spawn(partial(self._turn, line))

    def _free_desk(self) -> str:
        number = 1
        while f"{self.channel}.{number}" in self._busy:
            number += 1
        return f"{self.channel}.{number}"

    def _turn(self, line: Line) -> None:
        result = self._serve(line)
        now = self.time.now()
        line.freed = now
        self._busy.discard(line.desk)
        if result == "papers":
            line.papers = True
            self.typing.append(line)
        elif result != "aside":
            conclude(line, now, result)
        self._call()

    @property
    def idle(self) -> int:
        """How many of those who serve have nothing to do."""
        return max(0, self.servers - self.busy) if self.open else 0

    def type_next(self, entry_s: float) -> None:
        """Let an idle officer type the next papers in; she is busy for so long."""
        line, desk = self.typing.popleft(), self._free_desk()
        self._busy.add(desk)

        def typing() -> None:
            self.time.sleep_until(self.time.now() + entry_s)
            self._busy.discard(desk)
            _end(line, self.time.now(), "served", "papers")
            self._call()

        self.time.spawn(typing)

    def end(self) -> None:
        """End the day: papers that nobody has typed in are carried over."""
        while self.typing:
            _end(self.typing.popleft(), self.time.now(), "carried_over", "paper")


def conclude(line: Line, now: float, result: Result) -> None:
    """Note how somebody's matter ended."""
    if result == "done":
        _end(line, now, "served")
    else:
        _end(
            line, now, "carried_over", "not_possible" if result == "not_possible" else "unfinished"
        )


def turn_away(line: Line, now: float) -> None:
    """Note that somebody went home at a notice on the door."""
    _end(line, now, "turned_away", "notice")


def _end(line: Line, now: float, end: End, why: str = "") -> None:
    line.ended, line.end, line.why = now, end, why
