"""What a forecast tells: numbers of each variant, as data and as a table to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from siaksim.core.clock import office_date
from siaksim.core.plan import FaultPlan
from siaksim.forecast.day import first_start, last_end
from siaksim.forecast.many import Pair, Spread, Variant, mean_queue
from siaksim.office.fitting import Check, Fit
from siaksim.office.office import Day, Office
from siaksim.rehearse.queues import NOT_BY_CLOSING, drain_by_formula_s, drain_s

FORMAT = "siaksim.forecast.v1"


@dataclass(frozen=True, slots=True)
class Numbers:
    """One variant's days. Lengths are minutes; drains are None for `not by closing`.

    `drain` is that of the mean queue of all days, `drained` the share of days that drained at all.
    """

    days: int
    arrived: Spread
    served: Spread
    served_twin: Spread
    cost: Spread
    abandoned: Spread
    turned_away: Spread
    carried_over: Spread
    on_paper: Spread
    peak: Spread
    minutes_above_10: Spread
    wait_mean: Spread
    wait_p90: Spread
    wait_p90_twin: Spread
    drain: float | None
    drain_days: Spread | None
    drained: float
    drain_formula: float | None
    calls: Spread


def numbers(pairs: Sequence[Pair], day: Day, plan: FaultPlan) -> Numbers:
    """Return what a variant's days come to."""

    def spread(value: Callable[[Pair], float]) -> Spread:
        return Spread.of([value(pair) for pair in pairs])

    ended = last_end(plan, day)
    drains = [pair.day.drain_s for pair in pairs if pair.day.drain_s is not None]
    drain = None
    if ended is not None:
        opens = day.hours.start
        queue = mean_queue([p.day for p in pairs], opens)
        twin = mean_queue([p.twin for p in pairs], opens)
        drain = drain_s(queue, twin, ended)
    return Numbers(
        days=len(pairs),
        arrived=spread(lambda p: p.day.citizens.arrived),
        served=spread(lambda p: p.day.citizens.served),
        served_twin=spread(lambda p: p.twin.citizens.served),
        cost=spread(lambda p: p.twin.citizens.served - p.day.citizens.served),
        abandoned=spread(lambda p: p.day.citizens.abandoned),
        turned_away=spread(lambda p: p.day.citizens.turned_away),
        carried_over=spread(lambda p: p.day.citizens.carried_over),
        on_paper=spread(lambda p: p.day.citizens.on_paper),
        peak=spread(lambda p: p.day.waits.peak),
        minutes_above_10=spread(lambda p: p.day.waits.minutes_above),
        wait_mean=spread(lambda p: p.day.waits.mean_s / 60),
        wait_p90=spread(lambda p: p.day.waits.p90_s / 60),
        wait_p90_twin=spread(lambda p: p.twin.waits.p90_s / 60),
        drain=None if drain is None else drain / 60,
        drain_days=Spread.of([d / 60 for d in drains]) if drains else None,
        drained=len(drains) / len(pairs) if ended is not None else 1.0,
        drain_formula=_by_formula(day, plan),
        calls=spread(lambda p: p.day.calls),
    )


def _by_formula(day: Day, plan: FaultPlan) -> float | None:
    """Return L * rho / (1 - rho) in minutes for one plain outage, at the load of its end."""
    begun, ended = first_start(plan, day), last_end(plan, day)
    if begun is None or ended is None:
        return None
    officers = [count for at, count in day.shifts() if at <= ended][-1]
    if not officers:
        return None
    load = day.coming().rate(ended) * day.office.service.mean_s / officers
    found = drain_by_formula_s(ended - max(begun, day.hours.start), load)
    return None if found is None else found / 60


# -- as data -----------------------------------------------------------------------------------


def as_data(head: Mapping[str, Any], found: Sequence[tuple[Variant, Numbers]]) -> dict[str, Any]:
    """Return everything as JSON holds it."""
    offices = [{"variant": variant.name, **asdict(told)} for variant, told in found]
    return {"format": FORMAT, **head, "variants": offices}


# -- as a table --------------------------------------------------------------------------------


def table(found: Sequence[tuple[Variant, Numbers]]) -> Iterator[str]:
    """Yield a table with a column for each variant."""
    names = [variant.name or "as it is" for variant, _ in found]
    rows = [(label, [tell(told) for _, told in found]) for label, tell in _ROWS]
    some_ended = any(told.drained < 1.0 or told.drain is not None for _, told in found)
    if some_ended:
        rows += [(label, [tell(told) for _, told in found]) for label, tell in _DRAINS]
    left = max(len(label) for label, _ in rows)
    wide = [max(len(names[n]), *(len(cells[n]) for _, cells in rows)) for n in range(len(names))]
    yield "  ".join(["".ljust(left), *(n.rjust(w) for n, w in zip(names, wide, strict=True))])
    for label, cells in rows:
        line = [label.ljust(left), *(c.rjust(w) for c, w in zip(cells, wide, strict=True))]
        yield "  ".join(line).rstrip()


def _count(spread: Spread) -> str:
    return f"{spread.mean:.1f} ({spread.p10:.0f}..{spread.p90:.0f})"


_ROWS: tuple[tuple[str, Callable[[Numbers], str]], ...] = (
    ("citizens who came", lambda n: _count(n.arrived)),
    ("served", lambda n: _count(n.served)),
    ("served without the faults", lambda n: _count(n.served_twin)),
    ("cost (citizens)", lambda n: _count(n.cost)),
    ("left", lambda n: _count(n.abandoned)),
    ("turned away", lambda n: _count(n.turned_away)),
    ("carried over", lambda n: _count(n.carried_over)),
    ("papers taken", lambda n: _count(n.on_paper)),
    ("longest queue", lambda n: _count(n.peak)),
    ("minutes above 10", lambda n: _count(n.minutes_above_10)),
    ("mean wait (min)", lambda n: _count(n.wait_mean)),
    ("90% waited up to (min)", lambda n: _count(n.wait_p90)),
    ("without the faults (min)", lambda n: _count(n.wait_p90_twin)),
)


def _minutes(value: float | None) -> str:
    return NOT_BY_CLOSING if value is None else f"{value:.0f}"


def _formula(told: Numbers) -> str:
    return "never" if told.drain_formula is None else f"{told.drain_formula:.0f}"


_DRAINS: tuple[tuple[str, Callable[[Numbers], str]], ...] = (
    ("drain of the mean queue (min)", lambda n: _minutes(n.drain)),
    ("drain by L*rho/(1-rho) (min)", _formula),
    ("drain of single days (min)", lambda n: _count(n.drain_days) if n.drain_days else "-"),
    ("days that drained by closing", lambda n: f"{n.drained:.0%}"),
)


# -- the office --------------------------------------------------------------------------------


def office_lines(office: Office, day: Day) -> Iterator[str]:
    """Yield what an office is like on a day, in plain words."""
    opens, closes = (office_date(moment) for moment in (day.hours.start, day.hours.end))
    shifts = ", ".join(f"{count:.0f} from {office_date(at):%H:%M}" for at, count in day.shifts())
    yield f"office {office.name}: {office.about}"
    yield (
        f"  {opens:%a %Y-%m-%d} {opens:%H:%M}-{closes:%H:%M}, {day.visits:g} visits; "
        f"officers: {shifts}"
    )
    service = office.service
    yield (
        f"  {service.mean_s / 60:.3g} min a citizen (cv {service.cv:.2g}), people wait "
        f"{office.patience_s / 60:.0f} min on average before they leave"
    )
    more = [
        "a lane for who waits for the mail" if office.mail_lane else "",
        f"paper mode after {office.paper.after_s / 60:.0f} min" if office.paper else "",
        f"{office.kiosks.machines} kiosks for {office.kiosks.share:.0%}" if office.kiosks else "",
        f"{office.field.kits} kits at a school" if office.field else "",
    ]
    if any(more):
        yield "  " + ", ".join(filter(None, more))


def fit_lines(fit: Fit, left_out: Mapping[int, str]) -> Iterator[str]:
    """Yield what was fitted to a queue log, and how well it fits."""
    dropped = f", {len(left_out)} rows left out" if left_out else ""
    yield f"fitted to {fit.tickets} tickets of {fit.days} days{dropped}:"
    for row, why in list(left_out.items())[:5]:
        yield f"  row {row}: {why}"
    for check in fit.checks:
        yield f"  {check.law}: {check.fitted}; {_checked(check)}"
    patience = fit.office.patience_s / 60
    yield f"  patience: {patience:.0f} min on average; {fit.left_share:.1%} left, by the log"
    yield f"  who was served had waited {fit.mean_wait_s / 60:.1f} min on average, by the log"


def _checked(check: Check) -> str:
    word = "fits" if check.fits else "DOES NOT FIT"
    return f"{word} ({check.measure} {check.found:.2f}, at most {check.bound:.2f})"
