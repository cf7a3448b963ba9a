"""URL shapes of domain.md 1.1 and what each is taken for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.agreements.model import Agreement, Granted
from siaksim.scenario.agreements import shipped
from siaksim.services.dukcapil.address import Address, address_of, claims, operation_of

SHAPES = [
    ("/dukcapil/get_json/35-76/dinkes/dinkes", Address("get_json", "35-76", "dinkes", "dinkes")),
    ("/dukcapil/get_json/35/rsud/call_nik", Address("get_json", "35", "rsud", "call_nik")),
    ("/dukcapil/get_json/CONTOH/CALL_NIK", Address("get_json", "", "CONTOH", "CALL_NIK")),
    (
        "/dukcapil/get_json/990012345678901/CALL_VERIFY_BY_ELEMEN",
        Address("get_json", "", "990012345678901", "CALL_VERIFY_BY_ELEMEN"),
    ),
    ("/dapi/dukcapil/get_json/a/b", Address("get_json", "", "a", "b")),
    ("/x/y/z/dukcapil/get_json/35-76/a/b/", Address("get_json", "35-76", "a", "b")),
    ("/api/face-recognition/dukcapil/c-1/CALL_FR", Address("face", "", "c-1", "CALL_FR")),
    ("/gate/databalik/api/store", Address("store", "", "", "store")),
]


@pytest.mark.parametrize(("path", "address"), SHAPES)
def test_every_shape_leads_to_its_address(path: str, address: Address) -> None:
    assert claims(path)
    assert address_of(path) == address


@pytest.mark.parametrize(
    "path",
    ["/dukcapil", "/dukcapil/get_json", "/dukcapil/get_json/x", "/dukcapil/get_json/a/b/c/d", "/"],
)
def test_what_names_no_method_is_no_address(path: str) -> None:
    assert address_of(path) is None


@pytest.mark.parametrize("path", ["/ikd/v1/terms", "/siak/v1/dukcapil", "/get_json/a/b", "/api/x"])
def test_other_services_keep_their_paths(path: str) -> None:
    assert not claims(path)


@given(st.text(), st.text())
def test_any_path_is_an_address_or_none(before: str, after: str) -> None:
    found = address_of(f"{before}/dukcapil/get_json/{after}")
    assert found is None or found.kind == "get_json"


@pytest.mark.parametrize(
    ("name", "method", "expected"),
    [
        ("rsud-lookup", "call_nik", ("call_nik", True)),
        ("rsud-lookup", "CaLl_NiK", ("call_nik", True)),
        ("rsud-lookup", "CALL_VERIFY_BY_ELEMEN", ("call_verify", False)),
        ("dinkes-own-method", "DINKES", ("call_nik", True)),
        ("dinkes-own-method", "CALL_NIK", ("call_nik", False)),
        ("bank-old-verify", "koneksitas_verifby_elemen", ("call_verify", True)),
        ("desa-family", "call_nik_get_kk", ("call_nik_get_kk", True)),
        ("province-strict", "get_nik", ("call_nik", True)),
        ("finance-verify", "nobody_has_this", ("call_nik", False)),
        ("finance-verify", "call_fr", ("call_nik", False)),
    ],
)
def test_methods_in_any_case_are_what_the_agreement_grants(
    name: str, method: str, expected: tuple[Granted, bool]
) -> None:
    agreement = shipped().get(name)
    assert agreement is not None
    address = address_of(agreement.path(method))
    assert address is not None
    assert shipped().at(address.key) == name
    assert operation_of(address, agreement) == expected


def test_institutions_are_found_in_any_case() -> None:
    for name, agreement in shipped().items():
        method = next(iter(agreement.methods))
        for path in (agreement.path(method), _swapped(agreement, method)):
            address = address_of(path)
            assert address is not None
            assert shipped().at(address.key) == name


def _swapped(agreement: Agreement, method: str) -> str:
    path = agreement.path(method)
    head, found, tail = path.rpartition(agreement.institution)
    return head + found.swapcase() + tail
