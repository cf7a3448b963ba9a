"""Districts and their villages, as coded by Kepmendagri 300.2.2-2138/2025 (observed).

Kota and Kabupaten Mojokerto are whole; of each of the provinces 91-96 there is one district. The
data file names its source; numbers of people in it are assumed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Village:
    """A desa (2...) or kelurahan (1...): 4-digit code in its district; no postal code: unknown."""

    code: str
    name: str
    postal_code: str | None


@dataclass(frozen=True, slots=True)
class District:
    """One kecamatan: `code` is PP.KK.CC; `people` live there unless a size is set."""

    code: str
    name: str
    regency: str
    province: str
    people: int
    villages: tuple[Village, ...]


def _read() -> tuple[District, ...]:
    text = files("siaksim.population").joinpath("data/regions.txt").read_text(encoding="utf-8")
    found: list[District] = []
    names = {"province": "", "regency": ""}
    head, villages = ("", "", 0), list[Village]()

    def close() -> None:
        if villages:
            code, name, people = head
            places = tuple(villages)
            found.append(District(code, name, names["regency"], names["province"], people, places))
            villages.clear()

    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        first, second, name = line.upper().split(" ", 2)
        if first.isdigit():
            villages.append(Village(first, name, None if second == "-" else second))
            continue
        close()
        if first == "DISTRICT":
            people, _, name = name.partition(" ")
            head = (second, name, int(people))
        else:
            names[first.lower()] = name
    close()
    return tuple(sorted(found, key=lambda d: d.code))


DISTRICTS: tuple[District, ...] = _read()


def _plain(text: str) -> str:
    return text.upper().replace(" ", "").removeprefix("KECAMATAN").replace("KAB.", "KABUPATEN")


@cache
def _by_name() -> dict[str, tuple[District, ...]]:
    """Return districts by every name that stands for them: their own, regency's, province's."""
    found: dict[str, tuple[District, ...]] = {}
    for level in ("name", "regency", "province"):
        for district in DISTRICTS:
            name = _plain(getattr(district, level))
            if level == "name" or all(d.name != district.name for d in found.get(name, ())):
                found[name] = (*found.get(name, ()), district)
    return found


def within(area: str) -> tuple[District, ...]:
    """Return the districts of an area: a code (35, 35.76, 35.76.02) or a name; none: unknown.

    A name is a district's (Magersari), a regency's (Kota Mojokerto) or a province's.
    """
    coded = tuple(d for d in DISTRICTS if d.code == area or d.code.startswith(area + "."))
    return coded or _by_name().get(_plain(area), ())


def meant(area: str, districts: Iterable[District] = DISTRICTS) -> str:
    """Return how to mend an area that is unknown: what was probably meant, and what there is."""
    there = tuple(districts)
    shown = {_plain(name): name for d in there for name in (d.regency, d.name)}
    shown |= {code: code for d in there for code in (d.code, d.code[:5])}
    near = get_close_matches(_plain(area[:60]), shown, n=1, cutoff=0.6)
    hint = f"Did you mean {shown[near[0]].title()!r}? " if near else ""
    regencies = dict.fromkeys(f"{d.code[:5]} {d.regency.title()}" for d in there)
    names = ", ".join(f"{d.code} {d.name.title()}" for d in there[:3])
    more = " and more" if len(there) > 3 else ""
    return f"{hint}Areas: {', '.join(regencies)}; districts: {names}{more}."
