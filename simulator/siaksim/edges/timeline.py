"""A scenario's days as bars of text: hours across, one line for each fault."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from siaksim.core.clock import office_date
from siaksim.core.plan import PlannedFault
from siaksim.core.schedule import DAY_S, Window, midnight
from siaksim.edges.rates import share_at
from siaksim.links.plan import LAYER
from siaksim.scenario.build import Scenario

WIDTH_MIN = 48
ROWS_MAX, DAYS_MAX = 60, 14
"""Faults and different days that are drawn; of more, the number is told."""
LEGEND = "# over 2/3 of the share written, + over 1/3, - less, . nothing"
_SAMPLES = 5
_HOUR = 3600.0


def timeline(scenario: Scenario, width: int) -> Iterator[str]:
    """Yield the lines of every day of the story, none longer than `width` (48 at least)."""
    width = max(width, WIDTH_MIN)
    labels = _labels(scenario, width)
    first = midnight(scenario.start)
    begin, end = _range(scenario)
    drawn = [
        (number, _day(scenario, labels, Window(day + begin, day + end), width))
        for number in range(scenario.days)
        for day in [first + number * DAY_S]
    ]
    blocks = [[number for number, _ in same] for _, same in groupby(drawn, key=lambda d: d[1])]
    for block in blocks[:DAYS_MAX]:
        days = [f"{office_date(first + n * DAY_S):%a %Y-%m-%d}" for n in (block[0], block[-1])]
        yield days[0] if len(block) == 1 else f"{days[0]} to {days[1]}, each day"
        yield from drawn[block[0]][1]
    if len(blocks) > DAYS_MAX:
        yield f"and {len(blocks) - DAYS_MAX} more"
    if any(fault.pace for fault in scenario.faults):
        yield from wrap(LEGEND, width)


def _labels(scenario: Scenario, width: int) -> list[str]:
    """Return what stands before each bar, all of one length."""
    texts = [f"{f.id} {targets_text(f)}" for f in scenario.faults[:ROWS_MAX]]
    shares = [f"{100 * fault.share:.3g}%" for fault in scenario.faults[:ROWS_MAX]]
    room = max(12, width * 2 // 5 - 8)
    longest = min(room, max(map(len, texts), default=room))
    return [
        f"{_cut(text, longest):<{longest}} {share:>6} "
        for text, share in zip(texts, shares, strict=True)
    ]


def targets_text(fault: PlannedFault) -> str:
    """Return a fault's targets, or its links, as they are written."""
    if fault.layer == LAYER:
        return "link " + ",".join("all" if link == "*" else link for link in fault.links)
    return ",".join("all" if target == "*" else target for target in fault.targets)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 2] + ".."


def _range(scenario: Scenario) -> tuple[float, float]:
    """Return the seconds of the day between which something may be seen, in whole hours."""
    first, last = [], []
    for hours in filter(None, scenario.opening.by_weekday):
        first.append(hours[0])
        last.append(hours[1])
    if not first or scenario.days == 1:
        first.append(scenario.start - midnight(scenario.start))
    story_end = midnight(scenario.start) + scenario.days * DAY_S
    for fault in scenario.faults:
        for window in fault.windows or ():
            if window.end > scenario.start and window.start < story_end:
                begin = max(window.start, scenario.start)
                first.append(begin - midnight(begin))
                # The last moment inside, so that midnight counts as the end of a day.
                last.append(window.end - midnight(window.end - 1.0))
                if midnight(window.end - 1.0) > midnight(begin):
                    first.append(0.0)
                    last.append(DAY_S)
    end = max(last, default=min(first) + 8 * _HOUR)
    begin = min(first) // _HOUR * _HOUR
    return begin, min(DAY_S, max(begin + _HOUR, -(-end // _HOUR) * _HOUR))


def _day(scenario: Scenario, labels: list[str], day: Window, width: int) -> list[str]:
    """Return the lines of one day; `day` is the stretch of it that is drawn."""
    blank = " " * len(labels[0]) if labels else ""
    cells = width - len(blank)
    step = (day.end - day.start) / cells
    spans = [Window(day.start + n * step, day.start + (n + 1) * step) for n in range(cells)]
    lines = [blank + _marks(day, cells)]
    if scenario.opening:
        opening = tuple(scenario.opening.windows(midnight(day.start), 1))
        bar = "".join("=" if any(_shared(s, w) for w in opening) else " " for s in spans)
        lines.append(f"{'office open':<{len(blank)}}"[: len(blank)] + bar)
    for label, fault in zip(labels, scenario.faults, strict=False):
        bar = "".join(_cell(fault, span, scenario) for span in spans)
        lines.append((label + bar).rstrip())
    if len(scenario.faults) > ROWS_MAX:
        lines.append(f"and {len(scenario.faults) - ROWS_MAX} more faults")
    return [line.rstrip() for line in lines]


def _marks(day: Window, cells: int) -> str:
    """Return the hours, each where it begins, as many as there is room for."""
    text = ""
    hours = int((day.end - day.start) / _HOUR)
    for number in range(hours):
        place = round(number * cells / hours)
        if place + 2 <= cells and (not text or place > len(text)):
            hour = int((day.start - midnight(day.start)) / _HOUR) + number
            text = f"{text:<{place}}{hour:02}"
    return text


def _shared(one: Window, other: Window) -> bool:
    return one.start < other.end and other.start < one.end


def _cell(fault: PlannedFault, span: Window, scenario: Scenario) -> str:
    """Return the sign of one stretch: how near the fault comes to its highest share in it."""
    if fault.windows is None:
        parts = [Window(max(span.start, scenario.start), span.end)]
    else:
        parts = [
            Window(max(span.start, w.start), min(span.end, w.end))
            for w in fault.windows
            if _shared(span, w)
        ]
    parts = [part for part in parts if part.end > part.start]
    if not parts:
        return " "
    if fault.pace is None or not fault.share:
        return "#"
    highest = max(
        share_at(fault, part.start + (part.end - part.start) * n / _SAMPLES, scenario.seed)
        for part in parts
        for n in range(_SAMPLES)
    )
    part_of_peak = highest / fault.share
    if not highest:
        return "."
    return "#" if part_of_peak >= 2 / 3 else "+" if part_of_peak >= 1 / 3 else "-"
