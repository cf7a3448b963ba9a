"""What the docs say of the language is written from the code, and is of this code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from siaksim import data

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("tool", ["write_docs.py", "write_library.py"])
def test_the_pages_are_what_the_tool_writes(tool: str) -> None:
    command = [sys.executable, f"tools/{tool}", "--check"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_every_kind_has_an_example_of_a_whole_day() -> None:
    page = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    kinds = page.count("\n### ")
    assert kinds >= 28
    assert page.count("A whole day of it: ") == kinds
    assert page.count("```yaml") == kinds


def test_the_library_has_a_row_for_each_shipped_scenario() -> None:
    page = (ROOT / "docs/library.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| [")]
    names = [row.partition("]")[0].removeprefix("| [") for row in rows]
    assert names == data.scenario_names()
    assert all(len(row.split(" | ")) == 6 for row in rows)
