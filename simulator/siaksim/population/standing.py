"""Who is dead, a duplicate, never recorded, ...: exclusive quotas, and a fixed small cast. PURE.

A permutation of a district's local indices gives everybody a mark; the statuses take ranges of
marks, so shares hold exactly and those of a status are listed without looking at others. People
under 17 drop what cannot be: only `dead` and `corrected_birth_date` are kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from siaksim.population.layout import Layout
from siaksim.population.permute import shuffle, subkey, unshuffle

STATUSES = (
    "dead",
    "duplicate",
    "inactive",
    "active_elsewhere",
    "never_recorded",
    "no_recorded_photo",
    "corrected_birth_date",
)
NORMAL = "normal"
ALL = frozenset((*STATUSES, NORMAL))
REGISTRY = frozenset(("dead", "duplicate", "inactive", "active_elsewhere"))
"""What a resident's `status` can be beside normal."""
MINIMUM_OF_EACH = 3
"""Adults of each status that every district of CAST_FROM people has, whatever the shares."""
CAST_FROM = 300


class Lists(NamedTuple):
    """A district's key of marks, ends of the statuses' ranges, and cast by local index."""

    key: int
    ends: tuple[int, ...]
    cast: dict[int, str]


class Standing:
    """Which status each local index of a district has."""

    def __init__(self, key: int, layout: Layout, shares: Mapping[str, float]) -> None:
        self._key = key
        self._layout = layout
        self._shares = shares
        self._lists: dict[int, Lists] = {}

    def lists(self, district: int) -> Lists:
        """Return a district's ranges and cast; made when first asked for."""
        found = self._lists.get(district)
        if found is None:
            found = self._lists[district] = self._listed(district)
        return found

    def _listed(self, district: int) -> Lists:
        people = self._layout.local_people[district]
        ends, running = [], 0
        for name in STATUSES:
            running = min(people, running + int(people * self._shares[name]))
            ends.append(running)
        cast: dict[int, str] = {}
        if people >= CAST_FROM:
            # Heads of households: whatever the seed is, they are adults.
            parts = MINIMUM_OF_EACH * len(STATUSES)
            homes = self._layout.households(district)
            for part in range(parts):
                place = self._layout.household_at(district, part * homes // parts)
                assert place is not None
                cast[self._layout.local(place)] = STATUSES[part % len(STATUSES)]
        return Lists(subkey(self._key, 24, district), tuple(ends), cast)

    def name_of(self, district: int, local: int) -> str:
        """Return the status of a local index, as if of an adult."""
        key, ends, cast = self.lists(district)
        if local in cast:
            return cast[local]
        mark = shuffle(key, self._layout.local_people[district], local)
        at = bisect_right(ends, mark)
        return STATUSES[at] if at < len(STATUSES) else NORMAL

    def mixed(self, district: int, number: int) -> int:
        """Return a local index for each number of 0..people-1: everybody once, the normal first."""
        people = self._layout.local_people[district]
        return unshuffle(self.lists(district).key, people, people - 1 - number)

    def _range(self, district: int, name: str) -> range:
        ends = (0, *self.lists(district).ends, self._layout.local_people[district])
        at = len(STATUSES) if name == NORMAL else STATUSES.index(name)
        return range(ends[at], ends[at + 1])

    def count(self, district: int, names: Collection[str]) -> int:
        """Return how many local indices `walk` gives, but for the cast."""
        return sum(len(self._range(district, name)) for name in names)

    def walk(self, district: int, names: Collection[str]) -> Iterator[tuple[int, str]]:
        """Give (local index, status) of everybody of these statuses, in a mixed order."""
        key, _, cast = self.lists(district)
        people = self._layout.local_people[district]
        # The normal ones first: among all statuses they are what most callers look for.
        for name in (NORMAL, *STATUSES):
            if name not in names:
                continue
            for mark in self._range(district, name):
                local = unshuffle(key, people, mark)
                if local not in cast:
                    yield local, name
        yield from ((local, name) for local, name in cast.items() if name in names)
