"""A request against its contract: every breach at once, and never a citizen's value in a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from siaksim.contract.spec import TEXT_LIMIT, Operation, Parameter

FORM = "application/x-www-form-urlencoded"
MISTAKES_SHOWN = 20
VALUES_LIMIT = TEXT_LIMIT
"""Values of a longer body, roughly: it is long because of its pictures, not of its lists."""
DEPTH_LIMIT = 32
"""Levels of a JSON body: no contract needs 4, and validators and redaction end at some hundreds."""
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


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
    if len(body) > operation.body_limit:
        what = f"is longer than {operation.body_limit} bytes"
        return None, [*problems, Problem("body", what, 413)]
    if len(body) > TEXT_LIMIT and sum(map(body.count, (b",", b"[", b"{"))) > VALUES_LIMIT:
        return None, [*problems, Problem("body", f"holds more than {VALUES_LIMIT} values", 413)]
    parsed, malformed = _form(body) if media_type == FORM else _json(body)
    if malformed is not None:
        return None, [*problems, malformed]
    problems += breaches("body", validator, parsed)
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
            # What a path's id cannot be is not there to be found.
            status = 404 if parameter.place == "path" else 422
            problems += breaches(where, parameter.validator, _typed(parameter, value), status)
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
    keys = _keys(parsed)
    if keys is None:
        return None, Problem("body", f"nests deeper than {DEPTH_LIMIT} levels", 400)
    # A repeated key shows as fewer parsed keys than there are colons outside of strings.
    if keys != _colons(body):
        return None, Problem("body", "names a key twice", 400)
    return parsed, None


def _keys(value: Any) -> int | None:
    """Return how many keys a value has in all, or None when it nests too deep to go on with."""
    count, level = 0, [value]
    for _ in range(DEPTH_LIMIT):
        below: list[Any] = []
        for inner in level:
            if isinstance(inner, dict):
                count += len(inner)
                inner = inner.values()
            below += [part for part in inner if isinstance(part, dict | list)]
        if not below:
            return count
        level = below
    return None


def _colons(body: bytes) -> int:
    # Without escapes every second piece between quotes is a string. JSON has backslashes in
    # strings only, so a run of them begins an escape and its pairs may go from the left.
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return sum(piece.count(b":") for piece in body.split(b'"')[::2])


def _form(body: bytes) -> tuple[Any, Problem | None]:
    if _BAD_ESCAPE.search(body):
        return None, Problem("body", "has a percent sign without two hexadecimal digits", 400)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        return None, Problem("body", "is not a form in UTF-8", 400)
    if len({name for name, _ in pairs}) != len(pairs):
        return None, Problem("body", "names a field twice", 400)
    return dict(pairs), None


def breaches(where: str, validator: Any, value: Any, status: int = 422) -> list[Problem]:
    """Return every breach of a compiled schema, the first 20; `where` is the value's place."""
    try:
        if validator.is_valid(value):
            return []
    except UnicodeEncodeError:  # half of a surrogate pair: only texts made in Python hold one
        return [Problem(where, "is not Unicode text", status)]
    found = []
    for error in validator.iter_errors(value):
        place = ".".join([where, *map(str, error.instance_path)])
        found.append(Problem(place, rule(error.kind), status))
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
