"""From a place to its NIK, KK number and dates, and back. PURE.

The day and serial of a NIK encode the place (its local index) through a permutation; sex and year
follow from the household, so the inverse reads them off the NIK and checks that they agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from siaksim.population.households import Member
from siaksim.population.layout import Layout, Place
from siaksim.population.numbers import (
    KK_DAYS,
    KK_SERIALS,
    SERIALS,
    block,
    dated,
    number,
    parts,
)
from siaksim.population.permute import backward, forward, mix, row_inverses, subkey
from siaksim.population.regions import District
from siaksim.population.resident import years_between

# Of 100 people from 20 on, who was given the NIK in another district (assumed): in which ones.
_MOVED = ((8, 5), (11, 2), (12, 0))
"""(below this of 100, digits of the code that both districts share: regency, province, any)."""
_MOVERS_FROM_AGE = 20


class Code(NamedTuple):
    """A NIK before it is written: district of first issue, days back in the block, serial."""

    issue: int
    back: int
    serial: int


class Identity:
    """The numbers of a population."""

    def __init__(
        self, key: int, layout: Layout, districts: tuple[District, ...], reference: date
    ) -> None:
        self.key = key
        self.layout = layout
        self.districts = districts
        self.reference = reference
        self.by_code = {d.code: n for n, d in enumerate(districts)}
        self._circles = [self._circle(digits) for _, digits in _MOVED]
        self._keys: dict[tuple[int, int, str], int] = {}

    def _circle(self, digits: int) -> list[tuple[int, list[int]]]:
        groups: dict[str, list[int]] = {}
        for n, district in enumerate(self.districts):
            groups.setdefault(district.code[:digits], []).append(n)
        groups_of = [groups[d.code[:digits]] for d in self.districts]
        return [(group.index(n), group) for n, group in enumerate(groups_of)]

    def other(self, district: int, local: int, age: int) -> int:
        """Return the district of first issue of a place, and the place's district of an issue.

        The same function both ways: an involution decided by the local index and the age alone.
        """
        if age < _MOVERS_FROM_AGE:
            return district
        mark = mix(self.key ^ (local << 8) ^ (age << 1) ^ 1)
        percent = mark % 100
        for (below, _), circle in zip(_MOVED, self._circles, strict=True):
            if percent < below:
                at, group = circle[district]
                return group[((mark >> 8) - at) % len(group)]
        return district

    def perm_key(self, issue: int, age: int, sex: str) -> int:
        """Return the key of the NIKs of a district of issue, an age and a sex."""
        found = self._keys.get((issue, age, sex))
        if found is None:
            found = self._keys[(issue, age, sex)] = subkey(self.key, 22, issue, age, sex == "P")
        return found

    def code(self, place: Place, member: Member) -> Code:
        """Return the NIK's parts of a place's person."""
        local = self.layout.local(place)
        issue = self.other(place.district, local, member.age)
        _, days = block(self.reference, member.age)
        key = self.perm_key(issue, member.age, member.sex)
        return Code(issue, *divmod(forward(key, days, SERIALS, local), SERIALS))

    def nik(self, code: Code, member: Member) -> str:
        """Return the 16 digits."""
        last, _ = block(self.reference, member.age)
        area = self.districts[code.issue].code
        return number(area, last - timedelta(days=code.back), member.sex, 9000 + code.serial)

    def birth_date(self, code: Code, member: Member, corrected: bool) -> date:
        """Return the record's birth date: after a correction another day of the same age."""
        last, days = block(self.reference, member.age)
        back = code.back
        if corrected:
            key = self.perm_key(code.issue, member.age, member.sex)
            back = (back + self.shift(key, days)) % days
        return last - timedelta(days=back)

    @staticmethod
    def shift(key: int, days: int) -> int:
        """Return by how many days (1 to days - 1) corrections move the dates of a NIKs' key."""
        return 1 + mix(key ^ 0xC0) % (days - 1)

    def of_day(self, issue: int, age: int, sex: str, back: int) -> Iterator[tuple[int, int]]:
        """Give (district, local index) of those whose NIKs have a date; sex and age unchecked."""
        _, days = block(self.reference, age)
        people = self.layout.local_people
        most = max(people)
        for local in row_inverses(self.perm_key(issue, age, sex), days, SERIALS, back):
            if local < most:
                district = self.other(issue, local, age)
                if local < people[district]:
                    yield district, local

    def read(self, nik: str) -> tuple[int, date, str, int] | None:
        """Return (district of issue, birth date, sex, serial from 0) of a NIK, or None."""
        found = parts(nik)
        if found is None:
            return None
        area, day, month, year, serial = found
        issue = self.by_code.get(area)
        if issue is None or not 9000 <= serial < 9000 + SERIALS:
            return None
        sex = "P" if day > 40 else "L"
        born = dated(day - 40 if day > 40 else day, month, year, self.reference)
        return None if born is None else (issue, born, sex, serial - 9000)

    def place_of(self, nik: str) -> Place | None:
        """Return the place whose person has this NIK, or None."""
        found = self.read(nik)
        if found is None:
            return None
        issue, born, sex, serial = found
        age = years_between(born, self.reference)
        last, days = block(self.reference, age)
        mixed = (last - born).days * SERIALS + serial
        local = backward(self.perm_key(issue, age, sex), days, SERIALS, mixed)
        district = self.other(issue, local, age)
        if local >= self.layout.local_people[district]:
            return None
        place = self.layout.place(district, local)
        member = self.layout.member(place, self.layout.home(place))
        return place if (member.sex, member.age) == (sex, age) else None

    # -- family cards ----------------------------------------------------------------------

    def kk(self, place: Place) -> str:
        """Return the family card's number of a place's household."""
        key = subkey(self.key, 23, place.district)
        mixed = forward(key, KK_DAYS, KK_SERIALS, self.layout.household_number(place))
        back, serial = divmod(mixed, KK_SERIALS)
        issued = self.reference - timedelta(days=1 + back)
        return number(self.districts[place.district].code, issued, "L", 9900 + serial)

    def home_of(self, kk: str) -> Place | None:
        """Return the first place of a family card's household, or None."""
        found = parts(kk)
        if found is None or found[0] not in self.by_code or found[4] < 9900:
            return None
        issued = dated(*found[1:4], self.reference)
        if issued is None:
            return None
        back = (self.reference - issued).days - 1
        if not 0 <= back < KK_DAYS:
            return None
        district = self.by_code[found[0]]
        key = subkey(self.key, 23, district)
        mixed = back * KK_SERIALS + found[4] - 9900
        return self.layout.household_at(district, backward(key, KK_DAYS, KK_SERIALS, mixed))
