"""What all kinds share: one citizen after the other, open cases, the last word."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from siaksim.example_clients.calling import Caller, Closed, Refused, Unreachable
from siaksim.example_clients.reception import Reception, Result

CLOSE_S = 1.0
"""Between two looks whether all cases are closed."""
CLOSING = "closing time"


class Serving(ABC):
    """One device that serves citizens until the day is over and every case is closed."""

    def __init__(self, caller: Caller, reception: Reception) -> None:
        self.caller, self.reception = caller, reception
        self.carrier, self.manners = caller.carrier, caller.manners
        self.shorten = reception.place.shorten
        self._open: set[str] = set()
        self._troubled = 0

    @abstractmethod
    def serve(self, given: dict[str, Any]) -> None:
        """Do what has to be done while the citizen stands here, and say or go on with the rest."""

    def work(self) -> None:
        """Serve citizens until the day is over and every case is closed."""
        try:
            for given in self.visits():
                nik = str(given["nik"])
                self._open.add(nik)
                self._ending(nik, partial(self.serve, given))
            while self._open:
                self.carrier.sleep(CLOSE_S)
        except Closed:
            pass  # each open case tells its own end

    def visits(self) -> Iterator[dict[str, Any]]:
        """Yield each citizen as soon as one comes, until the day is over."""
        return self.reception.citizens()

    def go_on(self, nik: str, rest: Callable[[], None]) -> None:
        """Let the rest of a case go on aside."""
        self.carrier.spawn(partial(self._aside, nik, rest))

    def _aside(self, nik: str, rest: Callable[[], None]) -> None:
        with suppress(Closed):
            self._ending(nik, rest)

    def _ending(self, nik: str, part: Callable[[], None]) -> None:
        """Do a part of a case, and close the case if it ends there."""
        try:
            part()
        except Unreachable as away:
            self.close(nik, "handed_over", str(away))
        except Refused as refused:
            self.close(nik, "failed", str(refused))
        except Closed:
            self.close(nik, "handed_over", CLOSING)
            raise

    def close(self, nik: str, result: Result, reason: str = "") -> None:
        """End a case, and say how: unless bad manners forget it."""
        self._open.discard(nik)
        self.say(nik, result, reason)

    def say(self, nik: str, result: Result, reason: str = "") -> None:
        """Tell the office how a case stands, as the manners have it."""
        if self.manners.reports:
            says = self.manners.says
            self.reception.say(nik, result if says == "the_truth" else says, reason)

    def forgets(self, nik: str) -> bool:
        """Say whether a case in trouble is forgotten, as bad manners have it."""
        self._troubled += 1
        every = self.manners.forgets_every
        if not every or self._troubled % every:
            return False
        self._open.discard(nik)
        return True
