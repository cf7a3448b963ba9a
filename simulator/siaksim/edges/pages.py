"""Answers that no operation gives: refusals in the service's shape, and pages from in front of it.

What an effect leaves open is filled in here: the seconds until a fault is over, and the padding
that only some browsers get.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from siaksim.core.clock import Clock, http_date
from siaksim.core.effects import Headers, Page, Reply, RetryAfter
from siaksim.services.base import Answer

Refuse = Callable[[int, str, Headers], Answer]
"""(status, code, headers) -> a refusal in the service's own shape."""


def answer_of(effect: Reply | Page, user_agent: str, clock: Clock, refuse: Refuse) -> Answer:
    """Return the answer that an effect asks for, as it is to be sent now."""
    headers = effect.headers
    if effect.retry is not None:
        headers = (*headers, ("Retry-After", retry_after(effect.retry, clock)))
    if isinstance(effect, Reply):
        return refuse(effect.status, effect.code, headers)
    body = effect.body + effect.padding if padded(user_agent) else effect.body
    return Answer(
        effect.status,
        body,
        effect.content_type,
        headers,
        reason=effect.reason,
        server=effect.server,
    )


def retry_after(retry: RetryAfter, clock: Clock) -> str:
    """Return the header's text: whole client seconds, rounded up so that nobody comes early.

    A date lies as many client seconds after the Date header, which tells office time.
    """
    now = clock.now()
    left = retry.seconds
    if left is None:
        left = clock.client_seconds(max(0.0, (retry.until or now) - now))
    told = max(0, ceil(left * retry.part - 1e-6))
    return http_date(now + told) if retry.as_date else str(told)


def padded(user_agent: str) -> bool:
    """Say whether nginx pads its error pages for this User-Agent: MSIE, or Chrome but no Gecko."""
    if "Opera" in user_agent:
        return False
    if "MSIE " in user_agent:
        return True
    return "Gecko/" not in user_agent and "Chrome/" in user_agent
