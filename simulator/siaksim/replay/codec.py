"""Decisions as plain data and back, so that a run file can say what was done to a call. PURE.

Every field of an effect is written, the usual ones too: what a field is when it is left out may
be another thing in a later siaksim.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from siaksim.core.effects import Effect
from siaksim.core.plan import Decision, Reason

_WORD = re.compile(r"(?<!^)(?=[A-Z])")
EFFECTS: Mapping[str, type[Any]] = {
    _WORD.sub("_", cls.__name__).lower(): cls for cls in get_args(Effect)
}
"""Every effect by its name in run files, such as `lose_answer`."""
_NAMES = {cls: name for name, cls in EFFECTS.items()}
_REASON = {"fault": "fault_id", "kind": "kind", "layer": "layer", "why": "why"}


class CodecError(ValueError):
    """Data that states no decision; the text says what is wrong with it."""


def decision_data(decision: Decision) -> dict[str, Any]:
    """Return a decision as plain data: {} for the decision to let a call pass."""
    found: dict[str, Any] = {}
    if decision.effects:
        found["effects"] = [effect_data(effect) for effect in decision.effects]
    if decision.reasons:
        found["faults"] = [
            {name: getattr(reason, field) for name, field in _REASON.items()}
            for reason in decision.reasons
        ]
    return found


def effect_data(effect: Effect) -> dict[str, Any]:
    """Return an effect as plain data, its name under `effect`."""
    return {"effect": _NAMES[type(effect)], **_fields(effect)}


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        try:
            return {"text": value.decode("utf-8")}
        except UnicodeDecodeError:
            return {"base64": b64encode(value).decode("ascii")}
    if is_dataclass(value):
        return _fields(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def decision_of(data: Mapping[str, Any]) -> Decision:
    """Return the decision that data states; CodecError says what it cannot be read for."""
    effects = tuple(effect_of(item) for item in _listed(data, "effects"))
    reasons = tuple(_reason_of(item) for item in _listed(data, "faults"))
    return Decision(effects, reasons) if effects or reasons else Decision.none


def _listed(data: Mapping[str, Any], name: str) -> list[Any]:
    found = data.get(name, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise CodecError(f"`{name}` is no list of objects")
    return found


def _reason_of(item: Mapping[str, Any]) -> Reason:
    if set(item) != set(_REASON) or not all(isinstance(value, str) for value in item.values()):
        raise CodecError(f"a fault is told by the texts {', '.join(_REASON)}")
    return Reason(**{field: item[name] for name, field in _REASON.items()})


def effect_of(item: Mapping[str, Any]) -> Effect:
    """Return the effect that data states."""
    name = item.get("effect")
    cls = EFFECTS.get(name) if isinstance(name, str) else None
    if cls is None:
        raise CodecError(f"the effect {str(name)[:40]!r} is unknown")
    given = {key: _bytes(value) for key, value in item.items() if key != "effect"}
    known = {field.name for field in fields(cls)}
    for key in given:
        if key not in known:
            raise CodecError(f"the effect {name!r} has no {key[:40]!r}")
    try:
        found: Effect = _adapter(str(name)).validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CodecError(f"the effect {name!r}: {where}: {first['msg']}") from error
    return found


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(EFFECTS[name])


def _bytes(value: Any) -> Any:
    """Return the bytes that {text} or {base64} stands for, and anything else as it is."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    if isinstance(value.get("text"), str):
        return value["text"].encode("utf-8")
    if isinstance(value.get("base64"), str):
        try:
            return b64decode(value["base64"], validate=True)
        except ValueError as error:
            raise CodecError("a body is no base64") from error
    return value
