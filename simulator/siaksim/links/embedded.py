"""The embedded engine: a gevent relay in the server's own process, with a seed."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent
import gevent.socket
from gevent.socket import wait_read

from siaksim.core.toxics import Stall, Toxic
from siaksim.links.engine import HOST, Ended, EngineError
from siaksim.links.plan import LineState
from siaksim.links.relay import Connection, Line

BACKLOG = 4096


class _Site:
    """One link's listener and its connections."""

    def __init__(self, line: Line, port: int, upstream: int) -> None:
        self.line = line
        self.upstream = upstream
        self.connections: set[Connection] = set()
        self.count = 0
        self._sock = self._bound(port)
        self.port = int(self._sock.getsockname()[1])
        self._accepting: gevent.Greenlet[..., None] | None = None

    def _bound(self, port: int) -> socket.socket:
        """Take the port without listening: the kernel refuses whoever calls meanwhile."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        try:
            sock.bind((HOST, port))
        except OSError as error:
            sock.close()
            raise EngineError(
                f"the line's port cannot be had: {error.strerror}.",
                f"{HOST}:{port}",
                "Choose another --port (0 lets the system choose).",
            ) from error
        return sock

    def listen(self, accepted: Callable[[_Site, Any], None]) -> None:
        """Take calls; nothing happens if it does already."""
        if self._accepting is None:
            self._sock.listen(BACKLOG)
            self._accepting = gevent.spawn(self._accept, accepted)

    def _accept(self, accepted: Callable[[_Site, Any], None]) -> None:
        while True:
            wait_read(self._sock.fileno())
            with suppress(BlockingIOError, ConnectionAbortedError):
                client, _ = self._sock.accept()
                gevent.spawn(accepted, self, gevent.socket.socket(fileno=client.detach()))

    def refuse(self) -> None:
        """Refuse calls, and keep the port."""
        if self._accepting is not None:
            self._accepting.kill()
            self._accepting = None
            self._sock.close()
            self._sock = self._bound(self.port)

    def cut(self, why: str) -> None:
        """End all connections."""
        for connection in list(self.connections):
            connection.end(why)

    def close(self) -> None:
        """Let go of the port, and of all connections."""
        if self._accepting is not None:
            self._accepting.kill()
            self._accepting = None
        self._sock.close()
        self.line.moving.set()
        self.cut("")


class Embedded:
    """Relays in this process; the same seed gives the same stalls, losses and hit connections."""

    name = "embedded"
    lacks: tuple[str, ...] = ()
    blocks = False

    def __init__(self, seed: int = 0, speed: float = 1.0) -> None:
        """`speed` is how many client seconds pass in a wall second."""
        self.seed = seed
        self.speed = speed
        self.on_ended: Callable[[Ended], None] | None = None
        self._sites: dict[str, _Site] = {}

    def start(self) -> None:
        """Nothing is needed."""

    def can(self, toxic: Toxic) -> bool:
        """It can do every toxic."""
        return True

    def open(self, link: str, port: int, upstream: int) -> int:
        """Listen for a site; see Engine."""
        site = _Site(Line(link, self.seed, self.speed), port, upstream)
        self._sites[link] = site
        site.listen(self._accepted)
        return site.port

    def _accepted(self, site: _Site, client: Any) -> None:
        site.count += 1
        ordinal = site.count
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            upstream = gevent.socket.create_connection((HOST, site.upstream))
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            client.close()
            return
        connection = Connection(
            site.line, ordinal, client, upstream, lambda c, why: self._gone(site, c, why)
        )
        site.connections.add(connection)
        connection.run()

    def _gone(self, site: _Site, connection: Connection, why: str) -> None:
        site.connections.discard(connection)
        if self.on_ended is not None:
            passed, lost = connection.down.passed, connection.undelivered
            ago_s = connection.left_ago_s if why == "client_left" else 0.0
            self.on_ended(Ended(site.line.name, connection.port, passed, lost, why, ago_s))

    def apply(self, link: str, state: LineState) -> None:
        """Make a line as it now is; see Engine."""
        site = self._sites[link]
        stalled = any(isinstance(toxic.effect, Stall) for toxic in state.toxics)
        if stalled:
            site.line.moving.clear()
        else:
            site.line.moving.set()
        if state.toxics != site.line.toxics:
            site.line.toxics = state.toxics
            for connection in list(site.connections):
                connection.changed(state.toxics)
        if state.down:
            site.refuse()
            site.cut("down")
        else:
            site.listen(self._accepted)

    def restart(self, seed: int, speed: float) -> None:
        """Begin anew for a new world: counts of connections, seed and speed."""
        self.seed, self.speed = seed, speed
        for site in self._sites.values():
            site.cut("")
            site.count = 0
            site.line.seed, site.line.speed = seed, speed

    def open_connections(self, link: str) -> int:
        """Return how many connections a line carries."""
        return len(self._sites[link].connections)

    def check(self) -> str:
        """The relay lives and dies with the server."""
        return ""

    def close(self, link: str) -> None:
        """Stop listening for a site; see Engine."""
        self._sites.pop(link).close()

    def stop(self) -> None:
        """End everything."""
        for link in list(self._sites):
            self.close(link)
