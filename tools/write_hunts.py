"""Hunts the planted bugs, and searches for them at random: which of the two needs fewer tries?

    python tools/write_hunts.py              play (an hour of one core), write docs/hunt.md
    python tools/write_hunts.py --jobs 2     on two cores
    python tools/write_hunts.py --commands   also hunt three of them as commands, over sockets
    python tools/write_hunts.py --only old-link    play one bug, write nothing

What was played before an interrupt is kept in .hunts/ and not played again, as long as the hunt,
the planted bugs, the example clients and the rules are the same. Exit code 1: a bug was not found,
its file does not hold, or a careful client was blamed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from planted import BUGS, Bug, bug_named  # noqa: E402
from planted.bug import by_manners  # noqa: E402
from siaksim.hunting.drawn import CALLS, struck  # noqa: E402
from siaksim.hunting.schedule import Schedule  # noqa: E402
from siaksim.hunting.search import Limits  # noqa: E402
from siaksim.hunting.spots import Spot  # noqa: E402
from siaksim.stage.hunting import StageHunt  # noqa: E402

PAGE = ROOT / "docs/hunt.md"
BEGIN, END = "<!-- begin comparison -->\n", "<!-- end comparison -->\n"
SEEDS, WORLD = 5, 5
"""How many seeds, and the first world's."""
BUDGET, DEPTH = Limits().budget, Limits().depth
AGAIN = 10
"""How often a saved file is played with each of the twins, each time with other draws."""
GOOD_TIMES = 5
"""How many budgets a careful client is hunted for."""
COMMANDS = ("crash-on-502", "permanent-error", "double-activation")
DIGESTED = (
    "simulator/siaksim/hunting/*.py",
    "simulator/siaksim/stage/*.py",
    "simulator/siaksim/verdict/rules/*.py",
    "simulator/siaksim/example_clients/*.py",
    "tests/planted/*.py",
)
UNPLAYED = ("report.py", "junit.py", "__main__.py")
"""Files among them that change no result."""
Result = dict[str, Any]


# -- what is played ------------------------------------------------------------------------


def hunted(name: str, seed: int) -> Result:
    """Hunt one bug, and play what was found again: by the careless client and the careful one."""
    bug = bug_named(BUGS, name)
    lair = StageHunt(bug.kind, bug.careless, seed=WORLD + seed)
    began = process_time()
    found = lair.hunt(Limits(budget=BUDGET, depth=DEPTH, seed=seed))
    took_s = process_time() - began
    result: Result = {"tries": 0, "took_s": took_s, "played": found.tries + found.shrinking + 1}
    for broken in found.broken:
        text = lair.saved(broken, "the hunt's own test")
        careful = StageHunt(bug.kind, bug.careful, seed=WORLD + seed)
        draws = [f"again-{number}" for number in range(AGAIN)] if seed == 0 else []
        rule = broken.failure.rule
        result |= {
            "tries": broken.tries,
            "rule": rule,
            "own": rule in bug.rules,
            "strikes": len(broken.simplest),
            "story": broken.simplest.story(),
            "flaky": broken.flaky,
            "fails": sum(_fails(lair, text, draw, rule) for draw in draws),
            "passes": sum(not _fails(careful, text, draw) for draw in draws),
        }
    return result


def _fails(lair: StageHunt, text: str, draws: str, rule: str = "") -> bool:
    """Say whether a play of a scenario breaches the rule ('': any), or crashes the client."""
    played = lair.run(text, draws)
    failed = played.failed | ({"crash"} if played.crash else set())
    return rule in failed if rule else bool(failed)


def at_random(name: str, seed: int) -> Result:
    """Search for one bug by plain chance: any call, any move, in the vocabulary of the hunt."""
    bug = bug_named(BUGS, name)
    lair = StageHunt(bug.kind, bug.careless, seed=WORLD + seed)
    (base,) = lair.play([Schedule()])
    spots = [spot for spot in base.spots if spot.moves]
    chance, known = Random(seed), {Schedule()}
    while len(known) <= BUDGET:
        schedule = _drawn(chance, spots)
        if schedule in known:
            continue
        known.add(schedule)
        (tried,) = lair.play([schedule])
        if tried.failures:
            return {"tries": len(known) - 1, "rule": tried.failures[0].rule}
    return {"tries": 0}


def _drawn(chance: Random, spots: list[Spot]) -> Schedule:
    schedule = Schedule()
    for _ in range(chance.randint(1, DEPTH)):
        spot = chance.choice(spots)
        strike = struck(spot, chance.choice(spot.moves), chance.choice(CALLS))
        if schedule.takes(strike):
            schedule = schedule.plus(strike)
    return schedule


def spared(name: str, seed: int) -> Result:
    """Hunt a good example client of a kind, for so many budgets as no user would give."""
    found = StageHunt(name, by_manners(name), seed=WORLD + seed).hunt(
        Limits(budget=GOOD_TIMES * BUDGET, depth=DEPTH, seed=seed, every=True)
    )
    blamed = [f"{b.failure.rule}: {b.simplest.story()}" for b in found.broken]
    return {"tries": found.tries, "blamed": blamed}


def by_command(name: str, seed: int) -> Result:
    """Hunt one bug as a command, over sockets, and check what was found with both twins."""
    bug = bug_named(BUGS, name)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        words = ["hunt", "--seed", str(seed), "--jobs", "4", "--json", "hunt.json", "--lasts", "60"]
        code = _siaksim(place, [*words, *_client(bug, "careless")])
        told = json.loads((place / "hunt.json").read_text())
        (broken,) = told["broken"]
        file = f"./{broken['file']}"
        careless = _siaksim(place, ["check", "--scenario", file, *_client(bug, "careless")])
        careful = _siaksim(place, ["check", "--scenario", file, *_client(bug, "careful")])
    strikes = [strike["told"] for strike in broken["schedule"]]
    return {
        "tries": broken["tries"],
        "rule": broken["rule"],
        "story": " ".join(strikes),
        "strikes": len(strikes),
        "codes": [code, careless, careful],
    }


def _client(bug: Bug, manner: str) -> list[str]:
    return ["--client", bug.kind, "--", sys.executable, "-m", "planted", bug.name, manner]


def _siaksim(folder: Path, words: list[str]) -> int:
    path = {"PYTHONPATH": str(ROOT / "tests")}
    command = [sys.executable, "-c", "from siaksim.cli import main; main()", *words]
    done = subprocess.run(command, cwd=folder, env=os.environ | path, stdout=2, check=False)
    return done.returncode


PLAYS: dict[str, Callable[[str, int], Result]] = {
    "hunt": hunted,
    "random": at_random,
    "spared": spared,
    "command": by_command,
}
CAREFUL = ("counter", "kiosk")
Job = tuple[str, str, int]


def play(job: Job) -> Result:
    """Play one job."""
    how, name, seed = job
    return PLAYS[how](name, seed)


def jobs_for(names: list[str], commands: bool) -> list[Job]:
    """Return what is to be played: cheap jobs first."""
    found: list[Job] = [("hunt", name, seed) for seed in range(SEEDS) for name in names]
    found += [("random", name, seed) for seed in range(SEEDS) for name in names]
    found += [("spared", name, 0) for name in CAREFUL] if len(names) == len(BUGS) else []
    found += [("command", name, 0) for name in COMMANDS] if commands else []
    return found


def play_all(jobs: list[Job], workers: int) -> dict[Job, Result]:
    """Play what was not played before; each result is kept as soon as it is there."""
    folder = ROOT / ".hunts" / digest()
    folder.mkdir(parents=True, exist_ok=True)
    kept = {job: folder / ("+".join(map(str, job)) + ".json") for job in jobs}
    with ProcessPoolExecutor(workers) as pool:
        left = {pool.submit(play, job): job for job in jobs if not kept[job].is_file()}
        for future in as_completed(left):
            job = left[future]
            kept[job].write_text(json.dumps(future.result()))
            print(*job, future.result(), file=sys.stderr, flush=True)
    return {job: json.loads(kept[job].read_text()) for job in jobs}


def digest() -> str:
    """Return what tells whether anything that the results hang on has changed."""
    found = hashlib.sha256()
    for pattern in DIGESTED:
        for path in sorted(p for p in ROOT.glob(pattern) if p.name not in UNPLAYED):
            found.update(path.read_text(encoding="utf-8").encode() + b"\0")
    return found.hexdigest()[:16]


# -- what comes of it ----------------------------------------------------------------------


def wrong(results: dict[Job, Result]) -> Iterator[str]:
    """Yield what is not as it should be."""
    for (how, name, seed), result in results.items():
        where = f"{how} {name}, seed {seed}"
        if how == "hunt":
            if not result["tries"]:
                yield f"{where}: not found"
            elif not result["own"] or result["strikes"] > DEPTH or result["flaky"]:
                yield f"{where}: {result}"
            elif seed == 0 and (result["fails"], result["passes"]) != (AGAIN, AGAIN):
                yield f"{where}: its file does not hold: {result}"
        if how == "spared" and result["blamed"]:
            yield f"{where}: {'; '.join(result['blamed'])}"
        if how == "command" and result["codes"][1:] not in ([1, 0], [4, 0]):
            yield f"{where}: {result}"


def page(results: dict[Job, Result]) -> str:
    """Return the section of docs/hunt.md."""
    lines = [
        f"Tries until the first failure, in process: the median of {SEEDS} seeds (least to most).",
        f"A search that found nothing in its {BUDGET} tries counts as {BUDGET + 1}. *Random* draws",
        "any call of the run, any move, one call or more, one strike or two.",
        "",
        "| bug | hunt | random | what it came to |",
        "| --- | --- | --- | --- |",
    ]
    lost, medians = [], []
    for bug in BUGS:
        hunt, chance = _tries(results, "hunt", bug.name), _tries(results, "random", bug.name)
        medians.append((median(hunt), median(chance)))
        if median(hunt) > median(chance) / 2:
            lost.append(f"{bug.name} ({median(hunt):g} to {median(chance):g})")
        first = results["hunt", bug.name, 0]
        lines.append(
            f"| {bug.name}: {bug.told} | {_shown(hunt)} | {_shown(chance)} | "
            f"{first.get('rule', '')}: {first.get('story', 'not found')} |"
        )
    ours, theirs = (median(values) for values in zip(*medians, strict=True))
    lines += [
        "",
        f"The median of the medians is {ours:g} for the hunt and {theirs:g} for random search.",
        f"More than half as many tries as random search: {', '.join(lost) or 'none'}.",
        "",
        *_held(results),
    ]
    return "\n".join(lines) + "\n"


def _held(results: dict[Job, Result]) -> Iterator[str]:
    firsts = [results["hunt", bug.name, 0] for bug in BUGS]
    fails = sum(first.get("fails", 0) for first in firsts)
    passes = sum(first.get("passes", 0) for first in firsts)
    of = AGAIN * len(BUGS)
    yield f"The saved files fail the careless client in {fails} of {of} plays (ten of each file,"
    yield f"with other draws of the client's) and pass its careful twin in {passes} of {of}."
    spared = [(job[1], found) for job, found in results.items() if job[0] == "spared"]
    told = [f"{name} ({f['tries']} tries: {len(f['blamed'])} findings)" for name, f in spared]
    yield ""
    yield f"Good example clients, hunted for {GOOD_TIMES} budgets: {', '.join(told)}."
    commands = [(job[1], found) for job, found in results.items() if job[0] == "command"]
    if commands:
        yield ""
        yield "As commands over sockets (`--lasts 60 --jobs 4`); the saved file fails the careless"
        yield "command and passes the careful one in `siaksim check`:"
        yield ""
        yield "| bug | tries | what it came to |"
        yield "| --- | --- | --- |"
        for name, found in commands:
            yield f"| {name} | {found['tries']} | {found['rule']}: {found['story']} |"


def _tries(results: dict[Job, Result], how: str, name: str) -> list[int]:
    return [results[how, name, seed]["tries"] or BUDGET + 1 for seed in range(SEEDS)]


def _shown(tries: list[int]) -> str:
    least, most = (f"{n}" if n <= BUDGET else f"over {BUDGET}" for n in (min(tries), max(tries)))
    middle = f"{median(tries):g}" if median(tries) <= BUDGET else f"over {BUDGET}"
    return middle if least == most else f"{middle} ({least} to {most})"


def main() -> int:
    """Play what is asked for and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=1, help="processes side by side")
    parser.add_argument("--commands", action="store_true", help="also hunt by commands")
    parser.add_argument("--only", action="append", choices=[bug.name for bug in BUGS])
    asked = parser.parse_args()
    names = asked.only or [bug.name for bug in BUGS]
    results = play_all(jobs_for(names, asked.commands), asked.jobs)
    mistakes = list(wrong(results))
    if not asked.only:
        text = PAGE.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        after = rest.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}{page(results)}{END}{after}", encoding="utf-8")
    print("\n".join(mistakes))
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
