"""From method and path to an operation, with what to say when there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote

from siaksim.contract.spec import Contract, Operation


@dataclass(frozen=True, slots=True)
class Match:
    """The operation, and the path's parameters (percent-decoded)."""

    operation: Operation
    path_params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NotFound:
    """No such path; the operations that look most like it, as 'METHOD /path'."""

    nearby: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrongMethod:
    """The path exists, and answers these methods."""

    allow: tuple[str, ...]


_Route = tuple[tuple[str, ...], dict[str, Operation]]


class Router:
    """Matches segments; a template segment in braces takes any one non-empty segment."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._by_length: dict[int, list[_Route]] = {}
        self._plain: dict[str, dict[str, Operation]] = {}
        self._shown: list[str] = []
        for contract in contracts.values():
            for operation in contract.operations.values():
                self._add(operation)

    def _add(self, operation: Operation) -> None:
        segments = tuple(operation.path_template.split("/"))
        routes = self._by_length.setdefault(len(segments), [])
        self._shown.append(f"{operation.method} {operation.path_template}")
        for known, methods in routes:
            if known == segments:
                methods[operation.method] = operation
                return
        methods = {operation.method: operation}
        routes.append((segments, methods))
        if "{" not in operation.path_template:
            self._plain[operation.path_template] = methods
        # A written segment is looked at before one in braces.
        routes.sort(key=lambda route: sum(s.startswith("{") for s in route[0]))

    def match(self, method: str, path: str) -> Match | NotFound | WrongMethod:
        """Find the operation of a request; HEAD is answered by GET's."""
        plain = self._plain.get(path)
        if plain is not None and method in plain:
            return Match(plain[method], {})
        # Decoded whole, as WSGI servers do, so that a path means the same in both lanes.
        if "%" in path:
            path = unquote(path)
        segments = path.split("/")
        for template, methods in self._by_length.get(len(segments), ()):
            params = _fit(template, segments)
            if params is not None:
                operation = methods.get("GET" if method == "HEAD" else method)
                if operation is not None:
                    return Match(operation, params)
                allow = sorted({*methods, *(["HEAD"] if "GET" in methods else [])})
                return WrongMethod(tuple(allow))
        near = get_close_matches(f"{method} {path[:200]}", self._shown, n=5, cutoff=0.3)
        return NotFound(tuple(near or self._shown[:5]))


def _fit(template: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    params: dict[str, str] = {}
    for wanted, given in zip(template, segments, strict=True):
        if wanted.startswith("{"):
            if not given:
                return None
            params[wanted[1:-1]] = given
        elif wanted != given:
            return None
    return params
