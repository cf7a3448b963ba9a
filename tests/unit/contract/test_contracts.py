"""The OpenAPI files are sound, every constraint in them counts, and no input breaks the check."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import pytest
from contract_rules import (
    CONTRACTS,
    NIK,
    OPERATIONS,
    OWN,
    bodies,
    breaches,
    document,
    put,
    take,
    walk,
    written,
)
from hypothesis import given
from hypothesis import strategies as st
from siaksim.contract.router import Match, NotFound, Router, WrongMethod
from siaksim.contract.spec import Contract, Operation, Parameter, resolved
from siaksim.contract.validate import FORM, Problem, check

JSON = "application/json"


def nodes(value: Any) -> Iterator[Any]:
    """Yield a document's every value."""
    yield value
    for inner in value.values() if isinstance(value, dict) else value if _is_list(value) else ():
        yield from nodes(inner)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def responses(operation: Operation) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for status, response in written(operation)["responses"].items():
        yield int(status), resolved(document(operation), response)


def assert_fits(contract: Contract, schema: Mapping[str, Any], value: Any) -> None:
    whole = {"allOf": [schema], "components": contract.document["components"]}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(value)


# -- the files are sound -------------------------------------------------------------------


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_every_reference_leads_somewhere(contract: Contract) -> None:
    found = [n for n in nodes(contract.document) if isinstance(n, dict) and "$ref" in n]
    assert found
    for node in found:
        assert node["$ref"].startswith("#/components/")
        assert resolved(contract.document, node)


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_every_schema_is_json_schema_and_its_example_fits(contract: Contract) -> None:
    for name, schema in contract.document["components"]["schemas"].items():
        jsonschema_rs.meta.validate(schema)
        if "example" in schema:
            assert_fits(contract, {"$ref": f"#/components/schemas/{name}"}, schema["example"])


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_answer_has_an_example_that_fits(operation: Operation) -> None:
    contract = CONTRACTS[operation.service]
    for status, response in responses(operation):
        for media, content in response.get("content", {}).items():
            if media.endswith("json"):
                assert_fits(contract, content["schema"], content["example"])
            if media == "application/problem+json":
                assert content["example"]["status"] == status
            if status >= 400:
                assert content["example"]
        if status >= 400 and operation.name in OWN:
            assert "application/problem+json" in response["content"]


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_operation_ids_are_unique_and_links_lead_to_them(contract: Contract) -> None:
    items = [i for path in contract.document["paths"].values() for i in path.values()]
    ids = [i["operationId"] for i in items if "operationId" in i]
    assert len(ids) == len(set(ids)) == len(contract.operations)
    for operation in contract.operations.values():
        for _, response in responses(operation):
            for link in response.get("links", {}).values():
                target = contract.operations[f"{contract.service}.{link['operationId']}"]
                assert set(link["parameters"]) <= {p.name for p in target.parameters}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_tells_its_source_and_the_answers_that_the_server_gives(
    operation: Operation,
) -> None:
    assert operation.source in ("seed", "observed", "assumed")
    statuses = {status for status, _ in responses(operation)}
    # A copied wire has no status for what breaks its contract: it answers in its dialect.
    refused = {415, 422} if operation.name in OWN else set()
    assert {400, 404, 405, 408, 413, 431, 503} | refused <= statuses
    assert not operation.secured or 401 in statuses


# -- every constraint counts ---------------------------------------------------------------


def sent(operation: Operation, media: str, body: Any) -> list[Problem]:
    """Check a body with parameters that are in order; return its problems."""
    raw = urlencode(body).encode() if media == FORM else json.dumps(body).encode()
    path = {p.name: _path_value(p.name) for p in operation.parameters if p.place == "path"}
    return check(operation, path, {}, {}, media, raw)[1]


def _path_value(name: str) -> str:
    values = {"token": "a" * 32, "enrolment_id": "enr-0123456789ab", "kind": "ktp-el"}
    return values.get(name, "reg-0123456789ab")


CASES = [
    pytest.param(
        operation,
        media,
        put(good, at, bad),
        id=f"{operation.name}-{media.rpartition('/')[2][:4]}-{'.'.join(map(str, at))}-{keyword}",
    )
    for operation, media, form, good in bodies(OWN.values())
    for at, schema in walk(operation, form)
    for keyword, bad in breaches(schema, take(good, at))
    # A form carries only texts: what breaks a type there cannot be sent.
    if media != FORM or (keyword != "type" and isinstance(put(good, at, bad), dict))
]


@pytest.mark.parametrize(
    ("operation", "media", "good"),
    [
        pytest.param(o, m, g, id=f"{o.name}-{n}")
        for n, (o, m, _, g) in enumerate(bodies(OWN.values()))
    ],
)
def test_a_body_with_every_property_is_taken(operation: Operation, media: str, good: Any) -> None:
    assert sent(operation, media, good) == []


@pytest.mark.parametrize(("operation", "media", "body"), CASES)
def test_a_body_that_breaks_one_rule_is_refused(
    operation: Operation, media: str, body: Any
) -> None:
    assert sent(operation, media, body)


def test_every_request_schema_is_typed_closed_and_bounded() -> None:
    # Of a text in a path, a header or a form nothing else tells that its type is gone.
    for contract in CONTRACTS.values():
        for parameter in contract.document["components"]["parameters"].values():
            assert parameter["schema"]["type"] == "string"
    for operation, _, form, _ in bodies(OWN.values()):
        for _, schema in walk(operation, form):
            if schema["type"] == "object":
                assert schema["additionalProperties"] is False
            elif schema["type"] == "array":
                assert {"minItems", "maxItems"} <= schema.keys()
            elif schema["type"] == "string":
                assert schema.keys() & {"maxLength", "pattern", "enum", "format"}
            else:
                assert {"minimum", "maximum"} <= schema.keys()


BAD_ENROLMENTS = ("reg-0123456789ab", "enr-0123456789a", "enr-0123456789abc", "enr-012345678_ab")
BAD_IDS = ("reg-0123456789a", "reg-0123456789abc", "0123456789ab", "reg-012345678_ab")
PARAMETERS = [
    pytest.param(o, p, bad, id=f"{o.name}-{p.name}-{bad[:12]!r}")
    for o in OWN.values()
    for p in o.parameters
    for bad in {
        "platform": ("windows", ""),
        "os_major": ("0", "100", "x", "", "1.5", "-1", "٣"),
        "token": ("a" * 31, "a" * 33, "a" * 31 + "-", "a" * 32 + "\n"),
        "registration_id": BAD_IDS,
        "activation_id": BAD_IDS,
        "enrolment_id": BAD_ENROLMENTS,
        "device_id": ("", "a b", "k" * 65, "kit\n"),
        "kind": ("ktp", "", "KK", "kk\n"),
        "idempotency-key": ("", "k" * 129, "a b", "k\n", "ké"),
    }[p.name]
]


@pytest.mark.parametrize(("operation", "parameter", "bad"), PARAMETERS)
def test_a_parameter_that_breaks_its_rule_is_refused(
    operation: Operation, parameter: Parameter, bad: str
) -> None:
    def problems(value: str | None) -> list[tuple[str, int]]:
        places: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
        if value is not None:
            places[parameter.place][parameter.name] = value
        found = check(operation, places["path"], places["query"], places["header"], "", b"")[1]
        return [(p.where, p.status) for p in found if p.where.endswith(parameter.name)]

    status = 404 if parameter.place == "path" else 422
    # An empty key breaks both its length and its pattern; each rule tells its own breach.
    breached = 2 if parameter.place == "header" and not bad else 1
    assert problems(bad) == [(f"{parameter.place}.{parameter.name}", status)] * breached
    assert bool(problems(None)) is parameter.required


@pytest.mark.parametrize("operation", OWN.values(), ids=OWN)
def test_a_body_is_taken_only_where_and_as_the_contract_says(operation: Operation) -> None:
    def statuses(media: str, body: bytes) -> set[int]:
        path = {p.name: _path_value(p.name) for p in operation.parameters if p.place == "path"}
        query = {"platform": "ios", "os_major": "17"} if operation.name == "ikd.app_status" else {}
        return {p.status for p in check(operation, path, query, {}, media, body)[1]}

    assert statuses("", b"") == ({415} if operation.bodies else set())
    assert statuses("text/plain", b"x") == ({415} if operation.bodies else {400})


# -- no input breaks the check, and none is echoed ------------------------------------------

ROUTER = Router(CONTRACTS)
REGISTER = OPERATIONS["ikd.register"]
MEDIA = st.sampled_from([JSON, FORM, "image/png", "", "text/plain"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(method=st.sampled_from(["GET", "HEAD", "POST"]) | st.text(), path=st.text())
def test_the_router_takes_any_text(method: str, path: str) -> None:
    for tried in (path, f"/{path}", f"/ikd/v1/{path}", f"/activation/{path}"):
        assert isinstance(ROUTER.match(method, tried), Match | NotFound | WrongMethod)


TEXTS = st.dictionaries(st.text(), st.text(), max_size=3)


@given(
    name=st.sampled_from(sorted(OWN)),
    texts=st.tuples(TEXTS, TEXTS, TEXTS),
    media=MEDIA,
    body=st.binary() | ANY_JSON.map(lambda value: json.dumps(value).encode()),
)
def test_the_check_takes_any_text_and_bytes(
    name: str, texts: tuple[dict[str, str], ...], media: str, body: bytes
) -> None:
    operation = OPERATIONS[name]
    parsed, problems = check(operation, texts[0], texts[1], texts[2], media, body)
    assert all(400 <= p.status < 500 for p in problems)
    if not problems and operation.bodies and operation.bodies.get(media) is not None and body:
        assert isinstance(parsed, dict)


@given(name=st.sampled_from(sorted(OWN)), texts=st.permutations([NIK, "x", "reg-1"]))
def test_a_nik_in_a_parameter_is_not_echoed(name: str, texts: list[str]) -> None:
    operation = OPERATIONS[name]
    places = [{p.name: texts[0] for p in operation.parameters} for _ in range(3)]
    problems = check(operation, places[0], places[1], places[2], "", b"")[1]
    problems += check(operation, {}, {texts[1]: texts[0], NIK: "1"}, {NIK: NIK}, NIK, b"1")[1]
    assert problems
    assert not _tells(problems)


NIK_JSON = st.recursive(
    st.sampled_from([NIK, int(NIK), f"x {NIK}", None, 1.5]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [NIK, f"k{NIK}", "nik", "device", "fields", "sex", "platform", "birth_date"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(name=st.sampled_from(sorted(OWN)), value=NIK_JSON, media=MEDIA)
def test_a_nik_in_a_body_is_not_echoed(name: str, value: Any, media: str) -> None:
    body = json.dumps(value).encode()
    assert not _tells(check(OPERATIONS[name], {}, {}, {}, media, body)[1])
    form = urlencode({NIK: NIK, "code": NIK * 2}).encode()
    assert not _tells(check(OPERATIONS[name], {}, {}, {}, FORM, form)[1])


@pytest.mark.parametrize(("operation", "media", "body"), CASES)
def test_a_body_that_breaks_one_rule_is_not_echoed(
    operation: Operation, media: str, body: Any
) -> None:
    assert not _tells(sent(operation, media, body))


def _tells(problems: list[Problem]) -> list[Problem]:
    return [p for p in problems if NIK in p.where or NIK in p.what]


@pytest.mark.parametrize(
    "body",
    [
        b'{"nik": "1", "nik": "1"}',
        b'{"n\\u0069k": "1", "nik": "1"}',
        b'{"device": {"id": "a:b", "id": "\\":\\\\"}}',
        b'{"nik": [{"a": 1, "a": 1}]}',
    ],
)
def test_a_key_named_twice_is_refused(body: bytes) -> None:
    problems = check(REGISTER, {}, {}, {}, JSON, body)[1]
    assert [(p.what, p.status) for p in problems] == [("names a key twice", 400)]


def test_a_form_field_named_twice_is_refused() -> None:
    problems = check(
        OPERATIONS["mail.activate"], {"token": "a" * 32}, {}, {}, FORM, b"code=1&code=1"
    )[1]
    assert [p.what for p in problems] == ["names a field twice"]


@given(st.dictionaries(st.text(), ANY_JSON, max_size=3), st.booleans())
def test_keys_named_once_are_never_called_twice(value: Any, plain: bool) -> None:
    body = json.dumps(value, ensure_ascii=plain).encode("utf-8", "surrogatepass")
    assert "names a key twice" not in [p.what for p in check(REGISTER, {}, {}, {}, JSON, body)[1]]
