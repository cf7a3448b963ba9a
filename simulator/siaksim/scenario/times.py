"""When a fault acts, and in which rhythm: from spans to windows and paces, mistakes noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from siaksim.core import units
from siaksim.core.clock import office_date
from siaksim.core.pace import Burst, Flap, Pace, Ramp
from siaksim.core.schedule import DAY_S, WORKDAYS, Hours, Schedule, Window, meet, midnight
from siaksim.scenario.reader import Path
from siaksim.scenario.values import Moment, weekdays

if TYPE_CHECKING:
    from siaksim.scenario.checking import Checker
    from siaksim.scenario.model import BurstPart, FlapPart, RampPart, Span

SPAN_FIELDS = ("at", "for", "until", "days", "hours")
"""Fields that say when; a stage says it for all its faults."""
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Frame:
    """The days of a scenario: when it begins, how many days its story has, the office's hours.

    `from_now`: a fault is added at `start`, from when its `for` counts if it has no `at`.
    """

    start: float = 0.0
    days: int = 1
    hours: Hours = field(default_factory=Hours)
    from_now: bool = False

    @property
    def story(self) -> Window:
        """The time from the scenario's start to the end of its last day."""
        return Window(self.start, midnight(self.start) + self.days * DAY_S)


@dataclass(frozen=True, slots=True)
class Timing:
    """When something acts, and in which rhythm (None: steadily, or it is up to each fault)."""

    schedule: Schedule | None = None
    windows: tuple[Window, ...] | None = None
    pace: Pace | None = None


def hours_of(checker: Checker, given: dict[str, str]) -> Hours:
    """Return the office's hours; a weekday that is told of twice is a mistake."""
    found: dict[str, tuple[float, float]] = {}
    for days, text in given.items():
        for day in weekdays(days):
            if day in found:
                checker.mistake(("hours", days), f"{day} stands twice", of_key=True)
            found[day] = units.hours_of_day(text)
    return Hours(tuple(found.get(day) for day in weekdays("mon-sun")))


def story_days(data: Any, told: int | None) -> int:
    """Return the days of a story: as told, else up to the last day named, a week if days recur."""
    if told is not None:
        return told
    most, recurs = 1, False
    for part in _spans(data):
        recurs = recurs or "days" in part
        for name in ("at", "until"):
            words = str(part.get(name)).split(" ")
            if len(words) == 3 and words[0] == "day" and words[1].isdecimal():
                most = max(most, int(words[1][:4]))
    return max(most, _WEEK) if recurs else most


def _spans(data: Any) -> Iterator[dict[str, Any]]:
    for key in ("faults", "timeline"):
        listed = data.get(key) if isinstance(data, dict) else None
        for part in listed if isinstance(listed, list) else ():
            if isinstance(part, dict):
                yield part


class Times:
    """Finds the timing of faults and stages of one document."""

    def __init__(self, checker: Checker, frame: Frame) -> None:
        self._checker = checker
        self.frame = frame

    def timing(self, span: Span, path: Path, key: str) -> Timing:
        """Return when a span acts; `key` names the draws of its rhythm."""
        before = len(self._checker.mistakes)
        begin, now = self.frame.start, self.frame.from_now and span.at is None
        if now and span.until is None and span.for_s is not None and not span.days:
            window = Window(begin, begin + span.for_s)
            return Timing(None, (window,), self._pace(span, path, key))
        schedule = self._schedule(span, path)
        windows = None
        if schedule is not None:
            windows = schedule.windows(self.frame.start, self.frame.hours)
            self._can_be(span, schedule, windows, path)
        if len(self._checker.mistakes) > before:
            windows = ()  # nothing is made of this, and no second mistake follows from it
        return Timing(schedule, windows, self._pace(span, path, key))

    # -- when ------------------------------------------------------------------------------

    def _schedule(self, span: Span, path: Path) -> Schedule | None:
        mistake = self._checker.mistake
        if not self.frame.hours:
            asks = span.hours == "office", WORKDAYS in span.days
            for name, wanted in zip(("hours", "days"), asks, strict=True):
                if wanted:
                    mistake((*path, name), "this needs the scenario's `hours`")
                    return None
        days, office = frozenset(_weekdays(span.days)), span.hours == "office"
        if span.at is None:
            for name, value in (("for", span.for_s), ("until", span.until)):
                if value is not None:
                    mistake((*path, name), f"`{name}` needs `at`", of_key=True)
                    return None
            return Schedule(0.0, None, days, office) if days or office else None
        if (span.for_s is None) == (span.until is None):
            mistake((*path, "at"), "give either `for` or `until` with `at`", of_key=True)
            return None
        for name, moment in (("at", span.at), ("until", span.until)):
            if days and moment is not None and moment.named:
                mistake((*path, name), "`days` says on which days: give a time of day only")
                return None
        end = span.at.seconds + span.for_s if span.for_s is not None else _end(span.at, span.until)
        if end <= span.at.seconds:
            how = "use `for`" if days else 'write it like "day 2 07:00"'
            mistake((*path, "until"), f"this is not after `at`; if the next day is meant, {how}")
            return None
        return Schedule(span.at.seconds, end - span.at.seconds, days, office)

    def _can_be(
        self, span: Span, schedule: Schedule, windows: tuple[Window, ...], path: Path
    ) -> None:
        """Note what can never come: outside of the story, or while the office is closed."""
        frame, story = self.frame, self.frame.story
        begin = f"{office_date(frame.start):%H:%M}"
        length = f"{frame.days} day{'s' if frame.days > 1 else ''}"
        first = midnight(frame.start) + schedule.at_s
        if not schedule.recurs and first >= story.end:
            what = f"this begins after the story, which has {length}: see clock.days"
            self._checker.mistake((*path, "at"), what)
        elif not schedule.recurs and first + (schedule.length_s or 0.0) <= frame.start:
            self._checker.mistake((*path, "at"), f"this is over before the day begins at {begin}")
        elif not meet(windows, [story]):
            name = "days" if schedule.on_days and not self._falls(schedule) else "hours"
            name = name if getattr(span, name) else "days"
            what = "the office is closed then" if name == "hours" else "there is no such day"
            day = f"{office_date(frame.start):%a %Y-%m-%d}"
            what = f"{what}: the story has {length}, from {day} {begin} on"
            self._checker.mistake((*path, name), what)
        elif span.at is not None and span.hours is None and self._closed(windows):
            what = "the office is closed all this time (`hours`); if it is meant so, add "
            self._checker.mistake((*path, "at"), what + "`hours: always`")

    def _closed(self, windows: tuple[Window, ...]) -> bool:
        hours, first = self.frame.hours, midnight(self.frame.start)
        if self.frame.from_now:
            return False  # whoever adds a fault now knows why
        return bool(hours) and not meet(windows, tuple(hours.windows(first, self.frame.days)))

    def _falls(self, schedule: Schedule) -> bool:
        """Say whether any day of the story is one of the schedule's."""
        whole = Schedule(0.0, None, schedule.on_days)
        return meet(whole.windows(self.frame.start, self.frame.hours), [self.frame.story])

    # -- in which rhythm -------------------------------------------------------------------

    def _pace(self, span: Span, path: Path, key: str) -> Pace | None:
        if span.burst is not None and span.flap is not None:
            what = "give one rhythm: burst, flap or ramp"
            self._checker.mistake((*path, "flap"), what, of_key=True)
        if span.flap is not None:
            return _flap(span.flap, self.frame.start, key)
        return _burst(span.burst, self.frame.start, key) if span.burst is not None else None

    def ramp(self, ramp: RampPart, timing: Timing, path: Path) -> Pace | None:
        """Return a ramp over the timing's windows; None with a mistake noted."""
        written = self._checker.document.keys
        if timing.pace is not None:
            what = "give one rhythm: burst, flap or ramp"
            self._checker.mistake((*path, "ramp"), what, of_key=True)
        elif timing.windows is None:
            what = "a ramp goes over a time: give `at` with `for` or `until`"
            self._checker.mistake((*path, "ramp"), what, of_key=True)
        elif (*path, "share") in written:
            self._checker.mistake((*path, "share"), "`ramp` gives the share", of_key=True)
        return Ramp(ramp.first, ramp.last)


def _weekdays(days: tuple[str, ...]) -> Iterator[str]:
    for text in days:
        try:
            yield from weekdays(text)
        except ValueError:
            yield text  # workdays, holidays


def _end(at: Moment, until: Moment | None) -> float:
    assert until is not None
    if until.named or not at.named:
        return until.seconds
    return at.seconds - at.seconds % DAY_S + until.seconds  # of the same day as `at`


def _flap(part: FlapPart, origin: float, key: str) -> Flap:
    return Flap(part.down, part.up, part.jitter, origin, key)


def _burst(part: BurstPart, origin: float, key: str) -> Burst:
    return Burst(part.good, part.bad, part.good_share, origin, key)
