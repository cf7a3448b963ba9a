"""The page behind the activation mail: form, captcha, activation. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaksim.ledger.registry import Registration
from siaksim.services.accept import names
from siaksim.services.base import Answer, Call, OperationFunction, json_answer
from siaksim.services.ikd import rules as activation
from siaksim.services.ikd.messages import TITLES
from siaksim.services.ikd.rules import Refusal
from siaksim.services.mail import page, rules
from siaksim.services.mail.messages import ACTIVATED
from siaksim.services.refusals import refused

if TYPE_CHECKING:
    from siaksim.world import World

FORM = "application/x-www-form-urlencoded"


def browses(call: Call) -> bool:
    """Say whether the answer is for a person: Accept names HTML, or a form was sent."""
    accept = call.headers.get("accept", "")
    return names(accept, "text/html") or (
        call.media_type == FORM and not names(accept, "application/json")
    )


def activation_page(call: Call, world: World) -> Answer:
    """Give the form that the mail's button opens."""
    found = _open(call, world)
    if isinstance(found, Refusal):
        return _refused(found, call, world, None)
    nonce = rules.nonce(world.registry, found)
    body = page.form(call.path["token"], nonce)
    return Answer(200, body, page.CONTENT_TYPE, page.HEADERS)


def captcha(call: Call, world: World) -> Answer:
    """Give the captcha's picture; `reveal: false` keeps its answer out of the headers."""
    from siaksim.media import captchas  # Pillow costs 60 ms, which `--help` need not pay

    found = _open(call, world)
    if isinstance(found, Refusal):
        return _refused(found, call, world, None)
    answer = rules.captcha(world.registry, found, captchas.ALPHABET)
    headers = [("Cache-Control", "no-store")]
    if not world.conditions.captcha_readable:
        return Answer(200, captchas.unreadable(answer), "image/png", tuple(headers))
    if world.settings.reveal:
        headers.append(("Siaksim-Captcha-Answer", answer))
    return Answer(200, captchas.captcha(answer), "image/png", tuple(headers))


def activate(call: Call, world: World) -> Answer:
    """Activate the account by code and captcha, once."""
    from siaksim.media.captchas import ALPHABET

    registry, token = world.registry, call.path["token"]
    found = rules.link(registry, token, call.now)
    if isinstance(found, Refusal):
        if _repeated(call, world, ALPHABET):
            return _activated(call, world)
        return _refused(found, call, world, None)
    if call.media_type == FORM and call.body["nonce"] != rules.nonce(registry, found):
        return _refused(Refusal(409, "stale_form"), call, world, found)
    wanted = rules.captcha(registry, found, ALPHABET)
    change = rules.activate(registry, found, world.settings, call.body, wanted)
    if isinstance(change, Refusal):
        return _refused(change, call, world, found)
    answer = _activated(call, world)
    return Answer(answer.status, answer.body, answer.content_type, answer.headers, (change,))


def _repeated(call: Call, world: World, alphabet: str) -> bool:
    """A form's nonce works as its idempotency key: the same form again is told the same."""
    registry, token = world.registry, call.path["token"]
    if call.media_type != FORM or token not in registry.links:
        return False
    registration = registry.registrations[registry.links[token][0]]
    wanted = rules.captcha(registry, registration, alphabet)
    return rules.repeats(registry, token, call.body, world.settings, wanted)


def _open(call: Call, world: World) -> Registration | Refusal:
    """Return the registration whose page can be shown; to a reader every dead link is gone."""
    found = rules.link(world.registry, call.path["token"], call.now)
    if isinstance(found, Refusal):
        return Refusal(410, found.code) if found.status == 409 else found
    if rules.exhausted(found, world.settings):
        return Refusal(410, "attempts_exhausted")
    return found


def _activated(call: Call, world: World) -> Answer:
    if browses(call):
        return Answer(
            200, page.notice("Aktivasi berhasil", ACTIVATED), page.CONTENT_TYPE, page.HEADERS
        )
    return json_answer(200, {"activated": True, "state": activation.ACTIVATED_WEB})


def _refused(
    refusal: Refusal, call: Call, world: World, registration: Registration | None
) -> Answer:
    """Say no to a program in JSON, to a person in HTML: with the form where trying again helps."""
    if not browses(call):
        return refused(refusal, world, call.now)
    title = TITLES[refusal.code]
    body = page.notice(title)
    again = refusal.extra.get("attempts_left", 1) > 0 and refusal.status in (409, 422)
    if registration is not None and again and refusal.code != "active_elsewhere":
        count = registration.captcha_count + len(refusal.changes)
        nonce = rules.nonce(world.registry, registration, count)
        body = page.form(call.path["token"], nonce, title)
    return Answer(refusal.status, body, page.CONTENT_TYPE, page.HEADERS, refusal.changes)


OPERATIONS: dict[str, OperationFunction] = {
    "mail.activation_page": activation_page,
    "mail.captcha": captcha,
    "mail.activate": activate,
}
