"""quota_thrift: a quota is spent on citizens, and left alone when it is used up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import ROUNDING_S, SERVICES, finished, is_citizen
from siaksim.verdict.history import History, HttpCall

PERSONAL = frozenset({"pin_locked", "too_many_mails", "attempts_exhausted"})
"""Codes of a 429 that is about one citizen, not about the client."""
BY_THE_DAY = frozenset({"05", "5002"})
"""The Dukcapil service's codes of a day's quota that is used up (domain.md 1.6)."""
_DAY_S = 86400
_WIB_S = 7 * 3600


class QuotaThrift(RuleModel):
    """Leaves a service alone that said 429 or quota until its time, and spends few calls a citizen.

    Observable: calls of one client to a service that began after its 429 (or the Dukcapil code 05
    or 5002) was over and before Retry-After (the end of the office day for the Dukcapil codes;
    `otherwise` client seconds where nothing is said). `most` of them are let pass after each such
    answer: parts of a client that have not heard of it. In a run with such an answer, IKD and
    SIAK calls per finished citizen are counted too, from `enough` citizens on. An activation takes
    about 15 calls; all four limits are assumed.
    """

    rule: Literal["quota_thrift"]
    advice: ClassVar[str] = (
        "After a 429 wait until its time, and spend the calls that there are on activations."
    )
    timed: ClassVar[bool] = True
    implies: ClassVar[tuple[str, ...]] = ("retry_after_obeyed", "retry_limit", "retry_spacing")
    most: Annotated[int, Field(ge=0)] = 3
    otherwise: Annotated[float, Field(gt=0, description="client seconds")] = 60.0
    per_citizen: Annotated[float, Field(gt=0)] = 60.0
    enough: Annotated[int, Field(ge=1)] = 3

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each service that was called on, and a run that spent too much."""
        for client, calls in history.clients().items():
            for service in sorted({call.service for call in calls}):
                of = [call for call in calls if call.service == service]
                yield from self._went_on(history, client, of)
        used = _spent(history)
        count = finished(history)
        if self.exercised(history) and count >= self.enough and used > self.per_citizen * count:
            message = "{used} calls for {count} finished citizens, {most:g} each are enough"
            yield self.finding(message, used=used, count=count, most=self.per_citizen)

    def _went_on(self, history: History, client: str, calls: list[HttpCall]) -> Iterator[Finding]:
        shut_from, shut_until = 0.0, -1.0
        said: HttpCall | None = None
        on: list[HttpCall] = []
        for call in calls:
            if said is not None and shut_from < call.at_s < shut_until - ROUNDING_S:
                on.append(call)
                continue  # what a called-on service says again begins no new time
            if said is not None and len(on) > self.most:
                yield self._finding(said, on, shut_until)
            on = []
            if _quota(call):
                said, shut_from = call, call.ended_s
                shut_until = call.ended_s + self._wait(history, call)
        if said is not None and len(on) > self.most:
            yield self._finding(said, on, shut_until)

    def _finding(self, said: HttpCall, on: list[HttpCall], until: float) -> Finding:
        message = "{service} said {said} and was called {count} times before {until:.0f} s"
        told = said.code or str(said.status)
        values = {"service": said.service, "said": told, "count": len(on), "until": until}
        return self.finding(message, said, *on, **values)

    def exercised(self, history: History) -> int:
        """Count the answers that say a quota or limit is used up."""
        return sum(_quota(call) for call in history.judged)

    def _wait(self, history: History, call: HttpCall) -> float:
        """Return the client seconds from such an answer to its time."""
        if call.retry_after.isascii() and call.retry_after.isdigit():
            return float(call.retry_after)
        entry = next(iter(history.entries), None)
        if call.code in BY_THE_DAY and entry is not None:
            office = entry.at + (call.ended_s - entry.at_s) * history.shorten
            return (_DAY_S - (office + _WIB_S) % _DAY_S) / history.shorten
        return self.otherwise


def _quota(call: HttpCall) -> bool:
    if call.service == "dukcapil" and call.code in BY_THE_DAY:
        return True
    return call.status == 429 and call.code not in PERSONAL


def _spent(history: History) -> int:
    """Count the calls about citizens of services that have quotas."""
    return sum(c.service in SERVICES and is_citizen(c.subject) for c in history.judged)
