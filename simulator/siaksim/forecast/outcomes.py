"""From a plan's decision to what a client meets: how long it waits, and for which answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from math import inf

from siaksim.core import effects as fx
from siaksim.core.effects import Effect, RetryAfter
from siaksim.example_clients.calling import Reply

ANSWER_BYTES = 400
"""Of a typical answer (measured over the contracts' examples); a drip's length comes from it."""
JSON = "application/json"
TYPES = {"mail.activation_page": "text/html", "mail.captcha": "image/png"}
_BODIES = {JSON: b"{}", "text/html": b"<html>", "image/png": b"\x89PNG"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`seconds` until `reply` is there (inf: never); `done`: the operation has run and counts."""

    seconds: float
    reply: Reply
    done: bool


@dataclass(frozen=True)
class Known(Reply):
    """An answer whose code is known without reading its body: most of a forecast's time."""

    said: str = ""

    @property
    def code(self) -> str:
        return self.said


@cache
def good(operation: str) -> Reply:
    """Return the answer of an operation that went well."""
    media = TYPES.get(operation, JSON)
    return Known(200, {"content-type": media}, _BODIES[media])


@cache
def refusal(status: int, code: str = "") -> Reply:
    """Return a refusal in the service's own shape."""
    said = code or "unavailable"
    return Known(status, {"content-type": "application/problem+json"}, b"{}", said)


NOTHING = Known()


def outcome(operation: str, effects: Iterable[Effect], now: float, queued_s: float) -> Outcome:
    """Return what a call meets at office time `now`; `queued_s` is a centre's part of it.

    What only changes how things stand (mails, faces, lags) is not looked at here.
    """
    seconds = queued_s
    for effect in effects:
        if isinstance(effect, fx.Wait):
            seconds += effect.seconds
        elif isinstance(effect, fx.Retype):
            return Outcome(seconds, _typed(effect.content_type), True)
        elif effect.ends:
            ended = _ended(operation, effect, now)
            return Outcome(seconds + ended.seconds, ended.reply, ended.done)
    return Outcome(seconds, good(operation), True)


def _ended(operation: str, effect: Effect, now: float) -> Outcome:
    reply: Reply = NOTHING
    seconds = 0.0
    if isinstance(effect, fx.Reply):
        reply = with_retry(refusal(effect.status, effect.code), effect.retry, now)
    elif isinstance(effect, fx.Page):
        page = Known(effect.status, {"content-type": effect.content_type}, effect.body)
        reply = with_retry(page, effect.retry, now)
    elif isinstance(effect, fx.SoftError):
        reply = refusal(200, effect.code or "error")
    elif isinstance(effect, fx.Hang | fx.LoseAnswer):
        hangs = isinstance(effect, fx.Hang) or effect.how == "hang"
        seconds = (inf if effect.until is None else max(0.0, effect.until - now)) if hangs else 0.0
    elif isinstance(effect, fx.Drip):
        seconds = ANSWER_BYTES / effect.size * effect.every
        reply = good(operation) if effect.commits else NOTHING
    return Outcome(seconds, reply, effect.commits)


def with_retry(reply: Reply, retry: RetryAfter | None, now: float) -> Reply:
    """Return the same answer with a Retry-After, if one is told."""
    if retry is None:
        return reply
    seconds = retry.seconds
    if seconds is None and retry.until is not None:
        seconds = max(0.0, retry.until - now) * retry.part
    if seconds is None:
        return reply
    headers = {**reply.headers, "retry-after": str(max(1, round(seconds)))}
    return replace(reply, headers=headers)


@cache
def _typed(media: str) -> Reply:
    return Known(200, {"content-type": media}, b"{}")
