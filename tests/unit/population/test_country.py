"""A synthetic population: in bijection with its NIKs, and its households agree."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.errors import UserError
from siaksim.population.country import Country, PopulationSettings
from siaksim.population.regions import DISTRICTS, within

TODAY = date(2024, 7, 11)
WHOLE = Country(3576)
SMALL = Country(7, PopulationSettings(areas=("35.76",), size=1500))
INDEXES = st.integers(0, WHOLE.size - 1)


@given(INDEXES)
def test_a_nik_leads_back_to_its_index(index: int) -> None:
    resident = WHOLE.resident(index)
    assert WHOLE.index_of(resident.nik) == index
    assert WHOLE.by_nik(resident.nik) == resident


@given(INDEXES)
def test_a_households_members_agree(index: int) -> None:
    family = WHOLE.household(WHOLE.resident(index).kk)
    assert index in [member.index for member in family]
    assert {member.kk for member in family} == {family[0].kk}
    assert len({(m.address, m.rt, m.rw, m.village_code) for m in family}) == 1
    assert [m.relation for m in family].count("KEPALA KELUARGA") == 1
    children = [m for m in family if m.relation == "ANAK"]
    wives = [m for m in family if m.relation == "ISTRI"]
    if wives:
        assert family[0].marital_status == wives[0].marital_status == "KAWIN"
    for child in children:
        for parent in (child.mother_nik, child.father_nik):
            if parent is not None:
                found = next(m for m in family if m.nik == parent)
                assert found.age_on(TODAY) - child.age_on(TODAY) >= 15
    assert len({(m.mother_name, m.father_name) for m in children}) <= 1


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


@settings(max_examples=6, deadline=None)
@given(
    st.integers(0, 99),
    st.sampled_from(["L", "P"]),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_find_is_exact_on_any_world_date(age: int, sex: str, today: date) -> None:
    found = SMALL.find(today=today, age=age, sex=sex, limit=10_000)
    everybody = (SMALL.resident(i) for i in range(SMALL.size))
    wanted = {r.nik for r in everybody if r.sex == sex and r.age_on(today) == age}
    assert {r.nik for r in found} == wanted


def test_search_finds_somebody_by_name_and_birth_date() -> None:
    someone = next(
        r for r in map(SMALL.resident, range(50)) if SMALL.nik_date(r.nik) == r.birth_date
    )
    assert someone in SMALL.search(someone.name.lower(), someone.birth_date)
    assert SMALL.search("NOBODY AT ALL", someone.birth_date) == []


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


def test_mistakes_in_settings_say_what_there_is() -> None:
    with pytest.raises(UserError, match="no area"):
        PopulationSettings(areas=("12.34",))
    with pytest.raises(UserError, match="unknown share 'ded'"):
        PopulationSettings(shares={"ded": 0.1})
    with pytest.raises(UserError, match="size must be"):
        PopulationSettings(size=0)


def test_kota_mojokerto_has_its_three_kecamatan_and_eighteen_kelurahan() -> None:
    kota = within("35.76")
    assert [d.name for d in kota] == ["PRAJURITKULON", "MAGERSARI", "KRANGGAN"]
    assert sum(len(d.villages) for d in kota) == 18
    assert len(within("35.16")) == 18
    assert len({d.code for d in DISTRICTS}) == len(DISTRICTS)
