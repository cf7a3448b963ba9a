"""Find and search give exactly what looking at everybody gives, `none` included."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from siaksim.population.country import Country, PopulationSettings, Resident
from siaksim.population.describe import describe
from siaksim.population.settings import DEFAULT_SHARES

REFERENCE = date(2024, 7, 1)
COUNTRIES = (
    Country(7, PopulationSettings(areas=("35.76",), size=1500)),
    Country(8, PopulationSettings(areas=("35.76", "91"), size=700, under_17=0.4)),
    Country(9, PopulationSettings(areas=("35.76.02",), size=5)),
    Country(
        10,
        PopulationSettings(
            areas=("35.16.11", "35.16.13"),
            size=900,
            shares=dict.fromkeys(DEFAULT_SHARES, 0.1),
            reference_date=date(2024, 2, 29),
        ),
    ),
)
EVERYBODY = [[country.resident(i) for i in range(country.size)] for country in COUNTRIES]
STATUSES = ("normal", *DEFAULT_SHARES)
SOME_DAY = st.one_of(
    st.just(date(2024, 7, 11)), st.just(REFERENCE), st.dates(date(2004, 1, 1), date(2044, 12, 31))
)


def has(country: Country, resident: Resident, status: str) -> bool:
    """Say whether a resident has a status, by nothing but her or his record."""
    if status == "never_recorded":
        return resident.age_on(country.settings.reference_date) >= 17 and not resident.recorded
    if status == "no_recorded_photo":
        return resident.recorded and not resident.has_photo
    if status == "corrected_birth_date":
        return resident.birth_date != country.nik_date(resident.nik)
    return resident.status == status


def by_looking(number: int, wanted: dict[str, Any]) -> set[int]:
    """Return the indices of those who fit, by looking at everybody."""
    country = COUNTRIES[number]
    low, high = wanted.get("ages") or (wanted.get("age", 0), wanted.get("age", 150))
    return {
        r.index
        for r in EVERYBODY[number]
        if low <= r.age_on(wanted["today"]) <= high
        and wanted.get("sex") in (None, r.sex)
        and wanted.get("recorded") in (None, r.recorded)
        and ("status" not in wanted or has(country, r, wanted["status"]))
        and ("area" not in wanted or r.area.startswith(wanted["area"]))
    }


QUERIES = st.fixed_dictionaries(
    {"today": SOME_DAY},
    optional={
        "age": st.integers(0, 120),
        "sex": st.sampled_from(["L", "P"]),
        "recorded": st.booleans(),
        "status": st.sampled_from(STATUSES),
        "area": st.sampled_from(["35", "35.76", "35.76.02", "91", "35.16.11"]),
    },
)
RANGES = st.tuples(st.integers(0, 99), st.integers(0, 40)).map(lambda p: (p[0], p[0] + p[1]))


def _ranged(query: dict[str, Any], ages: tuple[int, int] | None) -> dict[str, Any]:
    if ages is None:
        return query
    return {name: value for name, value in query.items() if name != "age"} | {"ages": ages}


WITH_RANGES = st.builds(_ranged, QUERIES, st.one_of(st.none(), RANGES))


@settings(max_examples=120, deadline=None)
@given(st.integers(0, len(COUNTRIES) - 1), WITH_RANGES)
@example(0, {"today": date(2024, 7, 11), "age": 17, "recorded": False, "area": "35.76.02"})
@example(3, {"today": date(2024, 2, 29), "age": 16})
@example(3, {"today": date(2023, 2, 28), "status": "corrected_birth_date"})
@example(2, {"today": date(2024, 7, 11), "status": "dead"})
def test_find_gives_exactly_those_who_fit(number: int, wanted: dict[str, Any]) -> None:
    found = COUNTRIES[number].find(**wanted, limit=10_000)
    assert len({r.index for r in found}) == len(found)
    assert {r.index for r in found} == by_looking(number, wanted)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, len(COUNTRIES) - 1), WITH_RANGES, st.integers(1, 30), st.integers(0, 60))
def test_pages_of_a_search_are_parts_of_the_whole(
    number: int, wanted: dict[str, Any], limit: int, start: int
) -> None:
    whole = COUNTRIES[number].find(**wanted, limit=10_000)
    page = COUNTRIES[number].find(**wanted, limit=limit, start=start)
    assert page == whole[start : start + limit]


@pytest.mark.parametrize("number", range(len(COUNTRIES)))
def test_every_status_and_age_is_found_and_nobody_else(number: int) -> None:
    country = COUNTRIES[number]
    day = country.settings.reference_date
    for status in STATUSES:
        for recorded in (None, True, False):
            wanted: dict[str, Any] = {"today": day, "status": status, "recorded": recorded}
            found = country.find(**wanted, limit=10_000)
            assert {r.index for r in found} == by_looking(number, wanted)
    for age in (*range(14, 22), 0, 1, 34, 97, 98, 99, 100):
        wanted = {"today": day, "age": age}
        found = country.find(**wanted, limit=10_000)
        assert {r.index for r in found} == by_looking(number, wanted)


# -- search --------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(COUNTRIES)))
def test_search_gives_everybody_of_the_name_and_date_of_the_record(number: int) -> None:
    country, everybody = COUNTRIES[number], EVERYBODY[number]
    corrected = [r for r in everybody if r.birth_date != country.nik_date(r.nik)]
    for resident in everybody[:15] + corrected[:15]:
        twins = {
            r.index
            for r in everybody
            if (r.name, r.birth_date) == (resident.name, resident.birth_date)
        }
        found = country.search(resident.name.lower().replace(" ", "  "), resident.birth_date)
        assert {r.index for r in found} == twins
        if resident in corrected:
            old = country.search(resident.name, country.nik_date(resident.nik))
            assert resident not in old


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30), st.dates())
def test_nobody_has_a_name_that_is_not_in_the_lists(name: str, born: date) -> None:
    assert COUNTRIES[0].search(name, born) == []


def test_a_search_of_the_whole_goes_in_many_short_steps() -> None:
    country = Country(3576)
    someone = country.resident(7)
    steps = list(country.search_steps(someone.name, someone.birth_date))
    assert len(steps) == len(country.districts)
    assert [someone] == [r for some in steps for r in some]


# -- what a search may cost: counted, not timed -----------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        {"age": 17, "recorded": False, "area": "Magersari"},
        {"status": "inactive", "age": 97},
        {"age": 30, "sex": "P"},
        {"recorded": True, "status": "never_recorded"},
        {"age": 0, "recorded": True},
        {"start": 100_000},
    ],
)
def test_of_a_million_residents_only_those_who_are_shown_are_described(
    wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    country = Country(3576)
    described = []

    def counted(*given: Any) -> Resident:
        described.append(given)
        return describe(*given)

    monkeypatch.setattr("siaksim.population.country.describe", counted)
    found = country.find(today=date(2024, 7, 11), limit=20, **wanted)
    assert len(described) == len(found) <= 20
