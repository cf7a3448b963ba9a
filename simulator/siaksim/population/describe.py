"""Names, address and civil status of a person, by keyed hashes into word lists. PURE.

Words are Faker's Indonesian lists, frozen as data; civil codes are SIAK's own texts (observed);
which of them a person has is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from siaksim.population.households import ADULT, Member, Sex
from siaksim.population.layout import Home, Place
from siaksim.population.names import name_at, name_of, own_key, pick, words
from siaksim.population.permute import mix
from siaksim.population.resident import Resident, Status
from siaksim.population.standing import NORMAL, REGISTRY

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
_YOUNG = (
    (7, "TIDAK/BLM SEKOLAH"),
    (13, "BELUM TAMAT SD/SEDERAJAT"),
    (16, "TAMAT SD/SEDERAJAT"),
    (19, "SLTP/SEDERAJAT"),
)
"""Below this age, the education that is finished."""
_SCHOOL = ("TAMAT SD/SEDERAJAT", "SLTP/SEDERAJAT", "SLTA/SEDERAJAT", "DIPLOMA IV/STRATA I")
_ROLES = {"wife": "ISTRI", "child": "ANAK", "parent": "ORANG TUA", "head": "KEPALA KELUARGA"}


def _marital(member: Member, family: tuple[Member, ...], key: int) -> str:
    if any(m.role == "wife" for m in family) and member.role in ("head", "wife"):
        return "KAWIN"
    if member.role == "parent":
        return "CERAI MATI"
    alone = all(m.role != "child" for m in family)
    if member.role == "child" or (alone and member.age < 30):
        return "BELUM KAWIN"
    return "CERAI MATI" if member.age > 55 or key & 1 else "CERAI HIDUP"


def describe(country: Country, place: Place, home: Home) -> Resident:
    """Return the resident at a place of a household."""
    key = home.key
    family = country.layout.family(place, home)
    member = family[place.slot]
    own = own_key(key, place.slot)
    # Disjoint bits for each draw of the household.
    draw, address = mix(key ^ 0x31 << 16), mix(key ^ 0x32 << 16)
    district = country.districts[place.district]
    village = district.villages[(draw & 0xFFFF) % len(district.villages)]
    standing = country.standing.name_of(place.district, country.layout.local(place))
    code = country.identity.code(place, member)
    mother, father = _parents(family, place.slot, key)
    adult = member.age >= ADULT
    # Somebody under 17 has no account and no recording that could be doubled or missing.
    status = standing if standing in REGISTRY and (adult or standing == "dead") else NORMAL
    return Resident(
        index=country.index_at(place),
        nik=country.identity.nik(code, member),
        kk=country.identity.kk(place),
        name=name_at(key, place.slot, member.sex),
        sex=member.sex,
        birth_place=_birth_place(country, own, district.regency),
        birth_date=country.identity.birth_date(code, member, standing == "corrected_birth_date"),
        religion=pick(_RELIGIONS, draw >> 16 & 0xFFFF),
        blood_type=pick(_BLOOD, own >> 8),
        marital_status=_marital(member, family, own),
        relation=_ROLES[member.role],
        education=_education(member, own),
        occupation=_occupation(member, own),
        mother_name=mother[0],
        father_name=father[0],
        mother_nik=_nik_at(country, place, family, mother[1]),
        father_nik=_nik_at(country, place, family, father[1]),
        address=_street(address),
        rt=1 + (address >> 32 & 0xFFFF) % 12,
        rw=1 + (address >> 48) % 8,
        area=district.code,
        village_code=village.code,
        village_name=village.name,
        district_name=district.name,
        regency_name=district.regency.removeprefix("KABUPATEN "),
        province_name=district.province,
        postal_code=village.postal_code if (draw >> 32 & 0xFFFF) % 5 else None,
        status=cast(Status, status),
        recorded=adult and standing != "never_recorded",
        has_photo=adult and standing not in ("never_recorded", "no_recorded_photo"),
    )


def _parents(
    family: tuple[Member, ...], slot: int, home: int
) -> tuple[tuple[str, int | None], tuple[str, int | None]]:
    """Return (name, slot or None) of mother and father: members of the household or names only."""
    slots: dict[Sex, int | None] = {"P": None, "L": None}
    roles = {"child": ("head", "wife"), "head": ("parent",)}.get(family[slot].role, ())
    for number, other in enumerate(family):
        if other.role in roles:
            slots[other.sex] = number
    # Siblings share even a parent who does not live here.
    owner = 99 if family[slot].role == "child" else slot
    named: list[tuple[str, int | None]] = []
    for sex, at in slots.items():
        if at is None:
            named.append((name_of(sex, mix(home ^ (owner << 8) ^ (sex == "P") ^ 0x2500)), at))
        else:
            named.append((name_at(home, at, sex), at))
    return named[0], named[1]


def _nik_at(
    country: Country, place: Place, family: tuple[Member, ...], slot: int | None
) -> str | None:
    if slot is None:
        return None
    code = country.identity.code(place._replace(slot=slot), family[slot])
    return country.identity.nik(code, family[slot])


def _street(draw: int) -> str:
    return f"JL. {pick(words()['street'], draw & 0xFFFF)} NO. {1 + (draw >> 16 & 0xFFFF) % 200}"


def _birth_place(country: Country, own: int, regency: str) -> str:
    if own >> 8 & 3:
        return town(regency)
    return pick(country.towns, own >> 12)


def town(regency: str) -> str:
    """Return a regency as a place of birth."""
    return regency.removeprefix("KOTA ").removeprefix("KABUPATEN ")


def _education(member: Member, own: int) -> str:
    """Return what is finished: nobody is ahead of the years that each school takes."""
    for below, finished in _YOUNG:
        if member.age < below:
            return finished
    # Upper secondary school ends at 18 or 19, a first degree at 22 or later.
    return pick(_SCHOOL[:3] if member.age < 23 else _SCHOOL, own >> 4)


def _occupation(member: Member, own: int) -> str:
    if member.age < 6:
        return "BELUM/TIDAK BEKERJA"
    if member.age < 19:
        return "PELAJAR/MAHASISWA"
    if member.role == "wife" and own % 2:
        return "MENGURUS RUMAH TANGGA"
    return pick(_WORK, own >> 6)
