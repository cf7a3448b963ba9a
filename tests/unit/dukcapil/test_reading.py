"""Spellings and headers of domain.md 1.2: what bodies say, however they say it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.agreements.fields import ALIASES, FACE_ALIASES
from siaksim.scenario.agreements import shipped
from siaksim.services.dukcapil.reading import canonical, parsed, said, spelt

JSON = "application/json"
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("nik", "NIK"),
        ("NIK", "NIK"),
        ("user_id", "user_id"),
        ("USER_ID", "user_id"),
        ("userId", "user_id"),
        ("password", "password"),
        ("PASSWORD", "password"),
        ("ip_user", "IP_USER"),
        ("IP_USER", "IP_USER"),
        ("IP_user", "IP_USER"),
        ("ip_users", "IP_USER"),
        ("ip_address", "IP_USER"),
        ("ipUser", "IP_USER"),
        ("TRESHOLD", "TRESHOLD"),
        ("treshold", "TRESHOLD"),
        ("threshold", "TRESHOLD"),
        ("Nama_lgkp", "NAMA_LGKP"),
        ("Tmpt_lhr", "TMPT_LHR"),
        ("Tgl_lhr", "TGL_LHR"),
    ],
)
def test_every_spelling_seen_is_read(key: str, name: str) -> None:
    assert canonical({key: "x"}, None) == {name: "x"}


def test_only_a_face_match_spells_the_claim_plainly_ip() -> None:
    body = {"ip": "10.10.10.40", "threshold": 12}
    claimed = {"IP_USER": "10.10.10.40", "TRESHOLD": "12"}
    assert canonical(body, None, FACE_ALIASES) == claimed
    assert canonical(body, None) == {"ip": "10.10.10.40", "TRESHOLD": "12"}


def test_one_body_may_mix_spellings() -> None:
    body = {"NIK": "1", "Nama_lgkp": "A", "JENIS_KLMIN": "B", "treshold": 90, "user_id": "u"}
    expected = {"NIK": "1", "NAMA_LGKP": "A", "JENIS_KLMIN": "B", "TRESHOLD": "90", "user_id": "u"}
    assert canonical(body, None) == expected


def test_of_two_spellings_the_first_that_says_something_counts() -> None:
    assert canonical({"nik": "", "NIK": "1"}, None)["NIK"] == "1"
    assert canonical({"nik": None, "NIK": "1", "Nik": "2"}, None)["NIK"] == "1"


def test_strict_keys_are_read_in_the_agreements_spelling_alone() -> None:
    strict = shipped().get("province-strict")
    body = {"nik": "1", "NIK": "2", "ip_user": "3", "ip_address": "4", "USER_ID": "5"}
    found = canonical(body, strict)
    assert found == {"NIK": "1", "IP_USER": "4", "ip_user": "3", "USER_ID": "5"}


@pytest.mark.parametrize(
    "kind",
    [
        JSON,
        "application/json; charset=UTF-8",
        "application/json,Accept: application/json",
        "text/plain",
        "",
        "application/x-www-form-urlencoded",
    ],
)
def test_json_is_read_under_any_content_type(kind: str) -> None:
    assert parsed(b' {"nik": "1"}', kind, "") == ({"nik": "1"}, None)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "", "text/plain"])
def test_a_form_is_read(kind: str) -> None:
    assert parsed(b"nik=1&user_id=a%20b", kind, "")[0] == {"nik": "1", "user_id": "a b"}


def test_an_empty_body_leaves_the_query() -> None:
    assert parsed(b"", JSON, "NIK=1&USER_ID=u")[0] == {"NIK": "1", "USER_ID": "u"}
    assert parsed(b" \r\n", JSON, "")[0] == {}


@pytest.mark.parametrize("body", [b"{", b"nik: 1", b"\xff\xfe", b"<xml/>", b'{"a": NaN}'])
def test_what_is_neither_json_nor_a_form_is_a_problem(body: bytes) -> None:
    found, problem = parsed(body, JSON, "")
    assert found is None
    assert problem is not None
    assert problem.status == 400


@given(st.binary(), st.text(), st.text())
def test_no_bytes_break_the_reader(body: bytes, kind: str, query: str) -> None:
    data, problem = parsed(body, kind, query)
    found = canonical(data, None)
    assert problem is None or data is None
    assert all(isinstance(found.get(name, ""), str) for name in ALIASES.values())
    assert all(said(found, name) == said(found, name).strip() for name in ALIASES.values())


@given(ANY_JSON)
def test_any_json_is_read_and_its_known_keys_are_texts(value: Any) -> None:
    data, problem = parsed(json.dumps(value).encode(), JSON, "")
    assert problem is None
    found = canonical(data, None)
    known = set(ALIASES.values())
    assert all(isinstance(v, str) for k, v in found.items() if k in known)


@given(st.sampled_from(sorted(ALIASES)), st.data())
def test_the_case_of_a_key_never_matters(key: str, data: st.DataObject) -> None:
    mixed = "".join(data.draw(st.sampled_from([c.lower(), c.upper()])) for c in key)
    assert canonical({mixed: "x"}, None) == {ALIASES[key]: "x"}


def test_exact_names_are_found_in_any_case() -> None:
    found = spelt({"TRANSACTIONID": "1", "Image": "2"}, ("transactionId", "image", "customer_id"))
    assert found == {"transactionId": "1", "image": "2"}
