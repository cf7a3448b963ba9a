"""A client of raw sockets for tests of faults: it sees bytes, and how the connection ends."""

from __future__ import annotations

import errno
import re
import socket
from dataclasses import dataclass
from typing import Any

HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
LOGIN = b'{"operator_id":"petugas01","password":"siaksim-petugas01"}'
TERMS = ("GET", "/ikd/v1/terms", b"")
SESSION = ("POST", "/siak/v1/sessions", LOGIN)
Asked = tuple[str, str, bytes]


@dataclass
class Seen:
    """What a client saw: all bytes, and how the connection ended (closed, reset or kept)."""

    data: bytes
    end: str

    @property
    def head(self) -> str:
        return self.data.partition(b"\r\n\r\n")[0].decode()

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]

    def header(self, name: str) -> str:
        found = re.search(rf"^{name}: (.*)$", self.head.replace("\r", ""), re.M)
        assert found, self.head
        return found[1]

    @property
    def promised(self) -> int:
        return int(self.header("Content-Length"))


class Caller:
    """Makes one call in a world of one fault."""

    def __init__(self, port: int, make: Any, header: tuple[str, ...]) -> None:
        self._port = port
        self._make = make
        self._header = header

    def world(self, fault: str, **options: Any) -> Any:
        return self._make(text=f"{HEAD}faults:\n  - {{target: all, {fault}}}\n", **options)

    def open(self, world: Any, asked: Asked, *more: str) -> socket.socket:
        method, path, body = asked
        lines = [
            f"{method} /w/{world.name}{path} HTTP/1.1",
            "Host: localhost",
            *self._header,
            *more,
        ]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        sock = socket.create_connection(("127.0.0.1", self._port), timeout=15)
        sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return sock

    def see(self, world: Any, asked: Asked, *more: str) -> Seen:
        """Call, and read until the answer is whole or the connection ends."""
        data = b""
        with self.open(world, asked, *more) as sock:
            while True:
                try:
                    chunk = sock.recv(65536)
                except OSError as error:
                    return Seen(data, {errno.ECONNRESET: "reset"}[error.errno or 0])
                data += chunk
                if not chunk:
                    return Seen(data, "closed")
                head, blank, body = data.partition(b"\r\n\r\n")
                length = re.search(rb"Content-Length: (\d+)", head)
                if blank and length and len(body) >= int(length[1]):
                    return Seen(data, "kept")


def outcome(world: Any) -> tuple[str, int, int]:
    """Return how the only call ended: end, status, entries committed."""
    line = next(line for line in world.journal() if line["kind"] == "outcome")
    return line["end"], line["status"], line["entries"]


def sessions(world: Any) -> int:
    return sum(entry["kind"] == "session_opened" for entry in world.ledger())
