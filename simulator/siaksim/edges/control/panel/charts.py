"""Numbers of the last seconds as shapes: what a template draws. PURE: no Flask, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH, HEIGHT = 300, 90
"""Of a chart's drawing, in its own units."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle of a chart."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart, as SVG's `points`."""

    kind: str
    points: str


@dataclass(slots=True)
class Chart:
    """A chart: title, legend, what it says in words, and its shapes."""

    title: str
    legend: tuple[tuple[str, str], ...]
    said: str
    top_text: str
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT


def ceiling(highest: float) -> float:
    """Return the round number (1, 2 or 5 times a power of ten) that is not below the highest."""
    power = 0.001
    while True:
        for step in (1, 2, 5):
            if step * power >= highest:
                return step * power
        power *= 10


def stacked(seconds: Sequence[dict[str, Any]], kinds: Sequence[str], top: float) -> list[Bar]:
    """Return a column for each second, its kinds on top of each other, first ones lowest."""
    step = WIDTH / max(1, len(seconds))
    bars = []
    for number, second in enumerate(seconds):
        base = float(HEIGHT)
        for kind in kinds:
            height = HEIGHT * second[kind] / top
            if height > 0:
                base -= height
                x, width = round(number * step, 2), round(step * 0.8, 2)
                bars.append(Bar(kind, x, round(base, 2), width, round(height, 2)))
    return bars


def lines(seconds: Sequence[dict[str, Any]], key: str, kind: str, top: float) -> list[Line]:
    """Return a series as lines; it is broken where there is no value, a lone value is a dash."""
    step = WIDTH / max(1, len(seconds))
    found: list[list[str]] = [[]]
    for number, second in enumerate(seconds):
        value = second[key]
        if value is None:
            found.append([])
            continue
        y = round(HEIGHT - HEIGHT * value / top, 2)
        found[-1] += [f"{round(number * step, 2)},{y}", f"{round((number + 0.8) * step, 2)},{y}"]
    return [Line(kind, " ".join(points)) for points in found if points]


def highest(seconds: Sequence[dict[str, Any]], *keys: str) -> float:
    """Return the highest value of these keys together in one second, 0 of none."""
    return max((sum(s[k] or 0 for k in keys) for s in seconds), default=0)


def seconds_text(value: float | None) -> str:
    """Return a time as people write it: 85 ms, 2.4 s; '-' of none."""
    if value is None:
        return "-"
    if value < 1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"
