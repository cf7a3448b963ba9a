"""Asks a world's meters (rate_limit, quota) what a decision leaves open, when the call arrives.

The plan is pure and decides as if every metered call passed. Here a refusal takes the place of
the meter and of everything further in; a meter that lets the call pass struck nothing, so its
reason goes, and only headers tell of it.
"""

from __future__ import annotations

from dataclasses import replace

from siaksim.core.effects import AddHeaders, Effect, Headers, Meter, Quota, Rate, Reply
from siaksim.core.meters import Taken
from siaksim.core.plan import Decision, Reason
from siaksim.services.base import Call
from siaksim.services.catalog import QUOTAS
from siaksim.world import World


def metered(decision: Decision, call: Call, world: World) -> Decision:
    """Return a decision in which every meter has been asked."""
    if not any(isinstance(effect, Rate | Quota) for effect in decision.effects):
        return decision
    effects: list[Effect] = []
    reasons = list(decision.reasons)
    for effect in decision.effects:
        if not isinstance(effect, Rate | Quota):
            effects.append(effect)
            continue
        place = next(i for i, reason in enumerate(reasons) if reason.fault_id == effect.fault)
        refusal, told, why = _asked(effect, call, world)
        if refusal is not None:
            kept = (*reasons[:place], _said(reasons[place], why))
            return Decision((*effects, refusal), kept)
        del reasons[place]
        if isinstance(effect, Quota) and call.operation.service in QUOTAS:
            effects.append(effect)  # its own counter tells what is left
        if told:
            effects.append(AddHeaders(told))
    return Decision(tuple(effects), tuple(reasons))


def _asked(meter: Meter, call: Call, world: World) -> tuple[Effect | None, Headers, str]:
    """Return the refusal or None, the headers of an answer that passes, and why it was refused."""
    own = QUOTAS.get(call.operation.service) if isinstance(meter, Quota) else None
    if own is not None:
        if not own.used_up(call, world, meter.calls):
            return None, (), ""
        return Reply(own.status, own.code), (), f"the quota of {meter.calls} is used up"
    taken = world.meters.take(meter, call.client, world.clock)
    told = _headers(taken)
    if taken.passed:
        return None, told, ""
    code = "too_many_requests" if isinstance(meter, Rate) else "quota_used_up"
    retry = ("Retry-After", str(taken.reset_s))
    why = f"{taken.limit} in {taken.every_s} s are used up"
    return Reply(429, code, (retry, *told)), (), why


def _headers(taken: Taken) -> Headers:
    return (
        ("RateLimit-Limit", str(taken.limit)),
        ("RateLimit-Remaining", str(taken.left)),
        ("RateLimit-Reset", str(taken.reset_s)),
        ("RateLimit-Policy", f"{taken.limit};w={taken.every_s}"),
    )


def _said(reason: Reason, why: str) -> Reason:
    return replace(reason, why=f"{why}; {reason.why}")
