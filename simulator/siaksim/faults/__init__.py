"""Every kind of fault: one file each; a new file is found by itself.

Other packages add kinds by the entry point group `siaksim.faults`, each naming a FaultModel.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Literal, get_args, get_origin

from siaksim.faults.base import FaultModel

_HELPERS = ("base", "laws")


@lru_cache(maxsize=1)
def kinds() -> dict[str, type[FaultModel]]:
    """Return every kind by its name in YAML."""
    found: dict[str, type[FaultModel]] = {}
    for module in iter_modules(__path__):
        if module.name in _HELPERS:
            continue
        loaded = import_module(f"siaksim.faults.{module.name}")
        for value in vars(loaded).values():
            if (
                isinstance(value, type)
                and issubclass(value, FaultModel)
                and value is not FaultModel
            ):
                found[kind_of(value)] = value
    for point in entry_points(group="siaksim.faults"):
        model = point.load()
        found[kind_of(model)] = model
    return dict(sorted(found.items()))


def kind_of(model: type[FaultModel]) -> str:
    """Return the word in YAML of a fault's class; ValueError when it names none."""
    annotation = model.model_fields["kind"].annotation
    if get_origin(annotation) is not Literal:
        raise ValueError(f"{model.__name__}.kind must be a Literal with one word")
    return str(get_args(annotation)[0])
