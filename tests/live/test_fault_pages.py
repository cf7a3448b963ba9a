"""Each HTTP fault as a client sees it: its bytes and headers, in both lanes."""

from __future__ import annotations

import pytest
from fault_caller import SESSION, TERMS, Caller, sessions

pytestmark = pytest.mark.live
LANES = pytest.mark.parametrize("header", [(), ("Connection: keep-alive",)], ids=["hot", "other"])


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
