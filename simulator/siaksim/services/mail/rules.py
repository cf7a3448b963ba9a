"""The activation link: which mail's link and code work, the captcha, the tries. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from siaksim.core import chance
from siaksim.ledger.entries import Change
from siaksim.ledger.registry import BASE62, Registration, Registry
from siaksim.services.ikd import rules
from siaksim.services.ikd.rules import Refusal

if TYPE_CHECKING:
    from siaksim.scenario.settings import Settings

CAPTCHA_TRIES = 20
"""Wrong captchas that a link bears (assumed): more than a person needs, fewer than guessing."""


def link(registry: Registry, token: str, now: float) -> Registration | Refusal:
    """Return the registration of a live link; 404 unknown, 410 dead, 409 already activated."""
    found = registry.links.get(token)
    if found is None:
        return Refusal(404, "link_unknown")
    identity, number = found
    registration = registry.registrations[identity]
    state = rules.state_of(registry, registration, now)
    if state in rules.ACTIVATED:
        return Refusal(409, "already_active")
    if state != rules.MAIL_SENT:
        return Refusal(410, rules.code_of(state))
    if number != len(registration.mails):
        return Refusal(410, "link_superseded")
    if now >= registration.mails[-1].link_dies_at:
        return Refusal(410, "link_expired")
    return registration


def wrong_captchas(registration: Registration) -> int:
    """Return how many captchas were wrong on the newest link; each try makes a new captcha."""
    return registration.captcha_count - registration.link_tries


def exhausted(registration: Registration, settings: Settings) -> bool:
    """Say whether the newest link's tries are used up, so that only a new mail helps."""
    codes = registration.link_tries >= settings.link_attempts
    return codes or wrong_captchas(registration) >= CAPTCHA_TRIES


def captcha(registry: Registry, registration: Registration, alphabet: str) -> str:
    """Return the captcha that the newest link shows now."""
    count = registration.captcha_count
    return registry.captcha(registration.id, len(registration.mails), count, alphabet)


def code(registry: Registry, registration: Registration, settings: Settings) -> str:
    """Return the code of the newest mail, the only one that works."""
    return registry.code(registration.id, len(registration.mails), settings.code_length)


def nonce(registry: Registry, registration: Registration, count: int | None = None) -> str:
    """Return what the form carries after `count` tries (default: the present count)."""
    tries = registration.captcha_count if count is None else count
    key = (registration.id, len(registration.mails), tries)
    return chance.text(registry.seed, BASE62, 20, "nonce", *key)


def fits(given: str, wanted: str) -> bool:
    """Say whether what was typed is what was asked for; case and outer spaces do not matter."""
    return given.strip().upper() == wanted.upper()


def activate(
    registry: Registry,
    registration: Registration,
    settings: Settings,
    given: Mapping[str, str],
    wanted_captcha: str,
) -> Change | Refusal:
    """Return the change that activates; 422 for a wrong captcha or code, 429 without tries."""
    if rules.used_elsewhere(registry, registration.nik, registration.id):
        return Refusal(409, "active_elsewhere")
    if exhausted(registration, settings):
        return Refusal(429, "attempts_exhausted", {"attempts_left": 0})
    if not fits(given["captcha"], wanted_captcha):
        left = CAPTCHA_TRIES - wrong_captchas(registration) - 1
        return Refusal(422, "wrong_captcha", {"attempts_left": left}, (_tried(registration, 0),))
    wanted = code(registry, registration, settings)
    if given["code"].strip() != wanted:
        left = settings.link_attempts - registration.link_tries - 1
        return Refusal(422, "wrong_code", {"attempts_left": left}, (_tried(registration, 1),))
    return rules.activate(registration, rules.MAIL_SENT, wanted)


def _tried(registration: Registration, codes: int) -> Change:
    data = {
        "registration": registration.id,
        "link_tries": registration.link_tries + codes,
        "captcha_count": registration.captcha_count + 1,
    }
    return Change("activation_refused", registration.nik, data)


def repeats(
    registry: Registry, token: str, given: Mapping[str, str], settings: Settings, captcha: str
) -> bool:
    """Say whether a form is the one that has activated, sent again (a double click)."""
    found = registry.links.get(token)
    if found is None:
        return False
    registration = registry.registrations[found[0]]
    return (
        registration.state in rules.ACTIVATED
        and found[1] == len(registration.mails)
        and given.get("nonce") == nonce(registry, registration)
        and given["code"].strip() == code(registry, registration, settings)
        and fits(given["captcha"], captcha)
    )
