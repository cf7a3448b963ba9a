"""What a finite centre makes of a call over a day: its wait and whether it is full, by the second.

One office's own calls are too few to matter to a centre that serves all offices (60 visits of
eight calls beside hundreds of thousands), so the centre is played once, by itself, and read off.
Where nothing befalls it and its load is below QUIET, its mean wait comes by formula (core/erlang):
only the troubled part of a day is played, and that is most of a forecast's time.
"""

from __future__ import annotations

from bisect import bisect_right

from siaksim.core.centre import Centre
from siaksim.core.clock import Clock
from siaksim.core.erlang import mean_wait, moments
from siaksim.core.plan import FaultPlan
from siaksim.core.planned import fits
from siaksim.core.schedule import DAY_S, Window, midnight
from siaksim.core.terms import Sheds, Slows, Terms

STEP_S = 2.0
"""Seconds between two looks at the centre."""
QUIET = 0.9
"""The load up to which a centre without faults is told by formula."""
BEFORE_S = 300.0
"""Seconds of a played part before its trouble: the queue then is as it always is."""
AFTER_S = 300.0
"""Seconds for which people must have been served well before the formula holds again."""


class Profile:
    """The wait of a call that comes at a time; `terms` tell the rest."""

    def __init__(self, terms: Terms, plan: FaultPlan, day: Window) -> None:
        """Look at the centre over a day (office time), idle at its beginning."""
        self.terms, self._day = terms, day
        self._times: list[float] = []
        self._waits: list[float] = []
        self._full: list[bool] = []
        self._mean_s, self._scv = moments(terms.law)
        self._quiet: dict[float, float] = {}
        found = self._troubled(plan)
        if found is not None:
            self._play(plan, found)

    def at(self, moment: float) -> tuple[float, bool]:
        """Return the seconds that a call waits for a server, and whether the house is full."""
        place = bisect_right(self._times, moment) - 1
        if place < 0 or moment > self._times[-1] + STEP_S:
            return self._quiet_s(moment), False
        return self._waits[place], self._full[place]

    def _load(self, moment: float) -> float:
        if self.terms.people is None:
            return 0.0
        second = (moment - midnight(moment)) % DAY_S
        load = self.terms.people.load
        known = [share for at, share in load if at <= second]
        return known[-1] if known else load[-1][1]

    def _quiet_s(self, moment: float) -> float:
        load = min(self._load(moment), 0.99)
        if load not in self._quiet:
            people = load * self.terms.capacity
            self._quiet[load] = mean_wait(self.terms.servers, people, self._mean_s, self._scv)
        return self._quiet[load]

    def _busy(self) -> list[float]:
        """Return the times of the day at which the load is above QUIET."""
        steps = [
            self._day.start + n * 600.0
            for n in range(int((self._day.end - self._day.start) // 600.0) + 1)
        ]
        return [moment for moment in steps if self._load(moment) > QUIET]

    def _troubled(self, plan: FaultPlan) -> Window | None:
        """Return the part of the day to be played: from before the first trouble on."""
        windows = [
            window
            for fault in plan.faults
            if isinstance(fault.fault, Slows | Sheds)
            and fits(f"{self.terms.service}.*", fault.targets)
            for window in fault.windows or (self._day,)
            if window.start < self._day.end and window.end > self._day.start
        ]
        busy = self._busy()
        begins = [window.start for window in windows] + busy[:1]
        if not begins:
            return None
        ends = [window.end for window in windows] + [moment + 600.0 for moment in busy[-1:]]
        first = max(self._day.start, min(begins) - BEFORE_S)
        return Window(first, min(self._day.end, max(ends)))

    def _play(self, plan: FaultPlan, part: Window) -> None:
        clock = Clock(part.start, "manual")
        centre = Centre(self.terms, plan.seed, clock)
        centre.plan(plan)
        moment, well_since = part.start, part.end
        while moment <= self._day.end:
            clock.move_to(moment)
            now, queue = centre.now(), centre.queue
            wait_s = max(0.0, queue.next_start() - now)
            self._times.append(moment)
            self._waits.append(wait_s)
            self._full.append(queue.waiting >= queue.bound)
            if wait_s > self._mean_s or moment < part.end:
                well_since = max(moment, part.end)
            if moment - well_since >= AFTER_S:
                return
            moment += STEP_S
