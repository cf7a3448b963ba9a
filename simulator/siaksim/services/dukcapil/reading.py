"""From a request's bytes to canonical keys, whatever the spelling and the headers. PURE.

Observed in clients (domain.md 1.2): keys in any case and under six names, numbers as text and
text as numbers, a malformed Content-Type, forms, and a POST whose query holds everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from siaksim.agreements.fields import ALIASES
from siaksim.agreements.model import Agreement
from siaksim.contract.validate import Problem

BODY_MAX = 64 * 1024
"""Bytes of a lookup's or verification's body (413 above): none needs 4,000."""
_UNUSED = ("", " ", None)
_CANONICAL = frozenset(ALIASES.values())


def parsed(body: bytes, content_type: str, query: str) -> tuple[Any, Problem | None]:
    """Return what a body says (JSON data or a mapping of texts), and what is wrong with it.

    The Content-Type decides only where the bytes do not: a national agency's reads
    `application/json,Accept: application/json`.
    """
    text = body.strip()
    if not text:
        return dict(parse_qsl(query, keep_blank_values=True)), None
    if text[:1] not in (b"{", b"[", b'"') and "json" not in content_type.lower() and b"=" in text:
        pairs = parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True)
        return dict(pairs), None
    try:
        return orjson.loads(text), None
    except (orjson.JSONDecodeError, RecursionError):
        return None, Problem("body", "is neither JSON in UTF-8 nor a form", 400)


def canonical(
    data: Any, agreement: Agreement | None, aliases: Mapping[str, str] = ALIASES
) -> dict[str, Any]:
    """Return the request under canonical keys; what no key is known for stays as it was sent.

    Of several spellings of one key the first that says something counts. With strict keys only
    the agreement's own spelling is read. Numbers become text; other things say nothing.
    """
    if not isinstance(data, Mapping):
        return {}
    found: dict[str, Any] = {}
    for key, value in data.items():
        name = _named(str(key), agreement, aliases)
        if name is not None:
            if name not in found or found[name] in _UNUSED:
                found[name] = _text(value)
        elif str(key) not in _CANONICAL:  # a misspelt one must not pass for the key itself
            found.setdefault(str(key), value)
    return {k: v for k, v in found.items() if v is not None or k not in _CANONICAL}


def _named(key: str, agreement: Agreement | None, aliases: Mapping[str, str]) -> str | None:
    name = aliases.get(key.strip().lower())
    if name is None or agreement is None or agreement.keys == "lenient":
        return name
    return name if key == agreement.spelling.get(name, name) else None


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return value if isinstance(value, str) else str(value)


def said(body: Mapping[str, Any], name: str) -> str:
    """Return a canonical key's text without spaces around it, '' when it says nothing."""
    value = body.get(name)
    return value.strip() if isinstance(value, str) else ""


def spelt(body: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return values by the exact names given, whatever the case of the keys sent."""
    lower = {str(key).lower(): value for key, value in reversed(list(body.items()))}
    return {name: lower[name.lower()] for name in names if name.lower() in lower}
