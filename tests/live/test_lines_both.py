"""One suite for both engines: what a line does to bytes, by its nature, with real sockets.

Lower bounds of times are what was asked for; upper ones are wide, as machines may be busy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from time import monotonic

import gevent
import pytest
from line_bench import (
    PHOTO_SIZE,
    THANKS,
    Bench,
    asked,
    benched,
    ends_by_reset,
    exactly,
    silent_for,
    to_the_end,
    until,
)
from siaksim.core.toxics import (
    Bandwidth,
    Latency,
    LimitData,
    Reset,
    Slicer,
    SlowClose,
    Stall,
    Timeout,
)
from siaksim.links.embedded import Embedded
from siaksim.links.engine import Engine
from siaksim.links.toxiproxy.engine import ToxiproxyEngine

pytestmark = pytest.mark.live

PHOTO = bytes(n * 7 % 251 for n in range(PHOTO_SIZE))
BUSY_S = 2.0
"""Wall seconds by which a busy machine may be late."""


@pytest.fixture(
    scope="module",
    params=[
        "embedded",
        pytest.param("toxiproxy", marks=pytest.mark.needs("toxiproxy-server")),
    ],
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    made: Engine = Embedded(seed=1) if request.param == "embedded" else ToxiproxyEngine()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def line(engine: Engine) -> Iterator[Bench]:
    with benched(engine) as bench:
        yield bench


def test_a_perfect_line_carries_a_photograph_both_ways_unchanged(line: Bench) -> None:
    client = line.client()
    writer = gevent.spawn(client.sendall, PHOTO)
    assert exactly(client, len(PHOTO)) == PHOTO
    writer.join()
    assert bytes(line.behind.got) == PHOTO


def test_bytes_keep_their_order_and_number_whatever_the_line_does(line: Bench) -> None:
    line.behind.serve = line.behind.sink
    line.be(Latency(0.03, 0.02), Slicer(9000, 4000, 0.0005), Bandwidth(1_000_000), way="both")
    client = line.client()
    client.sendall(PHOTO)
    assert exactly(client, len(THANKS)) == THANKS
    assert bytes(line.behind.got) == PHOTO


def test_latency_is_added_once_for_each_way_that_has_it(line: Bench) -> None:
    client = line.client()
    for way, least in (("up", 0.1), ("down", 0.1), ("both", 0.2)):
        line.be(Latency(0.1), way=way)  # type: ignore[arg-type]
        got, took = asked(client, b"ping")
        assert got == b"ping"
        assert least <= took + 0.002 < least + BUSY_S


def test_latency_does_not_slow_a_stream_down(line: Bench) -> None:
    line.behind.serve = line.behind.sink
    line.be(Latency(0.2))
    client = line.client()
    began = monotonic()
    client.sendall(PHOTO)
    assert exactly(client, len(THANKS)) == THANKS
    # A wait for each 16 or 64 KB would come to 0.8 s and more; on its way it comes to one.
    assert 0.2 <= monotonic() - began + 0.002 < 0.2 + 0.5


def test_bandwidth_holds_over_the_whole_and_over_each_part(line: Bench) -> None:
    line.be(Bandwidth(400_000))
    client = line.client()
    came: list[tuple[float, int]] = [(monotonic(), 0)]
    writer = gevent.spawn(client.sendall, PHOTO)
    while came[-1][1] < len(PHOTO):
        total = came[-1][1] + len(client.recv(65536))
        came.append((monotonic(), total))
    writer.join()
    whole = came[-1][0] - came[0][0]
    assert 0.45 <= whole < 0.5 + BUSY_S
    half = next(t for t, total in came if total >= len(PHOTO) // 2)
    assert half - came[0][0] >= 0.2  # no burst at the beginning


def test_down_refuses_and_ends_what_is_open_and_comes_back_on_the_same_port(line: Bench) -> None:
    client = line.client()
    assert asked(client, b"hello")[0] == b"hello"
    line.down()
    with suppress(ConnectionResetError):  # either is an end
        assert to_the_end(client) == b""
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            line.client()
    line.be()
    assert asked(line.client(), b"again")[0] == b"again"


def test_a_reset_on_the_way_up_loses_the_request(line: Bench) -> None:
    line.be(Reset(), way="up")
    client = line.client()
    client.sendall(b"please")
    assert ends_by_reset(client)
    assert line.behind.got == b""


def test_a_reset_on_the_way_down_loses_the_answer_only(line: Bench) -> None:
    line.be(Reset(), way="down")
    client = line.client()
    client.sendall(b"please")
    assert ends_by_reset(client)
    assert line.behind.got == b"please"


def test_a_reset_may_come_later(line: Bench) -> None:
    line.be(Reset(0.15), way="up")
    client = line.client()
    began = monotonic()
    client.sendall(b"please")
    assert ends_by_reset(client)
    assert 0.15 <= monotonic() - began + 0.002 < 0.15 + BUSY_S


def test_slow_close_tells_the_end_late_and_the_bytes_at_once(line: Bench) -> None:
    line.be(SlowClose(0.3), way="down")

    def answer(sock: object) -> None:
        sock.sendall(b"done")  # type: ignore[attr-defined]

    line.behind.serve = answer
    client = line.client()
    began = monotonic()
    assert exactly(client, 4) == b"done"
    early = monotonic() - began
    assert to_the_end(client) == b""
    assert early < 0.3 <= monotonic() - began + 0.002


def test_a_timeout_lets_nothing_pass_and_closes(line: Bench) -> None:
    line.be(Timeout(0.2), way="down")
    client = line.client()
    began = monotonic()
    client.sendall(b"please")
    assert to_the_end(client) == b""
    assert 0.2 <= monotonic() - began + 0.002 < 0.2 + BUSY_S
    assert line.behind.got == b"please"


def test_a_timeout_without_an_end_closes_when_it_is_over(line: Bench) -> None:
    line.be(Timeout(), way="up")
    client = line.client()
    client.sendall(b"lost")
    assert silent_for(client, 0.15)
    line.be()
    assert to_the_end(client) == b""
    assert line.behind.got == b""


def test_a_slicer_makes_many_reads_of_one_answer(line: Bench) -> None:
    line.be(Slicer(100, 40, 0.01), way="down")
    client = line.client()
    client.sendall(PHOTO[:1500])
    sizes: list[int] = []
    while sum(sizes) < 1500:
        sizes.append(len(client.recv(65536)))
    assert len(sizes) >= 5


@pytest.mark.parametrize("way", ["up", "down"])
def test_limit_data_lets_so_many_bytes_pass_and_closes(line: Bench, way: str) -> None:
    line.be(LimitData(1000), way=way)  # type: ignore[arg-type]
    client = line.client()
    client.sendall(PHOTO[:3000])
    got = b""
    with suppress(ConnectionResetError):  # what was not taken any more may be answered so
        while data := client.recv(65536):
            got += data
    if way == "up":
        until(lambda: len(line.behind.got) >= 1000)
        assert bytes(line.behind.got) == PHOTO[:1000]
    else:
        assert got == PHOTO[:1000]


def test_limit_data_counts_on_over_calls_of_a_kept_connection(line: Bench) -> None:
    line.be(LimitData(250), way="down")
    client = line.client()
    assert asked(client, b"x" * 100)[0] == b"x" * 100
    assert asked(client, b"y" * 100)[0] == b"y" * 100
    client.sendall(b"z" * 100)
    assert to_the_end(client) == b"z" * 50


def test_a_stall_holds_everything_and_loses_nothing(line: Bench) -> None:
    client = line.client()
    assert asked(client, b"before")[0] == b"before"
    line.be(Stall(), way=None)
    client.sendall(b"during")
    assert silent_for(client, 0.25)
    late = line.client()  # new connections are taken, and wait too
    late.sendall(b"late")
    assert silent_for(late, 0.1)
    line.be()
    assert exactly(client, 6) == b"during"
    assert exactly(late, 4) == b"late"


def test_a_kept_connection_carries_call_after_call(line: Bench) -> None:
    line.be(Latency(0.002, 0.001), Bandwidth(500_000), way="both")
    client = line.client()
    for number in range(100):
        data = b"call %d" % number
        assert asked(client, data)[0] == data
    assert line.behind.accepted == 1


def test_a_change_reaches_open_connections_both_ways(line: Bench) -> None:
    client = line.client()
    plain = min(asked(client, b"x")[1] for _ in range(5))
    line.be(Latency(0.15))
    slow = asked(client, b"x")[1]
    line.be(Latency(0.05))
    less = min(asked(client, b"x")[1] for _ in range(3))
    line.be()
    after = min(asked(client, b"x")[1] for _ in range(5))
    assert slow + 0.002 >= 0.15
    assert 0.05 <= less + 0.002 < 0.15
    assert max(plain, after) < 0.05
    assert line.behind.accepted == 1


def test_a_share_of_none_hits_nobody_and_of_all_everybody(line: Bench) -> None:
    line.be(Timeout(), way="down", share=0.0)
    for _ in range(10):
        assert asked(line.client(), b"x")[0] == b"x"
    line.be(LimitData(0), way="down", share=1.0)
    for _ in range(10):
        client = line.client()
        client.sendall(b"x")
        assert to_the_end(client) == b""


def test_many_clients_are_carried_side_by_side(line: Bench) -> None:
    line.be(Latency(0.1), way="down")
    clients = [line.client() for _ in range(50)]
    began = monotonic()
    jobs = [gevent.spawn(asked, client, b"%d" % n) for n, client in enumerate(clients)]
    gevent.joinall(jobs, raise_error=True)
    assert [job.value[0] for job in jobs if job.value] == [b"%d" % n for n in range(50)]
    assert monotonic() - began < 0.1 + BUSY_S


def test_a_client_that_leaves_is_told_behind_the_line(line: Bench) -> None:
    seen: list[float] = []

    def wait(sock: object) -> None:
        sock.recv(10)  # type: ignore[attr-defined]
        assert sock.recv(10) == b""  # type: ignore[attr-defined]
        seen.append(monotonic())

    line.behind.serve = wait
    client = line.client()
    client.sendall(b"x")
    client.close()
    until(lambda: seen)


def test_an_engine_that_is_as_it_was_told_to_be_says_so(line: Bench) -> None:
    line.be(Latency(0.1, 0.05), Bandwidth(9999.5), Slicer(10, 3, 0.1), way="both")
    assert line.do(line.engine.check) == ""
    line.down()
    assert line.do(line.engine.check) == ""


def test_times_are_in_order(line: Bench) -> None:
    """Jitter never lets a later byte overtake an earlier one."""
    line.be(Latency(0.02, 0.02), way="up")
    client = line.client()
    sent = [b"%04d" % n for n in range(60)]
    for part in sent:
        client.sendall(part)
    got = exactly(client, 240)
    numbers = [int(got[n : n + 4]) for n in range(0, 240, 4)]
    assert all(one < other for one, other in pairwise(numbers))
