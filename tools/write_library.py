"""Writes docs/library.md from the header comments of scenarios/*.yaml; --check says if it differs.

A header has `# For:`, `# Good client:`, `# Bad client:`, `# Sources:` and, where there is more to
say, `# Note:`; what goes on in the next line is indented by two more spaces.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "library.md"
FIELDS = ("For", "Good client", "Bad client", "Sources")
HEAD = """\
# The scenario library

Written by `python tools/write_library.py` from the header comments of [scenarios/](../scenarios);
do not edit it here. `siaksim serve --scenario NAME` plays a day, `siaksim scenarios show NAME`
draws it.

What a source states is marked so; all other figures are assumed, and none is a fact about Dukcapil.
A good client does, on every day: a deadline for each step, one layer of retries with jitter and a
budget, an idempotency key for each write, a look at the status before a write is repeated, words
that tell the citizen the truth, and paper when nothing else works. A bad one has no deadline,
repeats writes blindly, retries in three layers, shows raw HTML and loses the form.

A test (tests/services/test_library.py) lives through each of them from opening to closing: clients
that know nothing of the scenario serve some sixty citizens, and every fault that the file names
strikes.
"""


def header(path: Path) -> dict[str, str]:
    """Return a scenario's header by field; ValueError when one is missing or unknown."""
    found: dict[str, str] = {}
    field = ""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        if not line.startswith("# "):
            break
        begins = re.match(r"# ([A-Z][a-z ]+): ", line)
        if begins and not line.startswith("#   "):
            field = begins[1]
            found[field] = line[begins.end() :]
        elif line.startswith("#   ") and field:
            found[field] += " " + line[4:]
        else:
            raise ValueError(f"{path.name}: {line!r} belongs to no field")
    if set(found) - {"Note"} != set(FIELDS):
        raise ValueError(f"{path.name}: a header has {', '.join(FIELDS)}, and perhaps Note")
    return found


def page() -> str:
    """Return docs/library.md."""
    rows = ["| scenario | what happens | for | good client | bad client | sources |"]
    rows.append("|" + " --- |" * 6)
    for path in sorted((ROOT / "scenarios").glob("*.yaml")):
        told = header(path)
        story = yaml.safe_load(path.read_text(encoding="utf-8"))["story"].strip()
        if "Note" in told:
            story += f" ({told['Note']})"
        cells = (story, told["For"], told["Good client"], told["Bad client"], told["Sources"])
        shown = (f"[{path.stem}](../scenarios/{path.name})", *cells)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in shown) + " |")
    return HEAD + "\n" + "\n".join(rows) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it differs (exit code 1)."""
    wanted = page()
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    if "--check" in arguments:
        print(f"{PAGE.relative_to(ROOT)} differs: run python tools/write_library.py")
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
