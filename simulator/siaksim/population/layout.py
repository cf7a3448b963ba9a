"""Where everybody's place is: counts by district and household size, and back. PURE.

A person's *local* index counts the people of a district: households of one first, then of two,
and so on. All arithmetic is exact, so places and people are in bijection and the total is the
size.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from siaksim.population.households import SPAN, Cell, Member, Strata, sex_of, turn
from siaksim.population.permute import mix, subkey


class Place(NamedTuple):
    """District number, household size z, household number j in (district, z), slot in it."""

    district: int
    size: int
    household: int
    slot: int


class Home(NamedTuple):
    """A household: its cell and that one's number, its rank among the cell's, its own key."""

    cell: Cell
    number: int
    rank: int
    key: int


class Layout:
    """Counts of households by size and district, for a seed and a number of people."""

    def __init__(self, key: int, weights: Sequence[int], people: int, strata: Strata) -> None:
        """`weights` are in proportion to the people of each district."""
        self.key = key
        self.strata = strata
        self.sizes = tuple(sorted(strata.people))
        whole = sum(weights)
        cuts = [0, *(SPAN * part // whole for part in accumulate(weights))]
        self.counts: list[dict[int, int]] = [{} for _ in weights]
        left = people
        for size in reversed(self.sizes):
            # Households of one take the remainder, so that the sum is exact.
            share = int(people * strata.people[size] / size)
            total = left if size == 1 else min(share, left // size)
            left -= total * size
            offset = subkey(key, 10, size) & (SPAN - 1)
            for d in range(len(weights)):
                first = (total * cuts[d] + offset) // SPAN
                self.counts[d][size] = (total * cuts[d + 1] + offset) // SPAN - first
        self.local_people = [sum(z * n for z, n in c.items()) for c in self.counts]
        self.bases = [0, *accumulate(self.local_people)]
        # First local index and first household of each size, ascending, by district.
        self._people = [
            [0, *accumulate(z * c[z] for z in self.sizes)][: len(self.sizes)] for c in self.counts
        ]
        self._homes = [
            [0, *accumulate(c[z] for z in self.sizes)][: len(self.sizes)] for c in self.counts
        ]
        self._keys: dict[tuple[int, int], tuple[int, int, int]] = {}

    def keys(self, district: int, size: int) -> tuple[int, int, int]:
        """Return the keys of a district's households of a size: quota offset, own, ages."""
        found = self._keys.get((district, size))
        if found is None:
            found = self._keys[(district, size)] = (
                subkey(self.key, 11, district, size) & (SPAN - 1),
                subkey(self.key, 12, district, size),
                subkey(self.key, 13, district, size),
            )
        return found

    # -- places ----------------------------------------------------------------------------

    def place(self, district: int, local: int) -> Place:
        """Return the place of a district's local index."""
        firsts = self._people[district]
        # Sizes without households share a first index with the next size: take the last.
        at = bisect_right(firsts, local) - 1
        size = self.sizes[at]
        household, slot = divmod(local - firsts[at], size)
        return Place(district, size, household, slot)

    def local(self, place: Place) -> int:
        """Return the local index of a place."""
        first = self._people[place.district][self.sizes.index(place.size)]
        return first + place.household * place.size + place.slot

    def inner(self, index: int) -> Place:
        """Return the place of an index that counts all districts' people in order."""
        district = bisect_right(self.bases, index) - 1
        return self.place(district, index - self.bases[district])

    def household_number(self, place: Place) -> int:
        """Return the number of a place's household in its district."""
        return self._homes[place.district][self.sizes.index(place.size)] + place.household

    def household_at(self, district: int, number: int) -> Place | None:
        """Return the first place of a district's nth household, or None."""
        if not 0 <= number < self.households(district):
            return None
        firsts = self._homes[district]
        at = bisect_right(firsts, number) - 1
        return Place(district, self.sizes[at], number - firsts[at], 0)

    def households(self, district: int) -> int:
        """Return how many households a district has."""
        return sum(self.counts[district].values())

    # -- who lives there -------------------------------------------------------------------

    def home(self, place: Place) -> Home:
        """Return a place's household: its cell by systematic quota, so that shares hold."""
        district, size, household, _ = place
        count = self.counts[district][size]
        offset, own, _ = self.keys(district, size)
        number = self.strata.number_at(size, ((household << 32) + offset) // count)
        first = self._first(size, number, count, offset)
        cell = self.strata.cells[size][number]
        return Home(cell, number, household - first, mix(own ^ household))

    def home_key(self, place: Place) -> int:
        """Return the own key of a place's household."""
        return mix(self.keys(place.district, place.size)[1] ^ place.household)

    def _first(self, size: int, number: int, count: int, offset: int) -> int:
        start = self.strata.ends[size][number - 1] if number else 0
        return max(0, -((offset - start * count) // SPAN))

    def range_of(self, district: int, size: int, number: int) -> range:
        """Return the households of a district and size that are in a cell."""
        count = self.counts[district][size]
        offset = self.keys(district, size)[0]
        end = -((offset - self.strata.ends[size][number] * count) // SPAN)
        return range(self._first(size, number, count, offset), min(count, end))

    def member(self, place: Place, home: Home) -> Member:
        """Return one member of a household, without composing the others."""
        slot = home.cell.slots[place.slot]
        ages = slot.ages
        if len(ages) == 1:
            age = ages[0]
        else:
            key = self.keys(place.district, place.size)[2]
            stride, offset = turn(key, home.number, place.slot, len(ages))
            age = ages[(home.rank * stride + offset) % len(ages)]
        return Member(slot.role, sex_of(slot, place.slot, home.key), age)

    def family(self, place: Place, home: Home) -> tuple[Member, ...]:
        """Return everybody of a household, head first."""
        district, size, household, _ = place
        slots = range(size)
        return tuple(self.member(Place(district, size, household, n), home) for n in slots)
