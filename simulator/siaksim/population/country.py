"""A synthetic population of any size: a pure function of (seed, index), and back from a NIK.

Nothing grows with the number of people. A NIK's day and serial encode the person's place in the
district through a permutation; sex and year follow from the household, so the inverse reads them
off the NIK and checks that they agree. Serials are 9000-9899 for NIKs and 9900-9999 for KK
numbers: neither is a real family's, and the two never meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from siaksim.population.describe import describe
from siaksim.population.households import Member, ages_possible, cells, members
from siaksim.population.layout import Layout, Place
from siaksim.population.permute import backward, forward, shuffle, subkey, unshuffle
from siaksim.population.regions import within
from siaksim.population.resident import Resident, years_between
from siaksim.population.settings import PEOPLE_MAX, PopulationSettings

__all__ = ["Country", "PopulationSettings", "Resident"]

_SERIALS = 900
_KK_DAYS = 20 * 365
_MOVERS_PERCENT = 12
MINIMUM_OF_EACH = 3
"""People of each status that every district of 300 or more has, whatever the shares."""
_STATUSES = (
    "dead",
    "duplicate",
    "inactive",
    "active_elsewhere",
    "never_recorded",
    "no_recorded_photo",
    "corrected_birth_date",
)


class Country:
    """The residents of a seed and settings."""

    def __init__(self, seed: int, settings: PopulationSettings | None = None) -> None:
        self.settings = settings or PopulationSettings()
        self.districts = self.settings.districts()
        people = self.settings.size or sum(d.people for d in self.districts)
        self.key = subkey(seed & ((1 << 64) - 1), 0x5149)
        self.layout = Layout(self.key, self.districts, people)
        if max(self.layout.local_people) > PEOPLE_MAX:
            raise ValueError("a district holds more people than it has codes")
        self.size = people
        self._numbers = {d.code: i for i, d in enumerate(self.districts)}
        self._ends = [self._status_ends(d) for d in range(len(self.districts))]

    # -- index, place, person --------------------------------------------------------------

    def _place(self, index: int) -> Place:
        inner = shuffle(subkey(self.key, 20), self.size, index)
        bases = self.layout.bases
        district = next(d for d in range(len(self.districts)) if inner < bases[d + 1])
        return self.layout.place(district, inner - bases[district])

    def _index(self, place: Place) -> int:
        inner = self.layout.bases[place.district] + self.layout.local(place)
        return unshuffle(subkey(self.key, 20), self.size, inner)

    def _members(self, place: Place) -> tuple[Member, ...]:
        return members(self.layout.cell(place), self.layout.household_key(place))

    def resident(self, index: int) -> Resident:
        """Return the resident with this index (0 to size - 1); IndexError beyond."""
        if not 0 <= index < self.size:
            raise IndexError(f"index {index} is not in 0..{self.size - 1}")
        return self._resident(self._place(index))

    def _resident(self, place: Place) -> Resident:
        return describe(self, place, self._members(place))

    def by_nik(self, nik: str) -> Resident | None:
        """Return the resident with this NIK, or None."""
        place = self._place_of_nik(nik)
        return None if place is None else self._resident(place)

    def index_of(self, nik: str) -> int | None:
        """Return the index of a NIK, or None when siaksim did not issue it."""
        place = self._place_of_nik(nik)
        return None if place is None else self._index(place)

    # -- NIK -------------------------------------------------------------------------------

    def _block(self, age: int) -> tuple[date, int]:
        """Return the last birth date of an age at the reference date, and the days it has."""
        last = _years_back(self.settings.reference_date, age)
        return last, (last - _years_back(self.settings.reference_date, age + 1)).days

    def _other(self, district: int, local: int, age: int) -> int:
        """Return the district of first issue of a place, and the place's district of an issue.

        The same function both ways: an involution decided by the local index and the age alone.
        """
        mark = subkey(self.key, 21, local, age)
        if age < 20 or mark % 100 >= _MOVERS_PERCENT:
            return district
        return ((mark >> 8) - district) % len(self.districts)

    def nik(self, place: Place, member: Member) -> str:
        """Return the NIK of a place's person."""
        local = self.layout.local(place)
        issue = self._other(place.district, local, member.age)
        last, days = self._block(member.age)
        key = subkey(self.key, 22, issue, member.age, member.sex == "P")
        day, serial = divmod(forward(key, days, _SERIALS, local), _SERIALS)
        return _number(
            self.districts[issue].code, last - timedelta(days=day), member.sex, 9000 + serial
        )

    def _place_of_nik(self, nik: str) -> Place | None:
        parts = _parts(nik)
        if parts is None:
            return None
        code, day, month, year, serial = parts
        issue = self._numbers.get(code)
        if issue is None or not 9000 <= serial < 9000 + _SERIALS:
            return None
        sex = "P" if day > 40 else "L"
        born = _born(day - 40 if day > 40 else day, month, year, self.settings.reference_date)
        if born is None:
            return None
        age = years_between(born, self.settings.reference_date)
        last, days = self._block(age)
        back = (last - born).days
        if not 0 <= back < days:
            return None
        key = subkey(self.key, 22, issue, age, sex == "P")
        local = backward(key, days, _SERIALS, back * _SERIALS + serial - 9000)
        district = self._other(issue, local, age)
        if local >= self.layout.local_people[district]:
            return None
        place = self.layout.place(district, local)
        member = self._members(place)[place.slot]
        return place if (member.sex, member.age) == (sex, age) else None

    def nik_date(self, nik: str) -> date:
        """Return the birth date that a resident's NIK carries; ValueError for another NIK."""
        parts = _parts(nik)
        born = (
            _born(
                parts[1] - 40 if parts[1] > 40 else parts[1],
                parts[2],
                parts[3],
                self.settings.reference_date,
            )
            if parts
            else None
        )
        if born is None:
            raise ValueError("not a NIK")
        return born

    # -- KK --------------------------------------------------------------------------------

    def kk(self, place: Place) -> str:
        """Return the family card's number of a place's household."""
        number = self.layout.household_number(place)
        key = subkey(self.key, 23, place.district)
        back, serial = divmod(forward(key, _KK_DAYS, 100, number), 100)
        issued = self.settings.reference_date - timedelta(days=1 + back)
        return _number(self.districts[place.district].code, issued, "L", 9900 + serial)

    def household(self, kk: str) -> tuple[Resident, ...]:
        """Return the members of a family card, head first; empty when siaksim issued none."""
        parts = _parts(kk)
        if parts is None or parts[0] not in self._numbers or not 9900 <= parts[4] <= 9999:
            return ()
        district = self._numbers[parts[0]]
        try:
            issued = date(2000 + parts[3], parts[2], parts[1])
        except ValueError:
            return ()
        back = (self.settings.reference_date - issued).days - 1
        if not 0 <= back < _KK_DAYS:
            return ()
        key = subkey(self.key, 23, district)
        number = backward(key, _KK_DAYS, 100, back * 100 + parts[4] - 9900)
        first = self.layout.household_at(district, number)
        if first is None:
            return ()
        slots = range(first.size)
        return tuple(
            self._resident(Place(district, first.size, first.household, slot)) for slot in slots
        )

    # -- status ----------------------------------------------------------------------------

    def _status_ends(self, district: int) -> list[int]:
        people = self.layout.local_people[district]
        least = MINIMUM_OF_EACH if people >= 300 else 0
        ends, running = [], 0
        for name in _STATUSES:
            running += max(least * 4, int(people * self.settings.all_shares()[name]))
            ends.append(min(running, people))
        return ends

    def status_of(self, place: Place) -> str:
        """Return the quota range that a place falls in, or 'normal'."""
        people = self.layout.local_people[place.district]
        key = subkey(self.key, 24, place.district)
        mark = shuffle(key, people, self.layout.local(place))
        for name, end in zip(_STATUSES, self._ends[place.district], strict=True):
            if mark < end:
                return name
        return "normal"

    def _is_recorded(self, place: Place, member: Member) -> bool:
        return member.age >= 17 and self.status_of(place) != "never_recorded"

    def _with_status(self, district: int, status: str) -> Iterator[Place]:
        people = self.layout.local_people[district]
        position = _STATUSES.index(status)
        ends = [0, *self._ends[district]]
        key = subkey(self.key, 24, district)
        for mark in range(ends[position], ends[position + 1]):
            yield self.layout.place(district, unshuffle(key, people, mark))

    # -- find ------------------------------------------------------------------------------

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
        """Return residents that fit, at most `limit` after the first `start`; none is exact."""
        low, high = ages if ages else (age, age) if age is not None else (0, 150)
        found: list[Resident] = []
        for place in self._candidates(low, high, area, status, recorded, today):
            member = self._members(place)[place.slot]
            if sex is not None and member.sex != sex:
                continue
            if recorded is not None and recorded != self._is_recorded(place, member):
                continue  # asked before the whole resident is described: that is what costs
            resident = self._resident(place)
            if not low <= resident.age_on(today) <= high:
                continue
            if status is not None and resident.status != status and status in _REGISTRY_STATUSES:
                continue
            found.append(resident)
            if len(found) >= start + limit:
                break
        return found[start:]

    def _candidates(
        self,
        low: int,
        high: int,
        area: str | None,
        status: str | None,
        recorded: bool | None,
        today: date,
    ) -> Iterator[Place]:
        codes = {d.code for d in within(area)} if area else set(self._numbers)
        districts = [i for code, i in self._numbers.items() if code in codes]
        wanted = status if status in _STATUSES else None
        moved = years_between(self.settings.reference_date, today)
        # Whoever was 17 at the reference date and is not recorded is in the quota of those.
        if recorded is False and low - moved - 1 >= 17 and status in (None, "normal"):
            wanted = "never_recorded"
        if wanted in _ADULT_STATUSES and high - moved < 17:
            return
        if wanted is not None:
            for district in districts:
                yield from self._with_status(district, wanted)
            return
        # Somebody of age a at the reference date is a + moved or one year more today.
        # Nobody under 17 at the reference date is recorded, so those need not be looked at.
        first = max(low - moved - 1, 17) if recorded else low - moved - 1
        span = frozenset(range(first, high - moved + 1))
        if span:
            for district in districts:
                yield from self._of_ages(district, span)

    def _of_ages(self, district: int, span: frozenset[int]) -> Iterator[Place]:
        for size, count in self.layout.counts[district].items():
            if not count:
                continue
            kinds, ends = cells(size)
            for number, cell in enumerate(kinds):
                if not span & ages_possible(cell):
                    continue
                first = ends[number - 1] if number else 0
                for household in self.layout.households_in(district, size, first, ends[number]):
                    place = Place(district, size, household, 0)
                    for slot, member in enumerate(self._members(place)):
                        if member.age in span:
                            yield Place(district, size, household, slot)

    def search(self, name: str, birth_date: date, limit: int = 20) -> list[Resident]:
        """Return residents of this full name and NIK birth date (corrected dates are missed)."""
        wanted = " ".join(name.upper().split())
        age = years_between(birth_date, self.settings.reference_date)
        if not 0 <= age <= 99:
            return []
        found: list[Resident] = []
        for district in self.districts:
            for sex in ("L", "P"):
                for serial in range(9000, 9000 + _SERIALS):
                    place = self._place_of_nik(_number(district.code, birth_date, sex, serial))
                    if place is None:
                        continue
                    resident = self._resident(place)
                    if resident.name == wanted:
                        found.append(resident)
                        if len(found) == limit:
                            return found
        return found


_ADULT_STATUSES = ("duplicate", "inactive", "active_elsewhere", "never_recorded")
_REGISTRY_STATUSES = ("normal", "dead", "duplicate", "inactive", "active_elsewhere")


def _years_back(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 2, 28)


def _number(code: str, day: date, sex: str, serial: int) -> str:
    shown = day.day + (40 if sex == "P" else 0)
    return f"{code.replace('.', '')}{shown:02d}{day.month:02d}{day.year % 100:02d}{serial:04d}"


def _parts(number: str) -> tuple[str, int, int, int, int] | None:
    if len(number) != 16 or not number.isascii() or not number.isdigit():
        return None
    code = f"{number[:2]}.{number[2:4]}.{number[4:6]}"
    return code, int(number[6:8]), int(number[8:10]), int(number[10:12]), int(number[12:])


def _born(day: int, month: int, year: int, reference: date) -> date | None:
    """Return the date of two-digit parts: ages are 0-99, so the century is unambiguous."""
    for century in (reference.year // 100, reference.year // 100 - 1):
        try:
            found = date(century * 100 + year, month, day)
        except ValueError:
            continue
        if found <= reference and years_between(found, reference) <= 99:
            return found
    return None
