"""The other offices' load on a centre, computed without HTTP. PURE.

People come at random (a Poisson process, its rate may change), each with a manner (core/manners).
Every draw is keyed by who comes and which attempt it is, and everything happens at its own time:
so the state at a time does not depend on how often it was asked for in between.
Times are client seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf, log1p
from typing import Literal

from siaksim.core import chance
from siaksim.core.capacity import Queue, Ticket
from siaksim.core.manners import Budget, Manner, Mix
from siaksim.core.speeds import Speeds, Steps, rate_at
from siaksim.core.tally import Tally

WhenFull = Literal["503", "reset", "hang"]
"""What a call meets that finds the house full."""
SERVICE_BITS, PAUSE_BITS = 12, 52
"""The 64 bits of an attempt's draw: the front ones for its service time, the others for a pause."""
REFUSED_S = 0.05
"""Client seconds until a refusal is with the client (assumed: a round trip)."""


class _Person:
    __slots__ = ("came", "manner", "number")

    def __init__(self, number: int, came: float, manner: Manner) -> None:
        self.number = number
        self.came = came
        self.manner = manner


class _Call:
    __slots__ = ("attempt", "bits", "person", "watched")

    def __init__(self, person: _Person, attempt: int, bits: int) -> None:
        self.bits = bits
        self.person = person
        self.attempt = attempt
        self.watched = False


class Background:
    """The people of the other offices before one queue."""

    def __init__(
        self,
        seed: int,
        name: str,
        queue: Queue,
        law: Callable[[float], float],
        load: Speeds,
        mix: Mix,
        tally: Tally,
        *,
        timeout_s: float = 5.0,
        when_full: WhenFull = "503",
        retry_after_s: float | None = None,
    ) -> None:
        """`law` gives a service time by one even draw; `load` is people a second."""
        self._bits = chance.keyed(seed, "background", name)
        self._queue = queue
        self._services = [law((n + 0.5) / 2**SERVICE_BITS) for n in range(2**SERVICE_BITS)]
        self._load = load
        self._mix = mix
        self._tally = tally
        self._timeout = timeout_s
        self._when_full = when_full
        self._retry_after = retry_after_s
        self._shed: Steps = ()
        self._budgets: dict[str, Budget] = {}
        self._events: list[tuple[float, int, Ticket | None, _Call]] = []
        self._count = 0
        self._people = 0
        self._units = load.done(load.start)
        self._next = inf
        self._expect()

    def advance(self, now: float) -> None:
        """Let everything happen up to a time."""
        events = self._events
        while True:
            due = events[0][0] if events else inf
            if self._next <= due:
                if self._next > now:
                    break
                self._come()
            elif due > now:
                break
            else:
                time, _, ticket, call = heappop(events)
                if ticket is None:
                    self._try(time, call)
                elif self._queue.leave(ticket, time):
                    self._failed(time, call)
        self._queue.advance(now)

    def done(self, ticket: Ticket, time: float) -> None:
        """Note that a call of these people was worked off (the queue's `on_done`)."""
        row = self._tally.row(time)
        if ticket.left:
            row.wasted += 1
            return
        row.served += 1
        assert isinstance(ticket.who, _Call)
        self._tally.row(ticket.who.person.came).well += 1

    def shed(self, now: float, steps: Steps) -> None:
        """Turn away shares of all calls from now on: (from when on, share), in order of time."""
        self.advance(now)
        self._shed = steps

    def changed(self, now: float) -> None:
        """Look after everybody whose call may now take longer than it seemed: speeds changed."""
        for ticket in self._queue.present():
            if isinstance(ticket.who, _Call):
                self._watch(ticket, ticket.who, now)

    def thrown_out(self, tickets: list[Ticket], now: float) -> None:
        """Note whose calls were dropped from the queue; who had hung up already is not moved."""
        for ticket in tickets:
            if isinstance(ticket.who, _Call) and not ticket.left:
                self._failed(now + REFUSED_S, ticket.who)

    # -- events ----------------------------------------------------------------------------

    def _draw(self, name: str) -> float:
        return (self._bits(name) >> 11) / 2**53

    def _call(self, person: _Person, attempt: int) -> _Call:
        return _Call(person, attempt, self._bits(f"{person.number} {attempt}"))

    def _expect(self) -> None:
        """Find out when the next person comes."""
        self._units -= log1p(-self._draw(f"{self._people} comes"))
        self._next = self._load.when(self._units)

    def _come(self) -> None:
        number, time = self._people, self._next
        person = _Person(number, time, self._mix.manner(self._draw(f"{number} manner")))
        self._people += 1
        self._tally.row(time).people += 1
        part = person.manner.budget
        if part is not None:
            self._budgets.setdefault(person.manner.name, Budget(part)).earn()
        self._expect()
        self._try(time, self._call(person, 1))

    def _try(self, time: float, call: _Call) -> None:
        row = self._tally.row(time)
        row.calls += 1
        share = rate_at(self._shed, time, 0.0) if self._shed else 0.0
        if share and self._draw(f"{call.person.number} {call.attempt} shed") < share:
            self._queue.refuse(time)
            row.refused += 1
            self._refused(time, call, "503")
            return
        service = self._services[call.bits >> PAUSE_BITS]
        ticket = self._queue.offer(time, service, call)
        if ticket is None:
            row.refused += 1
            self._refused(time, call, self._when_full)
        elif ticket.finish > self._queue.speeds.done(time + self._timeout):
            self._watch(ticket, call, time)

    def _watch(self, ticket: Ticket, call: _Call, now: float) -> None:
        if not call.watched:
            call.watched = True
            self._push(max(now, ticket.arrival + self._timeout), ticket, call)

    def _refused(self, time: float, call: _Call, how: WhenFull) -> None:
        if how == "hang":
            self._failed(time + self._timeout, call)
        else:
            told = self._retry_after if how == "503" else None
            self._failed(time + REFUSED_S, call, told)

    def _failed(self, time: float, call: _Call, retry_after: float | None = None) -> None:
        """Let a person try again after an attempt that has failed by `time`, or give up."""
        person, manner = call.person, call.person.manner
        budget = self._budgets.get(manner.name)
        if call.attempt >= manner.tries or (budget is not None and not budget.spend()):
            self._tally.row(person.came).lost += 1
            return
        mark = (call.bits & (2**PAUSE_BITS - 1)) / 2**PAUSE_BITS
        pause = manner.pause(call.attempt, mark)
        if manner.heeds and retry_after is not None:
            pause = max(pause, retry_after)
        self._push(time + pause, None, self._call(person, call.attempt + 1))

    def _push(self, time: float, ticket: Ticket | None, call: _Call) -> None:
        self._count += 1
        heappush(self._events, (time, self._count, ticket, call))
