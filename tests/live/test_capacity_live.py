"""A finite centre over real sockets: calls wait, are refused, and leave their work."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.live
TEXT = """\
scenario: one-server
story: One call after the other.
seed: 1
clock: {start: 2024-07-11T08:00}
capacity: {siak: {servers: 1, service_time: 400ms, queue: 2, retry_after: 3s}}
"""
LOGIN = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
PATIENCE_S = 10.0


def login(world: Any) -> tuple[int, float, httpx.Headers]:
    begin = time.monotonic()
    answer = httpx.post(f"{world.base}/siak/v1/sessions", json=LOGIN, timeout=30)
    return answer.status_code, time.monotonic() - begin, answer.headers


def soon(what: Callable[[], bool]) -> bool:
    """Look again and again until something is so; False when patience is over."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if what():
            return True
    return False


def test_calls_at_once_are_served_one_after_the_other_and_the_rest_refused(make_world: Any) -> None:
    world = make_world(text=TEXT, clock="real")
    with ThreadPoolExecutor(6) as pool:
        heard = list(pool.map(lambda _: login(world), range(6)))
    served = sorted(took for status, took, _ in heard if status == 201)
    refused = [headers for status, _, headers in heard if status == 503]
    assert len(served) + len(refused) == 6
    assert len(served) >= 3
    assert served[0] >= 0.4
    assert served[2] >= 1.2
    assert all(headers["retry-after"] == "3" for headers in refused)
    shown = world.admin("GET", "capacity").json()["services"]["siak"]
    assert shown["clients"]["served"] == len(served)
    assert shown["clients"]["refused"] == len(refused)


def test_a_client_that_hangs_up_leaves_a_write_that_is_committed_later(make_world: Any) -> None:
    world = make_world(text=TEXT.replace("400ms", "1s"), clock="real")
    host, port = world.server.removeprefix("http://").split(":")
    body = b'{"operator_id":"petugas01","password":"siaksim-petugas01"}'
    head = f"POST /w/{world.name}/siak/v1/sessions HTTP/1.1\r\nHost: a\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port))) as sock:
        sock.sendall(head.encode() + body)
        assert soon(lambda: any(line["kind"] == "decided" for line in world.journal()))
    assert soon(lambda: any(line["kind"] == "worked_off" for line in world.journal()))
    kinds = [x["kind"] for x in world.journal() if x["kind"] in ("outcome", "ledger", "worked_off")]
    assert kinds == ["outcome", "ledger", "worked_off"]
    (outcome,) = [line for line in world.journal() if line["kind"] == "outcome"]
    assert outcome["end"] == "client_left"
    shown = world.admin("GET", "capacity").json()["services"]["siak"]
    assert (shown["clients"]["wasted"], shown["clients"]["wasted_share"]) == (1, 1.0)


def test_calls_that_a_stall_holds_go_on_when_it_is_ended_by_hand(make_world: Any) -> None:
    world = make_world(text=TEXT, clock="real")
    stall = "{target: siak.*, kind: stall, for: 1h}"
    world.admin("POST", "faults", json={"text": stall})
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(login, world)
        assert soon(lambda: any(line["kind"] == "decided" for line in world.journal()))
        world.admin("DELETE", "faults/stall%231")
        status, _, _ = held.result(timeout=20)
    assert status == 201


def test_who_is_thrown_out_of_the_queue_is_refused_and_who_is_served_is_not(
    make_world: Any,
) -> None:
    world = make_world(text=TEXT.replace("400ms", "3s"), clock="real")

    def decided() -> int:
        return sum(line["kind"] == "decided" for line in world.journal())

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(login, world)
        assert soon(lambda: decided() == 1)
        second = pool.submit(login, world)
        assert soon(lambda: decided() == 2)
        shed = "{target: siak.*, kind: shed, drop_queue: true, for: 1m}"
        world.admin("POST", "faults", json={"text": shed})
        assert second.result(timeout=20)[0] == 503
        assert first.result(timeout=20)[0] == 201
    queues = [line["queue"] for line in world.journal() if "queue" in line]
    assert queues == ["thrown out"]
