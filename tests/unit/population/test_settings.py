"""Areas, sizes and shares: what is refused says how to mend it; what is taken holds."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.errors import UserError
from siaksim.population.country import Country, PopulationSettings
from siaksim.population.households import ADULT
from siaksim.population.regions import DISTRICTS, District, meant, within
from siaksim.population.settings import DEFAULT_SHARES, PEOPLE_MAX
from siaksim.population.standing import CAST_FROM, MINIMUM_OF_EACH, STATUSES

TODAY = date(2024, 7, 11)


# -- regions -------------------------------------------------------------------------------


def test_kota_mojokerto_has_its_three_kecamatan_and_eighteen_kelurahan() -> None:
    kota = within("35.76")
    assert [d.name for d in kota] == ["PRAJURITKULON", "MAGERSARI", "KRANGGAN"]
    assert [[v.code for v in d.villages] for d in kota] == [
        ["1003", "1004", "1005", "1006", "1007", "1008"],
        ["1001", "1003", "1004", "1008", "1009", "1010"],
        ["1001", "1002", "1003", "1004", "1005", "1006"],
    ]
    assert len({d.code for d in DISTRICTS}) == len(DISTRICTS)


def test_kabupaten_mojokerto_has_its_304_villages() -> None:
    # domain.md 4.3 gives how many each kecamatan has.
    counted = [len(d.villages) for d in within("35.16")]
    assert counted == [19, 18, 20, 13, 19, 19, 17, 19, 16, 17, 16, 16, 15, 14, 20, 16, 18, 12]
    (mojosari,) = within("Mojosari")
    assert [v.name for v in mojosari.villages if v.code.startswith("1")] == [
        "KAUMAN",
        "SARIREJO",
        "SAWAHAN",
        "MOJOSARI",
        "WONOKUSUMO",
    ]
    (puri,) = within("Puri")
    assert {v.code: v.name for v in puri.villages}["2016"] == "BANJARAGUNG"
    assert "2015" not in {v.code for v in puri.villages}


def test_names_and_postal_codes_have_no_stray_signs() -> None:
    for district in DISTRICTS:
        codes = [village.code for village in district.villages]
        assert len(set(codes)) == len(codes) > 3
        for village in district.villages:
            assert village.name == village.name.strip().upper()
            assert village.code[0] in "12"
            known = village.postal_code
            assert known is None or (len(known) == 5 and known.startswith("613"))
            assert (known is None) == district.code.startswith("9")


@pytest.mark.parametrize(
    ("area", "codes"),
    [
        ("35.76.02", ["35.76.02"]),
        ("magersari", ["35.76.02"]),
        ("Gunung gede", []),
        ("Kota Mojokerto", ["35.76.01", "35.76.02", "35.76.03"]),
        ("KAB. MANOKWARI", ["92.02.12"]),
        ("Papua Pegunungan", ["95.01.01"]),
        ("3576", []),
        ("", []),
    ],
)
def test_an_area_is_a_code_or_a_name(area: str, codes: list[str]) -> None:
    assert [d.code for d in within(area)] == codes


@given(st.text(max_size=80))
def test_any_text_may_be_asked_for_as_an_area(area: str) -> None:
    found: tuple[District, ...] = within(area)
    assert found or "districts: " in meant(area)


# -- mistakes ------------------------------------------------------------------------------


def test_mistakes_in_settings_say_what_there_is() -> None:
    with pytest.raises(UserError, match=r"no area that siaksim has\. Did you mean '35\.76'"):
        PopulationSettings(areas=("35.77",))
    with pytest.raises(UserError, match="Did you mean 'Kota Mojokerto'"):
        PopulationSettings(areas=("Kota Mojokarto",))
    with pytest.raises(UserError, match="unknown share 'ded'"):
        PopulationSettings(shares={"ded": 0.1})
    with pytest.raises(UserError, match=r"size must be from 1 to 985,200.*name more areas"):
        PopulationSettings(areas=("35.76",), size=985_201)
    with pytest.raises(UserError, match="size must be"):
        PopulationSettings(size=0)
    with pytest.raises(UserError, match="under_17: must be from 15% to 40%"):
        PopulationSettings(under_17=0.5)


# -- size ----------------------------------------------------------------------------------


@pytest.mark.parametrize("areas", [("35.76",), ("35.76", "35.16", "91"), ("35.16.04", "35.16.16")])
def test_full_districts_hold_their_people_and_give_them_niks(areas: tuple[str, ...]) -> None:
    chosen = PopulationSettings(areas=areas)
    most = PEOPLE_MAX * len(chosen.districts())
    for size in (most, most * 9 // 10):
        country = Country(3, PopulationSettings(areas=areas, size=size))
        assert sum(country.layout.local_people) == country.size == size
        assert max(country.layout.local_people) <= 365 * 900
        for index in range(0, size, size // 60):
            assert country.index_of(country.resident(index).nik) == index


@settings(max_examples=60)
@given(st.integers(1, 9000), st.sampled_from([("35.76",), ("91",), ("35.16", "35.76")]))
def test_everybody_is_in_a_district_and_in_a_household(size: int, areas: tuple[str, ...]) -> None:
    layout = Country(1, PopulationSettings(areas=areas, size=size)).layout
    assert sum(layout.local_people) == size
    counts = [sum(z * n for z, n in counted.items()) for counted in layout.counts]
    assert counts == layout.local_people


# -- the cast ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("share", [None, 0.0])
def test_every_district_of_300_has_adults_of_each_status(seed: int, share: float | None) -> None:
    shares = {} if share is None else dict.fromkeys(DEFAULT_SHARES, share)
    size = CAST_FROM * 21 * 2
    country = Country(seed, PopulationSettings(size=size, shares=shares))
    populous = [d for d, n in enumerate(country.layout.local_people) if n >= CAST_FROM]
    assert len(populous) > 15
    for number in populous:
        for status in STATUSES:
            area = country.districts[number].code
            found = country.find(today=TODAY, area=area, status=status, ages=(ADULT, 120))
            assert len(found) >= MINIMUM_OF_EACH
            if share == 0.0:
                assert len(found) == MINIMUM_OF_EACH
