"""What makes a population: part of a world's identity, for changing it changes the people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from siaksim.errors import UserError
from siaksim.population.regions import DISTRICTS, District, within

DEFAULT_SHARES: Mapping[str, float] = MappingProxyType(
    {
        "dead": 0.02,
        "duplicate": 0.01,
        "inactive": 0.005,
        "active_elsewhere": 0.03,
        "never_recorded": 0.02,
        "no_recorded_photo": 0.005,
        "corrected_birth_date": 0.01,
    }
)
"""Shares of all residents; all assumed."""
PEOPLE_MAX = 365 * 900
"""People a district can hold: days of a year times the serials 9000-9899."""


@dataclass(frozen=True)
class PopulationSettings:
    """Areas (codes or names), number of people (None: the areas' own), shares, reference date.

    Ages are counted at `reference_date`, which does not move with the clock.
    """

    areas: tuple[str, ...] = ("35.76", "35.16")
    size: int | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    reference_date: date = date(2024, 7, 1)

    def __post_init__(self) -> None:
        for area in self.areas:
            if not within(area):
                names = ", ".join(d.code for d in DISTRICTS[:3])
                raise UserError(
                    f"{area!r} is no area that siaksim has", "areas", f"Districts: {names}, ..."
                )
        unknown = sorted(set(self.shares) - set(DEFAULT_SHARES))
        if unknown:
            known = ", ".join(DEFAULT_SHARES)
            raise UserError(f"unknown share {unknown[0]!r}. Shares: {known}.", "shares")
        if sum(self.all_shares().values()) > 0.9:
            raise UserError("shares come to more than 90%", "shares")
        if self.size is not None and not 1 <= self.size <= PEOPLE_MAX * len(self.districts()) // 2:
            most = PEOPLE_MAX * len(self.districts()) // 2
            raise UserError(f"size must be from 1 to {most} for these areas", "size")

    def __hash__(self) -> int:
        shares = tuple(sorted(self.shares.items()))
        return hash((self.areas, self.size, shares, self.reference_date))

    def districts(self) -> tuple[District, ...]:
        """Return the districts of all areas, each once, by code."""
        found = {d.code: d for area in self.areas for d in within(area)}
        return tuple(found[code] for code in sorted(found))

    def all_shares(self) -> dict[str, float]:
        """Return every share, the defaults filled in."""
        return {**DEFAULT_SHARES, **self.shares}

    def identity(self) -> dict[str, object]:
        """Return the settings as plain data, to be compared with a stored world's."""
        return {
            "areas": list(self.areas),
            "size": self.size,
            "shares": self.all_shares(),
            "reference_date": self.reference_date.isoformat(),
        }
