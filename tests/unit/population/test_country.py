"""A synthetic population: in bijection with its NIKs, and its households agree."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.population.country import Country, PopulationSettings

TODAY = date(2024, 7, 11)
WHOLE = Country(3576)
SMALL = Country(7, PopulationSettings(areas=("35.76",), size=1500))
INDEXES = st.integers(0, WHOLE.size - 1)


@given(INDEXES)
def test_a_nik_leads_back_to_its_index(index: int) -> None:
    resident = WHOLE.resident(index)
    assert WHOLE.index_of(resident.nik) == index
    assert WHOLE.by_nik(resident.nik) == resident


@settings(max_examples=20)
@given(INDEXES)
def test_serials_keep_clear_of_real_people_and_of_kk_numbers(index: int) -> None:
    resident = WHOLE.resident(index)
    assert 9000 <= int(resident.nik[12:]) <= 9899
    assert 9900 <= int(resident.kk[12:]) <= 9999


def test_everybody_of_a_small_country_has_a_nik_and_a_place_of_their_own() -> None:
    everybody = [SMALL.resident(i) for i in range(SMALL.size)]
    assert len({r.nik for r in everybody}) == SMALL.size
    families = {r.kk for r in everybody}
    assert sum(len(SMALL.household(kk)) for kk in families) == SMALL.size
    assert families.isdisjoint(r.nik for r in everybody)


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_tiny_countries_are_whole(size: int) -> None:
    country = Country(1, PopulationSettings(areas=("35.76",), size=size))
    niks = [country.resident(i).nik for i in range(size)]
    assert [country.index_of(nik) for nik in niks] == list(range(size))
    with pytest.raises(IndexError):
        country.resident(size)


@given(st.text("0123456789", min_size=16, max_size=16))
def test_a_number_that_siaksim_did_not_issue_leads_nowhere(number: str) -> None:
    index = SMALL.index_of(number)
    assert index is None or SMALL.resident(index).nik == number


@given(st.text(max_size=20))
def test_any_text_may_be_looked_up(text: str) -> None:
    assert WHOLE.index_of(text) is None or len(text) == 16
    assert WHOLE.household(text) == () or len(text) == 16


def test_some_adults_were_given_their_nik_in_another_district_most_of_them_nearby() -> None:
    people = [WHOLE.resident(i) for i in range(0, WHOLE.size, WHOLE.size // 4000)]
    issued = {r.index: f"{r.nik[:2]}.{r.nik[2:4]}.{r.nik[4:6]}" for r in people}
    moved = [r for r in people if issued[r.index] != r.area]
    assert all(r.age_on(WHOLE.settings.reference_date) >= 20 for r in moved)
    assert 0.04 < len(moved) / len(people) < 0.12
    near = [r for r in moved if issued[r.index][:5] == r.area[:5]]
    assert len(near) > len(moved) / 2
    # Children under 20 are local in every district, so siblings' NIKs begin alike.
    alone = Country(1, PopulationSettings(areas=("91",), size=400))
    assert {alone.resident(i).nik[:6] for i in range(400)} == {"917101"}


def test_papuan_niks_are_beyond_what_a_double_holds() -> None:
    for code in ("91", "92", "93", "94", "95", "96"):
        country = Country(1, PopulationSettings(areas=(code,), size=50))
        assert all(int(country.resident(i).nik) > 2**53 for i in range(50))


def test_the_offices_question_is_answered_exactly() -> None:
    found = WHOLE.find(today=TODAY, age=17, recorded=False, area="Magersari", limit=5)
    assert len(found) == 5
    assert {(r.age_on(TODAY), r.recorded, r.district_name) for r in found} == {
        (17, False, "MAGERSARI")
    }


@pytest.mark.parametrize("status", ["dead", "duplicate", "inactive", "active_elsewhere"])
def test_every_default_district_has_somebody_of_each_status(status: str) -> None:
    for district in WHOLE.districts:
        found = WHOLE.find(today=TODAY, area=district.code, status=status, limit=1)
        assert [(r.status, r.area) for r in found] == [(status, district.code)]


def test_people_are_the_same_in_every_process() -> None:
    code = "from siaksim.population.country import Country; print(Country(3576).resident(99))"
    shown = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert shown == {str(WHOLE.resident(99))}
    assert Country(3577).resident(99) != WHOLE.resident(99)
