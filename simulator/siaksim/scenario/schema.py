"""The JSON Schema (draft-07) of scenario files, for editors; made from the model, never by hand.

Editors' YAML types scalars, siaksim reads them all as text: so numbers and true or false may
stand as themselves or as text, and patterns tell what a text must look like. What goes beyond one
value and the shape of its surroundings (that shares add up, that a time can come) only siaksim
itself can tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel

from siaksim.agreements.model import Agreement
from siaksim.faults import kinds
from siaksim.faults.lengths import LENGTH_SCHEMA
from siaksim.scenario.checking import aim_of, not_of
from siaksim.scenario.model import Modifiers, ScenarioModel, Stage
from siaksim.scenario.times import SPAN_FIELDS
from siaksim.scenario.values import AS_IT_IS, ONE_OR_MANY

_REFERENCE = "#/definitions/"
_SCALARS = ["string", "number", "boolean"]
_SCALAR = {"type": _SCALARS}
_SHORT = ("Texts",)
"""Models of agreements that one word may stand for."""
_WHOLE, _POSITIVE = r"^[+-]?\d+$", r"^\+?0*[1-9]\d*$"
_DECIMAL = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_OF_STRINGS = ("pattern", "minLength", "maxLength", "enum", "const")
_OF_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_OF_LISTS = {"minItems": "minItems", "maxItems": "maxItems", "minLength": "minItems"}
"""pydantic says minLength of a list that a text may stand for."""
_OF_OBJECTS = ("minProperties", "maxProperties")
_RULES = (*_OF_OBJECTS, "oneOf", "anyOf", "allOf", "not", "dependencies")
Part = dict[str, Any]


def schema() -> Part:
    """Return the schema."""
    defs: Part = {}
    found, stage = _object(ScenarioModel, defs), _object(Stage, defs)
    fault = {"$ref": f"{_REFERENCE}Fault"}
    timed = {"anyOf": _any_of(("at", "days", "hours"))}
    alone = {"allOf": [fault, {"dependencies": {"ramp": timed}}]}
    staged = {"allOf": [fault, {"not": {"anyOf": _any_of(SPAN_FIELDS)}}]}
    found["properties"]["faults"] = {"type": "array", "items": alone}
    found["properties"]["timeline"] = {"type": "array", "items": {"$ref": f"{_REFERENCE}Stage"}}
    stage["properties"]["faults"] = {"type": "array", "items": staged, "minItems": 1}
    either = {"anyOf": _any_of(("faults", "links"))}
    defs["Stage"] = stage | {"allOf": [*_span_rules(), timed, either]}
    defs["Fault"] = {"oneOf": [_fault(word, defs) for word in kinds()]}
    agreements = found["properties"]["agreements"]
    agreements["additionalProperties"] = {"$ref": f"{_REFERENCE}Agreement"}
    defs["Agreement"] = _agreement(defs)
    found["definitions"] = defs
    found["$schema"] = "http://json-schema.org/draft-07/schema#"
    found["title"] = "siaksim scenario"
    return found


def text() -> str:
    """Return the schema as the committed file has it."""
    return json.dumps(schema(), indent=1, sort_keys=True) + "\n"


# -- rules beyond one field ------------------------------------------------------------------


def _any_of(names: Iterable[str]) -> list[Part]:
    return [{"required": [name]} for name in names]


def _not_both(one: str, other: str) -> Part:
    return {"not": {"required": [one, other]}}


def _span_rules() -> list[Part]:
    end = {"oneOf": _any_of(("for", "until"))}
    return [
        {"dependencies": {"for": ["at"], "until": ["at"], "at": end}},
        _not_both("burst", "flap"),
    ]


def _fault_rules() -> list[Part]:
    pairs = (("burst", "ramp"), ("flap", "ramp"), ("share", "ramp"), ("id", "name"))
    counted = {"anyOf": _any_of(("first", "nth"))}
    world = {"properties": {"per": {"const": "world"}}, "required": ["per"]}
    return [
        *_span_rules(),
        *(_not_both(*pair) for pair in pairs),
        {"if": world, "then": counted},
    ]


def _fault(word: str, defs: Part) -> Part:
    own, shared = _object(kinds()[word], defs), _object(Modifiers, defs)
    names = dict(shared["properties"])
    for name in not_of(kinds()[word]):
        del names[name]
    found = {**own, "properties": {**own["properties"], **names}}
    found["properties"]["kind"] = {"const": word}
    aim = {aim_of(kinds()[word])} - {""}
    found["required"] = sorted({"kind", *aim, *own["required"], *shared["required"]})
    found["allOf"] = [*own.get("allOf", []), *_fault_rules()]
    return found


def _agreement(defs: Part) -> Part:
    """Return an agreement's schema; what it does not say may come from the one that it changes.

    Only names and structure are told: an agreement has forms of its own.
    """
    whole = Agreement.model_json_schema(by_alias=True)
    for name, part in whole.pop("$defs", {}).items():
        if name not in defs:
            closed = _closed(part, _any_scalar)
            defs[name] = {"anyOf": [_SCALAR, closed]} if name in _SHORT else closed
    found = _closed(whole, _any_scalar)
    found["properties"]["like"] = {**_SCALAR, "description": "the agreement that it starts from"}
    found["properties"]["methods"]["type"] = ["string", "array", "object"]
    return {**found, "description": " ".join((Agreement.__doc__ or "").split()), "required": []}


def _any_scalar(value: Part) -> Part:
    told = _kept(value, ("description",))
    branches = [b for b in value.get("anyOf", [value]) if b.get("type") != "null"]
    branch = branches[0]
    if len(branches) > 1:
        return told
    if "$ref" in branch:
        return _typed(branch)
    if branch.get("type") == "array" and "$ref" in branch["items"]:
        return {"type": "array", "items": _typed(branch["items"]), **told}
    if branch.get("type") == "array":
        return {"type": ["string", "number", "array"], "items": _SCALAR, **told}
    if branch.get("type") == "object":
        return {"type": "object", "additionalProperties": _SCALAR, **told}
    if "enum" in branch and not any(str(word).isdigit() for word in branch["enum"]):
        return {"enum": branch["enum"], **told}
    return {**_SCALAR, **told}


# -- from pydantic's schema to ours ----------------------------------------------------------


def _object(model: type[BaseModel], defs: Part) -> Part:
    """Return a model's schema; the models in it go to `defs`."""
    whole = model.model_json_schema(by_alias=True)
    for name, part in whole.pop("$defs", {}).items():
        defs[name] = _loose(part)
    found = _loose(whole)
    if doc := (model.__doc__ or "").strip():
        found["description"] = " ".join(doc.split())
    return found


def _loose(part: Part) -> Part:
    """Keep names, structure and forms of a model's schema; a law may be a plain length too."""
    if part.get("title") == "Law":
        return {"anyOf": [LENGTH_SCHEMA, _closed(part)]}
    return _closed(part)


def _closed(part: Part, value: Callable[[Part], Part] | None = None) -> Part:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: (value or _value)(item) for name, item in part["properties"].items()},
        "required": sorted(part.get("required", [])),
        **_kept(part, _RULES),
    }


def _kept(part: Part, names: Iterable[str]) -> Part:
    return {name: part[name] for name in names if name in part}


def _value(value: Part) -> Part:
    told = _kept(value, ("description",))
    if AS_IT_IS in value:
        return {**value[AS_IT_IS], **told}
    branches = [b for b in value.get("anyOf", [value]) if b.get("type") != "null"]
    if len(branches) > 1:
        return told
    return {**_typed(branches[0], value.get(ONE_OR_MANY, False)), **told}


def _typed(branch: Part, or_one: bool = False) -> Part:
    if "$ref" in branch:
        return {"$ref": branch["$ref"].replace("#/$defs/", _REFERENCE)}
    kind = branch.get("type")
    if kind == "array":
        item = _typed(branch.get("items", {}))
        limits = {ours: branch[name] for name, ours in _OF_LISTS.items() if name in branch}
        many = {"type": "array", "items": item, **limits}
        return {"anyOf": [item, many]} if or_one or branch.get(ONE_OR_MANY) else many
    if kind == "object":
        found: Part = {"type": "object", **_kept(branch, _OF_OBJECTS)}
        if named := branch.get("patternProperties"):
            found["patternProperties"] = {name: _typed(item) for name, item in named.items()}
            return found | {"additionalProperties": False}
        values = branch.get("additionalProperties", True)
        return found if values is True else found | {"additionalProperties": _typed(values)}
    if kind in ("integer", "number"):
        form = _DECIMAL
        if kind == "integer":
            form = _POSITIVE if branch.get("minimum", 0) > 0 else _WHOLE
        return {"type": ["number", "string"], "pattern": form, **_kept(branch, _OF_NUMBERS)}
    if "enum" in branch:
        return {"enum": branch["enum"]}
    return {"type": _SCALARS, **_kept(branch, _OF_STRINGS)}
