"""A stretch of a world's day as a scenario file: its scenario, what was done by hand, a check.

The scenario stays as it was written; faults that were added by hand come to it, cut to the
stretch, and `check` plays just that stretch.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor
from typing import Any

import yaml

from siaksim.core.clock import office_date
from siaksim.core.faultbook import Row
from siaksim.core.schedule import DAY_S, Window, midnight
from siaksim.world import World

_MINUTE = 60.0
_TIMES = ("at", "for", "until")
RESIDENTS = "8"
"""Citizens of the check, as many as a check has that says nothing."""


def span_text(world: World, text: str, span: Window, name: str) -> str:
    """Return the YAML of a stretch of the day; `text` is the YAML of the world's scenario."""
    document: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    told = f"{office_date(span.start):%H:%M} to {office_date(span.end):%H:%M}"
    story = f"What {world.scenario.name} was like from {told}, with what was done by hand."
    document |= {"scenario": name, "story": story, "seed": str(world.seed)}
    added, notes = [], []
    for row in world.book.rows:
        if row.origin == "control":
            added += list(_faults(row, span, world))
        elif row.ended_at is not None:
            notes.append(f"# {row.fault.id} was ended by hand at {_time(row.ended_at, world)}.\n")
    if added:
        document["faults"] = [*document.get("faults", []), *added]
    document.pop("check", None)
    if midnight(span.start) == midnight(world.scenario.start):
        check = {"from": _time(span.start, world), "until": _time(span.end, world)}
        document["check"] = {**check, "residents": RESIDENTS}
    written = yaml.dump(document, sort_keys=False, allow_unicode=True, width=100)
    return "".join([f"# Kept from the world {world.name}.\n", *notes, written])


def _faults(row: Row, span: Window, world: World) -> Iterator[dict[str, Any]]:
    """Yield a fault for each of its times in the stretch, in whole minutes."""
    end = span.end if row.ended_at is None else min(span.end, row.ended_at)
    windows = (span,) if row.fault.windows is None else row.fault.windows
    rest = {key: value for key, value in row.written.items() if key not in _TIMES}
    if {"days", "hours"} & set(rest):  # it recurs by itself, and stays as it was written
        yield dict(row.written)
        return
    for number, window in enumerate(windows):
        start, stop = max(span.start, window.start), min(end, window.end)
        if stop <= start or not rest:
            continue
        at, until = floor(start / _MINUTE) * _MINUTE, ceil(stop / _MINUTE) * _MINUTE
        name = {"id": row.fault.id.replace("#", "-")} if number == 0 else {}
        unnamed = {key: value for key, value in rest.items() if key not in ("id", "name")}
        yield {**unnamed, **name, "at": _time(at, world), "until": _time(until, world)}


def _time(office: float, world: World) -> str:
    day = int((midnight(office) - midnight(world.scenario.start)) // DAY_S) + 1
    return f"{office_date(office):%H:%M}" if day == 1 else f"day {day} {office_date(office):%H:%M}"
