"""One fault of a plan: what, where, when and how often. PURE: standard library only."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from math import inf
from typing import Literal, Protocol, runtime_checkable

from siaksim.core.effects import Effect
from siaksim.core.facts import Facts
from siaksim.core.pace import Pace
from siaksim.core.schedule import Window

Draw = Callable[[str], float]
_GLOB = re.compile(r"[*?\[]").search


class Fault(Protocol):
    """What the plan asks of a fault: its effects on one request that it hit."""

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the effects; `draw(name)` gives the fault's own keyed draws in [0, 1).

        `ends_at` is the office time at which the fault's window closes, or None.
        """


@runtime_checkable
class Timed(Protocol):
    """A fault whose effects depend on how far its window has run; asked in place of `effects`."""

    def effects_at(self, draw: Draw, now: float, window: Window | None) -> tuple[Effect, ...]:
        """Return the effects on a request at office time `now`."""


Sticks = Literal["call", "client", "subject"]
"""What a fault's draw is about: each call anew, or a client or a subject for good."""


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """A fault with where, when and how often.

    `share` is of all calls of its targets (0..1); with a `pace` it is the highest of the day.
    `windows` are in order and apart; None is always, () never. `first` and `nth` pick calls by
    their number (from 1) among those of one client to one operation, or of all clients
    (`per_world`). Targets, clients, subjects and links are globs, areas codes; none means every
    one. A fault of the link layer acts on the lines that `links` names, others on calls by them.
    `after` is the kind of a ledger entry that the subject must have. A fault that sticks to
    clients or subjects strikes that share of them, at each of their calls. One that is not
    `on_calls` happens to the world when a window of its opens.
    """

    id: str
    kind: str
    layer: str
    fault: Fault
    targets: tuple[str, ...] = ("*",)
    share: float = 1.0
    windows: tuple[Window, ...] | None = None
    clients: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    after: str | None = None
    first: int | None = None
    nth: int | None = None
    per_world: bool = False
    pace: Pace | None = None
    sticks: Sticks = "call"
    on_calls: bool = True

    @property
    def selective(self) -> bool:
        """Say whether it depends on who calls whether a call of the targets is aimed at."""
        return bool(self.clients) or self.picks

    def aim(self, now: float) -> dict[str, object]:
        """Whom it is for, as a journal tells it: operations and clients (globs).

        `later` says that it does not act at office time `now`.
        """
        later = not self.open_at(now)
        return {"targets": self.targets, "clients": self.clients, "later": later}

    @property
    def picks(self) -> bool:
        """Say whether calls of one client are told apart: by subject, number or event."""
        counted = self.first is not None or self.nth is not None
        picked = self.subjects or self.areas or self.links
        return counted or bool(picked) or self.after is not None

    def window_at(self, now: float) -> Window | None:
        """Return the window that is open at office time `now`; None if none is, or none is told."""
        if not self.windows:
            return None
        place = bisect_right(self.windows, now, key=_start) - 1
        if place < 0 or now >= self.windows[place].end:
            return None
        return self.windows[place]

    def open_at(self, now: float) -> bool:
        """Say whether office time `now` is inside of a window."""
        return self.windows is None or self.window_at(now) is not None

    def over_at(self, now: float) -> bool:
        """Say whether no window is open at office time `now`, nor will be."""
        return self.windows is not None and (not self.windows or now >= self.windows[-1].end)

    def ends_at(self, seed: int, now: float, window: Window | None) -> float | None:
        """Return the office time at which what it does at `now`, in that window, ends, or None."""
        end = inf if window is None else window.end
        if self.pace is not None and self.pace.ends:
            end = min(end, self.pace.phase(seed, self.share, window, now).until)
        return None if end == inf else end

    def aims_at(self, facts: Facts) -> bool:
        """Say whether this request is one of the fault's, its time and target apart."""
        return self.aims_at_client(facts) and self.picks_call(facts)

    def aims_at_client(self, facts: Facts) -> bool:
        """Say whether the client is meant; actors are spared unless `actor` is asked for.

        What becomes of a mail spares nobody: a kiosk's is sent by the scan of siaksim's officer.
        """
        if not self.clients:
            return not facts.actor or self.layer == "mail"
        meant = tuple(g for g in self.clients if _means_actors(g) == facts.actor)
        if facts.actor and "actor" in meant:
            return True
        return fits(facts.client, meant) or fits(facts.kind, meant)

    def picks_call(self, facts: Facts) -> bool:
        """Say whether subject, number and what went before are meant."""
        if self.first is not None or self.nth is not None:
            number = facts.call or facts.attempt
            if self.per_world:
                number = facts.world_call or number
            if self.first is not None and number > self.first:
                return False
            if self.nth is not None and number != self.nth:
                return False
        if self.after is not None and self.after not in facts.events:
            return False
        if self.areas and not lies_in(facts.area, self.areas):
            return False
        if self.links and not fits(facts.link, self.links):
            return False
        return not self.subjects or fits(facts.subject, self.subjects)

    def moved(self, seconds: float) -> PlannedFault:
        """Return the same fault so many office seconds later."""
        windows = self.windows and tuple(w.moved(seconds) for w in self.windows)
        return replace(self, windows=windows, pace=self.pace and self.pace.moved(seconds))


def _start(window: Window) -> float:
    return window.start


def _means_actors(glob: str) -> bool:
    return glob.partition(".")[0] == "actor"


def fits(value: str, globs: Sequence[str]) -> bool:
    """Say whether a value is one of these, plain words or globs."""
    # Most are plain words (an operation, a NIK): only a glob is worth a pattern match.
    return value in globs or any(_GLOB(glob) and fnmatchcase(value, glob) for glob in globs)


def lies_in(area: str, areas: Sequence[str]) -> bool:
    """Say whether an area's code is one of these or within one (35.76.02 is within 35.76)."""
    return any(area == wide or area.startswith(wide + ".") for wide in areas)
