"""Names, address and civil status of a person, by keyed hashes into word lists. PURE.

Words are Faker's Indonesian lists, frozen as data; civil codes are SIAK's own texts (observed);
which of them a person has is assumed.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from siaksim.population.households import Member
from siaksim.population.layout import Place
from siaksim.population.permute import subkey
from siaksim.population.resident import Resident, Status

if TYPE_CHECKING:
    from siaksim.population.country import Country

_RELIGIONS = ("ISLAM",) * 94 + ("KRISTEN",) * 3 + ("KATHOLIK", "HINDU", "BUDHA")
_BLOOD = ("A", "B", "AB", "O", "TIDAK TAHU")
_WORK = (
    "KARYAWAN SWASTA",
    "WIRASWASTA",
    "PETANI/PEKEBUN",
    "BURUH HARIAN LEPAS",
    "GURU",
    "PEDAGANG",
)
_SCHOOL = ("TAMAT SD/SEDERAJAT", "SLTP/SEDERAJAT", "SLTA/SEDERAJAT", "DIPLOMA IV/STRATA I")
_ROLES = {"wife": "ISTRI", "child": "ANAK", "parent": "ORANG TUA", "head": "KEPALA KELUARGA"}


@lru_cache(maxsize=1)
def words() -> dict[str, list[str]]:
    """Return the frozen word lists."""
    text = files("siaksim.population").joinpath("data/names.json").read_text(encoding="utf-8")
    return cast(dict[str, list[str]], json.loads(text))


def _pick(items: tuple[str, ...] | list[str], key: int) -> str:
    return items[key % len(items)]


def name_of(sex: str, key: int) -> str:
    """Return a full name for a person's key."""
    first, second = ("female", "second_female") if sex == "P" else ("male", "second_male")
    return f"{_pick(words()[first], key)} {_pick(words()[second], key >> 20)}"


def _marital(member: Member, couple: bool, key: int) -> str:
    if member.role == "child" or (member.role == "head" and not couple and member.age < 30):
        return "BELUM KAWIN"
    if member.role == "parent":
        return "CERAI MATI"
    if couple and member.role in ("head", "wife"):
        return "KAWIN"
    return "CERAI MATI" if member.age > 55 or key & 1 else "CERAI HIDUP"


def describe(country: Country, place: Place, family: tuple[Member, ...]) -> Resident:
    """Return the resident at a place; `family` is everybody of the household, in slot order."""
    member = family[place.slot]
    home = country.layout.household_key(place)
    own = subkey(home, 30, place.slot)
    district = country.districts[place.district]
    village = district.villages[subkey(home, 31) % len(district.villages)]
    nik = country.nik(place, member)
    range_name = country.status_of(place)
    nik_born = country.nik_date(nik)
    couple = any(m.role == "wife" for m in family)
    mother, father = _parents(family, place.slot, home)
    adult = member.age >= 17
    status = (
        range_name if range_name in ("dead", "duplicate", "inactive", "active_elsewhere") else ""
    )
    if not adult and status != "dead":
        status = ""
    return Resident(
        index=country._index(place),
        nik=nik,
        kk=country.kk(place),
        name=name_of(member.sex, own),
        sex=member.sex,
        birth_place=_birth_place(country, own, district.regency),
        birth_date=_record_date(country, nik_born, member.age, range_name, own),
        religion=_pick(_RELIGIONS, subkey(home, 32)),
        blood_type=_pick(_BLOOD, own >> 8),
        marital_status=_marital(member, couple, own),
        relation=_ROLES[member.role],
        education=_education(member, own),
        occupation=_occupation(member, own),
        mother_name=mother[0],
        father_name=father[0],
        mother_nik=_nik_at(country, place, family, mother[1]),
        father_nik=_nik_at(country, place, family, father[1]),
        address=f"JL. {_pick(words()['street'], home)} NO. {1 + subkey(home, 33) % 200}",
        rt=1 + subkey(home, 34) % 12,
        rw=1 + subkey(home, 35) % 8,
        area=district.code,
        village_code=village[0],
        village_name=village[1],
        district_name=district.name,
        regency_name=district.regency,
        province_name=district.province,
        postal_code=None if subkey(home, 36) % 5 == 0 else f"613{subkey(home, 36) % 90 + 10}",
        status=cast(Status, status or "normal"),
        recorded=adult and range_name != "never_recorded",
        has_photo=adult and range_name not in ("never_recorded", "no_recorded_photo"),
    )


def _parents(
    family: tuple[Member, ...], slot: int, home: int
) -> tuple[tuple[str, int | None], tuple[str, int | None]]:
    """Return (name, slot or None) of mother and father: members of the household or names only."""
    slots: dict[str, int | None] = {"P": None, "L": None}
    if family[slot].role == "child":
        for number, other in enumerate(family):
            if other.role in ("head", "wife"):
                slots[other.sex] = number
    elif family[slot].role == "head":
        for number, other in enumerate(family):
            if other.role == "parent":
                slots[other.sex] = number
    named: list[tuple[str, int | None]] = []
    # Siblings share even a parent who does not live here.
    owner = 99 if family[slot].role == "child" else slot
    for sex in ("P", "L"):
        at = slots[sex]
        key = subkey(home, 37, owner, sex == "P") if at is None else subkey(home, 30, at)
        named.append((name_of(sex, key), at))
    return named[0], named[1]


def _nik_at(
    country: Country, place: Place, family: tuple[Member, ...], slot: int | None
) -> str | None:
    if slot is None:
        return None
    other = Place(place.district, place.size, place.household, slot)
    return country.nik(other, family[slot])


def _birth_place(country: Country, own: int, regency: str) -> str:
    if subkey(own, 1) % 4:
        return regency.removeprefix("KOTA ")
    regencies = sorted({d.regency.removeprefix("KOTA ") for d in country.districts})
    return _pick(regencies, own >> 12)


def _record_date(country: Country, born: date, age: int, range_name: str, own: int) -> date:
    """Return the record's birth date: after a correction another day of the same year of age."""
    if range_name != "corrected_birth_date":
        return born
    last, days = country._block(age)
    back = ((last - born).days + 1 + own % (days - 1)) % days
    return last - timedelta(days=back)


def _education(member: Member, own: int) -> str:
    if member.age < 6:
        return "TIDAK/BLM SEKOLAH"
    if member.age < 17:
        return "BELUM TAMAT SD/SEDERAJAT" if member.age < 12 else "TAMAT SD/SEDERAJAT"
    return _pick(_SCHOOL, own >> 4)


def _occupation(member: Member, own: int) -> str:
    if member.age < 6:
        return "BELUM/TIDAK BEKERJA"
    if member.age < 19:
        return "PELAJAR/MAHASISWA"
    if member.role == "wife" and own % 2:
        return "MENGURUS RUMAH TANGGA"
    return _pick(_WORK, own >> 6)
