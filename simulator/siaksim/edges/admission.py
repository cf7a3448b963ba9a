"""Asks a service's finite centre about a call when it arrives: may it come in, how long it waits.

As meters (edges/metering): the plan is pure and decides as if there were no queue. What the load
layer has refused never comes to the queue; who finds the house full meets nothing further in.
Actors are spared, as they are by faults.
"""

from __future__ import annotations

from siaksim.core.capacity import Ticket
from siaksim.core.centre import Centre, Place
from siaksim.core.effects import AddHeaders, Effect, Hang, Queued, Reply, Reset, Wait
from siaksim.core.facts import Facts
from siaksim.core.plan import Decision, Reason
from siaksim.services.base import Call
from siaksim.world import World

KIND = "capacity"
LEAST_S = 0.001
"""Client seconds of a wait that is told of."""
LONGEST_S = 7 * 86400.0
"""Client seconds of a wait that has no end as things stand: no stall is longer."""


def admitted(decision: Decision, facts: Facts, call: Call, world: World) -> Decision:
    """Return a decision in which the centre has been asked; a place is kept by the call's id."""
    centre = world.centres.of(call.operation.service)
    if centre is None or facts.actor:
        return decision
    if _refused(decision):
        centre.turned_away(facts)
        return decision
    occupied = sum(e.seconds for e in decision.effects if isinstance(e, Wait) and e.occupies)
    ticket = centre.arrive(facts, occupied)
    if ticket is None:
        return _full(decision, centre)
    world.places[call.request] = Place(centre, ticket)
    queue = centre.queue
    wait_s = min(queue.start_of(ticket) - ticket.arrival, LONGEST_S)
    whole_s = min(queue.finish_of(ticket) - ticket.arrival, LONGEST_S)
    effect = Queued(wait_s, whole_s - wait_s, ticket.behind)
    if wait_s < LEAST_S and queue.speeds.rate(ticket.arrival) == 1.0:
        return Decision((effect, *decision.effects), decision.reasons)
    reason = Reason(f"{KIND}.{centre.terms.service}", KIND, "load", _waits(ticket, centre, wait_s))
    return Decision((effect, *decision.effects), _placed(decision.reasons, reason))


def _refused(decision: Decision) -> bool:
    """Say whether the load layer itself has ended the call (a limit, shedding)."""
    last = decision.effects[-1] if decision.effects else None
    return last is not None and last.ends and decision.reasons[-1].layer == "load"


def _full(decision: Decision, centre: Centre) -> Decision:
    terms, queue = centre.terms, centre.queue
    end: Effect
    if terms.when_full == "503":
        told = () if terms.retry_after_s is None else (_retry_after(terms.retry_after_s),)
        end = Reply(503, headers=told)
    else:
        end = Reset() if terms.when_full == "reset" else Hang()
    why = f"full: {queue.waiting} calls wait for {terms.servers} servers"
    reason = Reason(f"{KIND}.{terms.service}", KIND, "load", why)
    outer = tuple(r for r in decision.reasons if r.layer == "load")
    headers = tuple(e for e in decision.effects if isinstance(e, AddHeaders))
    return Decision((*headers, end), (*outer, reason))


def _retry_after(seconds: float) -> tuple[str, str]:
    return "Retry-After", str(max(1, round(seconds)))


def _placed(reasons: tuple[Reason, ...], reason: Reason) -> tuple[Reason, ...]:
    """Put a reason of the load layer in its place: before those further in."""
    outer = tuple(r for r in reasons if r.layer == "load")
    return (*outer, reason, *(r for r in reasons if r.layer != "load"))


def _waits(ticket: Ticket, centre: Centre, wait_s: float) -> str:
    speed = centre.queue.speeds.rate(ticket.arrival)
    slow = "" if speed == 1.0 else f"; the servers work at {speed:.0%}"
    return f"waits {wait_s:.1f} s behind {calls(ticket.behind)}{slow}"


def calls(number: int) -> str:
    """Return so many calls in words."""
    return f"{number} call{'s' if number != 1 else ''}"
