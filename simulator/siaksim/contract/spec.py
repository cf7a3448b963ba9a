"""An OpenAPI file as siaksim uses it: operations with compiled validators.

The file is the truth about the wire; nothing here adds a rule to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jsonschema_rs
import yaml

# The C reader takes a tenth of the time; PyYAML is built without it on some machines.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
METHODS = ("get", "post", "put", "patch", "delete")
MARKS = ("x-reads", "x-sends", "x-opens", "x-checks", "x-shows", "x-looks-up", "x-speaks")
"""What a contract may say of an operation beside its shape: some faults need one of them."""
TEXT_LIMIT = 16 * 1024
"""Bytes of a JSON or form body: none without pictures needs 6,000, and to list what is wrong with
megabytes would hold up every other call for seconds."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query, path or header parameter; header names are lower-case."""

    name: str
    place: str
    required: bool
    integer: bool
    validator: Any


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint; `name` is service.operationId, `bodies` maps a media type to its validator.

    `marks` are texts such as `x-reads: replica`; `body_limit` are the bytes that a JSON or form
    body may have (`x-body-limit`).
    """

    name: str
    service: str
    method: str
    path_template: str
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Any]
    body_required: bool
    marks: frozenset[str]
    source: str
    secured: bool
    body_limit: int = TEXT_LIMIT


@dataclass(frozen=True, slots=True)
class Contract:
    """One service's operations by name, and the document that they come from."""

    service: str
    document: Mapping[str, Any]
    operations: Mapping[str, Operation]


@lru_cache(maxsize=8)
def document_of(text: str) -> dict[str, Any]:
    """Return a contract's YAML, read once for all who ask: nobody may change it."""
    document: dict[str, Any] = yaml.load(text, Loader=_LOADER)
    return document


def parse(service: str, text: str) -> Contract:
    """Return the contract that an OpenAPI 3.1 file states."""
    document = document_of(text)
    operations: dict[str, Operation] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                found = _operation(service, document, path, method, item)
                operations[found.name] = found
    return Contract(service, document, operations)


def marked(service: str, text: str) -> dict[str, frozenset[str]]:
    """Return the marks of each operation by its name, and compile nothing."""
    document = document_of(text)
    return {
        f"{service}.{item[method]['operationId']}": _marks(item[method])
        for item in document["paths"].values()
        for method in METHODS
        if method in item
    }


def _marks(spec: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(f"{mark}: {spec[mark]}" for mark in MARKS if mark in spec)


def _operation(
    service: str, document: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]
) -> Operation:
    spec = item[method]
    listed = [*item.get("parameters", ()), *spec.get("parameters", ())]
    body = spec.get("requestBody", {})
    return Operation(
        name=f"{service}.{spec['operationId']}",
        service=service,
        method=method.upper(),
        path_template=path,
        parameters=tuple(_parameter(document, resolved(document, p)) for p in listed),
        bodies={
            media: None if media.startswith("image/") else _compiled(document, content["schema"])
            for media, content in body.get("content", {}).items()
        },
        body_required=bool(body.get("required")),
        marks=_marks(spec),
        source=spec["x-source"],
        secured=bool(spec.get("security")),
        body_limit=int(spec.get("x-body-limit", TEXT_LIMIT)),
    )


def resolved(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a local $ref, if the value is one."""
    while "$ref" in value:
        found: Any = document
        for word in value["$ref"].removeprefix("#/").split("/"):
            found = found[word]
        value = found
    return value


def _parameter(document: Mapping[str, Any], spec: Mapping[str, Any]) -> Parameter:
    name = spec["name"].lower() if spec["in"] == "header" else spec["name"]
    integer = spec["schema"].get("type") == "integer"
    required = bool(spec.get("required"))
    return Parameter(name, spec["in"], required, integer, _compiled(document, spec["schema"]))


def _compiled(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    whole = {"allOf": [schema], "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
