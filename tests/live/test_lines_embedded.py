"""What only the embedded engine can do: a seed, losses, NAT silence, resets that pass, accounts."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from time import monotonic

import gevent
import pytest
from line_bench import LINK, Bench, asked, benched, ends_by_reset, exactly, silent_for, until
from siaksim.core.toxics import Bandwidth, Latency, LimitData, Losses, NatIdle, Reset, Slicer, Toxic
from siaksim.links.embedded import Embedded
from siaksim.links.engine import EngineError
from siaksim.links.plan import LineState
from siaksim.links.shaping import hits

pytestmark = pytest.mark.live


@pytest.fixture
def line() -> Iterator[Bench]:
    with benched(Embedded(seed=1)) as bench:
        yield bench


def test_the_seed_says_which_connections_a_share_hits(line: Bench) -> None:
    line.be(LimitData(0), way="down", share=0.4)
    toxic = Toxic("t0.down", LimitData(0), "down", 0.4)
    for ordinal in range(1, 31):
        client = line.client()
        client.sendall(b"x")
        assert exactly(client, 1) == (b"" if hits(1, LINK, ordinal, toxic) else b"x")


def test_the_seed_says_which_calls_meet_a_lost_packet() -> None:
    def slow_calls(seed: int) -> list[int]:
        with benched(Embedded(seed)) as line:
            line.be(Losses(4, 1, 0.06), way="up")
            client = line.client()
            return [n for n in range(40) if asked(client, b"call")[1] >= 0.055]

    first = slow_calls(5)
    assert 2 <= len(first) <= 20
    assert first == slow_calls(5)
    assert first != slow_calls(6)


def test_a_silent_connection_is_forgotten_and_nobody_is_told(line: Bench) -> None:
    line.be(NatIdle(0.2), way=None)
    client = line.client()
    assert asked(client, b"before")[0] == b"before"
    gevent.sleep(0.3)
    client.sendall(b"after a pause")
    assert silent_for(client, 0.3)
    assert bytes(line.behind.got) == b"before"
    assert asked(line.client(), b"a new one")[0] == b"a new one"


def test_a_connection_that_speaks_is_not_forgotten(line: Bench) -> None:
    line.be(NatIdle(0.5), way=None)
    client = line.client()
    for _ in range(8):
        assert asked(client, b"x")[0] == b"x"
        gevent.sleep(0.1)


def test_a_reset_by_siak_reaches_the_client_as_one(line: Bench) -> None:
    def reset(sock: socket.socket) -> None:
        sock.recv(10)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()

    line.behind.serve = reset
    client = line.client()
    client.sendall(b"x")
    assert ends_by_reset(client)


def test_a_half_closed_connection_still_carries_the_answer(line: Bench) -> None:
    def after_the_end(sock: socket.socket) -> None:
        while sock.recv(100):
            pass
        sock.sendall(b"all of it came")

    line.be(Latency(0.05), Slicer(20, 5), way="both")
    line.behind.serve = after_the_end
    client = line.client()
    client.sendall(b"x" * 500)
    client.shutdown(socket.SHUT_WR)
    assert exactly(client, 14) == b"all of it came"
    assert client.recv(1) == b""


def test_all_connections_of_a_line_share_its_rate(line: Bench) -> None:
    line.be(Bandwidth(200_000, shared=True), way="up")
    clients = [line.client() for _ in range(4)]
    began = monotonic()
    jobs = [gevent.spawn(asked, client, b"x" * 20_000) for client in clients]
    gevent.joinall(jobs, raise_error=True)
    assert monotonic() - began + 0.002 >= 0.39


def test_what_the_client_never_got_is_accounted_for(line: Bench) -> None:
    line.be(Latency(0.6), way="down")
    client = line.client()
    client.sendall(b"please")
    until(lambda: line.behind.got)
    gevent.sleep(0.1)
    client.close()
    until(lambda: line.ended)
    (ended,) = line.ended
    assert (ended.link, ended.delivered, ended.lost) == (LINK, 0, 6)
    assert ended.why == "client_left"
    assert 0.1 < ended.ago_s < 0.6  # when it left, and not when that was seen


@pytest.mark.parametrize("why", ["down", "reset"])
def test_what_the_line_took_from_the_client_is_accounted_for(line: Bench, why: str) -> None:
    client = line.client()
    assert asked(client, b"one")[0] == b"one"
    line.be(Latency(5.0), way="down")
    client.sendall(b"two")
    until(lambda: len(line.behind.got) == 6)
    gevent.sleep(0.05)
    if why == "down":
        line.down()
    else:
        line.be(Reset(), way="up")
        client.sendall(b"three")
    until(lambda: line.ended)
    (ended,) = line.ended
    assert (ended.delivered, ended.lost, ended.why) == (3, 3, why)


def test_an_end_in_order_loses_nothing(line: Bench) -> None:
    client = line.client()
    assert asked(client, b"one")[0] == b"one"
    client.close()
    until(lambda: line.ended)
    assert (line.ended[0].lost, line.ended[0].why) == (0, "")


def test_a_new_world_begins_its_counts_anew(line: Bench) -> None:
    engine = line.engine
    assert isinstance(engine, Embedded)
    client = line.client()
    assert asked(client, b"x")[0] == b"x"
    engine.restart(2, 4.0)
    assert client.recv(1) == b""
    line.be(Latency(0.4), way="up")
    took = asked(line.client(), b"x")[1]
    assert 0.1 <= took + 0.002 < 0.4  # four client seconds in each of ours
    assert engine.open_connections(LINK) == 1


def test_a_port_that_is_taken_is_named(line: Bench) -> None:
    with pytest.raises(EngineError, match=f"127.0.0.1:{line.port}: the line's port cannot be had"):
        line.engine.open("other", line.port, line.behind.port)


def test_while_it_is_down_nobody_else_gets_its_port(line: Bench) -> None:
    line.engine.apply(LINK, LineState(down=True))
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", line.port))
