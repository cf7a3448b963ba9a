"""What the contracts promise is what siaksim says, and no promise or rule goes unnoticed.

`constraints.txt` lists every rule of every schema. It is edited by hand, so that a rule that is
dropped, loosened or added is a decision that a reader of the change sees.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from siaksim.contract.spec import Contract, Operation, resolved
from siaksim.edges.assembly import contracts
from siaksim.services import problems
from siaksim.services.ikd.messages import TITLES

CONTRACTS = contracts()
OPERATIONS = {name: o for c in CONTRACTS.values() for name, o in c.operations.items()}
OWN = {name: o for name, o in OPERATIONS.items() if o.service != "dukcapil"}
PROBLEM = "application/problem+json"
TABLE = Path(__file__).parent / "constraints.txt"
NOT_RULES = {"description", "example", "properties", "items", "oneOf", "allOf", "schema"}


# -- the table of constraints ----------------------------------------------------------------


def rules_of(label: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield 'where keyword value' for each rule that a schema states, inner ones too."""
    for keyword, value in schema.items():
        if keyword not in NOT_RULES:
            yield f"{label} {keyword} {json.dumps(value, ensure_ascii=False)}"
    for name, part in schema.get("properties", {}).items():
        yield from rules_of(f"{label}.{name}", part)
    if "items" in schema:
        yield from rules_of(f"{label}[]", schema["items"])
    for keyword in ("oneOf", "allOf"):
        for number, part in enumerate(schema.get(keyword, ())):
            yield from rules_of(f"{label}/{keyword}{number}", part)


def parameter_rules(label: str, parameter: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in parameter:
        yield f"{label} parameter {parameter['$ref']}"
        return
    where = f"{label} {parameter['in']}.{parameter['name']}"
    yield f"{where} required {json.dumps(bool(parameter.get('required')))}"
    yield from rules_of(where, parameter["schema"])


def content_rules(label: str, holder: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in holder:
        yield f"{label} $ref {holder['$ref']}"
    for name, header in holder.get("headers", {}).items():
        yield from rules_of(f"{label} header {name}", header["schema"])
    for media, content in holder.get("content", {}).items():
        yield f"{label} takes {media}"
        yield from rules_of(f"{label} {media}", content["schema"])


def stated(contract: Contract) -> Iterator[str]:
    """Yield every rule of a contract, a line each."""
    document, service = contract.document, contract.service
    for name, operation in contract.operations.items():
        item = document["paths"][operation.path_template]
        spec = item[operation.method.lower()]
        yield f"{name} {operation.method} {operation.path_template}"
        yield f"{name} security {json.dumps(spec.get('security', []))}"
        for parameter in (*item.get("parameters", ()), *spec.get("parameters", ())):
            yield from parameter_rules(name, parameter)
        if "requestBody" in spec:
            body = spec["requestBody"]
            yield f"{name} body required {json.dumps(bool(body.get('required')))}"
            yield from content_rules(f"{name} body", body)
        for status, response in spec["responses"].items():
            yield from content_rules(f"{name} {status}", response)
    parts = document["components"]
    for name, response in parts["responses"].items():
        yield from content_rules(f"{service}#{name}", response)
    for name, parameter in parts["parameters"].items():
        yield from parameter_rules(f"{service}#{name}", parameter)
    for name, schema in parts["schemas"].items():
        yield from rules_of(f"{service}#{name}", schema)


def test_every_rule_of_every_schema_is_in_the_table_and_no_other() -> None:
    found = [line for service in sorted(CONTRACTS) for line in stated(CONTRACTS[service])]
    assert len(found) == len(set(found))
    written = TABLE.read_text(encoding="utf-8").splitlines()
    dropped, added = sorted(set(written) - set(found)), sorted(set(found) - set(written))
    assert (dropped, added) == ([], []), "Change constraints.txt if the contract is to change."


# -- codes and titles --------------------------------------------------------------------------


def told(operation: Operation) -> dict[int, tuple[set[str], Mapping[str, Any]]]:
    """Return the codes and the example of each refusal, by status."""
    document = CONTRACTS[operation.service].document
    spec = document["paths"][operation.path_template][operation.method.lower()]
    found = {}
    for status, response in spec["responses"].items():
        content = resolved(document, response).get("content", {})
        if PROBLEM in content:
            codes = content[PROBLEM]["schema"]["allOf"][1]["properties"]["code"]["enum"]
            assert len(codes) == len(set(codes))
            found[int(status)] = (set(codes), content[PROBLEM]["example"])
    return found


@pytest.mark.parametrize("operation", OWN.values(), ids=OWN)
def test_every_refusal_names_its_codes_and_shows_the_title_that_siaksim_gives(
    operation: Operation,
) -> None:
    for status, (codes, example) in told(operation).items():
        assert example["code"] in codes
        assert example["status"] == status
        general = json.loads(problems.refusal(status, example["code"]).body)["title"]
        assert example["title"] == TITLES.get(example["code"], general)


def test_every_code_of_the_services_is_told_by_an_operation_and_no_other_is() -> None:
    codes = {c for o in OWN.values() for known, _ in told(o).values() for c in known}
    by_the_server = {
        "malformed_request",
        "not_found",
        "world_not_found",
        "method_not_allowed",
        "request_timeout",
        "request_in_progress",
        "payload_too_large",
        "unsupported_media_type",
        "invalid_request",
        "idempotency_mismatch",
        "headers_too_large",
        "service_unavailable",
    }
    assert codes == set(TITLES) | by_the_server


@pytest.mark.parametrize("operation", OWN.values(), ids=OWN)
def test_every_write_takes_an_idempotency_key_and_tells_how_it_is_refused(
    operation: Operation,
) -> None:
    keyed = "idempotency-key" in {p.name for p in operation.parameters}
    codes = {status: known for status, (known, _) in told(operation).items()}
    assert keyed is (operation.method != "GET")
    assert ("request_in_progress" in codes.get(409, ())) is keyed
    assert ("idempotency_mismatch" in codes[422]) is keyed


def test_only_the_lookups_of_an_activation_and_of_a_recording_may_lag() -> None:
    lagging = {
        name for name, operation in OPERATIONS.items() if "x-reads: replica" in operation.marks
    }
    assert lagging == {"ikd.status", "siak.activation", "siak.enrolment"}


# -- nothing left over -------------------------------------------------------------------------


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_every_component_is_used(contract: Contract) -> None:
    text = json.dumps(contract.document)
    for kind in ("responses", "parameters", "schemas"):
        for name in contract.document["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text


def test_every_step_of_an_activation_is_reached_by_a_link() -> None:
    reached = set()
    for operation in OWN.values():
        document = CONTRACTS[operation.service].document
        spec = document["paths"][operation.path_template][operation.method.lower()]
        for response in spec["responses"].values():
            for link in response.get("links", {}).values():
                reached.add(f"{operation.service}.{link['operationId']}")
    with_ids = {name for name, o in OWN.items() if any(p.place == "path" for p in o.parameters)}
    # The page itself is reached from a mail, which no contract can link to.
    assert with_ids - reached == {"mail.activation_page"}
