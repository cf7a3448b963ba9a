"""Who fits: age, sex, district, status, recorded. Exact, `none` included. PURE.

Two ways lead to the same people, and the shorter is taken: the statuses' ranges of marks, or the
households whose cell and rank give somebody that age. Neither looks at the others of a district.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from siaksim.population.households import (
    ADULT,
    Member,
    Sex,
    age_shares,
    sex_of,
    strata,
    turn,
)
from siaksim.population.layout import Place
from siaksim.population.numbers import AGE_MAX, block
from siaksim.population.permute import mix
from siaksim.population.resident import years_between
from siaksim.population.standing import ALL, NORMAL, REGISTRY

if TYPE_CHECKING:
    from siaksim.population.country import Country

_CORRECTED = "corrected_birth_date"
_COMMON = 0.08
"""From this share of the people on, an age is met soon enough by looking at anybody."""


class Wanted(NamedTuple):
    """What is looked for; ages are completed years on `today`, None is anything."""

    today: date
    low: int
    high: int
    sex: str | None
    districts: tuple[int, ...]
    status: str | None
    recorded: bool | None


class Plan(NamedTuple):
    """Ages at the reference date (True: the date must be asked), statuses of minors, adults."""

    ages: dict[int, bool]
    minors: frozenset[str]
    adults: frozenset[str]

    def names(self, age: int) -> frozenset[str]:
        """Return the statuses that fit at an age."""
        return self.adults if age >= ADULT else self.minors


def planned(wanted: Wanted, reference: date) -> Plan:
    """Return which ages at the reference date and which statuses can fit."""
    minors = adults = ALL
    if wanted.status == NORMAL:
        # Whoever is under 17 is dead or has nothing that the registry notes.
        minors, adults = ALL - {"dead"}, ALL - REGISTRY
    elif wanted.status is not None:
        only = frozenset({wanted.status}) & ALL
        minors, adults = only & {"dead", "corrected_birth_date"}, only
    if wanted.recorded is True:
        minors, adults = frozenset(), adults - {"never_recorded"}
    elif wanted.recorded is False:
        adults &= {"never_recorded"}
    ages: dict[int, bool] = {}
    for age in range(AGE_MAX + 1):
        last, days = block(reference, age)
        youngest = years_between(last, wanted.today)
        oldest = years_between(last - timedelta(days=days - 1), wanted.today)
        fits = oldest >= wanted.low and youngest <= wanted.high
        if fits and (adults if age >= ADULT else minors):
            ages[age] = not (wanted.low <= youngest and oldest <= wanted.high)
    return Plan(ages, minors, adults)


def found_by(country: Country, wanted: Wanted, start: int = 0) -> Iterator[Place]:
    """Give the places of those who fit, but for the first `start`."""
    plan = planned(wanted, country.settings.reference_date)
    if not plan.ages:
        return
    everybody = len(plan.ages) == AGE_MAX + 1 and not any(plan.ages.values())
    if everybody and wanted.sex is None and plan.minors == plan.adults == ALL:
        yield from _everybody(country, wanted.districts, start)
        return
    found = (
        place
        for district in wanted.districts
        if country.layout.local_people[district]
        for place in _in_district(country, wanted, plan, district)
    )
    yield from islice(found, start, None)


def _everybody(country: Country, districts: tuple[int, ...], start: int) -> Iterator[Place]:
    """Give everybody; the first `start` cost nothing."""
    for district in districts:
        people = country.layout.local_people[district]
        for local in range(min(start, people), people):
            yield country.layout.place(district, country.standing.mixed(district, local))
        start = max(0, start - people)


def _in_district(country: Country, wanted: Wanted, plan: Plan, district: int) -> Iterator[Place]:
    names = frozenset().union(*(plan.names(age) for age in plan.ages))
    shares = age_shares(country.settings.under_17)
    share = sum(shares[age] for age in plan.ages)
    of_age = share * country.layout.local_people[district]
    if share >= _COMMON or country.standing.count(district, names) <= of_age:
        return _by_status(country, wanted, plan, district, names)
    return _by_age(country, wanted, plan, district)


def _by_status(
    country: Country, wanted: Wanted, plan: Plan, district: int, names: frozenset[str]
) -> Iterator[Place]:
    layout = country.layout
    for local, name in country.standing.walk(district, names):
        place = layout.place(district, local)
        member = layout.member(place, layout.home(place))
        if member.age not in plan.ages or name not in plan.names(member.age):
            continue
        if wanted.sex is not None and member.sex != wanted.sex:
            continue
        corrected = name == _CORRECTED
        if not plan.ages[member.age] or _dates_fit(country, wanted, place, member)[corrected]:
            yield place


def _dates_fit(country: Country, wanted: Wanted, place: Place, member: Member) -> tuple[bool, bool]:
    """Say whether the NIK's date gives a wanted age, and whether a corrected date would."""
    identity = country.identity
    code = identity.code(place, member)
    dates = (identity.birth_date(code, member, corrected) for corrected in (False, True))
    first, second = (years_between(born, wanted.today) for born in dates)
    return wanted.low <= first <= wanted.high, wanted.low <= second <= wanted.high


# -- by age --------------------------------------------------------------------------------


class Source(NamedTuple):
    """Where people of an age come from: cell, slot, that age's number of `length` ages."""

    size: int
    number: int
    slot: int
    at: int
    length: int
    sex: Sex | None


@cache
def sources(under_17: float | None) -> tuple[tuple[Source, ...], ...]:
    """Return the sources of each age 0-99."""
    found: list[list[Source]] = [[] for _ in range(AGE_MAX + 1)]
    for size, cells in strata(under_17).cells.items():
        for number, where in enumerate(cells):
            for place, slot in enumerate(where.slots):
                for at, age in enumerate(slot.ages):
                    source = Source(size, number, place, at, len(slot.ages), slot.sex)
                    found[age].append(source)
    return tuple(tuple(some) for some in found)


def _by_age(country: Country, wanted: Wanted, plan: Plan, district: int) -> Iterator[Place]:
    every = sources(country.settings.under_17)
    key = mix(country.key ^ (district << 8) ^ 0x25)
    # First the ages whose people all fit: of the others, most may not.
    for age in sorted(plan.ages, key=plan.ages.__getitem__):
        some = every[age]
        if not some:
            continue
        # In a mixed order, so that the first ones found are not all alike.
        stride = next(s for s in (977, 983, 991) if len(some) % s)
        for n in range(len(some)):
            source = some[(n * stride + key) % len(some)]
            if wanted.sex in (None, source.sex) or source.sex is None:
                yield from _of_source(country, wanted, plan, district, source, age)


def _of_source(
    country: Country, wanted: Wanted, plan: Plan, district: int, source: Source, age: int
) -> Iterator[Place]:
    layout, names = country.layout, plan.names(age)
    if not layout.counts[district][source.size]:
        return
    homes = layout.range_of(district, source.size, source.number)
    rank, step = 0, source.length
    if step > 1:
        key = layout.keys(district, source.size)[2]
        stride, offset = turn(key, source.number, source.slot, step)
        rank = (source.at - offset) * pow(stride, -1, step) % step
    slot = layout.strata.cells[source.size][source.number].slots[source.slot]
    for household in homes[rank::step]:
        place = Place(district, source.size, household, source.slot)
        member = Member(slot.role, sex_of(slot, place.slot, layout.home_key(place)), age)
        if wanted.sex is not None and member.sex != wanted.sex:
            continue
        fits = (True, True)
        if plan.ages[age]:
            fits = _dates_fit(country, wanted, place, member)
            if not any(fits):  # so the status, which costs more, need not be asked
                continue
        if names == ALL and all(fits):
            yield place
            continue
        name = country.standing.name_of(district, layout.local(place))
        if name in names and fits[name == _CORRECTED]:
            yield place
