"""The finite centre: one queue before so many servers, first come first served. PURE.

There is no pool of workers: a call's start and finish are computed when it arrives, from the
server that is free first. They are told in *work seconds*, which pass as fast as the servers
work (core/speeds): so a stop in between moves everybody's finish and nobody's place.

Whoever hangs up leaves his work in the queue: it is done all the same, for nobody (*wasted*).
Times are client seconds; they never go back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush, heapreplace
from math import inf

from siaksim.core.speeds import Speeds, Steps

UNBOUNDED = 100_000
"""Places of a queue without a bound: the memory of a real one ends, too (assumed)."""


class Ticket:
    """One call's place: `start` and `finish` in work seconds; `behind` so many that waited."""

    __slots__ = ("arrival", "behind", "dropped", "finish", "left", "number", "start", "who")

    def __init__(
        self, number: int, arrival: float, start: float, finish: float, behind: int, who: object
    ) -> None:
        self.number = number
        self.arrival = arrival
        self.start = start
        self.finish = finish
        self.behind = behind
        self.who = who
        self.left = False
        self.dropped = False


class Queue:
    """The queue of one service and its servers.

    Every call that was offered is in one of these: `refused`, `served`, `wasted`, `dropped`,
    `waiting`, `busy`; the last two as of the time to which the queue was advanced.
    """

    def __init__(
        self,
        servers: int,
        bound: int | None = None,
        speeds: Speeds | None = None,
        on_done: Callable[[Ticket, float], None] | None = None,
    ) -> None:
        """`bound` calls may wait (None: as many as memory holds) while all servers are busy.

        `on_done` is told each call that was worked off, and when.
        """
        if servers < 1 or (bound is not None and bound < 0):
            raise ValueError("a centre has at least one server, and no fewer than 0 places")
        self.servers = servers
        self.bound = UNBOUNDED if bound is None else bound
        self.speeds = speeds or Speeds(())
        self.on_done = on_done
        self.offered = self.refused = self.served = self.wasted = self.dropped = 0
        self._free = [-inf] * servers
        self._waiting: deque[Ticket] = deque()
        self._busy: list[tuple[float, int, Ticket]] = []

    @property
    def waiting(self) -> int:
        """The calls that wait for a server."""
        return len(self._waiting)

    @property
    def busy(self) -> int:
        """The servers that work, or would if they were not stopped."""
        return len(self._busy)

    def present(self) -> list[Ticket]:
        """Return all that are in the house: those served, then those waiting, in order."""
        return [*(item[2] for item in sorted(self._busy)), *self._waiting]

    def last(self) -> Ticket | None:
        """Return who waits at the end of the queue."""
        return self._waiting[-1] if self._waiting else None

    def advance(self, now: float) -> None:
        """Bring the queue up to a time: who starts, who is done."""
        work = self.speeds.done(now)
        waiting, busy = self._waiting, self._busy
        while waiting and waiting[0].start <= work:
            ticket = waiting.popleft()
            heappush(busy, (ticket.finish, ticket.number, ticket))
        while busy and busy[0][0] <= work:
            ticket = heappop(busy)[2]
            if ticket.left:
                self.wasted += 1
            else:
                self.served += 1
            if self.on_done is not None:
                self.on_done(ticket, max(ticket.arrival, self.speeds.when(ticket.finish)))

    def offer(self, now: float, service_s: float, who: object = None) -> Ticket | None:
        """Let a call in that takes `service_s` work seconds; None when the house is full."""
        self.advance(now)
        self.offered += 1
        work = self.speeds.done(now)
        start = max(work, self._free[0])
        if start > work and len(self._waiting) >= self.bound:
            self.refused += 1
            return None
        finish = start + service_s
        heapreplace(self._free, finish)
        behind = len(self._waiting) if start > work else 0
        ticket = Ticket(self.offered, now, start, finish, behind, who)
        if start > work:
            self._waiting.append(ticket)
        else:
            heappush(self._busy, (finish, ticket.number, ticket))
        return ticket

    def refuse(self, now: float) -> None:
        """Count a call that is turned away before it comes to the queue (shedding)."""
        self.advance(now)
        self.offered += 1
        self.refused += 1

    def leave(self, ticket: Ticket, now: float) -> bool:
        """Note that a caller has hung up; False when the call was done or thrown out before."""
        self.advance(now)
        if ticket.dropped or ticket.finish <= self.speeds.done(now):
            return False
        ticket.left = True
        return True

    def drop(self, now: float) -> list[Ticket]:
        """Throw out all that wait, as a restart of the front would, and return them."""
        self.advance(now)
        found = list(self._waiting)
        for ticket in found:
            ticket.dropped = True
        self.dropped += len(found)
        self._waiting.clear()
        work = self.speeds.done(now)
        self._free = [item[0] for item in self._busy]
        self._free += [work] * (self.servers - len(self._free))
        heapify(self._free)
        return found

    def change(self, now: float, steps: Steps) -> None:
        """Let the servers work at other speeds from now on."""
        self.advance(now)
        self.speeds = self.speeds.changed(now, steps)

    def next_start(self) -> float:
        """Return when a call that came now would find a server (as of the last `advance`)."""
        return self.speeds.when(self._free[0])

    def start_of(self, ticket: Ticket) -> float:
        """Return when a call's turn comes (inf: not as things stand)."""
        return max(ticket.arrival, self.speeds.when(ticket.start))

    def finish_of(self, ticket: Ticket) -> float:
        """Return when a call is done (inf: not as things stand)."""
        return max(ticket.arrival, self.speeds.when(ticket.finish))
