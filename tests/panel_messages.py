"""Every message that the panel may say, found in its templates and its source."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import siaksim.edges.control.panel
from jinja2 import Environment, nodes
from messages import _name, _texts
from siaksim import data

PANEL = Path(siaksim.edges.control.panel.__file__).parent
SAYING = ("tell", "message")


def known_messages() -> dict[str, str]:
    """Return every message of the panel's own and where it stands."""
    found: dict[str, str] = {}
    for path in sorted(PANEL.rglob("*.html")):
        for message in template_messages(path.read_text(encoding="utf-8")):
            found[message] = path.name
    for path in sorted(PANEL.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in SAYING and node.args:
                for message, line in _texts(node.args[0]):
                    found[message] = f"{path.name}:{line}"
    return found


def template_messages(source: str) -> Iterator[str]:
    """Yield what a template says with `_`: a text, or one of a dictionary's."""
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
            yield from _constants(call.args[0])


def _constants(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Dict):
        for pair in node.node.items:
            yield from _constants(pair.value)
    elif isinstance(node, nodes.CondExpr):
        yield from _constants(node.expr1)
        if node.expr2 is not None:
            yield from _constants(node.expr2)


def shared_hints() -> set[str]:
    """Return what the schema says of fields that most kinds have: the form shows it."""
    schema = json.loads(data.schema_text())
    kinds = schema["definitions"]["Fault"]["oneOf"]
    hints = [{str(p.get("description", "")) for p in k["properties"].values()} for k in kinds]
    return {hint for hint in set.union(*hints) if hint and sum(hint in h for h in hints) > 12}
