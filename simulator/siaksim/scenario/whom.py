"""Whom a fault aims at: areas and ledger events, checked against what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaksim.core.planned import lies_in
from siaksim.ledger.registry import KINDS
from siaksim.population.regions import meant, within
from siaksim.scenario.reader import Path
from siaksim.scenario.values import OTHER_EVENTS

if TYPE_CHECKING:
    from siaksim.scenario.checking import Checker


class Whom:
    """Checks areas and events of one document's faults."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self.districts: tuple[str, ...] | None = None
        """Codes of the districts of the scenario's population; None when it is not known."""

    def areas(self, given: tuple[str, ...], path: Path) -> tuple[str, ...]:
        """Return the codes of areas, given by code or by the name of a district or wider."""
        found: list[str] = []
        for i, area in enumerate(given):
            place: Path = (*path, "area", i)
            if place not in self._checker.document.values:
                place = place[:-1]
            codes = self._codes(area)
            if not codes:
                what = f"{area!r} is no area that siaksim has. {meant(area)}"
                self._checker.mistake(place, what)
            elif self.districts is not None and not any(self._lived_in(c) for c in codes):
                what = f"nobody of this scenario's population lives in {area!r}"
                self._checker.mistake(place, what)
            found += codes
        return tuple(found)

    def _codes(self, area: str) -> list[str]:
        if not area[:1].isdigit():
            return [d.code for d in within(area)]
        # A village's code is a district's with four digits more.
        known = within(area) or within(area.rpartition(".")[0])
        villages = {f"{d.code}.{v.code}" for d in known for v in d.villages}
        return [area] if within(area) or area in villages else []

    def _lived_in(self, code: str) -> bool:
        assert self.districts is not None
        return any(lies_in(d, [code]) or lies_in(code, [d]) for d in self.districts)

    def event(self, name: str | None, path: Path) -> str | None:
        """Return the kind of ledger entry that is meant; None when none is asked for."""
        if name is None or name in KINDS:
            return name
        if name in OTHER_EVENTS:
            return OTHER_EVENTS[name]
        hint = self._checker.hint(name, KINDS)
        what = f"{name!r} is no event of the ledger.{hint} Events: {', '.join(KINDS)}."
        self._checker.mistake((*path, "after"), what)
        return None
