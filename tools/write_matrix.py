"""Plays every example client through every shipped scenario and writes down which rules spoke.

    python tools/write_matrix.py            play (minutes), write docs/matrix.json, docs/verdicts.md
    python tools/write_matrix.py --check    say whether the pages are of this code (at once)
    python tools/write_matrix.py --only siak-blackout-25min    play some scenarios, write nothing

Exit code 1: a good client was blamed, a careless one broke a rule that is not its own, or nobody
broke a rule; what it was is printed. The pages hold a digest of rules, example clients and client
files, and one of each scenario. Whoever changes one of the first plays the whole matrix again; of a
scenario, its own part: what docs/matrix.json has of this code and this scenario is not played anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from siaksim import data
from siaksim.example_clients.clients import KINDS
from siaksim.example_clients.manners import CARELESS, GOOD, Manners
from siaksim.example_clients.variants import variants
from siaksim.stage.playing import run, scenario_of
from siaksim.verdict.rules import implied, rules

ROOT = Path(__file__).resolve().parent.parent
PAGE, RESULTS = ROOT / "docs/verdicts.md", ROOT / "docs/matrix.json"
BEGIN, END = "<!-- begin matrix -->\n", "<!-- end matrix -->\n"
SEEDS = 3
DIGESTED = (
    "simulator/siaksim/verdict/rules/*.py",
    "simulator/siaksim/example_clients/**/*.py",
    "contracts/clients/*.yaml",
)
UNPLAYED = ("running.py", "sockets.py")
"""Files of the example clients that have no part in a run in process."""


@dataclass(frozen=True, slots=True)
class Client:
    """One client of the matrix; `rule` is the one that it breaks, '' for good and careless."""

    kind: str
    name: str
    manners: Manners
    rule: str = ""
    instances: int = 1
    residents: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """What one run said: `seed` counts from that of the scenario's `check:`, which is 0."""

    kind: str
    client: str
    rule: str
    scenario: str
    seed: int
    verdict: str
    fired: tuple[str, ...]


def clients() -> list[Client]:
    """Return all clients: good, careless, and those of a single rule."""
    found = [Client(kind, "good", GOOD) for kind in KINDS]
    found += [Client(kind, "careless", CARELESS) for kind in KINDS]
    for variant in variants():
        for kind in variant.kinds:
            count = sum(c.kind == kind and c.rule == variant.rule for c in found)
            name = variant.rule + (f" ({count + 1})" if count else "")
            more = (variant.rule, variant.instances, variant.residents or 0)
            found.append(Client(kind, name, variant.careless, *more))
    return found


# -- playing -------------------------------------------------------------------------------


def played(name: str, seed: int) -> list[Cell]:
    """Play one scenario with one seed by all clients."""
    scenario = scenario_of(name)
    assert scenario.check is not None, name
    own = scenario.check.seed if scenario.check.seed is not None else scenario.seed
    found = []
    for client in clients():
        residents = max(client.residents, scenario.check.residents)
        verdict = run(
            client.kind,
            client.manners,
            name,
            own + seed,
            instances=client.instances,
            residents=residents,
        ).verdict
        fired = tuple(sorted(ruling.rule for ruling in verdict.failed))
        found.append(Cell(client.kind, client.name, client.rule, name, seed, verdict.value, fired))
    return found


def play_all(names: Iterable[str]) -> list[Cell]:
    """Play scenarios with all seeds, on all cores; what was played before an interrupt is kept."""
    jobs = [(name, seed) for seed in range(SEEDS) for name in names]
    kept = {job: ROOT / ".matrix" / stamp(job[0]) / f"{job[1]}.json" for job in jobs}
    for file in kept.values():
        file.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        left = {pool.submit(played, *job): job for job in jobs if not kept[job].is_file()}
        for future in as_completed(left):
            job = left[future]
            kept[job].write_text(json.dumps([asdict(cell) for cell in future.result()]))
            print(f"{job[0]}, seed +{job[1]}", file=sys.stderr, flush=True)
    return [cell for job in jobs for cell in _cells(json.loads(kept[job].read_text()))]


def _cells(runs: Iterable[dict[str, Any]]) -> list[Cell]:
    return [Cell(**{**one, "fired": tuple(one["fired"])}) for one in runs]


def wrong(cells: Iterable[Cell]) -> Iterator[str]:
    """Yield each cell that speaks against a rule or a client."""
    for cell in cells:
        allowed = {cell.rule} | implied(cell.rule) if cell.rule else set(rules())
        allowed = set() if cell.client == "good" else allowed
        for rule in sorted(set(cell.fired) - allowed):
            yield f"{cell.kind} {cell.client}, {cell.scenario}, seed +{cell.seed}: {rule} spoke"


# -- the page ------------------------------------------------------------------------------


def stamp(name: str) -> str:
    """Return what tells whether a scenario, a rule, a client or a client file has changed."""
    found = hashlib.sha256()
    patterns = (*DIGESTED, f"scenarios/{name}.yaml")
    for path in sorted(p for pattern in patterns for p in ROOT.glob(pattern)):
        if path.name not in UNPLAYED:
            found.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
            found.update(path.read_text(encoding="utf-8").encode() + b"\0")
    return found.hexdigest()[:16]


def page(cells: list[Cell]) -> str:
    """Return the section of docs/verdicts.md."""
    return "\n\n".join(
        [
            f"Written by `make matrix` from {len(cells)} runs: {SEEDS} seeds each, the check's own "
            "first. [matrix.json](matrix.json) has them all, and of which code they are.",
            "Good clients, seed by seed (`?` is INCONCLUSIVE: not every fault of the day met the "
            "client, or the run was over too soon), and the rules that the careless ones break:",
            _by_scenario(cells),
            "Clients that break one rule, and the scenarios in which it shows (in brackets: with "
            "how many of the seeds, if not with all). What a breach brings with it, by the rule's "
            "own word, stands in the last column. A rule that no shipped day provokes is provoked "
            "by a scenario of its own in `make test`.",
            _by_rule(cells),
        ]
    )


def _by_scenario(cells: list[Cell]) -> str:
    marks = {"PASS": "pass", "INCONCLUSIVE": "?", "FAIL": "**FAIL**"}
    good: dict[tuple[str, str], list[str]] = defaultdict(list)
    broken: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in sorted(cells, key=lambda cell: cell.seed):
        if cell.client == "good":
            good[cell.scenario, cell.kind].append(marks[cell.verdict])
        elif cell.client == "careless":
            broken[cell.scenario, cell.kind] |= set(cell.fired)
    rows = [["scenario", *(f"good {k}" for k in KINDS), *(f"careless {k}" for k in KINDS)]]
    for name in sorted({cell.scenario for cell in cells}):
        told = [" ".join(good[name, kind]) for kind in KINDS]
        bad = [", ".join(sorted(broken[name, kind])) or "-" for kind in KINDS]
        rows.append([f"`{name}`", *told, *bad])
    return _table(rows)


def _by_rule(cells: list[Cell]) -> str:
    shows: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    brings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in cells:
        if cell.rule:
            key = (cell.client, cell.kind)
            shows[key][cell.scenario] += cell.rule in cell.fired
            brings[key] |= set(cell.fired) - {cell.rule}
    rows = [["client", "kind", "its rule speaks in", "and with it"]]
    for key in sorted(shows):
        name, kind = key
        seen = [
            scenario + (f" ({count})" if count < SEEDS else "")
            for scenario, count in sorted(shows[key].items())
            if count
        ]
        told = _told(seen, list(shows[key]))
        rows.append([f"`{name}`", kind, told, ", ".join(sorted(brings[key])) or "-"])
    return _table(rows)


def _told(seen: list[str], names: list[str]) -> str:
    """Return scenarios in a few words: those that are missing where they are the fewer."""
    missing = sorted(set(names) - {one.partition(" ")[0] for one in seen})
    if not missing:
        some = [one for one in seen if " " in one]
        return "every scenario" + (f", of which {', '.join(some)}" if some else "")
    if len(missing) < len(seen) / 2:
        return f"all but {', '.join(missing)}"
    return ", ".join(seen) or "-"


def _table(rows: list[list[str]]) -> str:
    head, *rest = ("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *rest])


def results(cells: list[Cell]) -> str:
    """Return docs/matrix.json: stamps, and by kind, client and scenario a word for each seed.

    A word is a verdict, with the rules that were broken: `FAIL:retry_limit,retry_spacing`.
    """
    told: dict[str, dict[str, dict[str, list[str]]]] = {}
    for cell in sorted(cells, key=lambda cell: (cell.kind, cell.client, cell.scenario, cell.seed)):
        row = told.setdefault(cell.kind, {}).setdefault(cell.client, {})
        word = ":".join(filter(None, (cell.verdict, ",".join(cell.fired))))
        row.setdefault(cell.scenario, []).append(word)
    stamps = {name: stamp(name) for name in sorted({cell.scenario for cell in cells})}
    rows = ",\n".join(
        f'"{kind}": {{\n'
        + ",\n".join(f" {json.dumps(client)}: {json.dumps(row)}" for client, row in clients.items())
        + "\n}"
        for kind, clients in told.items()
    )
    head = f'"version": 2,\n"seeds": {SEEDS},\n"stamps": {json.dumps(stamps, indent=1)}'
    return f'{{{head},\n"runs": {{{rows}}}}}\n'


def stored() -> tuple[list[Cell], dict[str, str]]:
    """Return the runs of docs/matrix.json, and its stamps; none when there is no such file."""
    if not RESULTS.is_file():
        return [], {}
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    cells = [
        Cell(kind, client, _rule_of(client), scenario, seed, *_said(word))
        for kind, rows in found["runs"].items()
        for client, row in rows.items()
        for scenario, said in row.items()
        for seed, word in enumerate(said)
    ]
    return cells, found.get("stamps", {})


def _rule_of(client: str) -> str:
    return "" if client in ("good", "careless") else client.partition(" ")[0]


def _said(word: str) -> tuple[str, tuple[str, ...]]:
    verdict, _, fired = word.partition(":")
    return verdict, tuple(filter(None, fired.split(",")))


def with_section(text: str, section: str) -> str:
    """Return the page with another section between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{section}\n{END}{after}"


def stale() -> list[str]:
    """Return the scenarios whose part of the pages is of other code, or missing."""
    _, stamps = stored()
    return [name for name in playable() if stamps.get(name) != stamp(name)]


def check() -> int:
    """Say whether the pages are of this code."""
    cells, stamps = stored()
    text = PAGE.read_text(encoding="utf-8")
    other = stale()
    if not other and set(stamps) == set(playable()) and text == with_section(text, page(cells)):
        return 0
    told = f" (of {', '.join(other)})" if other else ""
    print(f"the matrix in docs/verdicts.md is of another code{told}: run make matrix")
    return 1


def playable() -> list[str]:
    """Return the scenarios that clients in this process can meet: no lines, no connections."""
    named = ((name, scenario_of(name)) for name in data.scenario_names())
    return [name for name, one in named if one.check is not None and not one.by_sockets]


def main(arguments: list[str]) -> int:
    """Play and write, or with --check say whether what is written is of this code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", nargs="+", default=[], metavar="SCENARIO")
    given = parser.parse_args(arguments)
    if given.check:
        return check()
    names = given.only or stale()
    fresh = set(playable()) - set(names)
    kept = [cell for cell in stored()[0] if cell.scenario in fresh]
    cells = play_all(names) + ([] if given.only else kept)
    spoken = list(wrong(cells))
    print("\n".join(spoken) or "no rule spoke but those that should")
    if not given.only:
        RESULTS.write_text(results(cells), encoding="utf-8")
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(with_section(text, page(cells)), encoding="utf-8")
    return 1 if spoken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
