"""The JSON Schema (draft-07) of scenario files, for editors; made from the model, never by hand."""

from __future__ import annotations

import json
from typing import Any

from siaksim.faults import kinds
from siaksim.scenario.model import Modifiers, ScenarioModel

_SCALAR = {"type": ["string", "number", "boolean"]}


def schema() -> dict[str, Any]:
    """Return the schema: field names and kinds are closed, scalars are checked by siaksim."""
    top = ScenarioModel.model_json_schema(by_alias=True)
    defs = {name: _loose(part) for name, part in top.pop("$defs", {}).items()}
    found = _loose(top)
    fault = {"oneOf": [_fault(word) for word in kinds()]}
    defs["Fault"] = fault
    items = {"type": "array", "items": {"$ref": "#/definitions/Fault"}}
    found["properties"]["faults"] = items
    defs["Stage"]["properties"]["faults"] = items
    found["definitions"] = defs
    found["$schema"] = "http://json-schema.org/draft-07/schema#"
    found["title"] = "siaksim scenario"
    return found


def text() -> str:
    """Return the schema as the committed file has it."""
    return json.dumps(schema(), indent=1, sort_keys=True) + "\n"


def _fault(word: str) -> dict[str, Any]:
    own = kinds()[word].model_json_schema(by_alias=True)
    names = [*own["properties"], *Modifiers.model_json_schema(by_alias=True)["properties"]]
    properties: dict[str, Any] = {name: {} for name in names}
    properties["kind"] = {"const": word}
    properties["target"] = {"type": ["string", "array"], "items": {"type": "string"}}
    required = sorted({"kind", "target", *own.get("required", [])})
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": required,
    }


def _loose(part: dict[str, Any]) -> dict[str, Any]:
    """Keep names and structure of a model's schema; scalars may be any scalar."""
    if part.get("type") != "object" or "properties" not in part:
        return {}
    properties = {name: _value(value) for name, value in part["properties"].items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": sorted(part.get("required", [])),
    }


def _value(value: dict[str, Any]) -> dict[str, Any]:
    shown = {"description": value["description"]} if "description" in value else {}
    if "$ref" in value:
        return {"$ref": value["$ref"].replace("#/$defs/", "#/definitions/")}
    if value.get("type") == "array" and "items" in value and "$ref" in value["items"]:
        reference = value["items"]["$ref"].replace("#/$defs/", "#/definitions/")
        return {"type": "array", "items": {"$ref": reference}, **shown}
    if value.get("type") in ("string", "integer", "number", "boolean"):
        return {**_SCALAR, **shown}
    return shown
