"""Every operation of the contracts, for whatever names some by globs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from siaksim import data
from siaksim.contract.spec import marked


@cache
def known_operations() -> Mapping[str, frozenset[str]]:
    """Return what targets may hit: every operation of the contracts, with its marks."""
    found: dict[str, frozenset[str]] = {}
    for service in data.contract_names():
        found |= marked(service, data.contract_text(service))
    return found
