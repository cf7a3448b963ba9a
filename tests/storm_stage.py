"""A small centre with a background, and its triggers: shared by tests of capacity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log1p

from siaksim.core import chance
from siaksim.core.background import Background
from siaksim.core.capacity import Queue, Ticket
from siaksim.core.manners import Mix
from siaksim.core.speeds import Speeds, Steps
from siaksim.core.tally import Tally


class Stage:
    """10 servers of half a second, 20 calls a second; a stop from 30 s to 90 s."""

    capacity = 20.0
    stop, end = 30.0, 90.0

    def __init__(
        self,
        manners: Mapping[str, float],
        load: float = 0.7,
        seed: int = 1,
        bound: int | None = None,
        stops: bool = True,
    ) -> None:
        steps: Steps = [(self.stop, 0.0), (self.end, 1.0)] if stops else []
        self.tally = Tally(5.0)
        self.queue = Queue(10, bound, Speeds(steps), self._done)
        self.people = Background(
            seed,
            "stage",
            self.queue,
            lambda u: 0.5,
            Speeds([(0.0, load * self.capacity)]),
            Mix(manners),
            self.tally,
        )

    def _done(self, ticket: Ticket, time: float) -> None:
        self.people.done(ticket, time)

    def state(self) -> object:
        """Return all that can be seen of it."""
        queue = self.queue
        seen = [(t.number, t.arrival, t.start, t.finish, t.left) for t in queue.present()]
        counts = (queue.offered, queue.refused, queue.served, queue.wasted, queue.dropped)
        return counts, seen, self.tally.whole(), list(self.tally.rows(0.0, 1000.0))


def waits(
    servers: int, arrivals: float, law: Callable[[float], float], calls: int, seed: int
) -> list[float]:
    """Return the waits in seconds of Poisson arrivals (`arrivals` a second), in order."""
    queue, found, now = Queue(servers), [], 0.0
    gap = exponential(1.0 / arrivals)
    for n in range(calls):
        now += gap(chance.draw(seed, "gap", n))
        ticket = queue.offer(now, law(chance.draw(seed, "service", n)))
        assert ticket is not None
        found.append(queue.start_of(ticket) - now)
    return found


def exponential(mean: float) -> Callable[[float], float]:
    """Return the quantile function of an exponential law."""
    return lambda u: -mean * log1p(-u)
