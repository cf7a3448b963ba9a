"""A line with something behind it: an engine, what it leads to, and clients, all by gevent."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

import gevent
import gevent.socket
from gevent.server import StreamServer
from siaksim.core.toxics import Effect, Toxic, Way, toxics
from siaksim.links.engine import HOST, Ended, Engine
from siaksim.links.plan import LineState

LINK = "counter"
PHOTO_SIZE = 200_000
"""As large as a selfie."""
THANKS = b"thanks"
PATIENCE_S = 5.0
"""Wall seconds after which a test's client gives up: none of them should get so far."""


class Behind:
    """What a line leads to: it echoes, unless a test says otherwise; `got` is what it was sent."""

    def __init__(self) -> None:
        self.got = bytearray()
        self.accepted = 0
        self.serve: Callable[[Any], None] = self.echo
        self._server = StreamServer((HOST, 0), self._handle)
        self._server.start()
        self.port = int(self._server.address[1])

    def _handle(self, sock: Any, address: object) -> None:
        self.accepted += 1
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError):  # the line's doing, which the client's side looks at
            self.serve(sock)

    def echo(self, sock: Any) -> None:
        while data := sock.recv(65536):
            self.got += data
            sock.sendall(data)

    def sink(self, sock: Any) -> None:
        """Take a photograph's bytes, and say so."""
        while len(self.got) < PHOTO_SIZE and (data := sock.recv(65536)):
            self.got += data
        sock.sendall(THANKS)

    def stop(self) -> None:
        self._server.stop(timeout=0)


class Bench:
    """One line of one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.behind = Behind()
        self.ended: list[Ended] = []
        engine.on_ended = self.ended.append
        self.port = self.do(engine.open, LINK, 0, self.behind.port)
        self._clients: list[Any] = []

    def do(self, work: Callable[..., Any], *given: Any) -> Any:
        """Ask the engine as the server does: in a thread if it blocks."""
        if not self.engine.blocks:
            return work(*given)
        return gevent.get_hub().threadpool.apply(work, given)

    def be(self, *effects: Effect, way: Way | None = "up", share: float = 1.0) -> None:
        """Make the line as told, and no other way."""
        found: list[Toxic] = []
        for number, effect in enumerate(effects):
            found += toxics(f"t{number}", effect, way, share)
        self.do(self.engine.apply, LINK, LineState(toxics=tuple(found)))

    def down(self) -> None:
        self.do(self.engine.apply, LINK, LineState(down=True))

    def client(self) -> Any:
        """Return a client's new connection by the line."""
        sock = gevent.socket.create_connection((HOST, self.port), timeout=PATIENCE_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._clients.append(sock)
        return sock

    def stop(self) -> None:
        for sock in self._clients:
            sock.close()
        self.do(self.engine.close, LINK)
        self.behind.stop()


@contextmanager
def benched(engine: Engine) -> Iterator[Bench]:
    bench = Bench(engine)
    try:
        yield bench
    finally:
        bench.stop()


def exactly(sock: Any, size: int) -> bytes:
    """Return so many bytes, or fewer if the end comes first."""
    found = b""
    while len(found) < size and (data := sock.recv(size - len(found))):
        found += data
    return found


def to_the_end(sock: Any) -> bytes:
    found = b""
    while data := sock.recv(65536):
        found += data
    return found


def asked(sock: Any, data: bytes) -> tuple[bytes, float]:
    """Send bytes to an echo; return what came back, and how many wall seconds it took."""
    began = monotonic()
    sock.sendall(data)
    return exactly(sock, len(data)), monotonic() - began


def ends_by_reset(sock: Any) -> bool:
    """Read to the end; say whether it is a reset (and not an end in order)."""
    try:
        to_the_end(sock)
    except ConnectionResetError:
        return True
    return False


def until(true: Callable[[], object]) -> None:
    """Wait until something is true; gevent.Timeout if it never is."""
    with gevent.Timeout(PATIENCE_S):
        while not true():
            gevent.sleep(0.005)


def silent_for(sock: Any, seconds: float) -> bool:
    """Say whether nothing at all comes for so long: no byte, no end."""
    before = sock.gettimeout()
    sock.settimeout(seconds)
    try:
        sock.recv(1)
    except TimeoutError:
        return True
    finally:
        sock.settimeout(before)
    return False
