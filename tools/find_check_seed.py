"""Finds the `seed` of a `check:` by which a good client meets every fault that is for it.

    python tools/find_check_seed.py mail-lost [--kinds counter,kiosk] [--most 2000]

Rare faults (a share below one in the number of citizens) are not met by every seed. Prints the
first seed by which each fault strikes each kind of client, `--times` times at least; with `--breaks
retry_spacing` also one by which the careless counter is shown these rules. It says of how many
seeds it did not take which fault was missed, and each seed at which a good client failed with how
to look at it. Those are no seeds to pass over but defects, of the client or of a rule: with one of
them the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field

from siaksim.example_clients.manners import CARELESS, GOOD
from siaksim.stage.playing import Played, run


@dataclass
class Search:
    """A search for a seed: what was asked for, and why seeds were not taken."""

    scenario: str
    kinds: tuple[str, ...]
    times: int = 1
    breaks: frozenset[str] = frozenset()
    missed: Counter[str] = field(default_factory=Counter)
    """By kind and fault: seeds at which a good client did not meet it (often enough)."""
    unshown: Counter[str] = field(default_factory=Counter)
    """By rule: seeds at which the careless counter did not break it."""
    failed: list[str] = field(default_factory=list)
    """Each good client that failed: seed, kind, rules."""

    def first(self, most: int) -> int | None:
        """Return the first good seed up to `most`; None: there is none."""
        return next((seed for seed in range(1, most + 1) if self.takes(seed)), None)

    def takes(self, seed: int) -> bool:
        """Say whether a seed will do; if not, count why."""
        # Good clients first, and all of them: a failure of theirs is told of every seed tried.
        good = [self._good(kind, seed) for kind in self.kinds]
        return all(good) and self._shown(seed)

    def _good(self, kind: str, seed: int) -> bool:
        played = run(kind, GOOD, self.scenario, seed)
        if played.failed:
            self.failed.append(f"seed {seed}, {kind}: {', '.join(sorted(played.failed))}")
        rare = short(played, self.times)
        self.missed.update(f"{kind} {fault}" for fault in rare)
        return not rare and not played.failed

    def _shown(self, seed: int) -> bool:
        if not self.breaks:
            return True
        left = self.breaks - run("counter", CARELESS, self.scenario, seed).failed
        self.unshown.update(left)
        return not left

    def told(self) -> list[str]:
        """Return why seeds were not taken, a line for each reason."""
        lines = [f"  {name} was missed at {n} seeds" for name, n in sorted(self.missed.items())]
        lines += [
            f"  the careless counter was not shown {rule} at {n} seeds"
            for rule, n in sorted(self.unshown.items())
        ]
        lines += [f"  A GOOD CLIENT FAILED: {each}" for each in self.failed]
        if self.failed:
            lines.append(
                '  look at it: python -c "from siaksim.stage.playing import run; from '
                "siaksim.example_clients.manners import GOOD; "
                f"print(run(KIND, GOOD, '{self.scenario}', SEED).verdict.failed)\""
            )
        return lines


def short(played: Played, times: int) -> set[str]:
    """Return the faults that are for a client and struck it fewer than `times` times."""
    struck = Counter(hit.fault for call in played.history.judged for hit in call.hits)
    # Some strike no call (a stall, ended sessions): to be reached is enough for these.
    rare = {fault for fault, count in struck.items() if count < times}
    return rare | set(played.verdict.missed)


def main() -> None:
    """Try seeds in order."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("scenario")
    ask.add_argument("--kinds", default="counter,kiosk")
    ask.add_argument("--times", type=int, default=1)
    ask.add_argument("--most", type=int, default=1000)
    ask.add_argument("--breaks", default="")
    given = ask.parse_args()
    breaks = frozenset(filter(None, given.breaks.split(",")))
    search = Search(given.scenario, tuple(given.kinds.split(",")), given.times, breaks)
    seed = search.first(given.most)
    for line in search.told():
        print(line, file=sys.stderr)
    if seed is None:
        print(f"{given.scenario}: none of {given.most} seeds; more residents, or a longer part?")
    else:
        print(f"{given.scenario}: seed: {seed}")
    sys.exit(1 if search.failed or seed is None else 0)


if __name__ == "__main__":
    main()
