"""Faults that are added to a running world: one or a list in YAML, checked as in a file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from siaksim.core.plan import PlannedFault, Window
from siaksim.core.schedule import RECURS_DAYS, Hours
from siaksim.faults.base import FaultModel
from siaksim.scenario.build import together
from siaksim.scenario.checking import FAULTS_MAX, Checker, Place
from siaksim.scenario.problems import ScenarioErrors
from siaksim.scenario.reader import Path, read
from siaksim.scenario.times import Frame, Times


def added(
    text: str,
    name: str,
    now: float,
    known: Sequence[PlannedFault],
    acting: Sequence[PlannedFault],
    operations: Collection[str] | None = None,
    ttl: float | None = None,
    opening: Hours | None = None,
    links: Collection[str] | None = None,
    finite: tuple[str, ...] = (),
) -> tuple[PlannedFault, ...]:
    """Return the faults that a text adds at office time `now`; ScenarioErrors lists mistakes.

    `known` are all faults that the world has had, whose names are taken; `acting` those that may
    still act, with which shares must fit. A fault with `for` and without `at` begins now, and so
    does one without a time, which ends after `ttl` office seconds if given. `opening` are the
    office's hours, `links` the sites whose lines there are (None: any), `finite` the services
    with a capacity.
    """
    document = read(text)
    checker = Checker(document, operations)
    checker.reserve(known)
    checker.lines.known = links
    checker.finite = finite
    frame = Frame(now, RECURS_DAYS, opening or Hours(), from_now=True)
    checker.times = Times(checker, frame)
    found: list[tuple[Path, Any]] = [((), document.data)]
    if isinstance(document.data, list):
        found = [((i,), item) for i, item in enumerate(document.data)]
        if not found:
            checker.mistake((), "the list is empty")
    for path, item in found[:FAULTS_MAX] if not document.mistakes else ():
        checker.fault(item, Place(path))
    if len(found) + len(acting) > FAULTS_MAX:
        checker.mistake((), f"a world has at most {FAULTS_MAX} faults")
    if ttl is not None:
        for entry in checker.entries:
            if entry.planned.windows is not None:
                checker.mistake(entry.path, "give either a ttl or a time of the fault's own")
        until = (Window(now, now + ttl),)
        checker.entries = [
            replace(e, planned=replace(e.planned, windows=until))
            if e.planned.windows is None
            else e
            for e in checker.entries
        ]
    for entry in checker.entries:
        fault = entry.planned.fault
        if entry.planned.windows is None and isinstance(fault, FaultModel) and fault.needs_time:
            checker.mistake(entry.path, f"{fault.kind} needs a time: give `for`, or a ttl")
    together(checker, acting)
    if checker.mistakes:
        raise ScenarioErrors(name, checker.mistakes)
    return tuple(entry.planned for entry in checker.entries)
