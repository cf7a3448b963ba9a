"""What lines cost and whether they give what they are asked for: both engines, side by side.

Run: PATH=$PWD/.tools/bin:$PATH .venv/bin/python loadtests/bench_links.py

What answers, the client and each engine have a process of their own; without a Toxiproxy on PATH
only the embedded engine is measured.
"""

from __future__ import annotations

import contextlib
import pickle
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from siaksim.core.toxics import Bandwidth, Effect, Latency, Reset, Slicer, Toxic, Way, toxics
from siaksim.links.engine import HOST
from siaksim.links.plan import LineState
from siaksim.links.toxiproxy.engine import ToxiproxyEngine
from siaksim.scenario.links import shipped_profile

CALLS = 3000
ROUNDS = 5
HELD = 2000
PHOTO = 200_000


# -- processes of their own ------------------------------------------------------------------


def answer() -> None:
    """Echo what comes, but take a whole photograph (it begins with P) before one byte goes back."""
    from gevent.server import StreamServer

    def serve(sock: Any, address: object) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        got = 0
        with contextlib.suppress(OSError):
            while came := sock.recv(65536):
                if got or came[:1] == b"P":
                    got += len(came)
                    if got < PHOTO:
                        continue
                    got, came = 0, b"!"
                sock.sendall(came)

    server = StreamServer((HOST, 0), serve, backlog=4096)
    server.start()
    print(server.address[1], flush=True)
    server.serve_forever()


def relay(upstream: int) -> None:
    """Carry a line, and change it as standard input says."""
    import gevent
    from siaksim.links.embedded import Embedded

    engine = Embedded(seed=1)
    print(engine.open("bench", 0, upstream), flush=True)
    pool = gevent.get_hub().threadpool
    while text := pool.apply(sys.stdin.readline):
        engine.apply("bench", pickle.loads(bytes.fromhex(text)))
        print("done", flush=True)


@contextlib.contextmanager
def beside(*words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a part of this file in a process of its own; yields it and the port that it says."""
    command = [sys.executable, __file__, *words]
    process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


Apply = Callable[[LineState], None]


@contextlib.contextmanager
def embedded(upstream: int) -> Iterator[tuple[int, Apply]]:
    """Yield the embedded engine's port and what changes its line."""
    with beside("relay", str(upstream)) as (process, port):

        def apply(state: LineState) -> None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(pickle.dumps(state).hex() + "\n")
            process.stdin.flush()
            process.stdout.readline()

        yield port, apply


@contextlib.contextmanager
def toxiproxy(upstream: int) -> Iterator[tuple[int, Apply]]:
    """Yield the same of a real Toxiproxy."""
    engine = ToxiproxyEngine()
    engine.start()
    try:
        yield engine.open("bench", 0, upstream), lambda state: engine.apply("bench", state)
    finally:
        engine.stop()


# -- measuring -------------------------------------------------------------------------------


def client(port: int) -> socket.socket:
    sock = socket.create_connection((HOST, port), timeout=60)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def round_trips(port: int, calls: int, fresh: bool = False) -> list[float]:
    """Return the seconds of each call: on one connection, or each on a new one."""
    took, sock = [], client(port)
    for _ in range(calls):
        if fresh:
            sock.close()
            sock = client(port)
        began = time.perf_counter()
        sock.sendall(b"x" * 200)
        got = 0
        while got < 200:
            got += len(sock.recv(4096))
        took.append(time.perf_counter() - began)
    sock.close()
    return took


def upload(port: int) -> float:
    """Return the seconds of a photograph's upload, its answer included."""
    with client(port) as sock:
        began = time.perf_counter()
        sock.sendall(b"P" * PHOTO)
        sock.recv(1)
        return time.perf_counter() - began


def side_by_side(port: int, number: int) -> float:
    """Return the seconds until so many uploads at once are all done."""
    threads = [threading.Thread(target=upload, args=(port,)) for _ in range(number)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def held(port: int, number: int) -> tuple[int, float]:
    """Return how many connections are held at once and answer, and the seconds of one round."""
    socks = [client(port) for _ in range(number)]
    began = time.perf_counter()
    for sock in socks:
        sock.sendall(b"x")
    answered = sum(sock.recv(1) == b"x" for sock in socks)
    took = time.perf_counter() - began
    for sock in socks:
        sock.close()
    return answered, took


def state(*effects: Effect, way: Way = "up", share: float = 1.0) -> LineState:
    found: list[Toxic] = []
    for number, effect in enumerate(effects):
        found += toxics(f"t{number}", effect, way, share)
    return LineState(toxics=tuple(found))


def reads(port: int) -> int:
    """Return in how many pieces an answer of 2,000 bytes comes."""
    with client(port) as sock:
        sock.sendall(b"x" * 2000)
        count = got = 0
        while got < 2000:
            got += len(sock.recv(65536))
            count += 1
        return count


def resets(port: int, number: int) -> float:
    """Return the share of new connections that end by a reset."""
    found = 0
    for _ in range(number):
        with client(port) as sock:
            sock.sendall(b"x")
            try:
                sock.recv(1)
            except ConnectionResetError:
                found += 1
    return found / number


def asked_and_given(port: int, apply: Apply) -> list[tuple[str, str, str]]:
    """Return (what, asked, given) of one engine."""
    rows = []
    apply(state(Latency(0.1), way="both"))
    median = statistics.median(round_trips(port, 30)) * 1000
    rows.append(("latency 100 ms each way, round trip", "200 ms", f"{median:.1f} ms"))
    apply(state(Latency(0.1, 0.05)))
    spread = [1000 * t for t in round_trips(port, 60)]
    rows.append(("latency 100 ms, jitter 50 ms", "50-150 ms", _span(spread)))
    apply(state(Bandwidth(400_000)))
    rows.append(("bandwidth 400 KB/s, 200 KB up", "0.5 s", f"{upload(port):.2f} s"))
    whole = side_by_side(port, 4)
    rows.append(("the same, four uploads side by side", "0.5 s", f"{whole:.2f} s"))
    apply(LineState(toxics=(Toxic("line.up", Bandwidth(400_000, shared=True), "up"),)))
    whole = side_by_side(port, 4)
    rows.append(("a line of 400 KB/s, four uploads side by side", "2 s", f"{whole:.2f} s"))
    apply(state(Slicer(100, 40, 0.005), way="down"))
    rows.append(("slicer of 100 ± 40 bytes, 2,000 bytes", "20 reads", f"{reads(port)} reads"))
    apply(state(Reset(), share=0.3))
    rows.append(("reset, share 30%, 400 connections", "30%", f"{resets(port, 400):.1%}"))
    for name in ("fibre-office", "office-unstable", "4g-good", "3g", "3g-slow", "vsat"):
        profile = shipped_profile(name)
        apply(LineState(toxics=tuple(profile.toxics())))
        calls = [1000 * t for t in round_trips(port, 60)]
        median, slow = statistics.median(calls), sum(t > 1000 * _late(name) for t in calls)
        rows.append(
            (
                f"profile {name}, 60 calls: median; held up by losses",
                f"{1000 * profile.round_trip:.0f} ms",
                f"{median:.0f} ms; {slow}",
            )
        )
        took = min(upload(port) for _ in range(2))
        least = PHOTO / profile.upload if profile.upload else 0.0
        rows.append((f"profile {name}, 200 KB up", f"{least:.2f} s and losses", f"{took:.2f} s"))
    return rows


def _late(name: str) -> float:
    profile = shipped_profile(name)
    return profile.round_trip + profile.jitter + 0.1


def _span(values: Sequence[float]) -> str:
    return f"{min(values):.0f}-{max(values):.0f} ms"


def main() -> None:
    engines: dict[str, Callable[[int], Any]] = {"embedded": embedded}
    if shutil.which("toxiproxy-server"):
        engines["toxiproxy"] = toxiproxy
    with contextlib.ExitStack() as stack:
        _, upstream = stack.enter_context(beside("answer"))
        made = {name: stack.enter_context(engine(upstream)) for name, engine in engines.items()}
        ports = {"direct": upstream, **{name: port for name, (port, _) in made.items()}}
        best: dict[str, list[float]] = {name: [] for name in ports}
        new: dict[str, list[float]] = {name: [] for name in ports}
        for _ in range(ROUNDS):  # in turns, so that a busy moment strikes them all
            for name, port in ports.items():
                best[name].append(statistics.median(round_trips(port, CALLS)))
                new[name].append(statistics.median(round_trips(port, CALLS // 10, fresh=True)))
        print("\n| what | " + " | ".join(ports) + " |\n| --- |" + " --- |" * len(ports))
        plain = min(best["direct"])
        _row("round trip, kept connection, µs", [1e6 * min(t) for t in best.values()])
        _row("added to it, µs", [1e6 * (min(t) - plain) for t in best.values()])
        _row("first call of a new connection, µs", [1e6 * min(t) for t in new.values()])
        counted = [held(port, HELD) for port in ports.values()]
        _row(f"of {HELD} connections held at once, answer", [n for n, _ in counted])
        _row("one call on each of them, s", [took for _, took in counted], 3)
        tables = [asked_and_given(port, apply) for port, apply in made.values()]
        print("\n| what | asked | " + " | ".join(made) + " |\n| --- | --- |" + " --- |" * len(made))
        for rows in zip(*tables, strict=True):
            what, wanted, _ = rows[0]
            print(f"| {what} | {wanted} | " + " | ".join(given for *_, given in rows) + " |")


def _row(what: str, values: Sequence[float], digits: int = 0) -> None:
    print(f"| {what} | " + " | ".join(f"{value:.{digits}f}" for value in values) + " |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["answer"]:
        answer()
    elif sys.argv[1:2] == ["relay"]:
        relay(int(sys.argv[2]))
    else:
        main()
