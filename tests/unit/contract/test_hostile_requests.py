"""Requests made to hurt: deep, long, badly escaped. The check says no, at once, and goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.contract.router import Match, NotFound, Router
from siaksim.contract.spec import TEXT_LIMIT
from siaksim.contract.validate import DEPTH_LIMIT, FORM, VALUES_LIMIT, Problem, check
from siaksim.edges.assembly import contracts

JSON = "application/json"
MEBIBYTE = 1024 * 1024
CONTRACTS = contracts()
OPERATIONS = {name: o for c in CONTRACTS.values() for name, o in c.operations.items()}
REGISTER = OPERATIONS["ikd.register"]
ACTIVATE = OPERATIONS["mail.activate"]
LINK = {"token": "a" * 32}
ROUTER = Router(CONTRACTS)


def registering(body: bytes) -> list[Problem]:
    return check(REGISTER, {}, {}, {}, JSON, body)[1]


def nested(levels: int, inner: str = "1") -> bytes:
    return ('{"a":' * levels + inner + "}" * levels).encode()


@pytest.mark.parametrize(
    "body",
    [
        nested(DEPTH_LIMIT + 1),
        nested(300),
        nested(1000),
        b'{"a":' + b"[" * 1000 + b"]" * 1000 + b"}",
        nested(2_000),
    ],
    ids=["33", "300", "1000", "1000 lists", "2000"],
)
def test_a_body_that_nests_too_deep_is_malformed(body: bytes) -> None:
    parsed, problems = check(REGISTER, {}, {}, {}, JSON, body)
    assert parsed is None  # so nothing behind the check walks through it either
    assert [p.status for p in problems] == [400]


def test_a_body_that_nests_as_deep_as_may_be_is_held_against_the_contract() -> None:
    problems = registering(nested(DEPTH_LIMIT))
    assert problems
    assert {p.status for p in problems} == {422}


@pytest.mark.parametrize("levels", [1, 2, 10, DEPTH_LIMIT - 1])
def test_a_key_named_twice_is_found_at_any_depth(levels: int) -> None:
    problems = registering(nested(levels, '{"b":1,"b":2}'))
    assert [p.what for p in problems] == ["names a key twice"]


@pytest.mark.parametrize(
    "text", ["\\", "\\\\", '"', '\\"', '\\":', '":"', "a:b", "\\\\:", '\\\\":{', "\n\\u003a"]
)
def test_colons_and_quotes_within_a_text_are_no_keys(text: str) -> None:
    for body in ({text: text}, {"a": [text, {text: 1}]}):
        told = [p.what for p in registering(json.dumps(body).encode())]
        assert "names a key twice" not in told


@given(st.text('\\":u{}[],', max_size=12), st.text('\\":u{}[],', max_size=12))
def test_no_text_hides_a_key_named_twice(key: str, value: str) -> None:
    written = json.dumps(key)
    body = f'{{"a":{json.dumps(value)},{written}:1,{written}:{json.dumps(value)}}}'.encode()
    assert [p.what for p in registering(body)] == ["names a key twice"]


@pytest.mark.parametrize("media", [JSON, FORM])
def test_a_text_body_beyond_its_limit_is_not_even_read(media: str) -> None:
    long = check(ACTIVATE, LINK, {}, {}, media, b"\xff" * (TEXT_LIMIT + 1))
    assert long == (None, [Problem("body", f"is longer than {TEXT_LIMIT} bytes", 413)])
    assert [p.status for p in check(ACTIVATE, LINK, {}, {}, media, b"\xff" * TEXT_LIMIT)[1]] == [
        400
    ]


def test_the_longest_body_that_the_contracts_allow_is_below_the_limit() -> None:
    operation = OPERATIONS["siak.confirm_biodata"]
    fields = {
        "name": "\U0001d400" * 100,
        "birth_place": "\U0001d400" * 100,
        "birth_date": "1994-07-11",
        "sex": "Perempuan",
        "address": "\U0001d400" * 200,
    }
    body = json.dumps({"nik": "3576010101079000", "fields": fields}).encode()  # \u escapes: longest
    assert 4_000 < len(body) < TEXT_LIMIT / 2
    assert check(operation, {}, {}, {}, JSON, body)[1] == []


def test_a_picture_may_be_as_long_as_the_server_takes() -> None:
    selfie = OPERATIONS["ikd.upload_selfie"]
    path = {"registration_id": "reg-0123456789ab"}
    assert check(selfie, path, {}, {}, "image/jpeg", b"\xff" * 6_000_000) == (None, [])


@pytest.mark.parametrize("body", [b"NaN", b'{"nik":NaN}', b'{"nik":1e999}', b'{"nik":"\\ud800"}'])
def test_what_json_does_not_have_is_malformed(body: bytes) -> None:
    assert [p.status for p in registering(body)] == [400]


@pytest.mark.parametrize("body", [b"code=%zz", b"code=1&captcha=%", b"code=%f", b"code=%FF"])
def test_a_form_that_is_badly_escaped_is_malformed(body: bytes) -> None:
    assert [p.status for p in check(ACTIVATE, LINK, {}, {}, FORM, body)[1]] == [400]


def test_a_well_escaped_form_is_read() -> None:
    body = b"code=%31+2&captcha=K%2b7&nonce=n%C3%A9"
    parsed, problems = check(ACTIVATE, LINK, {}, {}, FORM, body)
    assert (parsed, problems) == ({"code": "1 2", "captcha": "K+7", "nonce": "né"}, [])


@given(st.text(st.characters(categories=["Cs", "L"]), min_size=1, max_size=4))
def test_half_a_surrogate_pair_in_a_parameter_is_refused(text: str) -> None:
    selfie = OPERATIONS["ikd.upload_selfie"]
    for value, status in ((text, 404), (f"reg-{text}", 404)):
        found = check(selfie, {"registration_id": value}, {}, {}, "image/png", b"x")[1]
        assert [(p.where, p.status) for p in found] == [("path.registration_id", status)]


@pytest.mark.parametrize(
    ("path", "operation", "params"),
    [
        ("/ikd/v1/%74erms", "ikd.terms", {}),
        ("/ikd/v1/registrations/%72eg-1", "ikd.status", {"registration_id": "reg-1"}),
        ("/ikd/v1/registrations/a%2541", "ikd.status", {"registration_id": "a%41"}),
        ("/activation/%ff", "mail.activation_page", {"token": "\ufffd"}),
    ],
)
def test_a_path_is_decoded_once_as_wsgi_servers_do(
    path: str, operation: str, params: dict[str, Any]
) -> None:
    found = ROUTER.match("GET", path)
    assert isinstance(found, Match)
    assert (found.operation.name, found.path_params) == (operation, params)


def test_an_escaped_slash_ends_a_segment() -> None:
    assert isinstance(ROUTER.match("GET", "/activation/a%2Fb"), NotFound)
    found = ROUTER.match("GET", "/activation%2Fa")
    assert isinstance(found, Match)
    assert found.operation.name == "mail.activation_page"


@pytest.mark.parametrize(
    "piece", [b'"k":1,', b"[],", b"1,", b'{"a":1},'], ids=["keys", "lists", "numbers", "objects"]
)
def test_a_long_body_of_many_values_is_not_even_read(piece: bytes) -> None:
    enrol = OPERATIONS["siak.enrol"]
    assert enrol.body_limit == MEBIBYTE
    long = b'{"nik":[' + piece * ((MEBIBYTE - 20) // len(piece)) + b"0]}"
    told = check(enrol, {}, {}, {}, JSON, long)
    assert told == (None, [Problem("body", f"holds more than {VALUES_LIMIT} values", 413)])
