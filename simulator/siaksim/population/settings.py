"""What makes a population: part of a world's identity, for changing it changes the people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from siaksim.errors import UserError
from siaksim.population.households import YOUNG_LEAST, YOUNG_MOST
from siaksim.population.numbers import SERIALS
from siaksim.population.regions import District, meant, within

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
PEOPLE_MAX = 365 * SERIALS - 100
"""People a district can hold: days of a year times serials, but for what rounding may add."""


@dataclass(frozen=True)
class PopulationSettings:
    """Areas (codes or names), number of people (None: the areas' own), shares, reference date.

    Ages are counted at `reference_date`, which does not move with the clock. `under_17` is the
    share of people under 17 then (None: Indonesia's, 27%). UserError says what to mend.
    """

    areas: tuple[str, ...] = ("35.76", "35.16")
    size: int | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    reference_date: date = date(2024, 7, 1)
    under_17: float | None = None

    def __post_init__(self) -> None:
        for area in self.areas:
            if not within(area):
                what = f"{area[:60]!r} is no area that siaksim has."
                raise UserError(what, "areas", meant(area))
        unknown = sorted(set(self.shares) - set(DEFAULT_SHARES))
        if unknown:
            known = ", ".join(DEFAULT_SHARES)
            raise UserError(f"unknown share {unknown[0]!r}. Shares: {known}.", "shares")
        if sum(self.all_shares().values()) > 0.9:
            raise UserError("shares come to more than 90%", "shares")
        most = PEOPLE_MAX * len(self.districts())
        if self.size is not None and not 1 <= self.size <= most:
            what = f"size must be from 1 to {most:,} for these areas."
            how = f"A district has NIKs for {PEOPLE_MAX:,} people: name more areas."
            raise UserError(what, "size", how)
        if self.under_17 is not None and not YOUNG_LEAST <= self.under_17 <= YOUNG_MOST:
            what = f"must be from {YOUNG_LEAST:.0%} to {YOUNG_MOST:.0%} of the people."
            raise UserError(what, "under_17")

    def __hash__(self) -> int:
        shares = tuple(sorted(self.shares.items()))
        return hash((self.areas, self.size, shares, self.reference_date, self.under_17))

    def districts(self) -> tuple[District, ...]:
        """Return the districts of all areas, each once, by code."""
        found = {d.code: d for area in self.areas for d in within(area)}
        return tuple(found[code] for code in sorted(found))

    def people(self) -> int:
        """Return how many people there are."""
        return self.size or sum(d.people for d in self.districts())

    def weights(self) -> list[int]:
        """Return how the people are spread over the districts: none gets more than it can hold.

        What a full district cannot hold goes to the others, in proportion to their people.
        """
        shares = [d.people for d in self.districts()]
        found = [0] * len(shares)
        left, open_ones = self.people(), list(range(len(shares)))
        while open_ones:
            whole = sum(shares[n] for n in open_ones)
            full = [n for n in open_ones if left * shares[n] > PEOPLE_MAX * whole]
            if not full:
                for n in open_ones:
                    found[n] = left * shares[n] * 1000 // whole
                return found
            for n in full:
                found[n] = PEOPLE_MAX * 1000
                left -= PEOPLE_MAX
            open_ones = [n for n in open_ones if n not in full]
        return found

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
            "under_17": self.under_17,
        }
