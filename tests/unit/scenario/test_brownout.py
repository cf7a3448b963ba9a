"""What siak-brownout says of itself is what its centres do: slow, a long tail, some turned away."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from siaksim.core.capacity import Ticket
from siaksim.core.centre import Centre, Centres
from siaksim.core.clock import Clock
from siaksim.stage.playing import scenario_of

HOUR = 3600.0


@dataclass
class Watched:
    """A centre of the scenario, and how long the calls took that it answered."""

    centre: Centre
    clock: Clock
    start: float
    took: list[tuple[float, float]] = field(default_factory=list)
    """(the centre's second of the arrival, client seconds until it was done)."""

    def at(self, hour: float) -> None:
        """Let the day go on until an hour of it."""
        self.clock.move_to(self.start + (hour - 8.0) * HOUR)
        self.centre.now()

    def quantile(self, share: float, since: float, until: float) -> float:
        """Return a quantile of what calls took that came between two hours."""
        first, last = (since - 8.0) * HOUR, (until - 8.0) * HOUR
        found = sorted(took for at, took in self.took if first <= at < last)
        return found[int(share * len(found))]


def watched(service: str, seed: int) -> Watched:
    scenario = scenario_of("siak-brownout")
    assert scenario.capacity is not None
    clock = Clock(scenario.start, "auto")
    centres = Centres(scenario.capacity.terms(), seed, clock)
    centre = centres.of(service)
    assert centre is not None
    found = Watched(centre, clock, scenario.start)
    told = centre.queue.on_done
    assert told is not None

    def done(ticket: Ticket, second: float) -> None:
        found.took.append((ticket.arrival, second - ticket.arrival))
        told(ticket, second)

    centre.queue.on_done = done
    centres.plan(scenario.plan())
    return found


@pytest.mark.parametrize(("service", "seed"), [("siak", 3576), ("siak", 6), ("ikd", 6)])
def test_half_take_four_seconds_one_in_a_hundred_thirty_and_six_are_turned_away(
    service: str, seed: int
) -> None:
    day = watched(service, seed)
    day.at(11.0)
    slow = day.centre.tally.between(0.6 * HOUR, 3.0 * HOUR)
    assert 3.8 <= day.quantile(0.5, 8.6, 11.0) <= 4.3
    assert 28.0 <= day.quantile(0.99, 8.6, 10.9) <= 32.5
    assert 0.045 <= slow.refused / slow.calls <= 0.08
    # The others wear it: without their repeats the servers could do all of it.
    assert slow.people / (2.4 * HOUR) < 0.9 * 0.1 * day.centre.terms.capacity
    assert slow.calls / (2.4 * HOUR) > 0.95 * 0.1 * day.centre.terms.capacity


def test_before_and_after_it_is_quick() -> None:
    day = watched("siak", 6)
    day.at(12.0)
    for since, until in ((8.0, 8.5), (11.1, 12.0)):
        assert 0.3 <= day.quantile(0.5, since, until) <= 0.4
        assert day.quantile(0.99, since, until) <= 3.5
    standing = day.centre.standing()
    assert (standing.recovered, standing.refused) == (True, 0.0)
    assert standing.recovered_after_s is not None
    assert standing.recovered_after_s <= 60.0
