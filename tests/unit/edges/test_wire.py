"""Nagle and the number of sends: what a kept connection's 40 ms hang on."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from siaksim.edges.answers import encode
from siaksim.edges.conn import SocketConn
from siaksim.edges.handler import parse_hot
from siaksim.edges.server import BACKLOG, listener
from siaksim.errors import UserError
from siaksim.services.base import Answer


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with listener("127.0.0.1", 0) as sock:
        yield sock


def test_accepted_connections_have_nagle_off(listening: socket.socket) -> None:
    assert BACKLOG == 4096
    with socket.create_connection(listening.getsockname()) as client:
        listening.setblocking(True)
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        assert client.recv(1) == b""


class CountingSocket:
    """A socket that counts what it is asked to send."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        self.sent.append(data)


def test_an_answer_is_one_send_of_head_and_body() -> None:
    sock = CountingSocket()
    conn = SocketConn(sock, "hot")  # type: ignore[arg-type]
    assert conn.send(encode(Answer(200, b'{"a":1}'), "default-1", 0.0))
    (data,) = sock.sent
    assert data.startswith(b"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n")
    assert data.endswith(b'Siaksim-Request: default-1\r\n\r\n{"a":1}')


def test_a_taken_port_says_what_to_do(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    with pytest.raises(UserError, match=f"{port}: cannot listen: .* Choose another --port"):
        listener("127.0.0.1", port)


PLAIN = b"POST /ikd/v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"


def test_a_plain_request_takes_the_hot_lane() -> None:
    found = parse_hot(PLAIN)
    assert found is not None
    method, target, headers, head, length = found
    assert (method, target, length) == ("POST", "/ikd/v1/sessions", 2)
    assert headers == {"host": "a", "content-length": "2"}
    assert PLAIN[head:] == b"{}"


@pytest.mark.parametrize(
    "raw",
    [
        PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"),
        PLAIN.replace(b"Host: a", b"Host: a\r\nHost: b"),
        PLAIN.replace(b"Host: a", b"Transfer-Encoding: chunked"),
        PLAIN.replace(b"Host: a", b"Expect: 100-continue"),
        PLAIN.replace(b"Host: a", b"Connection: close"),
        PLAIN.replace(b"Host: a", b" folded"),
        PLAIN.replace(b"Host: a", b"Host : a"),
        PLAIN.replace(b"Length: 2", b"Length: +2"),
        PLAIN.replace(b"Length: 2", b"Length: 99999999"),
        PLAIN.replace(b"/ikd", b"http://x/ikd"),
        PLAIN.replace(b"\r\n\r\n", b"\r\n"),
        b"HEAD" + PLAIN[4:],
    ],
)
def test_anything_odd_takes_the_other_lane(raw: bytes) -> None:
    assert parse_hot(raw) is None
