"""The search: single strikes first, the most dangerous first of all, then deeper ones, then chance.

PURE but for the plays that it is given: the same client, seed and budget make the same hunt.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from siaksim.hunting.drawn import drawn, ready
from siaksim.hunting.schedule import Schedule
from siaksim.hunting.shrink import shrink
from siaksim.hunting.space import Candidate, Way, deeper, missed, singles, size
from siaksim.hunting.spots import Spot
from siaksim.hunting.tried import INTERRUPTED, Failure, Play, Stopped, Try

DRAWN = 0.25
"""The share of the budget that is drawn at random after the systematic search, at the least."""
AGAIN = 3
"""How many times a shrunk schedule is played again, to see whether it always fails."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a hunt goes: `budget` tries (shrinking not counted), `depth` strikes at most.

    `every` goes on after the first failure and collects distinct ones; `jobs` tries are played
    side by side; `seed` is that of the draws.
    """

    budget: int = 200
    depth: int = 2
    seed: int = 0
    jobs: int = 1
    every: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """A failure, the schedule that first showed it (after `tries`), and the simplest that does.

    `rate` is the share of `plays` of the simplest that failed; below 1 it is flaky.
    """

    failure: Failure
    first: Schedule
    tries: int
    simplest: Schedule
    shrinking: int
    failed: int
    plays: int

    @property
    def rate(self) -> float:
        """The share of plays that failed."""
        return self.failed / self.plays if self.plays else 0.0

    @property
    def flaky(self) -> bool:
        """Whether the same schedule sometimes passes."""
        return self.failed < self.plays


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of the space of one depth was tried; `chance` is that of a bug missed there."""

    depth: int
    tried: int
    size: int

    @property
    def chance(self) -> float:
        """The chance that a bug which one of these schedules shows was missed."""
        return missed(self.tried, self.size)


@dataclass(slots=True)
class Hunted:
    """What a hunt found and covered.

    `struck` counts the tries in which a strike fired, `unsure` those that could not judge a rule.
    """

    base: Try
    broken: list[Broken] = field(default_factory=list)
    tries: int = 0
    shrinking: int = 0
    drawn: int = 0
    struck: int = 0
    never_fired: list[str] = field(default_factory=list)
    reach: list[Reach] = field(default_factory=list)
    left: int = 0
    stopped: str = ""
    unsure: Counter[str] = field(default_factory=Counter)

    @property
    def fails_already(self) -> bool:
        """Whether the client failed without any fault: then there is nothing to hunt."""
        return bool(self.base.failures)

    @property
    def in_vain(self) -> str:
        """Why the hunt proves nothing, '' if it does."""
        if not self.base.spots:
            return self.stopped or "the client never called: nothing could be struck"
        if self.broken:
            return ""
        if self.stopped:
            return f"ended early: {self.stopped}"
        return "" if self.struck else "no strike ever reached the client"


Tell = Callable[[Hunted, str], None]


def hunt(play: Play, limits: Limits, tell: Tell) -> Hunted:
    """Search for schedules that break a client; `tell` hears of each step.

    KeyboardInterrupt ends the search and keeps what was found. UserError without Hypothesis.
    """
    return _Hunt(play, limits, tell).run()


class _Hunt:
    """The state of one hunt."""

    def __init__(self, play: Play, limits: Limits, tell: Tell) -> None:
        self._play, self._limits, self._tell = play, limits, tell
        self._known: dict[Schedule, Try] = {}
        self._fired: set[str] = set()
        self._struck: set[str] = set()
        self._found: set[Failure] = set()
        self._made: Counter[Way] = Counter()
        self._queue: list[tuple[tuple[float, Schedule], Candidate]] = []

    def run(self) -> Hunted:
        self.found = Hunted(Try(Schedule(), Schedule()))
        ready()
        try:
            (base,) = self._play([Schedule()])
        except (Stopped, KeyboardInterrupt) as stopped:
            self.found.stopped = str(stopped) or INTERRUPTED
            return self.found
        self.found.base = base
        if base.failures:
            return self.found
        self._shapes = frozenset(spot.shape for spot in base.spots)
        self._places = {spot.place.operation: spot.place for spot in base.spots}
        self._known[Schedule()] = base
        self._push(singles(base.spots))
        try:
            self._systematic()
            if not self._over:
                self._by_chance()
        except Stopped as stopped:
            self.found.stopped = str(stopped)
        except KeyboardInterrupt:
            self.found.stopped = INTERRUPTED
        self._sum_up()
        return self.found

    @property
    def _over(self) -> bool:
        done = bool(self.found.broken) and not self._limits.every
        return done or self.found.tries >= self._limits.budget

    # -- the systematic part ---------------------------------------------------------------

    def _push(self, candidates: Sequence[Candidate]) -> None:
        for candidate in candidates:
            heapq.heappush(self._queue, (candidate.key, candidate))

    def _systematic(self) -> None:
        most = self._limits.budget - int(self._limits.budget * DRAWN)
        while self._queue and not self._over and self.found.tries < most:
            batch = self._next(min(self._limits.jobs, most - self.found.tries))
            if not batch:
                return
            for candidate, tried in zip(batch, self._try(batch), strict=True):
                self._learn(candidate, tried)

    def _next(self, count: int) -> list[Candidate]:
        batch: list[Candidate] = []
        while self._queue and len(batch) < max(1, count):
            _, candidate = heapq.heappop(self._queue)
            if candidate.schedule not in self._known:
                self._known[candidate.schedule] = self.found.base  # reserved: tried once
                batch.append(candidate)
        return batch

    def _try(self, batch: Sequence[Candidate]) -> Sequence[Try]:
        done = self._play([candidate.schedule for candidate in batch])
        for tried in done:
            self._known[tried.schedule] = tried
        return done

    def _learn(self, candidate: Candidate, tried: Try) -> None:
        self.found.tries += 1
        self._note(tried)
        # What did not fire is the schedule without it, and need not be tried.
        self._known.setdefault(tried.fired, replace(tried, schedule=tried.fired))
        if tried.failures:
            # Of tries side by side the first to fail ends a hunt for one failure.
            if self._limits.every or not self.found.broken:
                self._break(tried)
        elif self._goes_on(tried):
            like = replace(candidate, schedule=tried.fired)
            self._push(deeper(like, tried.spots, self._shapes, self._made))
        self._tell(self.found, tried.schedule.story())

    def _goes_on(self, tried: Try) -> bool:
        """Say whether a try is worth another strike: what lasts leaves no recovery to strike."""
        whole = len(tried.fired) == len(tried.schedule) < self._limits.depth
        return whole and all(strike.long == 1 for strike in tried.fired.strikes)

    def _note(self, tried: Try) -> None:
        self.found.unsure.update(tried.unsure)
        self.found.struck += bool(tried.fired)
        self._struck.update(strike.operation for strike in tried.schedule.strikes)
        self._fired.update(strike.operation for strike in tried.fired.strikes)

    # -- the part that is drawn ------------------------------------------------------------

    def _by_chance(self) -> None:
        """Let Hypothesis draw from the whole space, with repeats and later citizens too."""

        def one(schedule: Schedule) -> bool:
            if schedule in self._known:
                return not self._over
            (tried,) = self._try([Candidate(0.0, schedule)])
            self.found.drawn += 1
            self.found.tries += 1
            self._note(tried)
            if tried.failures:
                self._break(tried)
            self._tell(self.found, schedule.story())
            return not self._over

        left = self._limits.budget - self.found.tries
        drawn(self.found.base.spots, self._limits.depth, self._limits.seed, left, one)

    # -- what is found ---------------------------------------------------------------------

    def _break(self, tried: Try) -> None:
        """Shrink the failures of a try of which no like one is known; the first if one will do."""
        for failure in tried.failures:
            if failure not in self._found:
                self._found.add(failure)
                self._shrink(tried, failure)
                if not self._limits.every:
                    return

    def _shrink(self, tried: Try, failure: Failure) -> None:
        before = self.found.shrinking
        self._tell(self.found, f"{failure.rule} fails: {tried.schedule.story()} Shrinking.")

        place = len(self.found.broken)
        tries = self.found.tries
        seen = Broken(failure, tried.schedule, tries, tried.schedule, 0, 1, 1)
        self.found.broken.append(seen)  # what ends the hunt meanwhile does not lose it

        def fails(schedules: Sequence[Schedule]) -> list[bool]:
            new = [schedule for schedule in schedules if schedule not in self._known]
            self.found.shrinking += len(new)
            self._known.update((one.schedule, one) for one in (self._play(new) if new else ()))
            return [self._known[schedule].fails(failure.rule) for schedule in schedules]

        def taken(simpler: Schedule) -> None:
            shrinking = self.found.shrinking - before
            self.found.broken[place] = replace(seen, simplest=simpler, shrinking=shrinking)

        jobs = self._limits.jobs
        simplest = shrink(
            tried.fired or tried.schedule, fails, self._places, jobs=jobs, taken=taken
        )
        taken(simplest)
        self.found.broken[place] = self._confirmed(self.found.broken[place])

    def _confirmed(self, broken: Broken) -> Broken:
        """Play the simplest schedule again, and the first one if that does not fail any more."""
        rule = broken.failure.rule
        for schedule in dict.fromkeys((broken.simplest, broken.first)):
            again = self._play([schedule] * AGAIN)
            failed = [f for one in again for f in one.failures if f.rule == rule]
            if failed:
                self._found.add(failed[0])
                return replace(
                    broken, failure=failed[0], simplest=schedule, failed=len(failed), plays=AGAIN
                )
        # Flaky: it was seen once, and not in the plays after that.
        return replace(broken, simplest=broken.first, failed=1, plays=1 + AGAIN)

    def _sum_up(self) -> None:
        tried = [s for s in self._known if s]
        spots: Sequence[Spot] = self.found.base.spots
        for depth in range(1, self._limits.depth + 1):
            count = sum(len(s) == depth for s in tried)
            self.found.reach.append(Reach(depth, count, max(count, size(spots, depth))))
        self.found.never_fired = sorted(self._struck - self._fired)
        self.found.left = sum(1 for _, c in self._queue if c.schedule not in self._known)
