"""The server as a client sees it: its bytes, its resets, its limits."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from .conftest import QUIET

pytestmark = pytest.mark.live

LOGIN = b'{"operator_id":"petugas01","password":"siaksim-petugas01"}'


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=15) as sock:
        yield sock


def read_all(sock: socket.socket) -> bytes:
    data = b""
    while chunk := sock.recv(65536):
        data += chunk
    return data


def answers(port: int, *requests: bytes, pieces: int = 1) -> bytes:
    """Send requests (the last asks to close) in one go or in pieces; return every byte back."""
    raw = b"".join(requests)
    with connected(port) as sock:
        step = -(-len(raw) // pieces)
        for at in range(0, len(raw), step):
            sock.sendall(raw[at : at + step])
        return read_all(sock)


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


CLOSE = request("GET", "/ikd/v1/terms", b"", "Connection: close")


def test_pipelined_requests_are_answered_in_order_on_one_connection(
    simulator: Any, make_world: Any
) -> None:
    world = make_world(text=QUIET)
    path = f"/w/{world.name}/ikd/v1/app-status?platform=ios&os_major="
    first, second = request("GET", path + "1"), request("GET", path + "x")
    data = answers(simulator.port, first, second, first, CLOSE)
    statuses = [part[:3] for part in data.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"422", b"200", b"200"]


def test_chunked_bodies_and_expect_are_understood(simulator: Any, make_world: Any) -> None:
    world = make_world(text=QUIET)
    path = f"/w/{world.name}/siak/v1/sessions"
    head = request(
        "POST", path, b"", "Content-Type: application/json", "Transfer-Encoding: chunked"
    )
    chunked = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (9, LOGIN[:9], len(LOGIN) - 9, LOGIN[9:])
    assert answers(simulator.port, head, chunked, CLOSE).startswith(b"HTTP/1.1 201 Created\r\n")
    expecting = request("POST", path, LOGIN, "Expect: 100-continue")
    data = answers(simulator.port, expecting, CLOSE)
    assert data.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n")


def test_head_is_get_without_a_body(simulator: Any, make_world: Any) -> None:
    world = make_world(text=QUIET)
    path = f"/w/{world.name}/ikd/v1/terms"
    head = answers(simulator.port, request("HEAD", path, b"", "Connection: close"))
    whole = answers(simulator.port, request("GET", path, b"", "Connection: close"))
    length = whole.partition(b"Content-Length: ")[2].split(b"\r\n")[0]
    assert head.endswith(b"\r\n\r\n")
    assert b"Content-Length: " + length in head
    assert whole.partition(b"\r\n\r\n")[2] != b""


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GARBAGE\r\n\r\n", b"400"),
        (b"GET /ikd/v1/terms HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
        (request("POST", "/ikd/v1/registrations", b"", "Content-Length: 7000000"), b"413"),
        (request("POST", "/ikd/v1/registrations", b"", "Content-Length: -1"), b"400"),
        (request("POST", "/ikd/v1/registrations", b"{"), b"400"),
        (request("POST", "/ikd/v1/registrations", b"[]"), b"422"),
        (request("GET", "/ikd/v1/nowhere"), b"404"),
        (request("PUT", "/ikd/v1/terms"), b"405"),
        (request("GET", "/w/nobody/ikd/v1/terms"), b"404"),
    ],
)
def test_what_is_wrong_gets_a_clear_problem(simulator: Any, raw: bytes, status: bytes) -> None:
    with connected(simulator.port) as sock:
        sock.sendall(raw)
        data = b""
        while b"}" not in data:
            chunk = sock.recv(65536)
            assert chunk
            data += chunk
    assert data.startswith(b"HTTP/1.1 " + status)
    assert b"application/problem+json" in data
    assert b"Siaksim-Internal-Error" not in data


EVERY_OPERATION = [
    ("GET", "/ikd/v1/app-status?platform=android&os_major=12", b""),
    ("GET", "/ikd/v1/terms", b""),
    ("POST", "/ikd/v1/registrations", b'{"nik":"1"}'),
    ("GET", "/ikd/v1/registrations/reg-000000000000", b""),
    ("POST", "/ikd/v1/registrations/reg-000000000000/selfie", b"{}"),
    ("GET", "/ikd/v1/registrations/reg-000000000000/qr", b""),
    ("POST", "/ikd/v1/registrations/reg-000000000000/officer-scans", b'{"payload":"x"}'),
    ("POST", "/ikd/v1/sessions", b'{"nik":"3576010101079000","device_id":"a","pin":"1234"}'),
    ("PUT", "/ikd/v1/pin", b'{"new":"123456","repeat":"123456"}'),
    ("GET", "/ikd/v1/documents", b""),
    ("POST", "/ikd/v1/documents/ktp-el/qr", b""),
    ("POST", "/ikd/v1/qr-verifications", b'{"payload":"IKDDOC1:x"}'),
    ("POST", "/siak/v1/sessions", LOGIN),
    ("DELETE", "/siak/v1/sessions/current", b""),
    ("POST", "/siak/v1/residents/search", b'{"nik":"3576010101079000"}'),
    ("POST", "/siak/v1/residents/confirmations", b'{"nik":"1","fields":{}}'),
    ("POST", "/siak/v1/ikd/officer-qr", b""),
    ("POST", "/siak/v1/ikd/scans", b'{"payload":"x"}'),
    ("GET", "/siak/v1/ikd/activations/reg-000000000000", b""),
    ("POST", "/siak/v1/ikd/activations/reg-000000000000/mails", b""),
    ("POST", "/siak/v1/ikd/account-deletions", b'{"nik":"3576010101079000","reason":"abc"}'),
    ("POST", "/siak/v1/ktp-el/enrolments", b'{"nik":"3576010101079000","photo":"AAAA"}'),
    ("GET", "/siak/v1/ktp-el/enrolments/enr-000000000000", b""),
    ("POST", "/siak/v1/sync/batches", b'{"device_id":"kit-1","items":[]}'),
    ("GET", "/siak/v1/sync/conflicts?device_id=kit-1", b""),
    ("GET", "/siak/v1/notices", b""),
    ("GET", "/activation/00000000000000000000000000000000", b""),
    ("POST", "/activation/00000000000000000000000000000000", b'{"code":"1","captcha":"2"}'),
    ("GET", "/activation/00000000000000000000000000000000/captcha.png", b""),
]


def test_both_lanes_answer_every_operation_with_the_same_bytes(
    simulator: Any, make_world: Any
) -> None:
    """One world a lane, on manual clocks, the same calls: only the lane may differ."""
    collected = []
    for header in ((), ("Connection: keep-alive",)):  # a Connection header leaves the hot lane
        world = make_world(text=QUIET, clock="manual")
        data = b""
        for method, path, body in EVERY_OPERATION:
            with connected(simulator.port) as sock:
                sock.sendall(request(method, f"/w/{world.name}{path}", body, *header))
                sock.shutdown(socket.SHUT_WR)
                data += read_all(sock)
        lanes = [line["lane"] for line in world.journal() if line["kind"] == "decided"]
        name = f": {world.name}-".encode()  # of request ids; a token may hold such letters, too
        assert data.count(name) == len(EVERY_OPERATION)
        collected.append((data.replace(name, b": W-"), lanes))
    assert collected[0][0] == collected[1][0]
    assert collected[0][1] == ["hot"] * len(EVERY_OPERATION)
    assert collected[1][1] == ["other"] * len(EVERY_OPERATION)
    assert collected[0][0].count(b"HTTP/1.1 ") == len(EVERY_OPERATION)


def faulty(kind: str) -> str:
    return QUIET + f"faults:\n  - {{target: all, kind: {kind}}}\n"


@pytest.mark.parametrize("header", [(), ("Connection: keep-alive",)], ids=["hot", "other"])
def test_a_reset_is_a_reset_in_both_lanes(
    simulator: Any, make_world: Any, header: tuple[str, ...]
) -> None:
    world = make_world(text=faulty("reset"))
    with connected(simulator.port) as sock:
        sock.sendall(request("GET", f"/w/{world.name}/ikd/v1/terms", b"", *header))
        with pytest.raises(ConnectionResetError) as caught:
            sock.recv(100)
    assert caught.value.errno == errno.ECONNRESET
    outcome = next(line for line in world.journal() if line["kind"] == "outcome")
    assert outcome["end"] == "reset"


@pytest.mark.parametrize("header", [(), ("Connection: keep-alive",)], ids=["hot", "other"])
def test_a_hang_sends_no_byte_until_the_fault_ends_and_then_closes(
    simulator: Any, make_world: Any, header: tuple[str, ...]
) -> None:
    text = QUIET + 'faults: [{target: all, kind: hang, at: "08:00", for: 10m}]\n'
    world = make_world(text=text, clock="manual")
    with connected(simulator.port) as sock:
        sock.sendall(request("GET", f"/w/{world.name}/ikd/v1/terms", b"", *header))
        while not any(line["kind"] == "decided" for line in world.journal()):
            pass
        world.advance(599)
        sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            sock.recv(100)
        sock.settimeout(15)
        world.advance(1)
        assert sock.recv(100) == b""


@pytest.mark.parametrize("header", [(), ("Connection: keep-alive",)], ids=["hot", "other"])
def test_an_error_is_in_the_services_own_shape_and_tells_nothing_of_the_fault(
    simulator: Any, make_world: Any, header: tuple[str, ...]
) -> None:
    world = make_world(text=faulty("error, status: 503, retry_after: 30s"))
    with connected(simulator.port) as sock:
        sock.sendall(request("GET", f"/w/{world.name}/ikd/v1/terms", b"", *header))
        data = sock.recv(65536)
    assert data.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"\r\nRetry-After: 30\r\n" in data
    assert b'"code":"service_unavailable"' in data
    for word in (b"fault", b"inject", b"Internal-Error"):
        assert word not in data


@pytest.mark.parametrize("header", [(), ("Connection: keep-alive",)], ids=["hot", "other"])
def test_a_delay_holds_the_answer_until_its_time(
    simulator: Any, make_world: Any, header: tuple[str, ...]
) -> None:
    world = make_world(text=faulty("latency, delay: 90s"), clock="manual")
    with connected(simulator.port) as sock:
        sock.sendall(request("GET", f"/w/{world.name}/ikd/v1/terms", b"", *header))
        while not any(line["kind"] == "decided" for line in world.journal()):
            pass
        world.advance(89)
        sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            sock.recv(100)
        sock.settimeout(15)
        world.advance(1)
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_thousand_hung_calls_leave_other_calls_unharmed_and_free_when_clients_go(
    simulator: Any, make_world: Any
) -> None:
    hung = make_world(text=faulty("hang"))
    other = make_world(text=QUIET)
    sockets = [socket.create_connection(("127.0.0.1", simulator.port)) for _ in range(1000)]
    try:
        for sock in sockets:
            sock.sendall(request("GET", f"/w/{hung.name}/ikd/v1/terms"))
        while _open_calls(hung) < 1000:
            pass
        with httpx.Client(timeout=10) as client:
            found = [client.get(f"{other.base}/ikd/v1/terms").status_code for _ in range(200)]
        assert found == [200] * 200
        assert _open_calls(hung) == 1000
    finally:
        for sock in sockets:
            sock.close()
    while _open_calls(hung):
        pass
    ends = {line["end"] for line in hung.journal() if line["kind"] == "outcome"}
    assert ends == {"client_left"}


def _open_calls(world: Any) -> int:
    lines = world.journal()
    decided = sum(1 for line in lines if line["kind"] == "decided")
    return decided - sum(1 for line in lines if line["kind"] == "outcome")
