"""Imports run one way: core <- faults <- scenario; core <- ledger, ... <- world <- services."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
import siaksim

PACKAGE = Path(siaksim.__file__).parent
RANKS: dict[str, int] = {
    "errors": 0,
    "core": 0,
    "faults": 1,
    "agreements": 2,
    "scenario": 3,
    "ledger": 1,
    "population": 1,
    "contract": 1,
    "media": 1,
    "journal": 1,
    "data": 1,
    "post": 2,
    "happenings": 2,
    "recoveries": 2,
    "watch": 3,
    "world": 4,
    "replay": 4,
    "services": 5,
    "actors": 6,
    "worlds": 6,
    "links": 2,
    "verdict": 4,
    "office": 4,
    "rehearse": 5,
    "hunting": 5,
    "testing": 6,
    "pytest_plugin": 7,
    "edges": 7,
    "example_clients": 0,
    "stage": 8,
    "forecast": 9,
    "cli": 10,
    "__init__": 8,
}
PURE_PARTS = ("core", "example_clients")
"""Parts that need the standard library and nothing else."""
ALSO = {"example_clients": {"PIL"}}
"""But for these: a field kit makes photographs small, and no standard library does."""


def breaches(rank_of: dict[str, int], path: Path, source: str, part: str) -> list[str]:
    """Return file:line of each import that runs against the order."""
    found = []
    for node in _runtime_imports(ast.parse(source)):
        names = (
            [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        )
        for name in names:
            words = name.split(".")
            if words[0] == "siaksim" and len(words) > 1 and words[1] != part:
                if rank_of[words[1]] >= rank_of[part] and words[1] != "errors":
                    found.append(f"{path}:{node.lineno}: {part} may not import {name}")
            elif part in PURE_PARTS and words[0] not in _allowed(part):
                found.append(f"{path}:{node.lineno}: {part} is pure and may not import {name}")
    return found


def _allowed(part: str) -> frozenset[str]:
    return sys.stdlib_module_names | {"siaksim"} | ALSO.get(part, set())


def _runtime_imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    typing_only: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            typing_only.update(ast.walk(node))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in typing_only
    ]


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_every_part_imports_only_what_lies_below_it() -> None:
    found: list[str] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        found += breaches(RANKS, path, path.read_text(encoding="utf-8"), part_of(path))
    assert found == []


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("core", "import flask"),
        ("core", "from siaksim.faults import base"),
        ("example_clients", "from siaksim.core import clock"),
        ("example_clients", "import orjson"),
        ("ledger", "import siaksim.world"),
        ("services", "def f():\n    from siaksim.edges import server"),
    ],
)
def test_an_import_against_the_order_is_found(part: str, source: str) -> None:
    assert breaches(RANKS, Path("x.py"), source, part)
