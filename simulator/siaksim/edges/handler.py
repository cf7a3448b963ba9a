"""One HTTP connection: the hot lane for plain calls of mocked operations, pywsgi for the rest.

Both lanes make the same `Raw` and end in the same exchange, which owns the bytes of the answer.
"""

from __future__ import annotations

import socket
from io import BytesIO
from typing import TYPE_CHECKING, Any

import gevent
from gevent.pywsgi import WSGIHandler

from siaksim.edges.answers import encode
from siaksim.edges.conn import SocketConn
from siaksim.edges.exchange import BODY_LIMIT, Raw
from siaksim.services.base import Answer
from siaksim.services.problems import refusal

if TYPE_CHECKING:
    from siaksim.edges.server import Server

HEADER_LIMIT = 32 * 1024
"""Bytes of request line and headers together (431 above)."""
SENDING_LIMIT_S = 20.0
"""Wall seconds in which a request must have come in whole, from its first byte (408 after)."""
IDLE_LIMIT_S = 120.0
"""Wall seconds that a kept connection may be silent between requests."""
_LINE_LIMIT = 8192

# A header that these lanes would treat differently sends the request to pywsgi's way.
_ODD = frozenset((b"transfer-encoding", b"expect", b"upgrade", b"connection", b"trailer"))


class TooLarge(Exception):
    """Headers beyond HEADER_LIMIT."""


class _LimitedLines:
    """A file whose lines together may not pass a limit: the header reader's view of rfile."""

    def __init__(self, file: Any, limit: int) -> None:
        self._file = file
        self._left = limit

    def readline(self, size: int = -1) -> bytes:
        line: bytes = self._file.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise TooLarge
        return line


def parse_hot(buffer: bytes) -> tuple[str, str, dict[str, str], int, int] | None:
    """Return (method, target, headers, head length, body length) of a plain request, or None.

    Plain: HTTP/1.1, whole head in the buffer, no repeated or odd header, no chunked body.
    """
    end = buffer.find(b"\r\n\r\n", 0, HEADER_LIMIT)
    if end < 0:
        return None
    lines = buffer[:end].split(b"\r\n")
    words = lines[0].split(b" ")
    if len(words) != 3 or words[2] != b"HTTP/1.1" or not words[1].startswith(b"/"):
        return None
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        lower = name.lower()
        if not colon or not name or name != name.strip() or lower in _ODD:
            return None
        key = lower.decode("latin-1")
        if key in headers or b"\n" in line or b"\r" in line:
            return None
        headers[key] = value.strip().decode("latin-1")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length) > BODY_LIMIT:
        return None
    method = words[0].decode("latin-1")
    if method == "HEAD" and int(length):
        return None
    return method, words[1].decode("latin-1"), headers, end + 4, int(length)


class Handler(WSGIHandler):
    """gevent's handler with TCP_NODELAY, one send an answer, and our limits."""

    server: Server

    def __init__(self, sock: Any, address: Any, server: Any, rfile: Any = None) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(IDLE_LIMIT_S)
        file = rfile or sock.makefile("rb", 64 * 1024)
        super().__init__(sock, address, server, file)  # type: ignore[call-arg]
        self._limit: gevent.Timeout | None = None
        self._sending = server.marks.of(address[1]) if server.link else None

    # -- hot lane --------------------------------------------------------------------------

    def handle_one_request(self) -> Any:
        """Answer one request by whichever lane it fits; see pywsgi for what is returned."""
        try:
            buffer = self.rfile.peek(1)
        except (OSError, ValueError):
            return None
        if not buffer:
            return None
        self._limit = gevent.Timeout.start_new(SENDING_LIMIT_S)
        try:
            hot = parse_hot(buffer)
            if hot is not None and self.server.exchange.mocks(hot[1].partition("?")[0]):
                return self._hot(*hot)
            return super().handle_one_request()
        except gevent.Timeout as timeout:
            if timeout is not self._limit:
                raise
            return self._refuse(refusal(408, detail=f"Send within {SENDING_LIMIT_S:.0f} s."))
        finally:
            self._limit.close()

    def _hot(
        self, method: str, target: str, headers: dict[str, str], head: int, length: int
    ) -> Any:
        whole = self.rfile.read(head + length)
        if len(whole) < head + length:
            return None  # the client left in the middle of its body
        assert self._limit is not None
        self._limit.close()
        peer = self.client_address[0]
        raw = Raw(method, target, headers, whole[head:], peer=peer, link=self.server.link)
        return self._exchange(raw, "hot")

    def _exchange(self, raw: Raw, lane: str) -> Any:
        pipelined = bool(self._buffered())
        conn = SocketConn(self.socket, lane, pipelined, self._sending)
        keep = self.server.exchange.handle(raw, conn)
        if keep and not conn.ended:
            return True
        self.close_connection = True
        # Both must go, or the kernel's close (and so a reset) waits for the other.
        self.rfile.close()
        self.socket.close()
        return None

    def _buffered(self) -> int:
        # peek() on a BufferedReader reads when the buffer is empty, so ask without blocking.
        timeout = self.socket.gettimeout()
        self.socket.settimeout(0.0)
        try:
            return len(self.rfile.peek(1))
        except (OSError, ValueError):
            return 0
        finally:
            self.socket.settimeout(timeout)

    # -- the other lane --------------------------------------------------------------------

    def MessageClass(self, *args: Any) -> Any:
        """Read headers under the limit (pywsgi's own hook and name)."""
        limited: Any = _LimitedLines(args[0], HEADER_LIMIT - len(self.requestline or ""))
        return super().MessageClass(limited, *args[1:])

    def _handle_client_error(self, ex: BaseException) -> Any:
        if isinstance(ex, TooLarge):
            detail = f"Headers may have {HEADER_LIMIT} bytes in all."
            return self._refuse(refusal(431, "headers_too_large", detail))
        return self._refuse(refusal(400, detail="This is not an HTTP/1.1 request."))

    def handle_one_response(self) -> None:
        """Read the body, then go to the exchange or to Flask."""
        body = self._read_body()
        if body is None:
            return
        assert self._limit is not None
        self._limit.close()
        method, target = str(self.command), str(self.path)
        if target.startswith("/") and self.server.exchange.mocks(target.partition("?")[0]):
            headers: dict[str, str] = {}
            for name, value in self.headers.items():
                lower = name.lower()
                headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
            peer = self.client_address[0]
            close, link = self.close_connection, self.server.link
            raw = Raw(method, target, headers, body, close=close, peer=peer, link=link)
            if self._exchange(raw, "other") is None:
                self.close_connection = True
            return
        environ: dict[str, Any] = self.environ or {}
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        super().handle_one_response()

    def _read_body(self) -> bytes | None:
        declared = self.content_length or 0
        body = b""
        if declared <= BODY_LIMIT:
            try:
                body = (self.environ or {})["wsgi.input"].read(BODY_LIMIT + 1)
            except (OSError, ValueError):
                self._send_last(refusal(400, detail="The body ended early or is badly chunked."))
                return None
        if declared > BODY_LIMIT or len(body) > BODY_LIMIT:
            detail = f"A body may have {BODY_LIMIT} bytes."
            self._send_last(refusal(413, "payload_too_large", detail))
            return None
        return body

    def _send_last(self, answer: Answer) -> None:
        self.close_connection = True
        try:
            self.socket.sendall(self._refuse(answer)[1])
            self.socket.shutdown(socket.SHUT_WR)
            # Take what is on its way, or the kernel resets the client before it has our answer.
            self.socket.settimeout(1.0)
            for _ in range(256):
                if not self.socket.recv(64 * 1024):
                    break
        except OSError:
            return

    def _refuse(self, answer: Answer) -> tuple[str, bytes]:
        now = self.server.exchange.office_now()
        return str(answer.status), encode(answer, "none", now, close=True)
