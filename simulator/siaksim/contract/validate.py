"""A request against its contract: every breach at once, and never a citizen's value in a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from siaksim.contract.spec import Operation, Parameter

FORM = "application/x-www-form-urlencoded"
MISTAKES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One breach: where it is, what the rule says; `status` is the answer it leads to."""

    where: str
    what: str
    status: int = 422


def check(
    operation: Operation,
    path_params: Mapping[str, str],
    query: Mapping[str, str],
    headers: Mapping[str, str],
    media_type: str,
    body: bytes,
) -> tuple[Any, list[Problem]]:
    """Return the parsed body (None without one) and every breach; raises for no input."""
    problems = _parameters(operation, path_params, query, headers)
    if not operation.bodies:
        if body:
            problems.append(Problem("body", "this operation takes no body", 400))
        return None, problems
    if not body and not operation.body_required:
        return None, problems
    if media_type not in operation.bodies:
        takes = ", ".join(operation.bodies)
        problems.append(Problem("content-type", f"must be one of {takes}", 415))
        return None, problems
    validator = operation.bodies[media_type]
    if validator is None:  # pictures are judged by the service
        return None, problems
    parsed, malformed = _form(body) if media_type == FORM else _json(body)
    if malformed is not None:
        return None, [*problems, malformed]
    problems += _errors("body", validator, parsed)
    return parsed, problems


def _parameters(
    operation: Operation,
    path_params: Mapping[str, str],
    query: Mapping[str, str],
    headers: Mapping[str, str],
) -> list[Problem]:
    problems: list[Problem] = []
    places: dict[str, Mapping[str, str]] = {
        "path": path_params,
        "query": query,
        "header": headers,
    }
    for parameter in operation.parameters:
        value = places[parameter.place].get(parameter.name)
        where = f"{parameter.place}.{parameter.name}"
        if value is None:
            if parameter.required:
                problems.append(Problem(where, "is required"))
        else:
            problems += _errors(where, parameter.validator, _typed(parameter, value))
            if parameter.place == "path" and problems and problems[-1].where == where:
                problems[-1] = Problem(where, problems[-1].what, 404)
    known = {p.name for p in operation.parameters if p.place == "query"}
    if unknown := sorted(set(query) - known):
        allowed = ", ".join(sorted(known)) or "none"
        problems.append(Problem("query", f"{len(unknown)} unknown; this takes: {allowed}"))
    return problems


def _typed(parameter: Parameter, value: str) -> Any:
    if parameter.integer and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return value


def _json(body: bytes) -> tuple[Any, Problem | None]:
    try:
        parsed = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError):
        return None, Problem("body", "is not JSON in UTF-8", 400)
    if not isinstance(parsed, dict):
        return None, Problem("body", "must be a JSON object", 422)
    # A repeated key shows as fewer parsed keys than there are colons outside of strings.
    if _keys(parsed) != _colons(body):
        return None, Problem("body", "names a key twice", 400)
    return parsed, None


def _keys(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(_keys(v) for v in value.values())
    if isinstance(value, list):
        return sum(_keys(v) for v in value)
    return 0


def _colons(body: bytes) -> int:
    if body.find(b"\\") < 0:  # without escapes every second piece between quotes is a string
        return sum(piece.count(b":") for piece in body.split(b'"')[::2])
    count, inside, skip = 0, False, False
    for byte in body:
        if skip:
            skip = False
        elif inside and byte == 0x5C:
            skip = True
        elif byte == 0x22:
            inside = not inside
        elif byte == 0x3A and not inside:
            count += 1
    return count


def _form(body: bytes) -> tuple[Any, Problem | None]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        return None, Problem("body", "is not a form in UTF-8", 400)
    if len({name for name, _ in pairs}) != len(pairs):
        return None, Problem("body", "names a field twice", 400)
    return dict(pairs), None


def _errors(where: str, validator: Any, value: Any) -> list[Problem]:
    if validator.is_valid(value):
        return []
    found = []
    for error in validator.iter_errors(value):
        place = ".".join([where, *map(str, error.instance_path)])
        found.append(Problem(place, rule(error.kind)))
        if len(found) == MISTAKES_SHOWN:
            break
    return found


_WORDS = {
    "additionalProperties": "has a key that is not in the contract",
    "oneOf": "must fit exactly one of the forms that the contract allows",
    "anyOf": "fits none of the forms that the contract allows",
}


def rule(kind: Any) -> str:
    """Return a breached rule in words, without the value that breached it."""
    # Key names that the client made up may hold a NIK, so only our own words are used.
    name = str(kind.name)
    if name == "required":
        return f"lacks the required key {kind.property}"
    if name in _WORDS:
        return _WORDS[name]
    for attribute in ("pattern", "format", "limit", "types", "options", "value"):
        if hasattr(kind, attribute):
            return f"must meet {name} {getattr(kind, attribute)}"
    return f"must meet {name}"
