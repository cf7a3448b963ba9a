"""Every message that a report may say, found in the source: what the catalogue must know."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import siaksim.verdict
from siaksim.verdict.reports.model import State
from siaksim.verdict.rules import rules

VERDICT = Path(siaksim.verdict.__file__).parent
EDGES = VERDICT.parent / "edges"
SAYING = ("tell", "_tell", "words", "finding")
"""Calls whose first argument is a message."""


def known_messages() -> dict[str, str]:
    """Return every message and where it stands."""
    found = {state: "states" for state in get_args(State)}
    for name, rule in rules().items():
        found[rule.advice] = f"rules/{name}.py: advice"
    check = [EDGES / "checking.py", *EDGES.glob("checks/*.py")]
    for path in sorted([*VERDICT.rglob("*.py"), *check]):
        place = path.relative_to(VERDICT if path.is_relative_to(VERDICT) else EDGES)
        for message, line in messages_of(ast.parse(path.read_text(encoding="utf-8"))):
            found[message] = f"{place}:{line}"
    return found


def messages_of(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield (message, line): `message = "..."`, what `tell` and `words` say, `unsure`'s returns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _named(node, "message"):
            yield from _texts(node.value)
        elif isinstance(node, ast.Call) and _name(node.func) in SAYING and node.args:
            yield from _texts(node.args[0])
        elif isinstance(node, ast.FunctionDef) and node.name == "unsure":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from _texts(inner.value)


def _named(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _texts(node: ast.expr) -> Iterator[tuple[str, int]]:
    """Yield the literals that an expression may be; of `a if b else c` both."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value, node.lineno
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
