"""Every kind of fault: one file each; a new file is found by itself.

Other packages add kinds by the entry point group `siaksim.faults`, each naming a FaultModel.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from typing import Literal, get_args, get_origin

from siaksim.core.plan import LAYERS
from siaksim.errors import UserError
from siaksim.faults.base import FaultModel

_HELPERS = ("base", "codes", "laws", "lengths", "pages", "rates", "traces")


@lru_cache(maxsize=1)
def kinds() -> dict[str, type[FaultModel]]:
    """Return every kind by its name in YAML; UserError names an outsider that cannot be used."""
    found: dict[str, type[FaultModel]] = {}
    for module in iter_modules(__path__):
        if module.name in _HELPERS:
            continue
        loaded = import_module(f"siaksim.faults.{module.name}")
        for value in vars(loaded).values():
            if (
                isinstance(value, type)
                and issubclass(value, FaultModel)
                and value.__module__ == loaded.__name__  # the bases come from elsewhere
            ):
                found[kind_of(value)] = value
    for point in entry_points(group="siaksim.faults"):
        model = _outsider(point)
        if (kind := kind_of(model)) in found:
            raise _refused(point, f"the kind {kind!r} is taken")
        found[kind] = model
    return dict(sorted(found.items()))


def kind_of(model: type[FaultModel]) -> str:
    """Return the word in YAML of a fault's class; ValueError when it names none."""
    field = model.model_fields["kind"]
    if get_origin(field.annotation) is not Literal:
        raise ValueError(f"{model.__name__}.kind must be a Literal with one word")
    return str(get_args(field.annotation)[0])


def _outsider(point: EntryPoint) -> type[FaultModel]:
    try:
        model = point.load()
    except Exception as error:  # anything may go wrong in somebody else's module
        raise _refused(point, f"{type(error).__name__}: {error}") from error
    if not (isinstance(model, type) and issubclass(model, FaultModel)):
        raise _refused(point, "it is no FaultModel")
    if getattr(model, "layer", None) not in LAYERS:
        raise _refused(point, f"its layer must be one of {', '.join(LAYERS)}")
    try:
        kind_of(model)
    except ValueError as error:
        raise _refused(point, str(error)) from error
    return model


def _refused(point: EntryPoint, why: str) -> UserError:
    return UserError(
        f"this kind of fault cannot be used: {why}.",
        f"siaksim.faults: {point.name} = {point.value}",
        "Mend or uninstall the package that adds it.",
    )
