"""Finds the `seed` of a `check:` by which a good client meets every fault that is for it.

    python tools/find_check_seed.py mail-lost [--kinds counter,kiosk] [--most 2000]

Rare faults (a share below one in the number of citizens) are not met by every seed. Prints the
first seed by which each fault strikes each kind of client, `--times` times at least; with `--breaks
retry_spacing` also one by which the careless counter is shown these rules.
"""

from __future__ import annotations

import argparse
from collections import Counter

from siaksim.example_clients.manners import CARELESS, GOOD
from siaksim.stage.playing import Played, run


def enough(played: Played, times: int) -> bool:
    """Say whether a good client passes, and each fault that is for it has struck often enough."""
    verdict = played.verdict
    if verdict.missed or verdict.failed:
        return False
    struck = Counter(hit.fault for call in played.history.judged for hit in call.hits)
    return all(count >= times for count in struck.values())


def main() -> None:
    """Try seeds in order."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("scenario")
    ask.add_argument("--kinds", default="counter,kiosk")
    ask.add_argument("--times", type=int, default=1)
    ask.add_argument("--most", type=int, default=1000)
    ask.add_argument("--breaks", default="")
    given = ask.parse_args()
    kinds, breaks = given.kinds.split(","), set(filter(None, given.breaks.split(",")))
    for seed in range(1, given.most):
        if breaks and not breaks <= run("counter", CARELESS, given.scenario, seed).failed:
            continue
        if all(enough(run(kind, GOOD, given.scenario, seed), given.times) for kind in kinds):
            print(f"{given.scenario}: seed: {seed}")
            return
    print(f"{given.scenario}: none of {given.most} seeds; more residents, or a longer part?")


if __name__ == "__main__":
    main()
