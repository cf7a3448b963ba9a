"""What a site's line is like at a moment: its profile, changed by the day's faults. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Protocol, runtime_checkable

from siaksim.core.plan import PlannedFault
from siaksim.core.planned import fits
from siaksim.core.schedule import Hours, Schedule, Window
from siaksim.core.toxics import Down, Toxic
from siaksim.links.profile import PERFECT, Profile
from siaksim.links.runs import Drops

LAYER = "link"
OWN = "profile"
"""Who takes a line down that goes down by itself."""


@runtime_checkable
class OnALine(Protocol):
    """A fault of the link layer: what it puts on the lines that it is aimed at."""

    def toxics(self, name: str, share: float) -> Sequence[Toxic]:
        """Return its toxics, named after the fault."""


@dataclass(frozen=True, slots=True)
class Change:
    """Another profile in some windows of office time; made anew from its schedule on other dates.

    None stands for a stage that always acts.
    """

    profile: Profile
    name: str
    windows: tuple[Window, ...] | None
    schedule: Schedule | None = None

    def open_at(self, now: float) -> bool:
        """Say whether it holds at office time `now`."""
        return self.windows is None or any(w.start <= now < w.end for w in self.windows)


@dataclass(frozen=True, slots=True)
class LinkSpec:
    """One site's line: the profile (with its name, `own` for none), who calls by it, changes."""

    name: str
    profile: Profile = PERFECT
    profile_name: str = "own"
    client: str = ""
    changes: tuple[Change, ...] = ()

    def shifted(self, move: float, start: float, opening: Hours) -> LinkSpec:
        """Return it for a scenario that begins `move` seconds later, at `start`."""
        found = []
        for change in self.changes:
            windows = change.windows and tuple(w.moved(move) for w in change.windows)
            schedule = change.schedule
            if schedule is not None and (schedule.recurs or schedule.office):
                windows = schedule.windows(start, opening)
            found.append(replace(change, windows=windows))
        return replace(self, changes=tuple(found))

    def profile_at(self, now: float) -> tuple[Profile, str]:
        """Return the profile that holds at office time `now`, and its name: the last one wins."""
        for change in reversed(self.changes):
            if change.open_at(now):
                return change.profile, change.name
        return self.profile, self.profile_name


@dataclass(frozen=True, slots=True)
class LineState:
    """What a line is like: `by` are the faults that act on it (`profile` when it drops itself)."""

    profile: str = "own"
    down: bool = False
    toxics: tuple[Toxic, ...] = ()
    by: tuple[str, ...] = ()


class LinkPlan:
    """One line over its day; `faults` are the plan's, of which those of its layer count."""

    def __init__(
        self, seed: int, origin: float, spec: LinkSpec, faults: Sequence[PlannedFault]
    ) -> None:
        """`origin` is the office time at which the scenario begins."""
        self.seed = seed
        self.origin = origin
        self.spec = spec
        self.faults = tuple(
            f for f in faults if f.layer == LAYER and (not f.links or fits(spec.name, f.links))
        )
        profiles = [spec.profile, *(change.profile for change in spec.changes)]
        self._drops = [
            (p, Drops(seed, spec.name, p.drops, origin)) for p in profiles if p.drops is not None
        ]
        windows = [w for f in self.faults for w in f.windows or ()]
        windows += [w for change in spec.changes for w in change.windows or ()]
        self._edges = sorted({edge for w in windows for edge in (w.start, w.end)})

    def state(self, now: float) -> LineState:
        """Return what the line is like at office time `now`."""
        profile, name = self.spec.profile_at(now)
        toxics = list(profile.toxics())
        by: list[str] = []
        down = False
        drops = self._drops_of(profile)
        if drops is not None and drops.at(now).down:
            down = True
            by.append(OWN)
        for fault in self.faults:
            share = self._share(fault, now)
            if share > 0.0 and isinstance(fault.fault, OnALine):
                by.append(fault.id)
                for toxic in fault.fault.toxics(fault.id, share):
                    if isinstance(toxic.effect, Down):
                        down = True
                    else:
                        toxics.append(toxic)
        return LineState(name, down, tuple(toxics), tuple(by))

    def _drops_of(self, profile: Profile) -> Drops | None:
        return next((drops for known, drops in self._drops if known is profile), None)

    def _share(self, fault: PlannedFault, now: float) -> float:
        if not fault.open_at(now):
            return 0.0
        if fault.pace is None:
            return fault.share
        return fault.pace.phase(self.seed, fault.share, fault.window_at(now), now).share

    def upcoming(self, now: float) -> float | None:
        """Return the office time at which the line may next be another, or None."""
        due = min((edge for edge in self._edges if edge > now), default=inf)
        profile, _ = self.spec.profile_at(now)
        drops = self._drops_of(profile)
        if drops is not None:
            due = min(due, drops.at(now).until)
        for fault in self.faults:
            if fault.pace is not None and fault.open_at(now):
                phase = fault.pace.phase(self.seed, fault.share, fault.window_at(now), now)
                due = min(due, phase.until)
        return None if due == inf else due
