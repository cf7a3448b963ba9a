"""How many citizens a fault strikes in the part of a day that a check plays, about."""

from __future__ import annotations

from collections.abc import Iterator

from siaksim.core.clock import office_date
from siaksim.core.schedule import Window
from siaksim.core.units import clock_text
from siaksim.edges.rates import aimed, rates
from siaksim.scenario.build import Scenario
from siaksim.services.catalog import OPERATIONS


def strikes(scenario: Scenario) -> dict[str, float]:
    """Return how many of a check's citizens each fault strikes at one operation, each called once.

    Of several operations it is the one that it strikes most; faults for certain clients, subjects
    or calls, and those that strike no calls, are left out. Empty without a `check:`.
    """
    if scenario.check is None:
        return {}
    midnight = office_date(scenario.start).replace(hour=0, minute=0, second=0, microsecond=0)
    base = midnight.timestamp()
    part = Window(base + scenario.check.begin, base + scenario.check.end)
    seed = scenario.seed if scenario.check.seed is None else scenario.check.seed
    # By their ids: a fault's parameters, such as a table of percentiles, may not be hashable.
    aims = [aimed(scenario.faults, operation) for operation in OPERATIONS]
    groups = {tuple(fault.id for fault in met): met for met in aims}
    most: dict[str, float] = {}
    for met in groups.values():
        means = dict.fromkeys((fault.id for fault in met), 0.0)
        for stretch in _stretches(scenario, part):
            weight = (stretch.end - stretch.start) / (part.end - part.start)
            for rate in rates(met, stretch, seed).rates:
                means[rate.fault.id] += weight * rate.mean
        for name, mean in means.items():
            most[name] = max(most.get(name, 0.0), mean * scenario.check.residents)
    return most


def _stretches(scenario: Scenario, part: Window) -> Iterator[Window]:
    """Yield the pieces of a part in which the same faults act."""
    plan, moment = scenario.plan(), part.start
    while moment < part.end:
        edge = plan.upcoming(moment)
        until = part.end if edge is None else min(edge, part.end)
        yield Window(moment, until)
        moment = until


def expected(scenario: Scenario) -> Iterator[str]:
    """Yield lines that tell it; none where there is no check, or no such fault in its time."""
    found = {name: count for name, count in strikes(scenario).items() if count > 0}
    part = scenario.check
    if part is None or not found:
        return
    seed = "" if part.seed is None else f", seed {part.seed}"
    yield (
        f"in a check, {clock_text(part.begin)}-{clock_text(part.end)}{seed}: of {part.residents} "
        "citizens so many are struck at an operation that each calls once"
    )
    for name, count in found.items():
        yield f"  {name}: {count:.1f}"
