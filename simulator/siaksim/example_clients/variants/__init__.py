"""Single-rule clients: one file a rule; a new file is found by itself.

To add one: a file named like the rule, with VARIANTS, a tuple of `Variant`. Write the careless
manners as `replace(GOOD, ...)`, name two scenarios that provoke the breach (or make them with
`scene`), and run `pytest tests/unit/matrix -k RULE`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from siaksim.example_clients.variants.base import Variant


@cache
def variants() -> tuple[Variant, ...]:
    """Return all variants, by rule."""
    found: list[Variant] = []
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        if module.name != "base":
            found += import_module(f"{__name__}.{module.name}").VARIANTS
    return tuple(found)
