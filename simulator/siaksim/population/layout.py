"""Where everybody's place is: counts by district and household size, and back. PURE.

A person's *local* index counts the people of a district: households of size 1 first, then 2, and
so on. All arithmetic is exact, so places and people are in bijection and the total is the size.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from siaksim.population.households import SIZE_SHARES, SPAN, Cell, cell_at
from siaksim.population.permute import subkey
from siaksim.population.regions import District


@dataclass(frozen=True, slots=True)
class Place:
    """District number, household size z, household number j in (district, z), slot in it."""

    district: int
    size: int
    household: int
    slot: int


class Layout:
    """Counts of households by size and district, for a seed and a number of people."""

    def __init__(self, key: int, districts: tuple[District, ...], people: int) -> None:
        self.key = key
        self.people = people
        weights = [d.people for d in districts]
        ends = [SPAN * part // sum(weights) for part in accumulate(weights)]
        cuts = [0, *ends]
        self.counts: list[dict[int, int]] = [{} for _ in districts]
        left = people
        for size in sorted(SIZE_SHARES, reverse=True):
            # Households of one take the remainder, so that the sum is exact.
            share = int(people * SIZE_SHARES[size] / size)
            total = left if size == 1 else min(share, left // size)
            left -= total * size
            offset = subkey(key, 10, size) & (SPAN - 1)
            for d in range(len(districts)):
                first = (total * cuts[d] + offset) // SPAN
                self.counts[d][size] = (total * cuts[d + 1] + offset) // SPAN - first
        self.local_people = [sum(z * n for z, n in c.items()) for c in self.counts]
        self.bases = [0, *accumulate(self.local_people)]
        self._first = [self._offsets(c) for c in self.counts]

    @staticmethod
    def _offsets(counts: dict[int, int]) -> list[tuple[int, int, int]]:
        """Return (first local index, first household, size) of each size, ascending."""
        found, person, household = [], 0, 0
        for size in sorted(counts):
            found.append((person, household, size))
            person += size * counts[size]
            household += counts[size]
        return found

    def place(self, district: int, local: int) -> Place:
        """Return the place of a local index (0 to the district's people - 1)."""
        offsets = self._first[district]
        person, _, size = offsets[bisect_right(offsets, local, key=lambda o: o[0]) - 1]
        # Sizes without households share a first index with the next size: take that one.
        household, slot = divmod(local - person, size)
        return Place(district, size, household, slot)

    def local(self, place: Place) -> int:
        """Return the local index of a place."""
        person = next(o[0] for o in self._first[place.district] if o[2] == place.size)
        return person + place.household * place.size + place.slot

    def household_number(self, place: Place) -> int:
        """Return the number of a place's household in its district."""
        return place.household + next(
            o[1] for o in self._first[place.district] if o[2] == place.size
        )

    def household_at(self, district: int, number: int) -> Place | None:
        """Return the first place of a district's nth household, or None."""
        if not 0 <= number < sum(self.counts[district].values()):
            return None
        offsets = self._first[district]
        _, first, size = offsets[bisect_right(offsets, number, key=lambda o: o[1]) - 1]
        return Place(district, size, number - first, 0)

    def cell(self, place: Place) -> Cell:
        """Return the kind of a place's household: by systematic quota, so shares hold exactly."""
        offset = self._quota_offset(place)
        count = self.counts[place.district][place.size]
        return cell_at(place.size, ((place.household << 32) + offset) // count)

    def _quota_offset(self, place: Place) -> int:
        return subkey(self.key, 11, place.district, place.size) & (SPAN - 1)

    def household_key(self, place: Place) -> int:
        """Return the household's own key."""
        return subkey(self.key, 12, place.district, place.size, place.household)

    def households_in(self, district: int, size: int, first: int, end: int) -> range:
        """Return the households of a district and size whose quota lies in [first, end)."""
        count = self.counts[district][size]
        offset = self._quota_offset(Place(district, size, 0, 0))
        low = -((offset - first * count) // SPAN)
        high = -((offset - end * count) // SPAN)
        return range(max(0, low), min(count, high))
