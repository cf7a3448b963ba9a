"""Many days of a forecast: each seed's, for each variant of the office; and what they come to.

A seed draws the scenario's faults and its centre; its days differ in who comes. Every variant and
every twin meets the same citizens, so differences between them are not luck.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from statistics import fmean

from siaksim.core import units
from siaksim.errors import UserError
from siaksim.forecast.day import (
    Played,
    Setup,
    last_end,
    plan_of,
    play,
    profiles,
)
from siaksim.office.book import Book
from siaksim.office.citizens import citizens
from siaksim.office.office import Day, Kiosks, Office
from siaksim.rehearse.queues import Citizens, Waits, drain_s, quantile, waits
from siaksim.rehearse.queues import citizens as counted
from siaksim.scenario.problems import did_you_mean

VARIED: dict[str, tuple[int, int]] = {"officers": (0, 100), "visits": (0, 5000), "kiosks": (1, 100)}
"""What `--vary` may name, with its least and its most."""
VARIANTS_MAX = 24


@dataclass(frozen=True, slots=True)
class Variant:
    """An office as it is, or with one thing changed; `name` says what: officers=3."""

    name: str
    office: Office


@dataclass(frozen=True, slots=True)
class Row:
    """What one day came to; `queue` is by the minute from opening to closing."""

    citizens: Citizens
    waits: Waits
    queue: tuple[int, ...]
    calls: int
    drain_s: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A day and its twin without the faults."""

    day: Row
    twin: Row


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, and the values that 10%, 50% and 90% of the days lie below."""

    mean: float
    p10: float
    median: float
    p90: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of some values; at least one."""
        ordered = sorted(values)
        marks = (quantile(ordered, part) for part in (0.1, 0.5, 0.9))
        return cls(fmean(ordered), *marks)


def variants(office: Office, asked: Sequence[str]) -> tuple[Variant, ...]:
    """Return the offices that `--vary` asks for; UserError says what cannot be varied."""
    if not asked:
        return (Variant("", office),)
    lists = [[(name, value) for value in values] for name, values in map(_varied, asked)]
    found = []
    for chosen in product(*lists):
        changed = office
        for name, value in chosen:
            changed = _changed(changed, name, value)
        found.append(Variant(", ".join(f"{name}={value}" for name, value in chosen), changed))
    if len(found) > VARIANTS_MAX:
        what = f"{len(found)} variants are too many: at most {VARIANTS_MAX}."
        raise UserError(what, "--vary")
    return tuple(found)


def _varied(text: str) -> tuple[str, list[int]]:
    name, equals, given = text.partition("=")
    if name not in VARIED:
        known = ", ".join(VARIED)
        what = f"{name[:40]!r} cannot be varied.{did_you_mean(name, list(VARIED))}"
        raise UserError(what, "--vary", f"Known: {known}.")
    least, most = VARIED[name]
    values = _numbers(given) if equals else []
    if not values or min(values) < least or max(values) > most:
        what = f"{text[:60]!r} names no numbers from {least} to {most}."
        raise UserError(what, "--vary", f"Write {name}=1..4 or {name}=1,3.")
    return name, values


def _numbers(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, dots, last = part.partition("..")
        if not first.isdecimal() or (dots and not last.isdecimal()):
            return []
        end = int(last) if dots else int(first)
        if end - int(first) > VARIANTS_MAX:
            return [-1]
        found += range(int(first), end + 1)
    return found


def _changed(office: Office, name: str, value: int) -> Office:
    if name == "officers":
        return office.manned(value)
    if name == "visits":
        return office.visited(value)
    share = office.kiosks.share if office.kiosks else 0.2
    return replace(office, kiosks=Kiosks(value, share))


def days_of_seed(
    setup: Setup,
    offices: Sequence[Variant],
    day: date,
    seed: int,
    days: int,
    done: Callable[[], None] = lambda: None,
) -> list[list[Pair]]:
    """Return a seed's days and twins for each variant; `done` is told after each day."""
    plan, calm = plan_of(setup.scenario, seed), plan_of(setup.scenario, seed, faults=False)
    some = offices[0].office.day(day)
    centres, quiet = profiles(setup.scenario, plan, some), profiles(setup.scenario, calm, some)
    found = []
    for variant in offices:
        pairs = []
        opened = variant.office.day(day)
        for run in range(days):
            who = citizens(opened, seed, run)
            played = play(setup, opened, who, plan, centres, str(run))
            twin = play(setup, opened, who, calm, quiet, str(run))
            pairs.append(_pair(opened, played, twin, last_end(plan, opened)))
            done()
        found.append(pairs)
    return found


def _pair(day: Day, played: Played, twin: Played, ended: float | None) -> Pair:
    other = _row(twin, day)
    found = _row(played, day)
    if ended is not None:
        lasts = drain_s(list(played.book.queue()), list(twin.book.queue()), ended)
        found = replace(found, drain_s=lasts)
    return Pair(found, other)


def _row(played: Played, day: Day) -> Row:
    book: Book = played.book
    queue = tuple(waiting for moment, waiting in book.queue() if moment >= day.hours.start)
    return Row(counted(book), waits(book), queue, played.calls.calls)


def mean_queue(rows: Sequence[Row], opens: float) -> list[tuple[float, float]]:
    """Return the mean queue of many days, by the minute."""
    return [
        (opens + 60.0 * minute, fmean(waiting))
        for minute, waiting in enumerate(zip(*(row.queue for row in rows), strict=True))
    ]


def careless_share(text: str) -> float:
    """Return the share of careless devices that `--manners` names; UserError says the form.

    `careful`, `careless`, or a mix such as careless=30%.
    """
    if text in ("careful", "careless"):
        return float(text == "careless")
    parts = dict(part.partition("=")[::2] for part in text.split(","))
    try:
        shares = {name.strip(): units.share(value.strip()) for name, value in parts.items()}
        if shares and set(shares) <= {"careful", "careless"}:
            careless = shares.get("careless", 1.0 - shares.get("careful", 0.0))
            if len(shares) == 1 or abs(sum(shares.values()) - 1.0) < 1e-9:
                return careless
    except ValueError:
        pass  # such as a share without its %
    what = f"{text[:60]!r} are no manners."
    raise UserError(what, "--manners", "Give careful, careless, or a mix such as careless=30%.")
