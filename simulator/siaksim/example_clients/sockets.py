"""Brings calls over sockets, in real time: http.client with connections kept alive.

With a `speed` all of the client's own time runs so many times faster: waits, deadlines, its clock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from siaksim.example_clients.calling import Closed, Reply

PIECE = 65536
IDLE_S = 5.0
"""Wall seconds after which a kept connection is not trusted any more: what is sent on a dead one
has an ambiguous end."""
JOIN_S = 3.0
"""Wall seconds that a closing client gives what goes on beside: `check` kills after five."""


class Sockets:
    """The carrier of one process; each thread has connections of its own."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._begin, self._zero = time.time(), time.monotonic()
        self._closed = threading.Event()
        self._own = threading.local()
        self._live: set[HTTPConnection] = set()
        self._beside: list[threading.Thread] = []

    # -- calls -----------------------------------------------------------------------------

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
        """Make one call and return what came, whole, within the deadline; see Carrier."""
        if self._closed.is_set() and not last:
            raise Closed
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        due = None if deadline_s is None else time.monotonic() + deadline_s / self.speed
        connection = self._connection(parts.scheme, parts.netloc, due)
        self._live.add(connection)
        try:
            connection.request(method, target, body or None, dict(headers))
            reply = self._read(connection, due)
        except (OSError, HTTPException):
            reply = Reply()
        finally:
            self._live.discard(connection)
        if reply.status == 0:
            self._forget(parts.netloc)
        if self._closed.is_set() and not last:
            raise Closed
        return reply

    def _connection(self, scheme: str, netloc: str, due: float | None) -> HTTPConnection:
        """Return this thread's connection to a host: a fresh one if the last has idled too long."""
        kept: dict[str, tuple[HTTPConnection, float]] = self._own.__dict__.setdefault("kept", {})
        now = time.monotonic()
        found, used = kept.get(netloc, (None, 0.0))
        if found is None or now - used > IDLE_S:
            self._forget(netloc)
            # Whom it trusts is told by SSL_CERT_FILE; it never goes on without looking.
            found = (HTTPSConnection if scheme == "https" else HTTPConnection)(netloc)
        kept[netloc] = (found, now)
        found.timeout = None if due is None else max(0.001, due - now)
        if found.sock is not None:
            found.sock.settimeout(found.timeout)
        return found

    def _read(self, connection: HTTPConnection, due: float | None) -> Reply:
        answer = connection.getresponse()
        sock, body, whole = connection.sock, b"", answer.length
        # Python versions differ in whether read1 notices the end by itself: so it is counted.
        while whole is None or len(body) < whole:
            piece = answer.read1(PIECE if whole is None else min(PIECE, whole - len(body)))
            if not piece:
                break
            body += piece
            if due is not None:
                left = due - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                if sock is not None:
                    sock.settimeout(left)
        if whole is not None and len(body) < whole:
            raise HTTPException("the answer was cut off")
        answer.close()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, named, body)

    def _forget(self, netloc: str) -> None:
        kept: dict[str, tuple[HTTPConnection, float]] = self._own.__dict__.setdefault("kept", {})
        if netloc in kept:
            kept.pop(netloc)[0].close()

    def hang_up(self) -> None:
        """Close this thread's connections."""
        for netloc in list(self._own.__dict__.get("kept", {})):
            self._forget(netloc)

    # -- time ------------------------------------------------------------------------------

    def now(self) -> float:
        """Return the time by the client's own clock."""
        return self._begin + (time.monotonic() - self._zero) * self.speed

    def sleep(self, seconds: float) -> None:
        """Let the client's seconds pass; Closed as soon as the day is over."""
        if self._closed.wait(max(0.0, seconds) / self.speed):
            raise Closed

    def spawn(self, play: Callable[[], None]) -> None:
        """Let something go on in a thread of its own."""
        self._beside = [thread for thread in self._beside if thread.is_alive()]
        thread = threading.Thread(target=self._play, args=(play,), daemon=True)
        self._beside.append(thread)
        thread.start()

    def _play(self, play: Callable[[], None]) -> None:
        try:
            play()
        finally:
            self.hang_up()

    def close(self) -> None:
        """End the day: whoever waits is told, open calls are left. Safe in a signal handler."""
        self._closed.set()
        for connection in tuple(self._live):
            if (sock := connection.sock) is not None:
                try:
                    sock.shutdown(2)
                except OSError:
                    continue

    def join(self) -> None:
        """Wait until what goes on beside has ended: after `close` for a moment only."""
        for thread in self._beside:
            thread.join(JOIN_S if self._closed.is_set() else None)
