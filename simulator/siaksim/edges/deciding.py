"""What is done to a call: what the plan and the meters say, or what a recorded run said."""

from __future__ import annotations

from siaksim.core.facts import Facts
from siaksim.core.plan import Decision
from siaksim.edges.admission import admitted
from siaksim.edges.metering import metered
from siaksim.services.base import Call
from siaksim.world import World


def decided(facts: Facts, call: Call, world: World) -> Decision:
    """Return the decision about a call, every meter and the centre asked.

    A recording is kept before it is told.

    In a replay they are not asked: what they said is part of the recorded decision.
    """
    if world.replay is not None:
        decision = world.replay.decide(world, facts, call.now, call.request)
    else:
        decision = metered(world.plan.decide(facts, call.now), call, world)
        if world.centres:
            decision = admitted(decision, facts, call, world)
    if world.recorder is not None:
        world.recorder.call(world, facts, call.now, decision)
    return decision
