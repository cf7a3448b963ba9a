"""The gevent server: listener, limits of the machine, stopping."""

from __future__ import annotations

import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gevent
from gevent.os import tp_read
from gevent.pywsgi import WSGIServer

from siaksim.edges.exchange import Exchange
from siaksim.edges.handler import Handler
from siaksim.edges.slipping import SlipMeter
from siaksim.edges.timekeeper import Timekeeper
from siaksim.errors import UserError
from siaksim.worlds import Worlds

if TYPE_CHECKING:
    from siaksim.edges.linking import Linking

BACKLOG = 4096


def raise_open_files() -> int:
    """Raise the limit of open files to the hard limit and return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def listener(host: str, port: int) -> socket.socket:
    """Return a listening socket without Nagle; UserError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        sock.bind((host, port))
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise UserError(
            f"cannot listen: {error.strerror}.",
            f"{host}:{port}",
            "Choose another --port (0 lets the system choose).",
        ) from error
    sock.setblocking(False)
    return sock


class Server(WSGIServer):
    """Serves an exchange and, for everything not mocked, a Flask app."""

    handler_class = Handler

    def __init__(
        self, sock: socket.socket, app: Any, exchange: Exchange, link: str = "", marks: Any = None
    ) -> None:
        """`link` is the site whose line leads here; `marks` notes which bytes are which call's."""
        self.exchange = exchange
        self.link = link
        self.marks = marks
        # pywsgi wants gevent's socket; the descriptor is handed over.
        wrapped = gevent.socket.socket(fileno=sock.detach())
        super().__init__(wrapped, app, log=None, error_log=sys.stderr)


def run_server(
    worlds: Worlds,
    app: Any,
    exchange: Exchange,
    host: str,
    port: int,
    ready: Callable[[str, int], None],
    stop_signals: bool = True,
    tied: bool = False,
    linking: Linking | None = None,
) -> None:
    """Serve until a stop signal; calls `ready(host, port)` with the port that was bound.

    `tied` to whoever started it: it also stops when the other end of its input is closed.
    `linking` has the sites' lines, each with a port of its own.
    """
    sock = listener(host, port)
    bound = sock.getsockname()[1]
    if not exchange.public_url:
        shown = f"[{host}]" if ":" in host else host
        exchange.public_url = f"http://{shown}:{bound}"
    server = Server(sock, app, exchange)
    keeper, meter = Timekeeper(worlds), SlipMeter(worlds)
    stopped = gevent.event.Event()
    if stop_signals:
        for number in (signal.SIGINT, signal.SIGTERM):
            gevent.signal_handler(number, stopped.set)
    if tied:
        gevent.spawn(_until_closed, stopped)
    server.start()
    keeper.start()
    meter.start()
    try:
        if linking is not None:
            linking.start(port, bound)
        ready(host, bound)
        stopped.wait()
    finally:
        keeper.stop()
        if linking is not None:
            linking.stop()
        server.stop(timeout=0.2)
        meter.stop()
        worlds.close()


def _until_closed(stopped: gevent.event.Event) -> None:
    """Read what nobody writes, in a thread, until the other end is closed or its owner is gone."""
    while tp_read(sys.stdin.fileno(), 4096):
        pass
    stopped.set()
