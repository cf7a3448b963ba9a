"""An officer at SIAK: logs in when needed, and again when the session has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clients.good.calling import DONE, Caller, Reply, Unreachable

LOGINS = 2
"""Logins for one call: a session that is dead as soon as it is opened is no use."""


class Officer:
    """One operator, at one device; what the citizen has given is kept over a new login."""

    def __init__(self, caller: Caller, operator: str) -> None:
        self.caller, self.operator = caller, operator
        self.token = ""

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        done: Callable[[], bool] | None = None,
    ) -> Reply:
        """Make a call as this officer; Unreachable when no session holds."""
        for _ in range(LOGINS + 1):
            if not self.token:
                self._log_in()
            reply = self.caller.call(method, path, body, token=self.token, key=key, done=done)
            if reply.status != 401:
                return reply
            self.token = ""
            if done is not None and done():  # a key counts for one session only
                return DONE
        raise Unreachable("the session ends as soon as it is opened")

    def _log_in(self) -> None:
        login = {"operator_id": self.operator, "password": f"siaksim-{self.operator}"}
        made = self.caller.call("POST", "/siak/v1/sessions", login)
        self.token = str(made.data.get("session_token", ""))
        if not self.token:
            raise Unreachable("the login was refused")
