"""Fits an office to its own queue log, and says how well each law fits. PURE.

Arrivals: shares of the day by the hour, visits by weekday; checked by the spread of daily counts
(a Poisson process has variance = mean). Service: lognormal by moments; checked by the largest
distance of the two distributions (Lilliefors' bound at 5%). Patience: exponential by maximum
likelihood; who was served is censored at her wait, who was called and was gone left before that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import expm1, log, log1p, sqrt
from statistics import NormalDist, fmean, median, pvariance

from siaksim.core.clock import office_date
from siaksim.core.schedule import Hours
from siaksim.errors import UserError
from siaksim.office.office import Office, Service
from siaksim.office.tickets import Ticket

SLOT_S = 3600.0
ROUND_S = 900.0
"""Hours are told to a quarter of an hour."""
LILLIEFORS = 0.886
"""Over the root of n: the distance that 5% of fitted samples exceed (Lilliefors, n > 30)."""
DISPERSED = 2.0
"""Variance over mean of daily counts above which days differ by more than chance (assumed)."""
PATIENCE_MOST_S = 7 * 86400.0


@dataclass(frozen=True, slots=True)
class Check:
    """One law: what was fitted, how far off the data are, and how far they may be."""

    law: str
    fitted: str
    measure: str
    found: float
    bound: float

    @property
    def fits(self) -> bool:
        """Say whether the law passes."""
        return self.found <= self.bound


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted office, the checks of its laws, and what the log itself shows; seconds."""

    office: Office
    checks: tuple[Check, ...]
    tickets: int
    days: int
    mean_wait_s: float
    left_share: float


def fit(found: Sequence[Ticket], name: str = "queue-log") -> Fit:
    """Return the office that a log tells of; UserError when it tells too little."""
    served = [t for t in found if t.called is not None and t.finished is not None]
    lengths = [t.finished - t.called for t in served]  # type: ignore[operator]
    lengths = [length for length in lengths if length > 0]
    if len(lengths) < 20:
        what = f"{len(lengths)} turns have a beginning and an end: at least 20 are needed."
        raise UserError(what, name)
    by_day = _by_day(found)
    opening = _opening(by_day)
    service = Service(fmean(lengths), sqrt(pvariance(lengths)) / fmean(lengths))
    waits = [t.called - t.arrival for t in served]  # type: ignore[operator]
    gone = gone_by(by_day)
    patience_s = patience(waits, gone)
    office = Office(
        name=name,
        about=f"fitted to {len(found)} tickets of {len(by_day)} days",
        opening=opening,
        visits=_visits(by_day),
        curve=_curve(found),
        officers=_officers(by_day),
        service=service,
        patience_s=patience_s,
    )
    checks = (_arrivals_check(by_day), _service_check(lengths, service))
    left = len(gone) / len(found)
    return Fit(office, checks, len(found), len(by_day), fmean(waits), left)


# -- patience ----------------------------------------------------------------------------------


def gone_by(by_day: Mapping[date, Sequence[Ticket]]) -> list[float]:
    """Return for each who left the seconds by which she had left.

    Called and not served: gone when called. Never called, though one who came later was: gone by
    then. Nobody later was called: she may have waited until closing, and is not counted.
    """
    found = []
    for tickets in by_day.values():
        later: float | None = None
        for ticket in reversed(tickets):
            if ticket.called is None:
                if later is not None:
                    found.append(max(1.0, later - ticket.arrival))
                continue
            if ticket.finished is None:
                found.append(max(1.0, ticket.called - ticket.arrival))
            later = ticket.called if later is None else min(later, ticket.called)
    return found


def patience(waits: Sequence[float], gone: Sequence[float]) -> float:
    """Return the mean patience in seconds: the rate at which the likelihood has its peak.

    `waits` were borne to the end, those of `gone` were not; nobody gone: PATIENCE_MOST_S.
    """
    borne = sum(waits)
    if not gone:
        return PATIENCE_MOST_S

    def slope(rate: float) -> float:  # falls as the rate rises
        return sum(w / expm1(min(rate * w, 700.0)) for w in gone) - borne

    low, high = 1.0 / PATIENCE_MOST_S, 10.0
    if slope(low) <= 0:
        return PATIENCE_MOST_S
    for _ in range(200):
        middle = sqrt(low * high)
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return 1.0 / sqrt(low * high)


# -- the day -----------------------------------------------------------------------------------


def _by_day(found: Sequence[Ticket]) -> dict[date, list[Ticket]]:
    days: dict[date, list[Ticket]] = defaultdict(list)
    for ticket in found:
        days[office_date(ticket.arrival).date()].append(ticket)
    return days


def _second(moment: float) -> float:
    day = office_date(moment)
    return day.hour * 3600.0 + day.minute * 60.0 + day.second


def _opening(by_day: Mapping[date, Sequence[Ticket]]) -> Hours:
    spans: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for day, tickets in by_day.items():
        calls = [_second(t.called) for t in tickets if t.called is not None]
        if calls:
            spans[day.weekday()].append((min(calls), max(calls)))
    found: list[tuple[float, float] | None] = []
    for weekday in range(7):
        known = spans.get(weekday)
        if not known:
            found.append(None)
            continue
        first = median(span[0] for span in known) // ROUND_S * ROUND_S
        last = -(-median(span[1] for span in known) // ROUND_S) * ROUND_S
        found.append((first, min(max(last, first + ROUND_S), 86400.0)))
    return Hours(tuple(found))


def _visits(by_day: Mapping[date, Sequence[Ticket]]) -> tuple[float, ...]:
    counts: dict[int, list[int]] = defaultdict(list)
    for day, tickets in by_day.items():
        counts[day.weekday()].append(len(tickets))
    return tuple(fmean(counts[weekday]) if counts[weekday] else 0.0 for weekday in range(7))


def _curve(found: Sequence[Ticket]) -> tuple[tuple[float, float, float], ...]:
    slots: dict[int, int] = defaultdict(int)
    for ticket in found:
        slots[int(_second(ticket.arrival) // SLOT_S)] += 1
    return tuple(
        (slot * SLOT_S, (slot + 1) * SLOT_S, slots[slot] / len(found))
        for slot in range(min(slots), max(slots) + 1)
    )


def _officers(by_day: Mapping[date, Sequence[Ticket]]) -> tuple[tuple[float, int], ...]:
    """Return how many turns went on at once at most in each hour: the median of the days."""
    peaks: dict[int, list[int]] = defaultdict(list)
    for tickets in by_day.values():
        for slot, most in _at_once(tickets).items():
            peaks[slot].append(most)
    shifts: list[tuple[float, int]] = []
    for slot in range(min(peaks), max(peaks) + 1):
        count = round(median(peaks[slot])) if slot in peaks else 0
        if not shifts or shifts[-1][1] != count:
            shifts.append((slot * SLOT_S, count))
    return tuple(shifts)


def _at_once(tickets: Sequence[Ticket]) -> dict[int, int]:
    changes: list[tuple[float, int]] = []
    for ticket in tickets:
        if ticket.called is not None and ticket.finished is not None:
            changes += [(_second(ticket.called), 1), (_second(ticket.finished), -1)]
    most: dict[int, int] = defaultdict(int)
    now = 0
    for moment, change in sorted(changes):
        now += change
        slot = int(moment // SLOT_S)
        most[slot] = max(most[slot], now)
    return most


# -- checks ------------------------------------------------------------------------------------


def _arrivals_check(by_day: Mapping[date, Sequence[Ticket]]) -> Check:
    counts: dict[int, list[int]] = defaultdict(list)
    for day, tickets in by_day.items():
        counts[day.weekday()].append(len(tickets))
    known = [numbers for numbers in counts.values() if len(numbers) > 1]
    spread = 0.0
    if known:  # within weekdays: that Mondays are fuller is the curve's own business
        off = sum((n - fmean(numbers)) ** 2 for numbers in known for n in numbers)
        freedom = sum(len(numbers) - 1 for numbers in known)
        spread = off / freedom / fmean(n for numbers in known for n in numbers)
    mean = fmean(len(tickets) for tickets in by_day.values())
    return Check(
        "arrivals",
        f"{mean:.1f} visits a day on average",
        "variance over mean of days of one weekday" if known else "one day of each weekday only",
        spread,
        DISPERSED,
    )


def _service_check(lengths: Sequence[float], service: Service) -> Check:
    return Check(
        "service",
        f"lognormal, mean {service.mean_s / 60:.1f} min, cv {service.cv:.2f}",
        "largest distance of the two distributions",
        distance(lengths, service),
        LILLIEFORS / sqrt(len(lengths)),
    )


def distance(lengths: Sequence[float], service: Service) -> float:
    """Return the largest distance of a sample's distribution from the law's (0..1)."""
    variance = log1p(service.cv**2)
    if variance == 0.0:
        return 0.0
    law = NormalDist(log(service.mean_s) - variance / 2, sqrt(variance))
    ordered, count = sorted(lengths), len(lengths)
    far = 0.0
    for place, length in enumerate(ordered):
        at = law.cdf(log(length))
        far = max(far, abs(at - place / count), abs((place + 1) / count - at))
    return far
