"""The finite centres of a world: queues, the people before them, and what befalls both. PURE.

A centre lives in client seconds since its world's clock began: a service time and a time-out are
what clients live through. What a plan tells in office time (a stall, shedding, how many come in
the morning) is read off at that clock, so `shorten` makes it as much shorter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from siaksim.core import chance
from siaksim.core.background import Background
from siaksim.core.capacity import Queue, Ticket
from siaksim.core.clock import Clock
from siaksim.core.facts import Facts
from siaksim.core.manners import Mix
from siaksim.core.plan import FaultPlan
from siaksim.core.planned import PlannedFault, fits
from siaksim.core.schedule import DAY_S, RECURS_DAYS, Window, midnight
from siaksim.core.speeds import Speeds, Steps, combined, ramp
from siaksim.core.tally import Row, Tally
from siaksim.core.terms import People, Sheds, Slows, Standing, Terms

STEADY_S = 30.0
"""Client seconds for which people must be served before a centre counts as back for good."""
LATELY_S = 60.0
"""Client seconds over which rates are told."""


class Centre:
    """One service's queue, the clients under test and the other offices before it."""

    def __init__(self, terms: Terms, seed: int, clock: Clock, begun: float | None = None) -> None:
        """Begin now, or at office time `begun`, at an idle centre."""
        self.terms = terms
        self.tally = Tally()
        self.own = Row()
        """What the clients themselves did; `people` are first attempts."""
        self._seed = seed
        self._clock = clock
        self._zero = clock.now() if begun is None else begun
        self.queue = Queue(terms.servers, terms.bound, Speeds(()), self._done)
        self._people = self._background(terms.people) if terms.people else None
        self._drops: list[tuple[float, str, float]] = []
        self._dropped: set[tuple[str, float]] = set()
        self._begins: list[float] = []
        self._ends: list[float] = []
        self.followed: set[float] = set()
        """The ends of stalls after which somebody looks whether it has recovered."""

    def _background(self, people: People) -> Background:
        first, capacity = midnight(self._zero), self.terms.capacity
        steps = [
            (self.second(first + day * DAY_S + at), share * capacity)
            for day in range(-1, RECURS_DAYS)
            for at, share in people.load
        ]
        return Background(
            self._seed,
            self.terms.service,
            self.queue,
            self.terms.law,
            Speeds(steps),
            Mix(people.manners),
            self.tally,
            timeout_s=people.timeout_s,
            when_full=self.terms.when_full,
            retry_after_s=self.terms.retry_after_s,
        )

    # -- time ------------------------------------------------------------------------------

    def second(self, office: float) -> float:
        """Return the centre's own second of an office time."""
        return self._clock.client_seconds(office - self._zero)

    def office(self, second: float) -> float:
        """Return the office time of a centre's second."""
        return inf if second == inf else self._zero + self._clock.office_seconds(second)

    def now(self) -> float:
        """Bring the centre up to date; return its second."""
        return self._live_to(self.second(self._clock.now()))

    def _live_to(self, now: float) -> float:
        while self._drops and self._drops[0][0] <= now:
            moment, fault, start = self._drops.pop(0)
            self._dropped.add((fault, start))
            self._advance(moment)
            thrown = self.queue.drop(moment)
            if self._people is not None:
                self._people.thrown_out(thrown, moment)
        self._advance(now)
        return now

    def _advance(self, now: float) -> None:
        if self._people is not None:
            self._people.advance(now)
        self.queue.advance(now)

    # -- calls -----------------------------------------------------------------------------

    def arrive(self, facts: Facts, occupies_s: float = 0.0) -> Ticket | None:
        """Let a client's call in; None when the house is full.

        `occupies_s` more client seconds of work are done on it than the law says.
        """
        now = self.now()
        key = (facts.client, facts.operation, facts.subject, facts.attempt)
        draw = chance.draw(self._seed, "capacity", self.terms.service, *key)
        ticket = self.queue.offer(now, self.terms.law(draw) + occupies_s, facts.client)
        self._count(facts, ticket is None)
        return ticket

    def turned_away(self, facts: Facts) -> None:
        """Count a client's call that was refused before it came to the queue."""
        self.queue.refuse(self.now())
        self._count(facts, True)

    def _count(self, facts: Facts, refused: bool) -> None:
        self.own.calls += 1
        self.own.people += facts.attempt == 1
        self.own.refused += refused

    def left(self, ticket: Ticket) -> bool:
        """Note that a client hung up; False when its call was done or thrown out before."""
        return self.queue.leave(ticket, self.now())

    def _done(self, ticket: Ticket, second: float) -> None:
        if not isinstance(ticket.who, str):
            assert self._people is not None
            self._people.done(ticket, second)
        elif ticket.left:
            self.own.wasted += 1
        else:
            self.own.served += 1

    # -- what befalls it -------------------------------------------------------------------

    def plan(self, plan: FaultPlan, since: float | None = None) -> None:
        """Let what a plan says of this service's servers and door hold from now on.

        `since` is a second of the centre's own, if it is not brought up to date before.
        """
        now = self.now() if since is None else since
        faults = [fault for fault in plan.faults if self._means_all(fault)]
        slow = [f for f in faults if isinstance(f.fault, Slows)]
        shed = [f for f in faults if isinstance(f.fault, Sheds) and not f.selective]
        self.queue.change(now, combined([self._slowness(f) for f in slow], _lowest, 1.0))
        windows = [window for fault in slow for window in fault.windows or ()]
        self._begins = sorted(self.second(window.start) for window in windows)
        self._ends = sorted(self.second(window.end) for window in windows)
        drops = {
            (fault.id, self.second(window.start))
            for fault in shed
            if isinstance(fault.fault, Sheds) and fault.fault.drops_queue()
            for window in fault.windows or (Window(-inf, inf),)
            if self.second(window.end) > now
        }
        # One added by hand began a moment ago; one of before has thrown out whom it found.
        self._drops = sorted(
            (max(start, now), fault, start) for fault, start in drops - self._dropped
        )
        if self._people is not None:
            self._people.changed(now)
            steps = [self._shedding(f, plan.seed) for f in shed]
            self._people.shed(now, combined(steps, sum, 0.0))
        if since is None:
            self.now()

    def with_manners(self, manners: Mapping[str, float], plan: FaultPlan, until: float) -> Centre:
        """Return what would become of this centre by a second, had people had other manners."""
        assert self.terms.people is not None, "nobody comes to this centre"
        people = replace(self.terms.people, manners=manners)
        other = Centre(replace(self.terms, people=people), self._seed, self._clock, self._zero)
        other.plan(plan, 0.0)
        other._live_to(until)
        return other

    def _means_all(self, fault: PlannedFault) -> bool:
        # A name that no operation has: only globs for the whole service fit it.
        return fits(f"{self.terms.service}.*", fault.targets)

    def _slowness(self, fault: PlannedFault) -> Steps:
        slows = fault.fault
        assert isinstance(slows, Slows)
        steps: list[tuple[float, float]] = []
        for window in fault.windows or ():
            start, end = self.second(window.start), self.second(window.end)
            steps = [step for step in steps if step[0] < start]
            steps.append((start, slows.speed))
            recovery = slows.recovers()
            if recovery is None:
                steps.append((end, 1.0))
            else:
                over = self._clock.client_seconds(recovery.over)
                steps += ramp(end, over, recovery.first, 1.0)
        return steps

    def _shedding(self, fault: PlannedFault, seed: int) -> Steps:
        begin = self._clock.now()
        steps: list[tuple[float, float]] = []
        for window in fault.windows or (Window(begin, inf),):
            if fault.pace is None or window.end == inf:
                steps.append((self.second(window.start), fault.share))
            else:
                moment = window.start
                while moment < window.end:
                    phase = fault.pace.phase(seed, fault.share, window, moment)
                    steps.append((self.second(moment), phase.share))
                    moment = phase.until
            steps.append((self.second(window.end), 0.0))
        return [step for step in steps if step[0] < inf]

    # -- how it stands ---------------------------------------------------------------------

    def standing(self) -> Standing:
        """Return how it stands now; rates and shares are of the last LATELY_S seconds."""
        now = self.now()
        slot_s = self.tally.slot_s
        since = max(0.0, now - LATELY_S)
        lately = self.tally.between(since - since % slot_s, now)
        length = max(1.0, now - since + since % slot_s)
        next_start = self.queue.next_start()
        ended, back = self.trigger_end(now), self.recovered_at(now)
        return Standing(
            waiting=self.queue.waiting,
            busy=self.queue.busy,
            speed=self.queue.speeds.rate(now),
            wait_s=max(0.0, next_start - now),
            offered=lately.people / length,
            calls=lately.calls / length,
            goodput=lately.served / length,
            refused=lately.refused / length,
            wasted_share=lately.wasted_share,
            amplification=lately.amplification,
            trigger_ended=None if ended is None else self.office(ended),
            recovered=self.recovered(now),
            recovered_after_s=None if back is None or ended is None else back - ended,
        )

    @property
    def stall_ends(self) -> tuple[float, ...]:
        """The centre's seconds at which stalls end, past and to come."""
        return tuple(self._ends)

    def next_stall(self, second: float) -> float:
        """Return the second at which the next stall after this one begins (inf: none does)."""
        return min((begin for begin in self._begins if begin > second), default=inf)

    def trigger_end(self, now: float) -> float | None:
        """Return the centre's second at which the last stall ended before `now`; None: none did."""
        return max((end for end in self._ends if end <= now), default=None)

    def recovered(self, now: float) -> bool | None:
        """Say whether the centre serves people in time again since its last stall's end.

        None: no stall has ended, or too lately to tell. Who came within the last time-out may
        still be served, so the slots before it are judged.
        """
        judged = self._judged(now)
        return None if judged is None else self.recovered_at(now) is not None

    def recovered_at(self, now: float) -> float | None:
        """Return the centre's second since which it serves people in time again, if it does."""
        judged = self._judged(now)
        return None if judged is None else self.tally.recovered_at(*judged)

    def steadily_recovered_at(self, now: float) -> float | None:
        """Return the same if it has been so for STEADY_S: one good slot is none yet."""
        judged = self._judged(now)
        back = self.recovered_at(now)
        if judged is None or back is None or judged[1] - back < STEADY_S:
            return None
        return back

    def _judged(self, now: float) -> tuple[float, float] | None:
        """Return from when to when the slots are judged; None: there are none."""
        since = self.trigger_end(now)
        if since is None or self.terms.people is None:
            return None
        until = now - self.terms.people.timeout_s - self.tally.slot_s
        return None if until < since + self.tally.slot_s else (since, until)


def _lowest(rates: Iterable[float]) -> float:
    return min(rates)


@dataclass(frozen=True, slots=True)
class Place:
    """A client's call in a centre's queue."""

    centre: Centre
    ticket: Ticket

    @property
    def dropped(self) -> bool:
        """Whether it was thrown out (as of the time to which the centre was advanced)."""
        return self.ticket.dropped

    def due(self) -> float:
        """Return the office time at which it is done, as things stand now (inf: never)."""
        self.centre.now()
        return self.centre.office(self.centre.queue.finish_of(self.ticket))


class Centres:
    """The centres of a world by service; a service without one has no limits."""

    def __init__(self, terms: Sequence[Terms], seed: int, clock: Clock) -> None:
        self.terms = tuple(terms)
        self._by_service = {each.service: Centre(each, seed, clock) for each in terms}

    def __bool__(self) -> bool:
        """Say whether any service is finite."""
        return bool(self._by_service)

    def __iter__(self) -> Iterator[Centre]:
        return iter(self._by_service.values())

    def of(self, service: str) -> Centre | None:
        """Return the centre of a service."""
        return self._by_service.get(service)

    def plan(self, plan: FaultPlan) -> None:
        """Let a plan hold from now on."""
        for centre in self._by_service.values():
            centre.plan(plan)
