"""no_retry_on_permanent: a no for good is not asked again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.core.clock import office_date
from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import LOOKED_UP_BY, is_citizen
from siaksim.verdict.history import SAFE, History, HttpCall
from siaksim.verdict.operations import FINAL_CODES, POLLS

_NOT_YET = "request_in_progress"
"""The 409 of an Idempotency-Key whose first call is still running: to be asked again."""
_ENDED = frozenset({"session_expired", "unauthorized"})
"""The 401s of a credential that has ended. Journals do not tell one token from another."""


class NoRetryOnPermanent(RuleModel):
    """Does not repeat, unchanged, what was refused with a 4xx (but 408 and 429), nor a final code.

    Observable: two calls of one client for the same thing, the first refused, the second begun
    within `pause` client seconds of the refusal (later it is a person's new try; assumed), and
    nothing between that could change the answer: no login and no write about that citizen that was
    done, no entry in the ledger for her or him. Polled reads may be refused until there is
    something to read, and a 401 that comes back as anything else was sent with another credential
    (a new login's). Dukcapil answers 08 and 11 to 15 (domain.md 1.6) are final for a NIK until the
    next office day.
    """

    rule: Literal["no_retry_on_permanent"]
    advice: ClassVar[str] = (
        "Stop at a 4xx and at the codes 08 and 11 to 15: tell the person, send the case to the "
        "back office."
    )
    implies: ClassVar[tuple[str, ...]] = ("quota_thrift",)
    pause: Annotated[float, Field(gt=0, description="client seconds")] = 60.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each repeat of a refusal, and each NIK that was asked for in vain again."""
        for chain in history.chains():
            for first, again in pairwise(chain):
                if self._repeats(first, again) and not _changed(history, first, again):
                    message = "{operation} was refused ({status}) and sent again unchanged"
                    yield self.finding(
                        message, first, again, operation=first.operation, status=first.status
                    )
        for first, again in _final_again(history):
            message = "{operation} was asked again for a NIK whose answer {code} is final today"
            yield self.finding(message, first, again, operation=again.operation, code=first.code)

    def exercised(self, history: History) -> int:
        """Count the refusals and the final answers."""
        return sum(_refuses(call) or _final(call) for call in history.judged)

    def _repeats(self, first: HttpCall, again: HttpCall) -> bool:
        return _refuses(first) and 0 <= again.at_s - first.ended_s <= self.pause + 1e-6


def _refuses(call: HttpCall) -> bool:
    return call.refused and call.code != _NOT_YET and call.operation not in POLLS


def _changed(history: History, first: HttpCall, again: HttpCall) -> bool:
    """Say whether something was done since the refusal that may turn it: a login, a new state."""
    if first.status == 401 and first.code in _ENDED and again.status != 401:
        return True
    between = history.between(first.client, first.at_s, again.at_s)
    writes = (c for c in between if c.method not in SAFE and c.operation not in LOOKED_UP_BY)
    if any(200 <= c.status < 300 and _concerns(c, first) for c in writes):
        return True
    return any(e.nik == first.subject and first.at_s < e.at_s < again.at_s for e in history.entries)


def _concerns(call: HttpCall, first: HttpCall) -> bool:
    """Say whether a call is about the same citizen, or about none (a login)."""
    return call.subject == first.subject or not is_citizen(call.subject)


def _final(call: HttpCall) -> bool:
    return call.service == "dukcapil" and call.code in FINAL_CODES and call.subject not in ("", "-")


def _final_again(history: History) -> Iterator[tuple[HttpCall, HttpCall]]:
    """Yield (the final answer, a later call for that NIK on the same office day)."""
    for calls in history.clients().values():
        final: dict[str, HttpCall] = {}
        for call in calls:
            if call.service != "dukcapil" or call.operation == "dukcapil.usage_report":
                continue
            first = final.get(call.subject)
            if first and call.at_s >= first.ended_s and _day(history, first) == _day(history, call):
                yield first, call
            elif _final(call):
                final[call.subject] = call


def _day(history: History, call: HttpCall) -> str:
    return office_date(history.office(call.at_s)).date().isoformat()
