"""What a scenario does in plain words: each stretch of its day, and the rates that remain.

A call that an outer layer ended is not reached by an inner one, so an inner share is of what is
left; the rates printed here are of all calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from siaksim.core.clock import office_date
from siaksim.core.plan import LAYERS, PlannedFault
from siaksim.faults.base import TransportFault
from siaksim.scenario.build import Scenario
from siaksim.services.catalog import OPERATIONS


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of all calls (0..1) a fault strikes."""

    fault: PlannedFault
    share: float


def ends_calls(planned: PlannedFault) -> bool:
    """Say whether a call that this fault strikes gets no ordinary answer."""
    effects = planned.fault.effects(lambda _name: 0.5, None)
    return any(effect.ends for effect in effects)


def undone_share(planned: PlannedFault) -> float:
    """Return how many (0..1) of the calls that a fault ends have not been committed."""
    if isinstance(planned.fault, TransportFault):
        return 1.0 - planned.fault.committed
    effects = planned.fault.effects(lambda _name: 0.5, None)
    return float(any(effect.ends and not effect.commits for effect in effects))


def rates(faults: tuple[PlannedFault, ...], operation: str) -> tuple[list[Rate], float]:
    """Return each fault's share of all calls of an operation, and the share that no fault ends.

    Faults for certain clients, subjects or calls are left out: their share depends on who calls.
    """
    found: list[Rate] = []
    left = committed = 1.0  # calls that are answered; calls that run, be they answered or not
    for layer in LAYERS:
        ended = undone = 0.0
        reached = committed if layer == "mail" else left
        for fault in faults:
            aims = any(fnmatchcase(operation, target) for target in fault.targets)
            if fault.layer != layer or not aims or fault.selective or not fault.on_calls:
                continue
            struck = reached * fault.share
            found.append(Rate(fault, struck))
            if ends_calls(fault):
                ended += struck
                undone += struck * undone_share(fault)
        left -= ended
        committed -= undone
    return found, left


def described(scenario: Scenario) -> str:
    """Return a scenario as a page of text."""
    lines = [
        f"{scenario.name}: {' '.join(scenario.story.split())}",
        f"starts {office_date(scenario.start):%a %Y-%m-%d %H:%M} WIB, seed {scenario.seed}",
    ]
    for title, faults in _stretches(scenario):
        lines += ["", title, *_stretch(faults)]
    for fault in scenario.faults:
        if not fault.on_calls and fault.window is not None:
            when = f"{office_date(fault.window.start):%H:%M}"
            lines += ["", f"{when} {fault.kind} ({fault.id}), for {', '.join(fault.targets)}"]
    aimed = [f for f in scenario.faults if f.selective]
    if aimed:
        lines += ["", "only for certain clients, subjects or calls"]
        lines += [f"  {f.kind} {f.share:.3%} ({f.id})" for f in aimed]
    return "\n".join(lines)


def _stretches(scenario: Scenario) -> Iterator[tuple[str, tuple[PlannedFault, ...]]]:
    plan = scenario.plan()
    always = tuple(f for f in scenario.faults if f.window is None)
    yield "always", always
    moment = plan.upcoming(float("-inf"))
    while moment is not None:
        until = plan.upcoming(moment)
        active = plan.active(moment)
        if until is not None and active != always:
            yield f"{office_date(moment):%H:%M}-{office_date(until):%H:%M}", active
        moment = until


def _stretch(faults: tuple[PlannedFault, ...]) -> Iterator[str]:
    same: dict[str, list[str]] = {}
    for operation in OPERATIONS:
        found, left = rates(faults, operation)
        struck = [f"{rate.fault.kind} {rate.share:.3%}" for rate in found]
        text = ", ".join([*struck, f"unharmed {left:.3%}"]) if struck else "no faults"
        same.setdefault(text, []).append(operation)
    for text, operations in same.items():
        yield f"  {_grouped(operations)}: {text}"


def _grouped(operations: list[str]) -> str:
    """Return operations with a whole service written as service.*."""
    names: list[str] = []
    for service in dict.fromkeys(name.partition(".")[0] for name in OPERATIONS):
        whole = [name for name in OPERATIONS if name.startswith(f"{service}.")]
        mine = [name for name in operations if name in whole]
        names += [f"{service}.*"] if mine == whole else mine
    return ", ".join(names)
