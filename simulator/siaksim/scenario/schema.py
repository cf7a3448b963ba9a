"""The JSON Schema (draft-07) of scenario files, for editors; made from the model, never by hand.

Field names and kinds are closed, as in siaksim; scalars may be of any type, since YAML's own
typing differs from editor to editor, and siaksim checks them itself.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from siaksim.agreements.model import Agreement
from siaksim.faults import kinds
from siaksim.scenario.model import Modifiers, ScenarioModel, Stage

_SCALAR = {"type": ["string", "number", "boolean"]}
_SHORT = ("Law", "Texts")
"""Models that one word may stand for."""
_REFERENCE = "#/definitions/"


def schema() -> dict[str, Any]:
    """Return the schema."""
    defs: dict[str, Any] = {}
    found = _object(ScenarioModel, defs)
    stage = _object(Stage, defs)
    stage["required"] = sorted({"at", *stage["required"]})
    stage["oneOf"] = [{"required": ["for"]}, {"required": ["until"]}]
    faults = {"type": "array", "items": {"$ref": f"{_REFERENCE}Fault"}}
    found["properties"]["faults"] = faults
    found["properties"]["timeline"] = {"type": "array", "items": {"$ref": f"{_REFERENCE}Stage"}}
    stage["properties"]["faults"] = faults | {"minItems": 1}
    agreements = found["properties"]["agreements"]
    agreements["additionalProperties"] = {"$ref": f"{_REFERENCE}Agreement"}
    defs["Agreement"] = _agreement(defs)
    defs["Stage"] = stage
    defs["Fault"] = {"oneOf": [_fault(word, defs) for word in kinds()]}
    found["definitions"] = defs
    found["$schema"] = "http://json-schema.org/draft-07/schema#"
    found["title"] = "siaksim scenario"
    return found


def text() -> str:
    """Return the schema as the committed file has it."""
    return json.dumps(schema(), indent=1, sort_keys=True) + "\n"


def _fault(word: str, defs: dict[str, Any]) -> dict[str, Any]:
    own, shared = _object(kinds()[word], defs), _object(Modifiers, defs)
    found = {**own, "properties": {**own["properties"], **shared["properties"]}}
    found["properties"]["kind"] = {"const": word}
    found["required"] = sorted({"kind", *own["required"], *shared["required"]})
    return found


def _agreement(defs: dict[str, Any]) -> dict[str, Any]:
    """Return an agreement's schema; what it does not say may come from the one that it changes."""
    found = _object(Agreement, defs)
    found["properties"]["like"] = {**_SCALAR, "description": "the agreement that it starts from"}
    found["properties"]["methods"]["type"] = ["string", "array", "object"]
    return {**found, "required": []}


def _object(model: type[BaseModel], defs: dict[str, Any]) -> dict[str, Any]:
    """Return a model's schema; the models in it go to `defs`."""
    whole = model.model_json_schema(by_alias=True)
    for name, part in whole.pop("$defs", {}).items():
        defs[name] = _loose(part)
    found = _loose(whole)
    if doc := (model.__doc__ or "").strip():
        found["description"] = " ".join(doc.split())
    return found


def _loose(part: dict[str, Any]) -> dict[str, Any]:
    """Keep names and structure of a model's schema; scalars may be any scalar."""
    if part.get("title") in _SHORT:
        return {"anyOf": [_SCALAR, _closed(part)]}
    return _closed(part)


def _closed(part: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _value(value) for name, value in part["properties"].items()},
        "required": sorted(part.get("required", [])),
    }


def _value(value: dict[str, Any]) -> dict[str, Any]:
    told = {"description": value["description"]} if "description" in value else {}
    branches = [b for b in value.get("anyOf", [value]) if b.get("type") != "null"]
    if len(branches) > 1:
        return told
    branch = branches[0]
    if "$ref" in branch:
        return {"$ref": branch["$ref"].replace("#/$defs/", _REFERENCE)}
    if branch.get("type") == "array" and "$ref" in branch["items"]:
        return {"type": "array", "items": _value(branch["items"]), **told}
    if branch.get("type") == "array":
        # One text may stand for a list of one.
        return {"type": ["string", "number", "array"], "items": _SCALAR, **told}
    if branch.get("type") == "object":
        return {"type": "object", "additionalProperties": _SCALAR, **told}
    if "enum" in branch and not any(str(word).isdigit() for word in branch["enum"]):
        return {"enum": branch["enum"], **told}
    return {**_SCALAR, **told}
