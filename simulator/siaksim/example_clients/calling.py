"""How a client calls: a deadline, one layer of retries, a key for each write, a breaker.

All habits are the Manners'. A `Carrier` brings calls to the services: over sockets (sockets.py), or
in the same process on a clock that is moved (siaksim.stage).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from math import inf
from random import Random
from typing import Any, Protocol

from siaksim.example_clients.manners import GOOD, Manners
from siaksim.example_clients.restraint import Breaker, Budget, Rows, Thing, left_s

CLOCK_OFF_S = 60.0
TRANSIENT = ("too_many_requests", "quota_used_up")
"""Codes of a 429 that another time mends; other codes of it are answers."""
IN_PROGRESS = "request_in_progress"
"""The 409 of a key whose first call is still running."""


class Unreachable(Exception):
    """A step cannot be done now. What was done stays; the step can be taken up again."""

    def __init__(self, why: str, after_s: float = 0.0) -> None:
        """`after_s`: how many seconds to wait before the next try (0: unknown, inf: not today)."""
        super().__init__(why)
        self.after_s = after_s


class Closed(Exception):
    """The day is over: the client is to end, and to say what became of whom it still serves."""


class Refused(Exception):
    """The answer is a no for good."""


@dataclass(frozen=True)
class Reply:
    """An answer; status 0 when none came, or none that was whole. Header names are lower-case."""

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
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def code(self) -> str:
        return str(self.data.get("code", ""))

    @property
    def retry_after_s(self) -> float:
        """The seconds that the answer asks to wait; a date counts from the answer's own Date."""
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            date = parsedate_to_datetime(self.headers.get("date", ""))
            return max(0.0, (parsedate_to_datetime(text) - date).total_seconds())
        except (TypeError, ValueError):
            return 0.0

    @property
    def ambiguous(self) -> bool:
        """Whether what was asked for may have been done: no answer, or a gateway's."""
        return self.status in (0, 500, 502, 504)


DONE = Reply(299)
"""Stands for a write whose answer was lost, but which a look at the status shows to be done."""


class Carrier(Protocol):
    """The way to the services, and the time that the client lives in."""

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        deadline_s: float | None,
        *,
        last: bool = False,
    ) -> Reply:
        """Make one call and return what came within the deadline.

        Closed when the day is over, unless it is a `last` word.
        """

    def now(self) -> float:
        """Return the time by the client's own clock, in POSIX seconds."""

    def sleep(self, seconds: float) -> None:
        """Let time pass; Closed when the day is over."""

    def spawn(self, play: Callable[[], None]) -> None:
        """Let something go on beside the rest."""


class Caller:
    """One device of the office, by the name that its calls carry.

    `base` is where the services answer for this device: http://127.0.0.1:7425/c/counter.1
    """

    def __init__(
        self,
        carrier: Carrier,
        name: str,
        base: str,
        manners: Manners = GOOD,
        *,
        draws: str = "",
    ) -> None:
        """`draws` seeds what is drawn; devices of different names draw differently."""
        self.carrier, self.name, self.base, self.manners = carrier, name, base, manners
        self.clock_off_s = 0.0
        self.jitter = Random(f"{draws}/{name}")
        self._budget = Budget(manners.budget)
        self._rows = Rows(manners.tries, manners.pause_s)
        self._breakers: dict[str, Breaker] = {}
        self._shut_until: dict[str, float] = {}
        self._keys = 0

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
        about: str = "",
    ) -> Reply:
        """Make a call once, whatever comes; Unreachable when it is not the time for it.

        `about` is the NIK that the call is about.
        """
        breaker = self._breaker(path)
        now = self.carrier.now()
        if (wait := self._shut_s(path)) > 0:
            raise Unreachable("told to come back later", wait)
        if (wait := breaker.due_s(now)) > 0:
            raise Unreachable("the service did not answer a moment ago", wait)
        thing = _thing(method, path, body)
        if not breaker.open:
            self._ask_rows(thing, now)
        breaker.take(now)
        headers, raw = {"Accept": "application/json"}, thing[2]
        if raw:
            headers["Content-Type"] = media
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key and self.manners.keys != "none":
            headers["Idempotency-Key"] = self._fresh(key) if self.manners.keys == "fresh" else key
        if about and self.manners.header:
            headers[self.manners.header] = f"...{about[-4:]}" if self.manners.masks_nik else about
        reply = self.carrier.send(method, self.base + path, headers, raw, self.manners.deadline_s)
        breaker.learn(_alive(reply), self.carrier.now())
        if self._answers(reply):
            self._rows.clear(thing)
        else:
            self._fail(thing)
        self._compare_clocks(reply)
        if self.manners.obeys_retry_after and _later(reply) and reply.retry_after_s > 0:
            wait = reply.retry_after_s - self.manners.early_s + self.spread_s()
            self._shut_until[path.split("/")[1]] = self.carrier.now() + wait
        return reply

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        done: Callable[[], bool] | None = None,
        wanted: str = "application/json",
        anew: Callable[[], Any] | None = None,
        **more: str,
    ) -> Reply:
        """Make a call until an answer comes that says something; Unreachable when none does.

        `done` looks, before a write is repeated, whether it was done all the same; then the answer
        is DONE. `wanted` is the media type of a good answer. `anew` makes the body of a repeat.
        """
        manners, thing = self.manners, _thing(method, path, body)
        for _ in range(manners.tries):
            reply = self.once(method, path, body, **more)
            if self._says(reply, wanted):
                self._budget.earn()
                return self._insist(reply, partial(self.once, method, path, body, **more))
            if reply.ambiguous and method != "GET" and path.startswith(manners.gives_up_at):
                if manners.gives_up_kindly:
                    raise Unreachable("no answer", inf)
                raise Refused("no answer")
            if self._answers(reply):  # an answer, but none to go on from
                self._fail(thing)
            self._wait_for(thing, path)
            if done is not None and manners.asks_status and done():
                return DONE
            if anew is not None:
                body = anew()
                thing = _thing(method, path, body)
        raise Unreachable("no answer that says anything", self._rest_s(path))

    def _wait_for(self, thing: Thing, path: str) -> None:
        """Wait before a repeat; Unreachable when it is not to come so soon."""
        if (wait := self._shut_s(path)) > 0:
            raise Unreachable("told to come back later", wait)
        now = self.carrier.now()
        if self._rows.count(thing, now) >= self.manners.tries or self._breaker(path).open:
            raise Unreachable("no answer that says anything", self._rest_s(path))
        self.carrier.sleep(self._rows.due_s(thing, now))

    def _rest_s(self, path: str) -> float:
        """Return how long to leave a service alone after a row in vain: or until the next probe."""
        breaker = self._breaker(path)
        return breaker.due_s(self.carrier.now()) if breaker.open else self.manners.pause_s

    def _ask_rows(self, thing: Thing, now: float) -> None:
        """Unreachable when a thing was tried a moment ago, too often, or no retry is in hand."""
        if (wait := self._rows.due_s(thing, now)) > 0:
            raise Unreachable("it was tried a moment ago", wait)
        if self._rows.count(thing, now) and not self._budget.spend():
            raise Unreachable("no retry is in hand", self._rows.rest_s(thing, now))

    def _fail(self, thing: Thing) -> None:
        now = self.carrier.now()
        self._rows.fail(thing, now, self.wait_s(self._rows.count(thing, now) + 1))

    def _breaker(self, path: str) -> Breaker:
        service = path.split("/")[1]
        if service not in self._breakers:
            self._breakers[service] = Breaker(self.manners.breaker, self.manners.probe_s)
        return self._breakers[service]

    def _shut_s(self, path: str) -> float:
        """Return how many seconds the service of a path still wants to be left alone."""
        until = self._shut_until.get(path.split("/")[1], 0.0)
        return left_s(until, self.carrier.now())

    def _insist(self, reply: Reply, again: Callable[[], Reply]) -> Reply:
        """Ask again after a no for good, as often as bad manners have it."""
        for _ in range(self.manners.repeats_refusals):
            if not 400 <= reply.status < 500 or reply.status == 401:
                break
            self.carrier.sleep(self.manners.refusal_wait_s)
            reply = again()
        return reply

    def wait_s(self, number: int) -> float:
        """Return the seconds to wait before the nth retry (from 1)."""
        manners = self.manners
        longest = max(manners.floor_s, manners.backoff_s * manners.growth ** (number - 1))
        shortest = max(manners.floor_s, longest * (1.0 - manners.jitter))
        return self.jitter.uniform(shortest, longest)

    def spread_s(self) -> float:
        """Return a draw by which this device comes back later than others."""
        return self.jitter.uniform(0.0, self.manners.spread_s)

    def new_key(self, what: str) -> str:
        """Return a key that no other write has."""
        return f"{what}-{self.jitter.getrandbits(64):016x}"

    def _fresh(self, key: str) -> str:
        self._keys += 1
        return f"{key}-{self._keys}"

    def _says(self, reply: Reply, wanted: str) -> bool:
        """Say whether an answer is one of the service's own, as far as the manners look."""
        if reply.status == 0 or reply.code in (*TRANSIENT, IN_PROGRESS):
            return False
        if reply.status >= 500:
            return not self.manners.checks_status
        if self._soft_error(reply):
            return False
        if reply.status >= 300 or not reply.body or not self.manners.checks_type:
            return True
        return reply.media == wanted

    def _soft_error(self, reply: Reply) -> bool:
        """Say whether a 200 tells of an error, as far as the manners look."""
        return self.manners.reads_errors and 0 < reply.status < 300 and bool(reply.code)

    def _answers(self, reply: Reply) -> bool:
        """Say whether a try has ended: with an answer or a refusal, not with a failure."""
        return _alive(reply) and reply.code not in TRANSIENT and not self._soft_error(reply)

    def _compare_clocks(self, reply: Reply) -> None:
        if date := reply.headers.get("date"):
            server = parsedate_to_datetime(date).timestamp()
            self.clock_off_s = server - self.carrier.now()


def _thing(method: str, path: str, body: Any) -> Thing:
    if isinstance(body, bytes):
        return (method, path, body)
    raw = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
    return (method, path, raw)


def _alive(reply: Reply) -> bool:
    return bool(reply.status) and reply.status < 500


def _later(reply: Reply) -> bool:
    return reply.status >= 500 or reply.code in TRANSIENT
