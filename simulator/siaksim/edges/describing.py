"""What a scenario does in plain words: its days as bars, and the rates that remain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from siaksim.core.clock import office_date
from siaksim.core.plan import PlannedFault
from siaksim.core.schedule import Window
from siaksim.edges.expecting import expected
from siaksim.edges.finite import capacity_lines
from siaksim.edges.rates import Rate, Rates, aimed, rates
from siaksim.edges.timeline import targets_text, timeline
from siaksim.links.plan import LAYER
from siaksim.scenario.build import Scenario
from siaksim.scenario.times import Frame
from siaksim.services.catalog import OPERATIONS

WIDTH = 80
TITLES_MAX = 4
"""Times with the same rates that are named one by one."""
HOW = "Rates are of all calls: a call that an outer layer ended is not reached by an inner one."


def described(scenario: Scenario, width: int = WIDTH) -> str:
    """Return a scenario as a page of text, its bars `width` characters wide."""
    seed = f"seed {scenario.seed}"
    lines = [
        *_wrapped(f"{scenario.name}: {' '.join(scenario.story.split())}", width),
        *_wrapped(f"starts {office_date(scenario.start):%a %Y-%m-%d %H:%M} WIB, {seed}", width),
        *(part for line in capacity_lines(scenario) for part in _wrapped(line, width)),
        "",
    ]
    if scenario.faults:
        lines += [*timeline(scenario, width), "", *_wrapped(HOW, width)]
    same: dict[tuple[str, ...], list[str]] = {}
    for title, faults, stretch in _stretches(scenario):
        same.setdefault(tuple(_rated(faults, stretch, scenario.seed)), []).append(title)
    for told, titles in same.items():
        more = len(titles) - TITLES_MAX
        named = ", ".join(titles[:TITLES_MAX]) + (f" and {more} more" if more > 0 else "")
        lines += ["", *_wrapped(named, width)]
        lines += [part for line in told for part in _wrapped(line, width)]
    lines += [part for line in _lines(scenario) for part in _wrapped(line, width)]
    once = [f for f in scenario.faults if not f.on_calls and f.layer != LAYER]
    if once:
        lines += ["", "to everyone, once"]
        lines += [part for f in once for part in _wrapped(f"  {_begun(f, scenario)}", width)]
    selective = [f for f in scenario.faults if f.selective and f.on_calls]
    if selective:
        lines += ["", "only for certain clients, subjects or calls"]
        for fault in selective:
            text = f"  {fault.kind} {fault.share:.3%} ({fault.id}): {_whom(fault)}"
            lines += _wrapped(text, width)
    if met := [part for line in expected(scenario) for part in _wrapped(line, width)]:
        lines += ["", *met]
    return "\n".join(lines)


def _lines(scenario: Scenario) -> Iterator[str]:
    """Yield what is said of sites' lines: their profiles, and what the day does to them."""
    if scenario.links:
        yield ""
        yield "sites' lines (siaksim links show NAME)"
    for spec in scenario.links:
        client = f", client {spec.client}" if spec.client else ""
        yield f"  {spec.name}: {spec.profile_name}{client}"
        for change in spec.changes:
            yield f"    {_times(change.windows, scenario)}: {change.name}"
    for fault in scenario.faults:
        if fault.layer == LAYER:
            share = f" {fault.share:.3%} of connections" if fault.share < 1 else ""
            times = _times(fault.windows, scenario)
            yield f"  {fault.kind}{share} ({fault.id}), {targets_text(fault)}: {times}"


def _times(windows: Sequence[Window] | None, scenario: Scenario) -> str:
    if windows is None:
        return "always"
    story = Frame(scenario.start, scenario.days).story
    times = [window.text() for window in windows if window.start < story.end]
    more = " ..." if len(times) > TITLES_MAX else ""
    return ", ".join(times[:TITLES_MAX]) + more


def _begun(fault: PlannedFault, scenario: Scenario) -> str:
    """Return when a fault that strikes no calls happens, and to what."""
    form = "%a %H:%M" if scenario.days > 1 else "%H:%M"
    story = Frame(scenario.start, scenario.days).story
    times = [f"{office_date(w.start):{form}}" for w in fault.windows or () if w.start < story.end]
    more = " ..." if len(times) > TITLES_MAX else ""
    told = ", ".join(times[:TITLES_MAX]) + more
    return f"{told} {fault.kind} ({fault.id}), for {', '.join(fault.targets)}"


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines; what goes on is set in further than what begins."""
    inner = " " * (len(text) - len(text.lstrip()) + 2)
    return wrap(text, width, subsequent_indent=inner, break_on_hyphens=False)


def _stretches(scenario: Scenario) -> Iterator[tuple[str, tuple[PlannedFault, ...], Window]]:
    """Yield the times of the story between two edges: title, faults that act, the time itself."""
    plan = scenario.plan()
    always = tuple(f for f in scenario.faults if f.windows is None)
    story = Frame(scenario.start, scenario.days, scenario.opening).story
    yield "always", always, story
    moment: float | None = scenario.start
    while moment is not None and moment < story.end:
        until = plan.upcoming(moment)
        stretch = Window(moment, story.end if until is None else min(until, story.end))
        active = plan.active(moment)
        if active != always:
            day = f"{office_date(moment):%a} " if scenario.days > 1 else ""
            yield f"{day}{stretch.text()}", active, stretch
        moment = until


def _rated(faults: Sequence[PlannedFault], stretch: Window, seed: int) -> Iterator[str]:
    """Yield a line for each group of operations that meet the same."""
    # By their ids: a fault's parameters, such as a table of percentiles, may not be hashable.
    groups: dict[tuple[str, ...], tuple[tuple[PlannedFault, ...], list[str]]] = {}
    for operation in OPERATIONS:
        met = aimed(faults, operation)
        groups.setdefault(tuple(f.id for f in met), (met, []))[1].append(operation)
    for group, operations in groups.values():
        told = _worded(rates(group, stretch, seed)) if group else "no faults"
        yield f"  {_grouped(operations)}: {told}"


def _worded(found: Rates) -> str:
    kinds = [rate.fault.kind for rate in found.rates]
    struck = [_rate(rate, kinds.count(rate.fault.kind) > 1) for rate in found.rates]
    return ", ".join([*struck, f"unharmed {found.left:.3%}"])


def _rate(rate: Rate, with_id: bool) -> str:
    fault = rate.fault
    name = f"{fault.kind} ({fault.id})" if with_id else fault.kind
    if fault.sticks != "call":
        name += f" of {fault.sticks}s"
    if rate.peak - rate.mean < 1e-9:
        return f"{name} {rate.mean:.3%}"
    return f"{name} mean {rate.mean:.3%} peak {rate.peak:.3%}"


def _grouped(operations: list[str]) -> str:
    """Return operations with a whole service written as service.*."""
    names: list[str] = []
    for service in dict.fromkeys(name.partition(".")[0] for name in OPERATIONS):
        whole = [name for name in OPERATIONS if name.startswith(f"{service}.")]
        mine = [name for name in operations if name in whole]
        names += [f"{service}.*"] if mine == whole else mine
    return ", ".join(names)


def _whom(fault: PlannedFault) -> str:
    """Return what a fault that depends on who calls asks for."""
    per = "operation" if fault.per_world else "client and operation"
    told = [
        targets_text(fault),
        f"link {', '.join(fault.links)}" if fault.links else "",
        f"client {', '.join(fault.clients)}" if fault.clients else "",
        f"subject {', '.join(fault.subjects)}" if fault.subjects else "",
        f"area {', '.join(fault.areas)}" if fault.areas else "",
        f"after {fault.after}" if fault.after else "",
        f"first {fault.first} calls of each {per}" if fault.first else "",
        f"call {fault.nth} of each {per}" if fault.nth else "",
    ]
    return "; ".join(filter(None, told))
