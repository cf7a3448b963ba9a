"""Bad habits that have nothing to do with the work: stray calls, strangers, broken requests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from siaksim.example_clients.calling import Caller, Refused, Unreachable

STRANGERS = tuple(f"3173014101{year:02d}0001" for year in range(60, 100))
"""Made up, and of nobody in siaksim's population: serials of siaksim's people begin with 9."""


class Habits:
    """What a device does beside its work, as its manners have it."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self._strangers = list(STRANGERS[: caller.manners.strangers])
        self._spoils = caller.manners.spoils

    def indulge(self, ask: Callable[[str, bool], object], nik: str) -> None:
        """Do it once for a citizen; `ask` looks a NIK up, or with True sends it in a wrong type."""
        stray = self.caller.manners.strays
        with suppress(Unreachable, Refused):
            if stray is not None:
                self.caller.once(*stray)
        if self._strangers:
            with suppress(Unreachable, Refused):
                ask(self._strangers.pop(), False)
        if self._spoils:
            self._spoils -= 1
            with suppress(Unreachable, Refused):
                ask(nik, True)
