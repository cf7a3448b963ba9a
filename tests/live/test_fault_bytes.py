"""Each transport and HTTP fault as a client sees it: its bytes, its ends, in both lanes."""

from __future__ import annotations

import errno
import re
import socket
from dataclasses import dataclass
from typing import Any

import pytest

pytestmark = pytest.mark.live

HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
LOGIN = b'{"operator_id":"petugas01","password":"siaksim-petugas01"}'
LANES = pytest.mark.parametrize("header", [(), ("Connection: keep-alive",)], ids=["hot", "other"])
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


@pytest.fixture
def caller(simulator: Any, make_world: Any, header: tuple[str, ...]) -> Caller:
    return Caller(simulator.port, make_world, header)


def outcome(world: Any) -> tuple[str, int, int]:
    """Return how the only call ended: end, status, entries committed."""
    line = next(line for line in world.journal() if line["kind"] == "outcome")
    return line["end"], line["status"], line["entries"]


def sessions(world: Any) -> int:
    return sum(entry["kind"] == "session_opened" for entry in world.ledger())


# -- transport -----------------------------------------------------------------------------


@LANES
@pytest.mark.parametrize(("how", "end"), [("close", "closed"), ("reset", "reset")])
def test_a_cut_body_is_shorter_than_its_head_promised(caller: Caller, how: str, end: str) -> None:
    world = caller.world(f"kind: cut, keep: 25%, how: {how}")
    seen = caller.see(world, SESSION)
    assert seen.data.startswith(b"HTTP/1.1 201 Created\r\n")
    assert len(seen.body) == round(seen.promised / 4)
    assert seen.end == end
    assert outcome(world) == ("cut", 0, 0)
    assert sessions(world) == 0


@LANES
@pytest.mark.parametrize(("told", "kept"), [("bytes: 7", 7), ("bytes: 9999", -1), ("bytes: 0", 0)])
def test_a_cut_counts_bytes_and_never_sends_the_last(caller: Caller, told: str, kept: int) -> None:
    seen = caller.see(caller.world(f"kind: cut, {told}"), TERMS)
    assert len(seen.body) == (kept if kept >= 0 else seen.promised - 1)
    assert seen.end == "closed"


@LANES
def test_an_answer_without_a_body_is_cut_in_its_head(caller: Caller) -> None:
    seen = caller.see(caller.world("kind: cut"), ("HEAD", "/ikd/v1/terms", b""))
    assert seen.data.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\n\r\n" not in seen.data
    assert seen.end == "closed"


@LANES
@pytest.mark.parametrize(
    "fault", ["cut", "garbage", "garbage, what: body", "empty", "empty, how: close", "reset"]
)
@pytest.mark.parametrize("committed", [0, 100])
def test_a_fault_on_the_way_strikes_before_or_after_the_commit(
    caller: Caller, fault: str, committed: int
) -> None:
    world = caller.world(f"kind: {fault}, committed: {committed}%")
    caller.see(world, SESSION)
    assert sessions(world) == committed // 100
    assert outcome(world)[2] == committed // 100


@LANES
@pytest.mark.parametrize("committed", [0, 100])
def test_a_hang_strikes_before_or_after_the_commit(caller: Caller, committed: int) -> None:
    text = f'kind: hang, committed: {committed}%, at: "08:00", for: 1m'
    world = caller.world(text, clock="manual")
    with caller.open(world, SESSION) as sock:
        while not any(line["kind"] == "decided" for line in world.journal()):
            pass
        world.advance(60)
        assert sock.recv(100) == b""
    assert sessions(world) == committed // 100


@LANES
def test_noise_is_no_http_and_the_same_again(caller: Caller) -> None:
    fault = "kind: garbage, size: 100"
    seen = [caller.see(caller.world(fault), TERMS) for _ in range(2)]
    assert len(seen[0].data) == 100
    assert b"HTTP/" not in seen[0].data
    assert seen[0] == seen[1]
    assert seen[0].end == "closed"


@LANES
def test_a_body_of_noise_has_a_right_head_and_a_true_length(caller: Caller) -> None:
    world = caller.world("kind: garbage, what: body, size: 33")
    seen = caller.see(world, TERMS)
    assert seen.data.startswith(b"HTTP/1.1 200 OK\r\n")
    assert seen.header("Content-Type") == "application/json"
    assert (seen.promised, len(seen.body), seen.end) == (33, 33, "kept")
    assert outcome(world)[:2] == ("garbage", 200)


@LANES
@pytest.mark.parametrize("status", [200, 204, 502])
def test_an_empty_answer_has_a_status_and_nothing_else(caller: Caller, status: int) -> None:
    world = caller.world(f"kind: empty, status: {status}")
    seen = caller.see(world, TERMS)
    assert seen.data.startswith(f"HTTP/1.1 {status} ".encode())
    assert (seen.promised, seen.body, seen.end) == (0, b"", "kept")
    assert outcome(world)[:2] == ("empty", status)


@LANES
def test_a_connection_may_close_without_a_byte(caller: Caller) -> None:
    world = caller.world("kind: empty, how: close")
    assert caller.see(world, TERMS) == Seen(b"", "closed")
    assert outcome(world)[:2] == ("closed", 0)


@LANES
def test_a_drip_comes_in_pieces_until_it_is_whole(caller: Caller) -> None:
    world = caller.world("kind: drip, bytes: 40, every: 10s", clock="manual")
    with caller.open(world, SESSION) as sock:
        data = b""
        while not data.endswith(b"\r\n\r\n"):  # the head comes at once
            data += sock.recv(65536)
        length = Seen(data, "").promised
        assert 80 < length < 2000
        body = b""
        while len(body) < length:
            sock.settimeout(0.05)
            with pytest.raises(TimeoutError):
                sock.recv(1)
            sock.settimeout(15)
            world.advance(10)
            piece = sock.recv(65536)
            assert len(piece) == min(40, length - len(body))
            body += piece
    assert b'"session_token"' in body
    assert outcome(world) == ("sent", 201, 1)


@LANES
def test_a_client_that_leaves_frees_a_drip_and_the_change_stays(caller: Caller) -> None:
    world = caller.world("kind: drip, bytes: 1, every: 60s")
    with caller.open(world, SESSION) as sock:
        assert sock.recv(65536).startswith(b"HTTP/1.1 201 ")
    while not any(line["kind"] == "outcome" for line in world.journal()):
        pass
    assert outcome(world) == ("client_left", 0, 1)


@LANES
def test_a_drip_before_the_commit_never_sends_its_last_byte(caller: Caller) -> None:
    world = caller.world("kind: drip, bytes: 50, every: 1ms, committed: 0%")
    seen = caller.see(world, SESSION)
    assert (len(seen.body), seen.end) == (seen.promised - 1, "closed")
    assert outcome(world) == ("cut", 0, 0)
    assert sessions(world) == 0


# -- HTTP ----------------------------------------------------------------------------------

NGINX_504 = (
    b"<html>\r\n"
    b"<head><title>504 Gateway Time-out</title></head>\r\n"
    b"<body>\r\n"
    b"<center><h1>504 Gateway Time-out</h1></center>\r\n"
    b"<hr><center>nginx</center>\r\n"
    b"</body>\r\n"
    b"</html>\r\n"
)
PADDING = b"<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"
ANDROID = "User-Agent: Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) "


@LANES
def test_a_gateways_page_is_nginxs_byte_for_byte(caller: Caller) -> None:
    world = caller.world("kind: gateway_html, status: 504")
    seen = caller.see(world, SESSION)
    assert seen.head.split("\r\n")[:4] == [
        "HTTP/1.1 504 Gateway Time-out",
        "Server: nginx",
        "Date: Thu, 11 Jul 2024 01:00:00 GMT",
        "Content-Type: text/html",
    ]
    assert seen.body == NGINX_504
    assert seen.end == "kept"
    assert sessions(world) == 0


@LANES
@pytest.mark.parametrize(
    ("agent", "pads"),
    [
        (ANDROID + "Chrome/126.0 Mobile Safari/537.36", 6),
        ("User-Agent: Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)", 6),
        ("User-Agent: Mozilla/5.0 (X11; rv:127.0) Gecko/20100101 Firefox/127.0", 0),
        ("User-Agent: okhttp/4.12.0", 0),
    ],
)
def test_only_the_browsers_that_nginx_pads_for_get_padding(
    caller: Caller, agent: str, pads: int
) -> None:
    seen = caller.see(caller.world("kind: gateway_html"), TERMS, agent)
    assert seen.body == NGINX_504 + PADDING * pads
    assert seen.promised == len(seen.body)


@LANES
def test_a_gateway_that_waits_answers_as_late_as_it_would(caller: Caller) -> None:
    world = caller.world("kind: gateway_html, status: 504, delay: 60s", clock="manual")
    with caller.open(world, TERMS) as sock:
        while not any(line["kind"] == "decided" for line in world.journal()):
            pass
        world.advance(59)
        sock.settimeout(0.05)
        with pytest.raises(TimeoutError):
            sock.recv(1)
        sock.settimeout(15)
        world.advance(1)
        assert sock.recv(65536).startswith(b"HTTP/1.1 504 Gateway Time-out\r\n")


@LANES
@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("", "5400"),
        (", retry_after: wrong", "1350"),
        (", retry_after: 10m", "600"),
        (", retry_after: date", "Thu, 11 Jul 2024 02:40:00 GMT"),
        (", body: problem", "5400"),
    ],
)
def test_maintenance_tells_when_to_come_back(caller: Caller, told: str, wanted: str) -> None:
    fault = f'kind: maintenance{told}, at: "07:00", until: "09:40"'
    world = caller.world(fault, clock="manual")
    world.advance(600)
    seen = caller.see(world, SESSION)
    assert seen.head.startswith("HTTP/1.1 503 Service ")
    assert seen.header("Retry-After") == wanted
    assert (b'"code":"maintenance"' in seen.body) == ("problem" in told)
    assert (b"pemeliharaan" in seen.body) is True
    assert sessions(world) == 0


@LANES
def test_maintenance_counts_in_the_clients_seconds_where_the_day_is_shortened(
    caller: Caller,
) -> None:
    fault = 'kind: maintenance, at: "08:00", for: 1h'
    world = caller.world(fault, clock="manual", shorten=20)
    assert caller.see(world, TERMS).header("Retry-After") == "180"


@LANES
@pytest.mark.parametrize("told", ["retry_after: absent", "body: problem"])
def test_maintenance_without_an_end_says_nothing_of_it(caller: Caller, told: str) -> None:
    seen = caller.see(caller.world(f"kind: maintenance, {told}"), TERMS)
    assert seen.head.startswith("HTTP/1.1 503 ")
    assert "Retry-After" not in seen.head


@LANES
def test_a_wrong_type_is_only_in_the_head(caller: Caller) -> None:
    world = caller.world("kind: wrong_type, type: text/plain")
    seen = caller.see(world, SESSION)
    assert seen.header("Content-Type") == "text/plain"
    assert b'"session_token"' in seen.body
    assert sessions(world) == 1


@LANES
def test_html_may_come_with_status_200_and_nothing_done(caller: Caller) -> None:
    world = caller.world("kind: wrong_type, body: html")
    seen = caller.see(world, SESSION)
    assert seen.head.startswith("HTTP/1.1 200 OK\r\n")
    assert seen.header("Content-Type") == "text/html"
    assert seen.body.startswith(b"<!DOCTYPE html>")
    assert sessions(world) == 0


@LANES
def test_a_portal_sends_to_its_login_page_or_sends_it(caller: Caller) -> None:
    redirect = caller.world("kind: captive_portal, portal: http://hotel.invalid/in")
    seen = caller.see(redirect, SESSION)
    assert seen.head.startswith("HTTP/1.1 302 Found\r\n")
    assert seen.header("Location") == "http://hotel.invalid/in"
    page = caller.see(caller.world("kind: captive_portal, how: page"), SESSION)
    assert page.head.startswith("HTTP/1.1 200 OK\r\n")
    assert b"<form" in page.body
    assert sessions(redirect) == 0


@LANES
def test_a_client_that_calls_too_fast_is_told_when_to_come_back(caller: Caller) -> None:
    world = caller.world("kind: rate_limit, calls: 6, every: 1m, at_once: 2", clock="manual")
    seen = [caller.see(world, TERMS) for _ in range(3)]
    assert [s.head[9:12] for s in seen] == ["200", "200", "429"]
    assert [s.header("RateLimit-Remaining") for s in seen] == ["1", "0", "0"]
    assert seen[2].header("RateLimit-Policy") == "6;w=60"
    assert seen[2].header("Retry-After") == "10"
    assert b'"code":"too_many_requests"' in seen[2].body
    world.advance(9.9)
    assert caller.see(world, TERMS).head[9:12] == "429"
    world.advance(0.1)
    assert caller.see(world, TERMS).head[9:12] == "200"
    told = [bool(line.get("faults")) for line in world.journal() if line["kind"] == "decided"]
    assert told == [False, False, True, True, False]  # who passes was struck by nothing


@LANES
def test_a_quota_is_used_up_until_the_next_full_hour(caller: Caller) -> None:
    world = caller.world("kind: quota, calls: 2", clock="manual")
    world.advance(35 * 60)
    seen = [caller.see(world, TERMS) for _ in range(3)]
    assert [s.head[9:12] for s in seen] == ["200", "200", "429"]
    assert seen[2].header("Retry-After") == "1500"
    assert b'"code":"quota_used_up"' in seen[2].body
    world.advance(1500)
    assert caller.see(world, TERMS).head[9:12] == "200"


# -- ended by hand -------------------------------------------------------------------------


@LANES
@pytest.mark.parametrize("clock", ["real", "manual"])
def test_a_fault_ended_by_hand_lets_go_of_the_calls_that_it_holds(
    caller: Caller, clock: str
) -> None:
    world = caller.world("kind: hang, id: dark", clock=clock)
    with caller.open(world, TERMS) as sock:
        while not any(line["kind"] == "decided" for line in world.journal()):
            pass
        world.admin("DELETE", "faults/dark")
        assert sock.recv(100) == b""
    assert outcome(world)[:2] == ("hang", 0)
    assert caller.see(world, TERMS).head.startswith("HTTP/1.1 200 OK")


@LANES
def test_a_fault_added_to_a_running_world_strikes_until_its_time_is_over(caller: Caller) -> None:
    world = caller.world("kind: noop", clock="manual")
    world.admin("POST", "faults", json={"text": "{target: all, kind: reset}", "ttl": "5m"})
    assert caller.see(world, TERMS).end == "reset"
    world.advance(299)
    assert caller.see(world, TERMS).end == "reset"
    world.advance(1)
    assert caller.see(world, TERMS).head.startswith("HTTP/1.1 200 OK")
    lines = [line for line in world.journal() if line["kind"] == "fault"]
    assert [(x["event"], x["by"], x["fault"]) for x in lines] == [
        ("added", "control", "reset#1"),
        ("ended", "time", "reset#1"),
    ]


# -- both lanes ----------------------------------------------------------------------------

FAULTS = [
    "cut, keep: 30%",
    "cut, bytes: 5, how: reset",
    "garbage",
    "garbage, what: body",
    "drip, bytes: 64, every: 1ms",
    "empty",
    "empty, how: close",
    "gateway_html, status: 502",
    "gateway_html, status: 504",
    "maintenance, retry_after: 5m",
    "maintenance, body: problem",
    "rate_limit, calls: 1, every: 1h",
    "quota, calls: 1",
    "wrong_type",
    "wrong_type, body: html",
    "captive_portal",
    "captive_portal, how: page",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_both_lanes_send_the_same_bytes_and_end_alike(
    simulator: Any, make_world: Any, fault: str
) -> None:
    found = []
    for lane, header in (("hot", ()), ("other", ("Connection: keep-alive",))):
        caller = Caller(simulator.port, make_world, header)
        name = f"{lane:x<5}-bytes-{FAULTS.index(fault):02}"  # of one length, for Content-Length
        world = caller.world(f"kind: {fault}", clock="auto", name=name)
        seen = [caller.see(world, asked) for asked in (SESSION, TERMS)]
        assert {line["lane"] for line in world.journal() if line["kind"] == "decided"} == {lane}
        found.append([(s.data.replace(name.encode(), b"W"), s.end) for s in seen])
    assert found[0] == found[1]
