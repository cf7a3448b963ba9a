"""How many of all calls each fault really strikes, layer by layer, at a moment or over a time.

A call that an outer layer ended is not reached by an inner one, so an inner share is of what is
left; the rates here are of all calls, which is what a count of the journal's decisions finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from siaksim.core.pace import Ramp
from siaksim.core.plan import LAYERS, Draw, PlannedFault
from siaksim.core.planned import fits
from siaksim.core.schedule import Window
from siaksim.faults.base import TransportFault

SLICES = 240
"""Pieces into which a time with a ramp is cut: between them a ramp is as good as even."""


MARKS = 200
"""Draws by which it is found out how a fault ends calls: to half a percent."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of all calls (0..1) a fault strikes: on average over a time, and at its peak."""

    fault: PlannedFault
    mean: float
    peak: float


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of an operation's faults, and the share of calls that no fault ends."""

    rates: tuple[Rate, ...]
    left: float


@dataclass(frozen=True, slots=True)
class Ending:
    """Of the calls that a fault strikes: how many get no ordinary answer (0..1).

    `lost` are those that were committed all the same: they still reach the layer of mails.
    """

    unanswered: float
    lost: float


def ending(planned: PlannedFault) -> Ending:
    """Return how a fault's calls end, by an even sweep of its own draws."""
    sweep = [planned.fault.effects(_always((n + 0.5) / MARKS), None) for n in range(MARKS)]
    ended = [[effect for effect in effects if effect.ends] for effects in sweep]
    unanswered = sum(map(bool, ended)) / MARKS
    if isinstance(planned.fault, TransportFault):
        return Ending(unanswered, unanswered * planned.fault.committed)
    lost = sum(bool(found) and all(e.commits for e in found) for found in ended)
    return Ending(unanswered, lost / MARKS)


def _always(mark: float) -> Draw:
    return lambda _name: mark


def aimed(faults: Sequence[PlannedFault], operation: str) -> tuple[PlannedFault, ...]:
    """Return the faults that may strike any client's call of an operation.

    Faults for certain clients, subjects or calls are left out: their share depends on who calls.
    """
    return tuple(f for f in faults if f.on_calls and not f.selective and fits(operation, f.targets))


def rates(faults: Sequence[PlannedFault], stretch: Window, seed: int) -> Rates:
    """Return what faults of one operation do over a stretch of time with no edge inside.

    Means are over time for this seed: bursts and flapping come as they do in the world.
    """
    ends = {f.id: ending(f) for f in faults}
    means = dict.fromkeys(ends, 0.0)
    peaks = dict.fromkeys(ends, 0.0)
    unharmed = 0.0
    for moment, weight in _pieces(faults, stretch, seed):
        left, lost = 1.0, 0.0
        for layer in LAYERS:
            reached, ended = left + (lost if layer == "mail" else 0.0), 0.0
            for fault in faults:
                if fault.layer == layer:
                    struck = reached * share_at(fault, moment, seed)
                    means[fault.id] += weight * struck
                    peaks[fault.id] = max(peaks[fault.id], struck)
                    ended += struck * ends[fault.id].unanswered
                    lost += struck * ends[fault.id].lost
            left -= ended
        unharmed += weight * left
    ordered = [f for layer in LAYERS for f in faults if f.layer == layer]
    return Rates(tuple(Rate(f, means[f.id], peaks[f.id]) for f in ordered), unharmed)


def share_at(fault: PlannedFault, moment: float, seed: int) -> float:
    """Return the share (0..1) of its targets' calls that a fault is drawn for at a moment."""
    if not fault.open_at(moment):
        return 0.0
    if fault.pace is None:
        return fault.share
    return fault.pace.phase(seed, fault.share, fault.window_at(moment), moment).share


def _pieces(
    faults: Sequence[PlannedFault], stretch: Window, seed: int
) -> Iterator[tuple[float, float]]:
    """Yield moments and their weights (which add up to 1): one for each piece with even shares."""
    length = stretch.end - stretch.start
    cuts = {stretch.start, stretch.end}
    if any(isinstance(f.pace, Ramp) for f in faults):
        cuts |= {stretch.start + length * n / SLICES for n in range(SLICES)}
    for fault in faults:
        if fault.pace is None or isinstance(fault.pace, Ramp):
            continue
        moment, window = stretch.start, fault.window_at(stretch.start)
        while (moment := fault.pace.phase(seed, fault.share, window, moment).until) < stretch.end:
            cuts.add(moment)
    ordered = sorted(cuts)
    for low, high in pairwise(ordered):
        yield (low + high) / 2, (high - low) / length
