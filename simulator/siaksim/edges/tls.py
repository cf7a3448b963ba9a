"""HTTPS in front of a plain listener: a CA made at start, handshakes that may go wrong, a pump.

What the server says goes on byte for byte, and how it ends too: a reset stays one.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import gevent
import gevent.socket
import gevent.ssl

from siaksim.edges.server import listener
from siaksim.links.handshakes import Struck

HOST = "127.0.0.1"
NAMES = ("localhost", "127.0.0.1", "::1")
OTHER_NAME = "siak-lama.invalid"
READ = 64 * 1024
HANDSHAKE_S = 30.0
"""Wall seconds that a client has for its part of the handshake."""
LOOK_S = 0.25
"""Wall seconds between looks at whether a stall is over."""
_RESET = struct.pack("ii", 1, 0)
Tell = Callable[[str, Struck | None, str], None]
"""Told of a handshake that was struck or that failed: its end, what struck it, and why."""


class Certificates:
    """A certificate authority of this run, and what it has issued."""

    def __init__(self) -> None:
        import trustme

        authority = trustme.CA(organization_name="siaksim, for tests only")
        now = datetime.now(UTC)
        self.ca_pem = bytes(authority.cert_pem.bytes()).decode()
        begun, over = now - timedelta(days=90), now - timedelta(days=1)
        self._contexts = {
            "": _context(authority.issue_cert(*NAMES)),
            "expired": _context(authority.issue_cert(*NAMES, not_before=begun, not_after=over)),
            "wrong_host": _context(authority.issue_cert(OTHER_NAME)),
        }

    def context(self, how: str) -> gevent.ssl.SSLContext:
        """Return the server's side of a handshake: '' as it should be, expired or wrong_host."""
        return self._contexts[how]


def _context(certificate: Any) -> gevent.ssl.SSLContext:
    made = gevent.ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


class TlsFront:
    """One HTTPS listener that leads to a plain one on this machine."""

    def __init__(
        self,
        host: str,
        port: int,
        upstream: int,
        certificates: Certificates,
        decide: Callable[[int], Struck | None],
        tell: Tell,
    ) -> None:
        """`decide` says what strikes the nth connection now; UserError if the port is taken."""
        self._sock = listener(host, port)
        self.port = int(self._sock.getsockname()[1])
        self._upstream = upstream
        self._certificates = certificates
        self._decide, self._tell = decide, tell
        self._count = 0
        self._accepting = gevent.spawn(self._accept)

    def _accept(self) -> None:
        while True:
            gevent.socket.wait_read(self._sock.fileno())
            with suppress(BlockingIOError, ConnectionAbortedError):
                raw, _ = self._sock.accept()
                self._count += 1
                made = gevent.socket.socket(fileno=raw.detach())
                gevent.spawn(self._serve, made, self._count)

    def _serve(self, client: Any, ordinal: int) -> None:
        with suppress(OSError):
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            struck = self._decide(ordinal)
            if struck is not None and struck.how in ("stall", "portal"):
                self._tell("stalled" if struck.how == "stall" else "refused", struck, "")
                if struck.how == "stall":
                    self._hold(client, ordinal, struck)
            else:
                self._shake(client, struck)
        client.close()

    def _hold(self, client: Any, ordinal: int, struck: Struck) -> None:
        """Say nothing until the fault is over or the client has gone."""
        client.settimeout(LOOK_S)
        while self._decide(ordinal) == struck:
            with suppress(TimeoutError):
                if not client.recv(READ):
                    return

    def _shake(self, client: Any, struck: Struck | None) -> None:
        context = self._certificates.context(struck.how if struck else "")
        client.settimeout(HANDSHAKE_S)
        try:
            secure = context.wrap_socket(client, server_side=True)
        except TimeoutError:
            self._tell("failed", struck, "the client did not end its handshake")
            return
        except (ssl.SSLError, OSError) as error:
            why = getattr(error, "reason", None) or error.strerror or str(error)
            self._tell("refused" if struck else "failed", struck, str(why))
            return
        secure.settimeout(None)
        first = self._accepted(secure, struck) if struck is not None else b""
        with suppress(OSError):
            upstream = gevent.socket.create_connection((HOST, self._upstream))
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            upstream.sendall(first)
            _pump(secure, upstream)
        secure.close()

    def _accepted(self, secure: Any, struck: Struck) -> bytes:
        """Return the first byte of a client that went on; one that looks closes before it sends."""
        try:
            first = secure.recv(1)
        except (ssl.SSLError, OSError) as error:
            why = getattr(error, "reason", None) or error.strerror or str(error)
            self._tell("refused", struck, str(why))
            raise
        if not first:
            self._tell("refused", struck, "it closed")
            raise ConnectionAbortedError
        self._tell("accepted", struck, "verification is switched off")
        return bytes(first)

    def stop(self) -> None:
        """Stop listening; what is open ends with the process or its own side."""
        self._accepting.kill()
        self._sock.close()


def _pump(secure: Any, upstream: Any) -> None:
    """Carry bytes both ways until both have ended, or one has by a reset."""
    back = gevent.spawn(_carry, upstream, secure, True)
    _carry(secure, upstream, False)
    back.join()


def _carry(source: Any, sink: Any, back: bool) -> None:
    try:
        while data := source.recv(READ):
            sink.sendall(data)
    except ConnectionResetError:
        _reset(sink)
        source.close()
        return
    except OSError:
        source.close()
        sink.close()
        return
    if back:
        with suppress(OSError, ssl.SSLError, gevent.Timeout), gevent.Timeout(0.5):
            sink.unwrap()
        sink.close()
        source.close()
    else:
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def _reset(sock: Any) -> None:
    """End a connection with RST at once, whoever reads from it."""
    with suppress(OSError), socket.socket(fileno=sock.detach()) as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
