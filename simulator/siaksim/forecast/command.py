"""`siaksim forecast`: an office's day without HTTP, many times, on as many processors as wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from statistics import fmean
from time import monotonic

import orjson

from siaksim import __version__
from siaksim.core.clock import office_date
from siaksim.edges.choosing import chosen_scenario, is_file, text_of
from siaksim.edges.judging import check_files, write_private
from siaksim.edges.queuelog import fitted
from siaksim.errors import UserError
from siaksim.forecast.day import Setup, left_out, plan_of
from siaksim.forecast.many import Pair, Variant, careless_share, days_of_seed, variants
from siaksim.forecast.told import as_data, fit_lines, numbers, office_lines, table
from siaksim.office.fitting import Fit
from siaksim.office.office import Office
from siaksim.office.reading import load_office, shipped_office

SAID_S = 2.0
"""Wall seconds between two words on how far it is."""


@dataclass(frozen=True, slots=True)
class ForecastOptions:
    """What the command line asks for."""

    scenario: str
    office: str = ""
    queue_log: str = ""
    vary: tuple[str, ...] = ()
    days: int = 20
    seeds: int = 5
    seed: int | None = None
    day: date | None = None
    manners: str = "careful"
    jobs: int = 1
    json_file: str = ""


def chosen_office(name_or_file: str) -> Office:
    """Return an office by its shipped name or from a file; UserError says what is wrong."""
    if not name_or_file:
        return shipped_office()
    if is_file(name_or_file):
        return load_office(text_of(name_or_file, "Shipped offices go by name."), name_or_file)
    return shipped_office(name_or_file)


def forecast(options: ForecastOptions, say: Callable[[str], None]) -> int:
    """Forecast and tell; return the exit code 0."""
    if options.office and options.queue_log:
        what = "--office and --queue-log name an office each."
        raise UserError(what, "--queue-log", "Give one of them.")
    check_files(options.json_file)
    fit: Fit | None = None
    if options.queue_log:
        fit, tickets = fitted(options.queue_log)
        for line in fit_lines(fit, tickets.left_out):
            say(line)
    office = fit.office if fit else chosen_office(options.office)
    scenario, _ = chosen_scenario(options.scenario)
    if options.day is not None:
        scenario = scenario.shifted(options.day)
    setup = Setup(scenario, careless_share(options.manners))
    on = office_date(scenario.start).date()
    offices = variants(office, options.vary)
    opened = office.day(on)
    for line in office_lines(office, opened):
        say(line)
    seed = scenario.seed if options.seed is None else options.seed
    many = f"{options.seeds} seeds from {seed} on, {options.days} days each"
    say(f"{scenario.name}, {options.manners} clients; {many}, each with its twin")
    if gone := left_out(scenario):
        say(f"left out, as a forecast has no lines: {', '.join(gone)}")
    say("")
    pairs = _played(setup, offices, on, seed, options)
    found = [
        (variant, numbers(days, variant.office.day(on), plan_of(scenario, seed)))
        for variant, days in zip(offices, pairs, strict=True)
    ]
    for line in table(found):
        say(line)
    if fit is not None:
        model = fmean(pair.twin.waits.mean_s for pair in pairs[0]) / 60
        say(f"without faults the fitted office waits {model:.1f} min on average (all who queued)")
    if options.json_file:
        head = {
            "siaksim": __version__,
            "scenario": scenario.name,
            "office": office.name,
            "date": on.isoformat(),
            "seed": seed,
            "seeds": options.seeds,
            "days_of_each": options.days,
            "manners": options.manners,
            "left_out": list(left_out(scenario)),
        }
        raw = orjson.dumps(as_data(head, found), option=orjson.OPT_INDENT_2)
        write_private(options.json_file, raw + b"\n")
    return 0


def _played(
    setup: Setup, offices: tuple[Variant, ...], on: date, seed: int, options: ForecastOptions
) -> list[list[Pair]]:
    """Return all days of each variant, seeds in order, whichever was played first."""
    found: list[list[Pair]] = [[] for _ in offices]
    for played in _by_seed(setup, offices, on, seed, options):
        for place, days in enumerate(played):
            found[place] += days
    return found


def _by_seed(
    setup: Setup, offices: tuple[Variant, ...], on: date, seed: int, options: ForecastOptions
) -> Iterator[list[list[Pair]]]:
    progress = _Progress(options.seeds * options.days * len(offices))
    jobs = min(options.jobs, options.seeds)
    if jobs == 1:
        for number in range(options.seeds):
            yield days_of_seed(setup, offices, on, seed + number, options.days, progress.day)
        return
    # Spawned: the same on every system, and nothing of this process is shared by accident.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        going = [
            pool.submit(_one, options, offices, on, seed + number)
            for number in range(options.seeds)
        ]
        for _ in as_completed(going):
            progress.days(options.days * len(offices))
        yield from (future.result() for future in going)


def _one(
    options: ForecastOptions, offices: tuple[Variant, ...], on: date, seed: int
) -> list[list[Pair]]:
    """Play one seed in a process of its own: its scenario is read there."""
    scenario, _ = chosen_scenario(options.scenario)
    if options.day is not None:
        scenario = scenario.shifted(options.day)
    setup = Setup(scenario, careless_share(options.manners))
    return days_of_seed(setup, offices, on, seed, options.days)


class _Progress:
    """Says on a terminal how far it is, and how long it will take."""

    def __init__(self, days: int) -> None:
        self._days, self._done = days, 0
        self._begin = self._said = monotonic()

    def day(self) -> None:
        self.days(1)

    def days(self, count: int) -> None:
        self._done += count
        now = monotonic()
        if sys.stderr.isatty() and now - self._said > SAID_S:
            self._said = now
            left = (now - self._begin) / self._done * (self._days - self._done)
            text = f"\r{self._done} of {self._days} days, about {left:.0f} s to go "
            print(text if self._done < self._days else "\r\033[K", end="", file=sys.stderr)
