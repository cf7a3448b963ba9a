"""Who keeps a centre down after its outage is over: the storm of docs/capacity.md, 20 seeds.

Run: .venv/bin/python loadtests/storms.py [--seeds 20] [--out docs/capacity.md]

A centre of 100 calls a second (50 servers of 0.5 s each) stands still for 60 s; clients have a
time-out of 5 s. Nothing is sent: core/background plays the clients, seconds of work for 20 minutes
of theirs. With --out the tables are put between the marks in that file.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from siaksim.core.background import Background
from siaksim.core.capacity import Queue
from siaksim.core.manners import MANNERS, Mix
from siaksim.core.speeds import Speeds
from siaksim.core.tally import Tally

SERVERS, SERVICE_S, TIMEOUT_S = 50, 0.5, 5.0
BEFORE_S, STALL_S, WATCH_S = 60.0, 60.0, 17 * 60.0
STALL_END = BEFORE_S + STALL_S
END = STALL_END + WATCH_S
WINDOW_END = STALL_END + 120.0
SEEN_S = 60.0
"""How long a storm without end is watched after the window that amplification is counted in."""
SETTLE_S = 100.0
"""Whoever comes so late may still be trying at the end: not judged."""
PLENTY = 1_000_000
"""Places of a queue that is called unbounded: only clients that never give up come near."""
CASES = ((45.0, None), (70.0, None), (45.0, 200), (70.0, 200))
BEGIN, FINISH = "<!-- storms: begin -->", "<!-- storms: end -->"
WORDS = {
    "no_retry": "no retry",
    "immediate": "3 immediate retries",
    "exponential": "exponential, 6 tries, no jitter",
    "jitter": "full jitter, 6 tries",
    "budget": "full jitter + 10% budget",
    "staff": "staff pressing again every 2-8 s, 15 tries",
    "hammer": "every 1 s for ever",
}


@dataclass(frozen=True)
class Storm:
    """What became of one run: seconds until all was well (None: never), calls a person, ..."""

    back_s: float | None
    amplification: float
    wasted: float
    well: float
    peak: float


def storm(manner: str, load: float, bound: int | None, seed: int) -> Storm:
    """Run one storm: `load` people a second, `bound` places in the queue."""
    tally = Tally(1.0)
    speeds = Speeds([(BEFORE_S, 0.0), (STALL_END, 1.0)])
    queue = Queue(
        SERVERS, PLENTY if bound is None else bound, speeds, lambda t, at: people.done(t, at)
    )
    people = Background(
        seed,
        "storm",
        queue,
        lambda u: SERVICE_S,
        Speeds([(0.0, load)]),
        Mix({manner: 1.0}),
        tally,
        timeout_s=TIMEOUT_S,
    )
    now = 0.0
    lost = False
    while now < END and not lost:
        now += 5.0
        people.advance(now)
        # First come, first served: whoever comes now waits for all that are before him. If that
        # is over only after the end, nobody who comes until then is answered in time.
        if now >= WINDOW_END + SEEN_S:
            last = queue.last()
            lost = last is not None and queue.start_of(last) > END + TIMEOUT_S
    back = None if lost else tally.recovered_at(STALL_END, END - SETTLE_S)
    window = tally.between(BEFORE_S, WINDOW_END)
    after = tally.between(now - SEEN_S, now)
    settled = tally.between(BEFORE_S, min(now, END) - SETTLE_S)
    peak = max(row.calls for _, row in tally.rows(0.0, WINDOW_END))
    return Storm(
        None if back is None else back - STALL_END,
        window.amplification,
        after.wasted_share,
        settled.well / settled.people,
        peak,
    )


def _cell(runs: Sequence[Storm]) -> str:
    back = sorted(run.back_s for run in runs if run.back_s is not None)
    amplification = median(run.amplification for run in runs)
    told = f"amp {amplification:.3g}"
    if not back:
        wasted = median(run.wasted for run in runs)
        return f"**never**, {told}, {wasted:.0%} wasted"
    some = "" if len(back) == len(runs) else f"**{len(runs) - len(back)} of {len(runs)} never**, "
    well = median(run.well for run in runs)
    low, high = back[0], back[-1]
    span = f"{low:.0f} s" if low == high else f"{low:.0f}-{high:.0f} s"
    when = "at once" if high <= 1 else f"back in {span}"
    return f"{some}{when}, {told}, {well:.0%} end well"


def table(seeds: int) -> Iterator[str]:
    """Yield the lines of the table."""
    heads = [
        f"load {load:.0f}, {'unbounded' if bound is None else f'queue of {bound}'}"
        for load, bound in CASES
    ]
    yield f"| Client | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for manner in MANNERS:
        cells = []
        for load, bound in CASES:
            runs = [storm(manner, load, bound, seed) for seed in range(1, seeds + 1)]
            cells.append(_cell(runs))
            print(manner, load, bound, cells[-1], flush=True)
        yield f"| {WORDS[manner]} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table, or put it into a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--out", type=Path)
    told = parser.parse_args()
    lines = list(table(told.seeds))
    if told.out is None:
        print("\n".join(lines))
        return
    text = told.out.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(FINISH)
    page = "\n".join([before + BEGIN, "", *lines, "", FINISH + after])
    told.out.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
