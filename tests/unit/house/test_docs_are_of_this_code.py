"""What the docs say of the language is written from the code, and is of this code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_pages_are_what_the_tool_writes() -> None:
    command = [sys.executable, "tools/write_docs.py", "--check"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_every_kind_has_an_example_of_a_whole_day() -> None:
    page = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    kinds = page.count("\n### ")
    assert kinds >= 28
    assert page.count("A whole day of it: ") == kinds
    assert page.count("```yaml") == kinds
