"""What a person watches: the last seconds of a world, and its day as a band of faults."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from siaksim.core.clock import office_text
from siaksim.core.faultbook import Row
from siaksim.core.schedule import DAY_S, Window, midnight
from siaksim.edges.control import common
from siaksim.edges.control.common import arguments, json, whole
from siaksim.edges.pulses import SECONDS, Pulses
from siaksim.world import World

watching = Blueprint("watching", __name__)
watching.url_value_preprocessor(common.pull_world)

_HOUR = 3600.0
WINDOWS_MAX = 200
"""Windows of one fault in one day that are told."""


@watching.get("/pulse")
def pulse() -> Response:
    """Tell the last ?seconds= (1 to 120, wall): calls, how they ended, waits asked and given."""
    given = arguments("seconds")
    seconds = whole(given, "seconds", 60, 1, SECONDS)
    world = common.world()
    pulses: Pulses = current_app.extensions["siaksim-pulses"]
    return json(
        {
            "now": office_text(world.clock.now()),
            "open_calls": world.counters.open_calls,
            "requests": world.counters.requests,
            "seconds": pulses.of(world).read(seconds),
        }
    )


@watching.get("/timeline")
def timeline() -> Response:
    """Tell the office's hours and each fault's times of the present day."""
    arguments()
    world = common.world()
    now = world.clock.now()
    first = midnight(now)
    day = Window(first, first + DAY_S)
    opening = [w for w in world.scenario.opening.windows(first, 1) if _meets(w, day)]
    times = [(row, _times(row, day)) for row in world.book.rows]
    shown = _shown(now, day, [*opening, *(w for row, ws in times if row.fault.windows for w in ws)])
    return json(
        {
            "now": office_text(now),
            "from": office_text(shown.start),
            "until": office_text(shown.end),
            "open": [_text(w) for w in opening],
            "faults": [
                {
                    "id": row.fault.id,
                    "kind": row.fault.kind,
                    "state": row.state(now),
                    "always": row.fault.windows is None,
                    "times": [_text(w) for w in found[:WINDOWS_MAX]],
                }
                for row, found in times
                if found
            ],
        }
    )


def _times(row: Row, day: Window) -> list[Window]:
    """Return when a fault acts on a day, as far as nobody ended it."""
    whole_day = (day,) if row.fault.windows is None else row.fault.windows
    end = day.end if row.ended_at is None else row.ended_at
    cut = (Window(max(w.start, day.start), min(w.end, day.end, end)) for w in whole_day)
    return [w for w in cut if w.end > w.start]


def _meets(one: Window, other: Window) -> bool:
    return one.start < other.end and other.start < one.end


def _shown(now: float, day: Window, windows: list[Window]) -> Window:
    """Return the whole hours between which something is to be seen."""
    start = min([now, *(w.start for w in windows)])
    end = max([now + _HOUR, *(w.end for w in windows)])
    return Window(
        max(day.start, start // _HOUR * _HOUR), min(day.end, max(-(-end // _HOUR) * _HOUR, start))
    )


def _text(window: Window) -> list[str]:
    return [office_text(window.start), office_text(window.end)]


def effective(world: World, now: float) -> dict[str, float]:
    """Return how many of the calls aimed at (0..1) each active fault strikes now, by its id.

    Where operations meet different faults it is the highest; a fault for certain clients,
    subjects or calls is left out, since its share depends on who calls.
    """
    from siaksim.edges.rates import aimed, rates
    from siaksim.services.catalog import OPERATIONS

    active = [f for f in world.plan.active(now) if f.layer != "link"]
    found: dict[str, float] = {}
    seen: set[tuple[str, ...]] = set()
    for operation in OPERATIONS:
        met = aimed(active, operation)
        names = tuple(f.id for f in met)
        if not met or names in seen:
            continue
        seen.add(names)
        for rate in rates(met, Window(now, now + 1.0), world.seed).rates:
            found[rate.fault.id] = max(found.get(rate.fault.id, 0.0), round(rate.mean, 6))
    return found
