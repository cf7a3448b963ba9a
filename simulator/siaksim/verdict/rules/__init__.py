"""Every rule: one file each; a new file is found by itself.

Other packages add rules by the entry point group `siaksim.rules`, each naming a RuleModel.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import get_args

from siaksim.errors import UserError
from siaksim.verdict.base import RuleModel


@lru_cache(maxsize=1)
def rules() -> dict[str, type[RuleModel]]:
    """Return every rule by its name; UserError names an outsider that cannot be used."""
    found: dict[str, type[RuleModel]] = {}
    for module in iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        loaded = import_module(f"siaksim.verdict.rules.{module.name}")
        for value in vars(loaded).values():
            own = isinstance(value, type) and value.__module__ == loaded.__name__
            if own and issubclass(value, RuleModel):
                found[name_of(value)] = value
    for point in entry_points(group="siaksim.rules"):
        model = point.load()
        if not (isinstance(model, type) and issubclass(model, RuleModel)):
            raise UserError(
                f"the rule {point.name!r} of {point.value} cannot be used: it is no RuleModel."
            )
        if name_of(model) in found:
            raise UserError(f"the rule {name_of(model)!r} of {point.value} is taken.")
        found[name_of(model)] = model
    return dict(sorted(found.items()))


def name_of(model: type[RuleModel]) -> str:
    """Return a rule's name: the one word of its `rule` literal."""
    return str(get_args(model.model_fields["rule"].annotation)[0])


def implied(rule: str) -> set[str]:
    """Return the rules that a breach of one may bring with it, and what those may."""
    found: set[str] = set()
    left = [rule]
    while left:
        more = set(rules()[left.pop()].implies) - found
        found |= more
        left += more
    return found
