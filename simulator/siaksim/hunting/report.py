"""What a hunt found and covered, in words and as JSON. PURE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from siaksim.hunting.saved import one_line
from siaksim.hunting.schedule import Schedule
from siaksim.hunting.search import Broken, Hunted

SCHEMA = 1
"""Counts the shapes that the JSON of a hunt has had."""


def told(
    found: Hunted, files: Sequence[PurePath], budget: int, clashes: int, again: str
) -> Iterator[str]:
    """Yield the lines of the report, the failures first."""
    if found.fails_already:
        yield "The client fails without any fault, so there is nothing to hunt yet:"
        for failure in found.base.failures:
            yield f"  {failure.rule}: {one_line(failure.told)}"
        yield f"again: {one_line(again)}"
        return
    if not found.base.spots:
        yield (
            f"ended early: {found.stopped}; nothing was tried"
            if found.stopped
            else "The client never called: nothing could be struck."
        )
        yield f"again: {one_line(again)}"
        return
    for broken, file in zip(found.broken, files, strict=True):
        yield from failure_lines(broken, file)
    if not found.broken:
        vain = " But no strike ever reached the client." if not found.struck else ""
        yield f"Nothing found in {found.tries} tries.{vain}"
    yield from covered(found)
    if clashes:
        yield f"  {clashes} schedules had no room beside the scenario's own faults"
    if found.stopped:
        yield f"ended early: {found.stopped}; what was found is kept"
    yield from too_small(found, budget)
    yield f"again: {one_line(again)}"


def failure_lines(broken: Broken, file: PurePath) -> Iterator[str]:
    """Yield what broke a client, how it was found, and where it is saved."""
    flaky = f", FLAKY: {broken.failed} of {broken.plays} plays" if broken.flaky else ""
    yield f"BROKEN  {broken.failure.rule}{flaky}"
    yield f"  {one_line(broken.failure.told)}"
    yield from (f"  - {strike.told()}" for strike in broken.simplest.strikes)
    yield (
        f"  found by try {broken.tries}, made simple in {broken.shrinking} more; "
        f"it fails in {broken.failed} of {broken.plays} plays"
    )
    yield f"  saved: {file}"


def covered(found: Hunted) -> Iterator[str]:
    """Yield how far the hunt came: tries, how much of the space, what was never struck."""
    yield (
        f"tries: {found.tries} ({found.drawn} of them drawn, {found.struck} struck), and "
        f"{found.shrinking} for shrinking"
    )
    for reach in found.reach:
        strikes = "1 strike" if reach.depth == 1 else f"{reach.depth} strikes"
        yield (
            f"  {strikes}: {reach.tried} of {reach.size} schedules; a bug that only one of them "
            f"shows was missed with a chance of {reach.chance:.0%}"
        )
    if found.never_fired:
        yield f"  never struck: {', '.join(found.never_fired)} (the client did not get so far)"
    if found.unsure:
        told = ", ".join(f"{rule} in {tries}" for rule, tries in sorted(found.unsure.items()))
        yield f"  tries that ended too early to tell: {told} (longer ones may)"


def too_small(found: Hunted, budget: int) -> Iterator[str]:
    """Yield that the budget was too small, if it was."""
    if not found.stopped and found.tries >= budget and found.left:
        yield (
            f"The budget ended before the search: {found.left} promising schedules are left. "
            "Give a larger budget."
        )


def as_dict(found: Hunted, files: Sequence[str]) -> dict[str, Any]:
    """Return the report for programs."""
    return {
        "schema": SCHEMA,
        "fails_already": [_named(f.rule, f.operation, f.told) for f in found.base.failures],
        "operations": sorted({spot.place.operation for spot in found.base.spots}),
        "broken": [
            {
                **_named(b.failure.rule, b.failure.operation, b.failure.told),
                "tries": b.tries,
                "shrinking": b.shrinking,
                "failed": b.failed,
                "plays": b.plays,
                "flaky": b.flaky,
                "schedule": _strikes(b.simplest),
                "first": _strikes(b.first),
                "file": file,
            }
            for b, file in zip(found.broken, files, strict=True)
        ],
        "tries": found.tries,
        "drawn": found.drawn,
        "struck": found.struck,
        "shrinking": found.shrinking,
        "reach": [
            {"depth": r.depth, "tried": r.tried, "size": r.size, "missed": r.chance}
            for r in found.reach
        ],
        "never_struck": found.never_fired,
        "too_early_to_tell": dict(sorted(found.unsure.items())),
        "left": found.left,
        "stopped": found.stopped,
    }


def _named(rule: str, operation: str, text: str) -> dict[str, str]:
    return {"rule": rule, "operation": operation, "finding": text}


def _strikes(schedule: Schedule) -> list[dict[str, Any]]:
    return [
        {"operation": s.operation, "nth": s.nth, "calls": s.calls, "move": s.move, "told": s.told()}
        for s in schedule.strikes
    ]
