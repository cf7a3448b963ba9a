"""Each transport fault as a client sees it: its bytes, its ends, in both lanes."""

from __future__ import annotations

from typing import Any

import pytest
from fault_caller import SESSION, TERMS, Caller, Seen, outcome, sessions

pytestmark = pytest.mark.live
LANES = pytest.mark.parametrize("header", [(), ("Connection: keep-alive",)], ids=["hot", "other"])


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
