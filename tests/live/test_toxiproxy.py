"""A real Toxiproxy behind the adapter: its words, limits and death, and somebody else's hand."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator

import gevent
import pytest
from line_bench import LINK, Bench, asked, benched, ends_by_reset, until
from siaksim.core.toxics import Bandwidth, Latency, LimitData, Losses, NatIdle, Reset, Stall, Toxic
from siaksim.errors import UserError
from siaksim.links.engine import EngineError
from siaksim.links.plan import LineState
from siaksim.links.toxiproxy import adapter as adapters
from siaksim.links.toxiproxy.adapter import (
    Adapter,
    ProxyInfo,
    ToxicSpec,
    ToxiproxyError,
    Unreachable,
)
from siaksim.links.toxiproxy.engine import ToxiproxyEngine, toxic_specs
from siaksim.links.toxiproxy.process import ToxiproxyProcess

pytestmark = [pytest.mark.live, pytest.mark.needs("toxiproxy-server")]
SLOW = ToxicSpec("latency", "downstream", 1.0, {"latency": 5, "jitter": 1})


@pytest.fixture
def process() -> Iterator[ToxiproxyProcess]:
    made = ToxiproxyProcess()
    yield made
    made.stop()


@pytest.fixture
def server(process: ToxiproxyProcess) -> Adapter:
    return Adapter(process.url)


@pytest.fixture
def line() -> Iterator[Bench]:
    engine = ToxiproxyEngine()
    engine.start()
    with benched(engine) as bench:
        yield bench
    engine.stop()


def toxiproxy(line: Bench) -> ToxiproxyEngine:
    assert isinstance(line.engine, ToxiproxyEngine)
    return line.engine


# -- the adapter -----------------------------------------------------------------------------


def test_a_refusal_has_the_servers_own_words(server: Adapter) -> None:
    made = server.create("one", "127.0.0.1:0", "127.0.0.1:9")
    with pytest.raises(ToxiproxyError, match="address already in use") as caught:
        server.create("other", made.listen, "127.0.0.1:9")
    assert caught.value.status == 500
    server.add_toxic("one", "slow", SLOW)
    with pytest.raises(ToxiproxyError, match="toxic already exists") as caught:
        server.add_toxic("one", "slow", SLOW)
    assert caught.value.status == 409
    with pytest.raises(ToxiproxyError, match="proxy not found"):
        server.delete("nobody")
    with pytest.raises(ToxiproxyError, match="toxic not found"):
        server.remove_toxic("one", "nothing")


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        (ToxicSpec("latency", "downstream", 1.0, {"latencyy": 5}), "Attributes: latency, jitter"),
        (ToxicSpec("latency", "downstream", 7.0, {"latency": 5}), "toxicity of 7.0"),
        (ToxicSpec("latency", "downstream", 1.0, {"latency": -5}), "whole number from 0"),
        (ToxicSpec("latency", "down", 1.0, {"latency": 5}), "neither upstream nor downstream"),
        (ToxicSpec("latancy", "downstream", 1.0, {}), "Types: latency"),
    ],
)
def test_what_the_server_would_swallow_is_refused_here(
    server: Adapter, spec: ToxicSpec, what: str
) -> None:
    server.create("one", "127.0.0.1:0", "127.0.0.1:9")
    with pytest.raises(EngineError, match=what):
        server.add_toxic("one", "bad", spec)
    assert server.proxies()["one"].toxics == {}


@pytest.mark.parametrize("name", ["a/b", "", "a b", "ä", "x" * 101])
def test_a_name_that_could_never_be_deleted_is_refused(server: Adapter, name: str) -> None:
    with pytest.raises(EngineError, match="no name for Toxiproxy"):
        server.create(name, "127.0.0.1:0", "127.0.0.1:9")
    assert server.proxies() == {}


def test_proxies_are_populated_on_the_servers_side_and_all_are_told(server: Adapter) -> None:
    first = server.create("one", "127.0.0.1:0", "127.0.0.1:9")
    made = server.populate([first, ProxyInfo("two", "127.0.0.1:0", "127.0.0.1:9", True)])
    assert [proxy.name for proxy in made] == ["one", "two"]
    assert server.proxies()["one"].listen == first.listen
    with pytest.raises(ToxiproxyError, match="address already in use"):
        server.populate([ProxyInfo("three", first.listen, "127.0.0.1:9", True)])


def test_metrics_that_the_server_was_not_asked_for_are_a_refusal(server: Adapter) -> None:
    with pytest.raises(ToxiproxyError, match="404"):
        server.metrics()


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adapters, "TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Adapter(f"http://127.0.0.1:{silent.getsockname()[1]}")
        for work in (server.version, server.proxies, lambda: server.delete("one")):
            with pytest.raises(Unreachable, match=r"did not answer within 0\.2 s"):
                work()


def test_two_servers_are_driven_from_one_process_and_several_threads(
    process: ToxiproxyProcess, server: Adapter
) -> None:
    other = ToxiproxyProcess()
    try:
        both = {"here": server, "there": Adapter(other.url)}

        def make(name: str) -> None:
            for number in range(5):
                both[name].create(f"{name}-{number}", "127.0.0.1:0", "127.0.0.1:9")

        threads = [threading.Thread(target=make, args=(name,)) for name in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for name, adapter in both.items():
            assert sorted(adapter.proxies()) == [f"{name}-{n}" for n in range(5)]
    finally:
        other.stop()


# -- the engine ------------------------------------------------------------------------------


def test_a_change_in_place_keeps_connections(line: Bench) -> None:
    line.be(LimitData(5), way="down")
    client = line.client()
    assert asked(client, b"12345")[0] == b"12345"
    line.be(Bandwidth(10_000), way="down")
    line.be(Bandwidth(90_000), way="down")
    kept = line.client()
    assert asked(kept, b"x")[0] == b"x"
    line.be(Bandwidth(80_000), way="down")
    assert asked(kept, b"y")[0] == b"y"


def test_what_it_cannot_do_is_told_and_not_pretended(line: Bench) -> None:
    engine = toxiproxy(line)
    can = {kind: engine.can(Toxic("t", kind, None)) for kind in (NatIdle(1.0), Stall())}
    assert can == {NatIdle(1.0): False, Stall(): True}
    assert not engine.can(Toxic("t", Losses(20, 2, 0.2), "up"))
    told = " ".join(engine.lacks)
    for word in ("seed", "losses", "nat_idle", "each connection by itself", "resets by SIAK"):
        assert word in told


def test_a_reset_by_siak_is_a_close_as_its_limits_say(line: Bench) -> None:
    def reset(sock: socket.socket) -> None:
        sock.recv(10)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sock.close()

    line.behind.serve = reset
    client = line.client()
    client.sendall(b"x")
    assert not ends_by_reset(client)


def test_an_open_connection_is_closed_by_a_later_reset_as_its_limits_say(line: Bench) -> None:
    client = line.client()
    assert asked(client, b"x")[0] == b"x"
    line.be(Reset(), way="up")
    client.sendall(b"y")
    assert not ends_by_reset(client)


def test_a_server_that_dies_is_noticed_with_how(line: Bench) -> None:
    pid = toxiproxy(line).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: line.do(line.engine.check))
    assert line.do(line.engine.check) == "Toxiproxy died (killed by signal 9)."
    with pytest.raises(EngineError):
        line.be(Latency(0.1))


def _reset(engine: ToxiproxyEngine) -> None:
    engine.adapter._send("POST", "/reset")


def _delete(engine: ToxiproxyEngine) -> None:
    engine.adapter.delete(next(iter(engine.adapter.proxies())))


def _close(engine: ToxiproxyEngine) -> None:
    engine.adapter.enable(next(iter(engine.adapter.proxies())), False)


def _add(engine: ToxiproxyEngine) -> None:
    engine.adapter.add_toxic(next(iter(engine.adapter.proxies())), "mine", SLOW)


def _change(engine: ToxiproxyEngine) -> None:
    engine.adapter.update_toxic(next(iter(engine.adapter.proxies())), "t0.down", SLOW)


@pytest.mark.parametrize(
    ("hand", "why"),
    [
        (_reset, "lacks the toxic t0.down"),
        (_delete, "is gone"),
        (_close, "was closed"),
        (_add, "has a toxic mine"),
        (_change, "has another toxic t0.down"),
    ],
)
def test_somebody_elses_hand_is_noticed(line: Bench, hand: object, why: str) -> None:
    line.be(Latency(0.1), way="down")
    assert line.do(line.engine.check) == ""
    assert callable(hand)
    line.do(hand, line.engine)
    told = line.do(line.engine.check)
    assert told == f"Somebody else changed Toxiproxy: the line {LINK} {why}."


def test_a_server_that_runs_is_used_by_its_url_and_left_as_it_was(
    process: ToxiproxyProcess, server: Adapter
) -> None:
    server.create("theirs", "127.0.0.1:0", "127.0.0.1:9")
    engine = ToxiproxyEngine(process.url)
    engine.start()
    with benched(engine) as line:
        assert asked(line.client(), b"x")[0] == b"x"
        assert engine.pid is None
        assert len(server.proxies()) == 2
    engine.stop()
    assert list(server.proxies()) == ["theirs"]
    assert process.died() == ""


def test_a_line_that_is_down_has_no_other_state_than_it_was_told(line: Bench) -> None:
    slow = Toxic("link.latency#1.down", Latency(0.1), "down")
    line.do(line.engine.apply, LINK, LineState(down=True, toxics=(slow,)))
    with pytest.raises(ConnectionRefusedError):
        line.client()
    line.do(line.engine.apply, LINK, LineState(toxics=(slow,)))
    assert asked(line.client(), b"x")[1] + 0.002 >= 0.1
    gevent.idle()


def test_toxics_are_told_in_the_servers_units() -> None:
    half_as_long = 2.0
    assert toxic_specs(Toxic("a#1.up", Latency(0.25, 0.05), "up", 0.5), half_as_long) == {
        "a_1.up": ToxicSpec("latency", "upstream", 0.5, {"latency": 125, "jitter": 25})
    }
    assert toxic_specs(Toxic("b", Bandwidth(125_000), "down")) == {
        "b": ToxicSpec("bandwidth", "downstream", 1.0, {"rate": 125})
    }
    assert toxic_specs(Toxic("c", Bandwidth(20), "down"))["c"].attributes == {"rate": 1}


@pytest.mark.parametrize("url", ["https://127.0.0.1:8474", "127.0.0.1:8474", "http://h/x", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UserError, match="no Toxiproxy API"):
        Adapter(url)


def test_a_missing_program_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineError, match="toxiproxy-server is not on PATH") as caught:
        ToxiproxyProcess()
    assert "go install" in caught.value.how
    assert "--links embedded" in caught.value.how
