"""What several services ask of a world: a registration by its token, a session, a mail's delay."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from siaksim.core import chance
from siaksim.ledger.entries import Change
from siaksim.ledger.registry import Registration, Session
from siaksim.services.base import Answer, Call, problem
from siaksim.services.ikd import messages, rules

if TYPE_CHECKING:
    from siaksim.world import World


def client_s(world: World, office_s: float) -> int:
    """Return office seconds as the whole seconds that a client lives, rounded up."""
    return max(0, ceil(world.clock.client_seconds(office_s)))


def refused(status: int, code: str, *changes: Change, **extra: object) -> Answer:
    """Return a refusal with the app's title for its code."""
    return problem(status, code, messages.TITLES[code], "", *changes, **extra)


def registration_of(call: Call, world: World) -> Registration | Answer:
    """Return the registration that the path names and the Bearer token opens, or a refusal."""
    known = world.registry.tokens.get(call.bearer())
    if known is None:
        return refused(401, "unauthorized")
    if known != call.path["registration_id"]:
        return refused(404, "not_found")
    registration = world.registry.registrations[known]
    if rules.stale(registration, call.now):
        return refused(409, "registration_expired")
    return registration


def session_of(call: Call, world: World) -> Session | None:
    """Return the live session of the call's Bearer token, marked used, or None."""
    return world.session(call.bearer(), call.now)


def new_mail(world: World, registration: Registration, now: float) -> Change:
    """Return the change of a mail going out, its delay drawn by registration and number."""
    number = len(registration.mails) + 1
    u = chance.draw(world.seed, "mail-delay", registration.id, number)
    delay = world.settings.mail_delay.at(u)
    return rules.mail_issued(registration, now, delay, world.settings.link_life_s)
