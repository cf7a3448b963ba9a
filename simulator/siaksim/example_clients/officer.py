"""An officer's desk in SIAK: logs in when needed, and again when the session has ended."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from siaksim.example_clients.calling import DONE, Caller, Refused, Reply, Unreachable

SCANS = "/siak/v1/ikd/scans"
LOGINS = 2
"""Logins for one call: a session that is dead as soon as it is opened is no use."""
DEAD_S = 30.0
"""How long a call waits then: it is to be taken up again within the minute."""
LOOK_S = 0.5
"""Between two looks whether another case of this desk has logged in meanwhile."""


class Officer:
    """One operator, at one device; what the citizen has given is kept over a new login."""

    def __init__(self, caller: Caller, operator: str, password: str) -> None:
        self.caller, self.operator, self.password = caller, operator, password
        self.token = ""
        self._at_login = Lock()
        self._logs_in_from = 0.0

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        about: str = "",
        done: Callable[[], bool] | None = None,
        keyless_done: Callable[[], bool] | None = None,
        anew: Callable[[], Any] | None = None,
    ) -> Reply:
        """Make a call as this officer; Unreachable when no session holds.

        `keyless_done` looks whether a write was done where its key counts no more: a key is of one
        session only. Where `done` is not given, a repeat by the same key tells more than a look.
        """
        manners = self.caller.manners
        ended = 0
        while ended <= LOGINS:
            while not self.token:
                self._log_in()
            used = self.token
            reply = self.caller.call(
                method, path, body, token=used, key=key, about=about, done=done, anew=anew
            )
            if reply.status != 401:
                return reply
            ended += 1
            if ended == 1 and not manners.drops_session:
                continue
            if self.token == used:  # else another case of this desk was told so first
                self.token = ""
                self._log_in(manners.logs_in_after_s)
            looks = done or keyless_done
            if looks is not None and manners.asks_status and looks():
                return DONE
        raise Unreachable("the session ends as soon as it is opened", DEAD_S)

    @property
    def warned(self) -> bool:
        """Say whether this desk's clock and the server's differ too much."""
        return self.caller.warned

    def look_up(self, nik: str) -> None:
        """Make sure that a citizen may be served; Refused with the reason when not."""
        found = self.search(nik).data.get("residents")
        if found is not None and not found:
            raise Refused("unknown")
        if found and found[0].get("status") != "AKTIF":
            raise Refused(str(found[0].get("status")))

    def search(self, nik: str, *, spoilt: bool = False) -> Reply:
        """Look a citizen up by NIK; `spoilt`: as a number, which the contract does not take."""
        body = {"nik": int(nik) if spoilt else nik}
        return self.call("POST", "/siak/v1/residents/search", body, about=nik)

    def scan(self, payload: str, key: str, nik: str, done: Callable[[], bool]) -> Reply:
        """Scan the code on the citizen's phone; a code is mailed."""
        body = {"payload": payload}
        return self.call("POST", SCANS, body, key=key, about=nik, done=done)

    def show_code(self, key: str) -> str:
        """Return a code for the screen, for one phone to scan; '' when the answer has none."""
        shown = self.call("POST", "/siak/v1/ikd/officer-qr", key=key)
        return str(shown.data.get("payload", ""))

    def activation(self, registration: str, nik: str = "") -> Reply:
        """Ask how an activation stands."""
        return self.call("GET", f"/siak/v1/ikd/activations/{registration}", about=nik)

    def resend(self, registration: str, key: str, nik: str) -> Reply:
        """Have the mail sent again; the older link is dead."""
        path = f"/siak/v1/ikd/activations/{registration}/mails"
        return self.call("POST", path, key=key, about=nik)

    def _log_in(self, after_s: float = 0.0) -> None:
        if not self._at_login.acquire(blocking=False):
            self.caller.carrier.sleep(LOOK_S)  # another case of this desk logs in
            return
        try:
            carrier = self.caller.carrier
            # another case of this desk may have just failed to log in
            carrier.sleep(max(after_s, self._logs_in_from - carrier.now()))
            login = {"operator_id": self.operator, "password": self.password}
            try:
                made = self.caller.call("POST", "/siak/v1/sessions", login)
            except Unreachable:
                self._logs_in_from = carrier.now() + self.caller.wait_s(1)
                raise
            if 400 <= made.status < 500:
                self._logs_in_from = carrier.now() + self.caller.manners.pause_s
                raise Unreachable("the login was refused", self.caller.manners.pause_s)
            self.token = str(made.data.get("session_token"))
        finally:
            self._at_login.release()
