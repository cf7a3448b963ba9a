"""How a good client calls: a deadline, one layer of retries, a key for each write.

It knows HTTP and nothing of siaksim's insides. A `Carrier` brings its calls to the services: in
this process (office_day.Carriage), or over sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from random import Random
from typing import Any, Protocol

import orjson

DEADLINE_S = 10.0
"""Client seconds that a call may take."""
TRIES = 3
PATIENCE_S = 60.0
"""The longest Retry-After that is waited for where the citizen stands."""
CLOCK_OFF_S = 60.0
TRANSIENT = ("too_many_requests", "quota_used_up")
"""Codes of a 429 that another time mends; other codes of it are answers."""


class Unreachable(Exception):
    """A step cannot be done now. What was done stays; the step can be taken up again."""

    def __init__(self, why: str, after_s: float = 0.0) -> None:
        """`after_s`: how many seconds the service asks to wait (0: it does not say)."""
        super().__init__(why)
        self.after_s = after_s


@dataclass(frozen=True)
class Reply:
    """An answer; status 0 when none came, or none that was whole."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def data(self) -> Mapping[str, Any]:
        """The JSON object in the body, or an empty one: never an error."""
        if not self.media.endswith("json"):
            return {}
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def code(self) -> str:
        return str(self.data.get("code", ""))

    @property
    def retry_after_s(self) -> float:
        text = self.headers.get("retry-after", "")
        return float(text) if text.isdigit() else 0.0


DONE = Reply(299)
"""Stands for a write whose answer was lost, but which a look at the status shows to be done."""


class Carrier(Protocol):
    """The way to the services and the citizen's mailbox, and the time that the client lives in."""

    def send(
        self, client: str, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        """Make one call and return what came within the deadline that the headers name."""

    def mails(self, address: str) -> list[str]:
        """Return the texts of the mails in an inbox, the one that came last first."""

    def now(self) -> float:
        """Return the time by the client's own clock, in POSIX seconds."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""


class Breaker:
    """Stops calls to a service that does not answer: three failures open it, one good call closes.

    While it is open, one call in `probe_s` seconds may look whether the service is back.
    """

    def __init__(self, failures: int = 3, probe_s: float = 15.0) -> None:
        self.limit, self.probe_s = failures, probe_s
        self.failures, self.probed_at = 0, 0.0

    def lets(self, now: float) -> bool:
        """Say whether a call may be made; asking counts as the probe."""
        if self.failures < self.limit:
            return True
        if now - self.probed_at < self.probe_s:
            return False
        self.probed_at = now
        return True

    def learn(self, good: bool, now: float) -> None:
        """Take the outcome of a call."""
        self.failures = 0 if good else self.failures + 1
        if not good:
            self.probed_at = now


class Budget:
    """Retries that a device may spend: one for ten good calls, ten in hand at most."""

    def __init__(self) -> None:
        self.left = 10.0

    def earn(self) -> None:
        self.left = min(10.0, self.left + 0.1)

    def spend(self) -> bool:
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


class Caller:
    """One device of the office, by the name that its calls carry."""

    def __init__(self, carrier: Carrier, name: str) -> None:
        self.carrier, self.name = carrier, name
        self.clock_off_s = 0.0
        self._jitter = Random(name)
        self._budget = Budget()
        self._breakers: dict[str, Breaker] = {}

    @property
    def warned(self) -> bool:
        """Say whether this device's clock and the server's differ too much to go on trustingly."""
        return abs(self.clock_off_s) > CLOCK_OFF_S

    def once(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        key: str = "",
        media: str = "application/json",
    ) -> Reply:
        """Make a call once, whatever comes; Unreachable when the service is known to be away."""
        breaker = self._breakers.setdefault(path.split("/")[1], Breaker())
        if not breaker.lets(self.carrier.now()):
            raise Unreachable("the service did not answer a moment ago")
        headers = {
            "host": "127.0.0.1",
            "accept": "application/json",
            "siaksim-deadline": f"{DEADLINE_S:g}",
        }
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        if raw:
            headers["content-type"] = media
        if token:
            headers["authorization"] = f"Bearer {token}"
        if key:
            headers["idempotency-key"] = key
        reply = self.carrier.send(self.name, method, path, headers, raw)
        breaker.learn(bool(reply.status) and reply.status < 500, self.carrier.now())
        self._compare_clocks(reply)
        return reply

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        done: Callable[[], bool] | None = None,
        wanted: str = "application/json",
        **more: str,
    ) -> Reply:
        """Make a call until an answer comes that says something; Unreachable when none does.

        `done` looks, before a write is repeated, whether it was done all the same; then the answer
        is DONE. `wanted` is the media type of a good answer.
        """
        for attempt in range(TRIES):
            reply = self.once(method, path, body, **more)
            if _says(reply, wanted):
                self._budget.earn()
                return reply
            if reply.retry_after_s > PATIENCE_S:
                raise Unreachable("told to come back later", reply.retry_after_s)
            if attempt == TRIES - 1 or not self._budget.spend():
                break
            self.carrier.sleep(max(reply.retry_after_s, self._jitter.uniform(0, 2 * 2**attempt)))
            if done is not None and done():
                return DONE
        raise Unreachable("no answer that says anything")

    def _compare_clocks(self, reply: Reply) -> None:
        if date := reply.headers.get("date"):
            server = parsedate_to_datetime(date).timestamp()
            self.clock_off_s = server - self.carrier.now()


def _says(reply: Reply, wanted: str) -> bool:
    """Say whether an answer is one of the service's own: a type that was not asked for is none."""
    if reply.status == 0 or reply.status >= 500 or reply.code in TRANSIENT:
        return False
    return reply.status >= 300 or not reply.body or reply.media == wanted
