"""How many tries a hunt makes in a second: in process, on a moved clock, on one core.

python loadtests/bench_hunt.py
"""

from __future__ import annotations

from collections.abc import Sequence
from time import process_time

from siaksim.example_clients.calling import Carrier
from siaksim.example_clients.clients import Client, client
from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.place import Place
from siaksim.hunting.schedule import Schedule
from siaksim.hunting.search import Limits, hunt
from siaksim.hunting.tried import Try
from siaksim.stage.hunting import StageHunt
from siaksim.stage.playing import Maker

TRIES = 100
KINDS = ("counter", "kiosk")


def maker(kind: str) -> Maker:
    """Return what makes good clients of a kind."""

    def make(number: int, place: Place, carrier: Carrier, draws: str) -> Client:
        return client(kind, number, place, carrier, GOOD, draws)

    return make


def measured(kind: str) -> tuple[float, float]:
    """Return tries a second of processor time, and the share of it that is not plays."""
    lair, inside = StageHunt(kind, maker(kind)), 0.0

    def play(schedules: Sequence[Schedule]) -> list[Try]:
        nonlocal inside
        began = process_time()
        done = lair.play(schedules)
        inside += process_time() - began
        return done

    lair.play([Schedule()])  # what is loaded and made once
    began = process_time()
    found = hunt(play, Limits(budget=TRIES), lambda found, step: None)
    whole = process_time() - began
    return (found.tries + 1) / whole, 1 - inside / whole


def main() -> None:
    """Print the table of docs/benchmarks.md."""
    print("| what | figure |\n| --- | --- |")
    for kind in KINDS:
        rate, outside = measured(kind)
        print(f"| tries a second of processor time, {kind}, 3 citizens | {rate:.0f} |")
        print(f"| of which choosing and drawing schedules, {kind} | {outside:.1%} |")


if __name__ == "__main__":
    main()
