"""A counter whose form is gone when the session has ended: the citizen is never heard of again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from siaksim.example_clients.calling import Carrier, Reply
from siaksim.example_clients.clients import Client
from siaksim.example_clients.counter import Counter
from siaksim.example_clients.officer import Officer
from siaksim.example_clients.place import Place

from planted.bug import Bug, by_manners, device


class _FormGone(Exception):
    """The log-in page stands where the form was."""


class _LogsOut(Officer):
    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        while not self.token:
            self._log_in()
        known = {name: more[name] for name in ("key", "about") if name in more}
        reply = self.caller.call(method, path, body, token=self.token, **known)
        if reply.status == 401:
            self.token = ""
            raise _FormGone
        return reply


class _Forgets(Counter):
    def _ending(self, nik: str, part: Callable[[], None]) -> None:
        try:
            super()._ending(nik, part)
        except _FormGone:
            self._open.discard(nik)


def _make(number: int, place: Place, carrier: Carrier, draws: str) -> Client:
    own = device("counter", number, place, carrier, draws)
    officer = _LogsOut(own.caller, own.place.operator, own.place.password)
    return _Forgets(own.caller, officer, own.reception)


SESSION_GIVES_UP = Bug(
    "session-gives-up",
    "gives a citizen's work up when the session ends",
    "counter",
    frozenset({"session_renewed", "work_completed"}),
    _make,
    by_manners("counter"),
)
