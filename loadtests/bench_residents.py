"""What residents cost: CPU time of look-ups and searches among 1.28 million, in one run.

Run: .venv/bin/python loadtests/bench_residents.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

from siaksim.population.country import Country, Resident

TODAY = date(2024, 7, 11)
SAMPLE = 3000
ROUNDS = 5
FINDS: dict[str, dict[str, Any]] = {
    "17, not recorded, Magersari": {"age": 17, "recorded": False, "area": "Magersari"},
    "any adult": {"ages": (20, 50), "status": "normal", "recorded": True},
    "duplicates": {"status": "duplicate"},
    "30, inactive, women": {"age": 30, "status": "inactive", "sex": "P"},
    "97, inactive (few)": {"age": 97, "status": "inactive"},
    "newborn, recorded (none)": {"age": 0, "recorded": True},
}


def cpu_s(work: Callable[[], object]) -> float:
    """Return the seconds of CPU time of a piece of work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def least_s(work: Callable[[], object]) -> float:
    """Return the least of some rounds: what the work costs when nothing is in its way."""
    return min(cpu_s(work) for _ in range(ROUNDS))


def longest_step_s(country: Country, someone: Resident) -> float:
    """Return the longest stretch of a search by name and birth date, in seconds."""
    steps = country.search_steps(someone.name, someone.birth_date)
    longest, start = 0.0, time.process_time()
    for _ in steps:
        longest, start = max(longest, time.process_time() - start), time.process_time()
    return longest


def row(name: str, took_s: float, everybody_s: float) -> None:
    """Print what a search takes, and how many times longer looking at everybody would."""
    print(f"| {name}, ms; everybody / it | {1e3 * took_s:.1f}; {everybody_s / took_s:,.0f} |")


def main() -> None:
    """Print the figures as Markdown rows."""
    country = Country(3576)
    started = least_s(lambda: Country(1))
    indices = range(0, country.size, country.size // SAMPLE)
    people = [country.resident(index) for index in indices]
    one = least_s(lambda: [country.resident(i) for i in indices]) / len(indices)
    back = least_s(lambda: [country.index_of(r.nik) for r in people]) / len(people)
    home = least_s(lambda: [country.household(r.kk) for r in people[:500]]) / 500
    everybody = one * country.size
    print(f"| a country of {country.size:,}, ms | {1e3 * started:.1f} |")
    print(f"| index -> resident, µs | {1e6 * one:.0f} |")
    print(f"| NIK -> index, µs | {1e6 * back:.0f} |")
    print(f"| family card -> household, µs | {1e6 * home:.0f} |")
    for name, wanted in FINDS.items():
        country.find(today=TODAY, **wanted)  # tables are made once
        took = least_s(lambda wanted=wanted: country.find(today=TODAY, **wanted))
        row(f"find {name}", took, everybody)
    searches = [cpu_s(lambda r=r: country.search(r.name, r.birth_date)) for r in people[:20]]
    middle = sorted(searches)[len(searches) // 2]
    row("search by name and birth date", middle, everybody)
    print(f"| longest step of a search, ms | {1e3 * longest_step_s(country, people[0]):.1f} |")


if __name__ == "__main__":
    main()
