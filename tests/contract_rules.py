"""What the tests of contracts share: the schemas of requests, and how each rule is breached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from siaksim.contract.spec import Operation, resolved
from siaksim.edges.assembly import contracts

CONTRACTS = contracts()
OPERATIONS = {name: o for c in CONTRACTS.values() for name, o in c.operations.items()}
OWN = {name: o for name, o in OPERATIONS.items() if o.service != "dukcapil"}
"""Operations of siaksim's own design: closed schemas and RFC 9457; the others copy a real wire."""
NIK = "3576010101079000"
PICTURE = "iVBORw0KGgo="
"""Base64, as far as a contract can tell a picture."""


def document(operation: Operation) -> Mapping[str, Any]:
    """Return the contract's document."""
    return CONTRACTS[operation.service].document


def written(operation: Operation) -> Mapping[str, Any]:
    """Return what the contract says about an operation."""
    item = document(operation)["paths"][operation.path_template]
    found: Mapping[str, Any] = item[operation.method.lower()]
    return found


Spot = tuple[str | int, ...]


def bodies(
    operations: Iterable[Operation],
) -> Iterator[tuple[Operation, str, Mapping[str, Any], dict[str, Any]]]:
    """Yield each request schema with an instance for each of its forms."""
    for operation in operations:
        for media, content in written(operation).get("requestBody", {}).get("content", {}).items():
            if media.startswith("image/"):
                continue
            schema = resolved(document(operation), content["schema"])
            for form in schema.get("oneOf", [schema]):
                yield operation, media, form, instance(operation, form)


SAMPLES = {
    "address": "Jalan Majapahit 1",
    "birth_date": "1994-07-11",
    "birth_place": "MOJOKERTO",
    "captcha": "K7M3P",
    "captured_at": "2024-07-11T09:00:00+07:00",
    "client_ref": "kit-1-17",
    "code": "123456",
    "name": "BUDI SANTOSO",
    "nik": NIK,
    "no_kk": NIK,
    "nonce": "n1",
    "sex": "Laki-Laki",
}


def instance(operation: Operation, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a valid value with every property: the schema's example, filled up."""
    value = deepcopy(dict(schema.get("example", {})))
    for name, part in schema.get("properties", {}).items():
        found = resolved(document(operation), part)
        if found.get("type") == "array":
            value[name] = [instance(operation, resolved(document(operation), found["items"]))]
            value[name] = [{**value[name][0], **kept} for kept in schema.get("example", {})[name]]
        elif found.get("type") == "object":
            value[name] = {**instance(operation, found), **value.get(name, {})}
        else:
            value.setdefault(name, SAMPLES.get(name, found.get("enum", [PICTURE])[0]))
    return value


def walk(
    operation: Operation, schema: Mapping[str, Any], at: Spot = ()
) -> Iterator[tuple[Spot, Mapping[str, Any]]]:
    """Yield each schema within a schema with the place of the value that it rules."""
    schema = resolved(document(operation), schema)
    yield at, schema
    for name, part in schema.get("properties", {}).items():
        yield from walk(operation, part, (*at, name))
    if "items" in schema:
        yield from walk(operation, schema["items"], (*at, 0))


def breaches(schema: Mapping[str, Any], good: Any) -> Iterator[tuple[str, Any]]:
    """Yield (keyword, value that breaches it, and as few others as can be) for each keyword."""
    for keyword, limit in schema.items():
        match keyword:
            case "type":
                yield keyword, ["no such type"]
                yield keyword, None
            case "required":
                for name in limit:
                    yield f"required {name}", {k: v for k, v in good.items() if k != name}
            case "additionalProperties":
                assert limit is False
                yield keyword, {**good, "more": "x"}
            case "minProperties":
                yield keyword, dict(list(good.items())[: limit - 1])
            case "minLength":
                yield keyword, "x" * (limit - 1)
            case "maxLength" if schema.get("format") == "email":
                yield keyword, _long_email(limit + 1)
            case "maxLength":
                yield keyword, "x" * (limit + 1)
            case "minItems":
                yield keyword, good[: limit - 1]
            case "maxItems":
                yield keyword, good * (limit + 1)
            case "minimum":
                yield keyword, limit - 1
            case "maximum":
                yield keyword, limit + 1
            case "enum":
                yield keyword, f"{limit[0]}x"
            case "format":
                yield keyword, "no such thing"
            case "pattern":
                for bad in ("", f"{good}\n", f"\n{good}", f" {good}", f"{good}é", f"{good}" * 60):
                    yield keyword, bad
            # contentEncoding is a note: whether a text is base64, the service says.
            case "properties" | "description" | "example" | "contentEncoding" | "items":
                pass
            case _:
                raise AssertionError(f"no test knows the keyword {keyword}")


def _long_email(length: int) -> str:
    # A local part has at most 64 characters and a label 63, so only the whole is too long.
    domain = ".".join(["d" * 60] * 4)
    tail = f"@{domain}.test"
    return "a" * (length - len(tail)) + tail


def put(value: Any, at: Spot, new: Any) -> Any:
    """Return a copy of a value with something else at one place."""
    if not at:
        return new
    copied = deepcopy(value)
    inner = copied
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = new
    return copied


def take(value: Any, at: Spot) -> Any:
    for key in at:
        value = value[key]
    return value
