"""session_renewed: a session that ran out is renewed, and the work goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import (
    ROUNDING_S,
    follows,
    is_citizen,
    last_said,
    on_its_way,
    readable,
    succeeded,
)
from siaksim.verdict.history import History, HttpCall
from siaksim.verdict.words import words

EXPIRED = "session_expired"


class SessionRenewed(RuleModel):
    """After 401 `session_expired` logs in again and resumes within `within`, without a dead token.

    Observable: calls of the same client to the same service after the 401 was over: one that gets
    401 again before a login succeeded carried the dead token; a login is to be tried within
    `within` client seconds, and within as much after it succeeded the citizen is served again,
    unless an outcome was reported. A run that ended sooner cannot tell. 60 s: assumed (a person
    types a password).
    """

    rule: Literal["session_renewed"]
    advice: ClassVar[str] = (
        "On 401 session_expired keep the form, log in again, and repeat with the new token."
    )
    timed: ClassVar[bool] = True
    implies: ClassVar[tuple[str, ...]] = ("no_retry_on_permanent",)
    within: Annotated[float, Field(gt=0, description="client seconds")] = 60.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each dead token used again, each login and each citizen that was left out."""
        for first, after in _expired(history):
            login = _login(after)
            dead = [c for c in after if c.status == 401 and not _done_before(login, c)]
            dead = [c for c in dead if not _is_login(c) and not on_its_way(c, first)]
            if dead:
                message = "{operation} was called with a session that had run out"
                yield self.finding(message, first, dead[0], operation=dead[0].operation)
                continue
            tried = next((c for c in after if _is_login(c)), None)
            if tried is None or tried.at_s - first.ended_s > self.within:
                if history.until_s - first.ended_s > self.within:
                    message = "nobody logged in within {within:g} s after a session had run out"
                    shown = (first,) if tried is None else (first, tried)
                    yield self.finding(message, *shown, within=self.within)
                continue
            opened = _opened(after)
            if opened is not None and self._left(history, first, opened, after):
                message = "{operation} was not taken up again within {within:g} s after the login"
                values = {"operation": first.operation, "within": self.within}
                yield self.finding(message, first, opened, **values)

    def exercised(self, history: History) -> int:
        """Count the sessions that were found to have run out."""
        return len(_expired(history))

    def unsure(self, history: History) -> str:
        """Say when the run ended too soon after a session had run out."""
        for first, after in _expired(history):
            login = _opened(after)
            since = first if login is None else login
            open_end = login is None or not _resumed(history, first, login, after)
            if open_end and history.until_s - since.ended_s <= self.within:
                message = "the run ended less than {seconds:g} s after a session had run out"
                return words(message, seconds=self.within)
        return ""

    def _left(
        self, history: History, first: HttpCall, login: HttpCall, after: list[HttpCall]
    ) -> bool:
        soon = [c for c in after if c.at_s - login.ended_s <= self.within]
        if _resumed(history, first, login, soon):
            return False
        return history.until_s - login.ended_s > self.within


def _expired(history: History) -> list[tuple[HttpCall, list[HttpCall]]]:
    """Return (the 401 of a session, the client's later calls to that service)."""
    found = []
    for calls in history.clients().values():
        open_until: dict[str, float] = {}
        for call in calls:
            if call.status != 401 or call.code != EXPIRED:
                continue
            if call.at_s < open_until.get(call.service, -1.0) - ROUNDING_S:
                continue  # on its way with, or after, the first: the same session
            after = [c for c in calls if c.service == call.service and follows(c, call)]
            after = [c for c in after if c.id != call.id]
            login = _login(after)
            open_until[call.service] = float("inf") if login is None else login.ended_s
            found.append((call, after))
    return found


def _is_login(call: HttpCall) -> bool:
    return call.operation.endswith(".login")


def _login(calls: list[HttpCall]) -> HttpCall | None:
    """Return the first login that was answered as one that succeeded."""
    return next((c for c in calls if _is_login(c) and 200 <= c.status < 300), None)


def _opened(calls: list[HttpCall]) -> HttpCall | None:
    """Return the first login that gave a session: no page, and no error inside of a 200.

    What a client does with the others is content_type_checked's.
    """
    return next((c for c in calls if _is_login(c) and succeeded(c) and readable(c)), None)


def _done_before(login: HttpCall | None, call: HttpCall) -> bool:
    return login is not None and follows(call, login)


def _resumed(history: History, first: HttpCall, login: HttpCall, calls: list[HttpCall]) -> bool:
    """Say whether the citizen, or for nobody's calls the operation, was taken up after a login."""
    if not is_citizen(first.subject):
        same = (c for c in calls if c.operation == first.operation)
        return any(follows(c, login) for c in same)
    said = last_said(history).get(first.subject)
    if said is not None and said.at_s >= first.at_s:
        return True
    return any(c.subject == first.subject and follows(c, login) for c in calls)
