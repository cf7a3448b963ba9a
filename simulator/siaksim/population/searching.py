"""Who has this name and birth date: by undoing the NIKs of that day. PURE.

All NIKs of a day are 900 serials for each district of issue and sex. Corrections move the birth
dates of a district, age and sex by as many days, so their NIKs' day is known too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from siaksim.population.names import has_name, named, own_key
from siaksim.population.numbers import AGE_MAX, block
from siaksim.population.resident import years_between

if TYPE_CHECKING:
    from siaksim.population.country import Country
    from siaksim.population.households import Sex
    from siaksim.population.layout import Place


def searched(country: Country, name: str, born: date) -> Iterator[list[Place]]:
    """Give the places of people of a name and birth date, district of issue by district."""
    reference = country.settings.reference_date
    age = years_between(born, reference)
    if not 0 <= age <= AGE_MAX:
        return
    last, _ = block(reference, age)
    for sex, numbers in named(" ".join(name.upper().split())).items():
        for issue in range(len(country.districts)):
            yield list(_of_day(country, numbers, issue, age, sex, (last - born).days))


def _of_day(
    country: Country, numbers: tuple[int, int], issue: int, age: int, sex: Sex, back: int
) -> Iterator[Place]:
    identity, layout = country.identity, country.layout
    _, days = block(country.settings.reference_date, age)
    shift = identity.shift(identity.perm_key(issue, age, sex), days)
    for corrected, day in ((False, back), (True, (back - shift) % days)):
        for district, local in identity.of_day(issue, age, sex, day):
            place = layout.place(district, local)
            # The name first: it costs less than the rest, and hardly anybody has it.
            if not has_name(own_key(layout.home_key(place), place.slot), sex, numbers):
                continue
            member = layout.member(place, layout.home(place))
            status = country.standing.name_of(district, local)
            right = (status == "corrected_birth_date") == corrected
            if right and (member.sex, member.age) == (sex, age):
                yield place
