"""A synthetic population of any size: a pure function of (seed, index), and back from a NIK.

Nothing grows with the number of people. Serials are 9000-9899 for NIKs and 9900-9999 for KK
numbers: neither is a real family's, and the two never meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

from siaksim.population.describe import describe, town
from siaksim.population.finding import Wanted, found_by
from siaksim.population.households import strata
from siaksim.population.identity import Identity
from siaksim.population.layout import Layout, Place
from siaksim.population.permute import shuffle, subkey, unshuffle
from siaksim.population.regions import within
from siaksim.population.resident import Resident
from siaksim.population.searching import searched
from siaksim.population.settings import PopulationSettings
from siaksim.population.standing import Standing

__all__ = ["Country", "PopulationSettings", "Resident"]


class Country:
    """The residents of a seed and settings."""

    def __init__(self, seed: int, settings: PopulationSettings | None = None) -> None:
        self.settings = settings or PopulationSettings()
        self.districts = self.settings.districts()
        self.size = self.settings.people()
        self.key = subkey(seed & ((1 << 64) - 1), 0x5149)
        self.layout = Layout(
            self.key, self.settings.weights(), self.size, strata(self.settings.under_17)
        )
        self.identity = Identity(
            self.key, self.layout, self.districts, self.settings.reference_date
        )
        self.standing = Standing(self.key, self.layout, self.settings.all_shares())
        self.towns = tuple(sorted({town(d.regency) for d in self.districts}))
        self._outer = subkey(self.key, 20)

    # -- index, place, person --------------------------------------------------------------

    def index_at(self, place: Place) -> int:
        """Return the index of a place's person."""
        inner = self.layout.bases[place.district] + self.layout.local(place)
        return unshuffle(self._outer, self.size, inner)

    def resident(self, index: int) -> Resident:
        """Return the resident with this index (0 to size - 1); IndexError beyond."""
        if not 0 <= index < self.size:
            raise IndexError(f"index {index} is not in 0..{self.size - 1}")
        return self.resident_at(self.layout.inner(shuffle(self._outer, self.size, index)))

    def resident_at(self, place: Place) -> Resident:
        """Return the resident who lives at a place."""
        return describe(self, place, self.layout.home(place))

    def by_nik(self, nik: str) -> Resident | None:
        """Return the resident with this NIK, or None."""
        place = self.identity.place_of(nik)
        return None if place is None else self.resident_at(place)

    def index_of(self, nik: str) -> int | None:
        """Return the index of a NIK, or None when siaksim did not issue it."""
        place = self.identity.place_of(nik)
        return None if place is None else self.index_at(place)

    def nik_date(self, nik: str) -> date:
        """Return the birth date that a resident's NIK carries; ValueError for another NIK."""
        found = self.identity.read(nik)
        if found is None:
            raise ValueError("not a NIK of this world")
        return found[1]

    def household(self, kk: str) -> tuple[Resident, ...]:
        """Return the members of a family card, head first; empty when siaksim issued none."""
        first = self.identity.home_of(kk)
        if first is None:
            return ()
        home = self.layout.home(first)
        return tuple(describe(self, first._replace(slot=slot), home) for slot in range(first.size))

    # -- find and search -------------------------------------------------------------------

    def find(
        self,
        *,
        today: date,
        age: int | None = None,
        ages: tuple[int, int] | None = None,
        sex: str | None = None,
        area: str | None = None,
        status: str | None = None,
        recorded: bool | None = None,
        limit: int = 20,
        start: int = 0,
    ) -> list[Resident]:
        """Return residents that fit, at most `limit` after the first `start`; none is exact.

        Ages are completed years on `today`, by the record's birth date. `status` is a registry
        status, or never_recorded, no_recorded_photo or corrected_birth_date. The order is the
        same for any `limit` and `start`, and is otherwise of no meaning.
        """
        low, high = ages if ages else (age, age) if age is not None else (0, 150)
        codes = {d.code for d in within(area)} if area else set(self.identity.by_code)
        districts = tuple(n for code, n in self.identity.by_code.items() if code in codes)
        wanted = Wanted(today, low, high, sex, districts, status, recorded)
        places = found_by(self, wanted, start)
        return [self.resident_at(place) for place in islice(places, limit)]

    def search(self, name: str, birth_date: date, limit: int = 20) -> list[Resident]:
        """Return residents of this full name and birth date, both as in their records."""
        found: list[Resident] = []
        for some in self.search_steps(name, birth_date):
            found += some
            if len(found) >= limit:
                break
        return found[:limit]

    def search_steps(self, name: str, birth_date: date) -> Iterator[list[Resident]]:
        """Search as `search` does, giving what each district and sex adds: some ms a step."""
        for places in searched(self, name, birth_date):
            yield [self.resident_at(place) for place in places]
