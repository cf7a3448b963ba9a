"""When a fault acts: from spans, weekdays and office hours to windows of office time.

PURE: standard library only. Office time is UTC+7 and knows no summer time, so every day has
86,400 seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from siaksim.core.clock import WIB, office_date
from siaksim.core.holidays import is_holiday

DAY_S = 86_400.0
RECURS_DAYS = 31
"""Days for which what recurs goes on: longer than any story that a scenario tells."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKDAYS, HOLIDAYS = "workdays", "holidays"


@dataclass(frozen=True, slots=True)
class Window:
    """Office time from `start` up to, not including, `end`."""

    start: float
    end: float

    def text(self) -> str:
        """Return the window as a person writes it."""
        first, last = office_date(self.start), office_date(self.end)
        if self.end - self.start > DAY_S:
            return f"{first:%a %H:%M}-{last:%a %H:%M}"
        return f"{first:%H:%M}-{last:%H:%M}"

    def moved(self, seconds: float) -> Window:
        """Return the window so much later."""
        return Window(self.start + seconds, self.end + seconds)


def midnight(office: float) -> float:
    """Return the office time at which the day of `office` began."""
    return datetime.combine(office_date(office).date(), time(), WIB).timestamp()


@dataclass(frozen=True, slots=True)
class Hours:
    """When the office is open: for each weekday from Monday, seconds of the day, or None."""

    by_weekday: tuple[tuple[float, float] | None, ...] = (None,) * 7

    def __bool__(self) -> bool:
        """Say whether any hours are known."""
        return any(self.by_weekday)

    def on(self, day: date) -> tuple[float, float] | None:
        """Return the seconds of a day between which the office is open; None when it is not."""
        return None if is_holiday(day) else self.by_weekday[day.weekday()]

    def windows(self, first: float, days: int) -> Iterator[Window]:
        """Yield the opening hours of `days` days from the midnight `first` on."""
        for number in range(days):
            begin = first + number * DAY_S
            found = self.on(office_date(begin).date())
            if found is not None:
                yield Window(begin + found[0], begin + found[1])


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something acts, on whatever date the scenario takes place.

    `at_s` counts from the midnight of its day. Without `on_days` it acts once, on day 1 (`at_s`
    may lie beyond it); with them on every such day: weekdays, `workdays` or `holidays`. `office`
    cuts it to the office's hours.
    """

    at_s: float = 0.0
    length_s: float | None = None
    on_days: frozenset[str] = frozenset()
    office: bool = False

    @property
    def recurs(self) -> bool:
        """Say whether it acts on more days than one."""
        return bool(self.on_days) or (self.office and self.length_s is None)

    def windows(self, start: float, hours: Hours) -> tuple[Window, ...]:
        """Return its windows, in order and apart, for a scenario that begins at `start`."""
        first = midnight(start)
        found = list(self._spans(first, hours))
        if self.office:
            last = max((w.end for w in found), default=first)
            days = int((last - first) // DAY_S) + 1
            found = _common(found, tuple(hours.windows(first, days)))
        return tuple(w for w in joined(found) if w.end > start)

    def _spans(self, first: float, hours: Hours) -> Iterator[Window]:
        if not self.recurs:
            length = self.length_s if self.length_s is not None else RECURS_DAYS * DAY_S
            yield Window(first + self.at_s, first + self.at_s + length)
            return
        length = DAY_S if self.length_s is None else self.length_s
        for number in range(RECURS_DAYS):
            begin = first + number * DAY_S
            if not self.on_days or self._falls_on(office_date(begin).date(), hours):
                yield Window(begin + self.at_s, begin + self.at_s + length)

    def _falls_on(self, day: date, hours: Hours) -> bool:
        if WEEKDAYS[day.weekday()] in self.on_days:
            return True
        if HOLIDAYS in self.on_days and is_holiday(day):
            return True
        return WORKDAYS in self.on_days and hours.on(day) is not None


def joined(windows: Sequence[Window]) -> list[Window]:
    """Return the same time as windows in order, with none that overlap or touch."""
    found: list[Window] = []
    for window in sorted(windows, key=lambda w: (w.start, w.end)):
        if found and window.start <= found[-1].end:
            found[-1] = Window(found[-1].start, max(found[-1].end, window.end))
        elif window.end > window.start:
            found.append(window)
    return found


def _common(some: Sequence[Window], others: Sequence[Window]) -> list[Window]:
    pairs = ((a, b) for a in some for b in others if a.start < b.end and b.start < a.end)
    return [Window(max(a.start, b.start), min(a.end, b.end)) for a, b in pairs]


def meet(some: Sequence[Window], others: Sequence[Window]) -> bool:
    """Say whether there is a moment in both."""
    return bool(_common(some, others))


def date_of(start: float, number: int) -> date:
    """Return the date of a scenario's nth day (from 1)."""
    return office_date(start).date() + timedelta(days=number - 1)
