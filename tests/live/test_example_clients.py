"""The shipped clients over real sockets: deadlines, lost answers, the end of the day."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from siaksim.example_clients.calling import Closed, Reply
from siaksim.example_clients.sockets import Sockets

from .conftest import start

pytestmark = pytest.mark.live
SIAKSIM = str(Path(sys.executable).with_name("siaksim"))
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n"
BODY = b'{"ok": "yes"}'


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[int]]]:
    """Serve connections with `answer` for each request; yield the URL and the ports that called."""
    listener = socket.create_server(("127.0.0.1", 0))
    callers: list[int] = []

    def serve() -> None:
        while True:
            try:
                conn, (_, port) = listener.accept()
            except OSError:
                return
            callers.append(port)
            threading.Thread(target=hold, args=(conn,), daemon=True).start()

    def hold(conn: socket.socket) -> None:
        with conn:
            while conn.recv(65536):
                answer(conn)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/x", callers
    finally:
        listener.close()


@pytest.fixture
def carrier() -> Iterator[Sockets]:
    found = Sockets()
    yield found
    found.hang_up()


def call(carrier: Sockets, url: str, deadline_s: float | None = 5.0) -> Reply:
    return carrier.send("GET", url, {"Accept": "application/json"}, b"", deadline_s)


def test_calls_share_a_connection_and_answers_are_read_whole(carrier: Sockets) -> None:
    with server(lambda conn: conn.sendall(HEAD + BODY)) as (url, callers):
        replies = [call(carrier, url) for _ in range(3)]
    assert [reply.data for reply in replies] == [{"ok": "yes"}] * 3
    assert len(callers) == 1


def test_a_body_that_drips_is_given_up_at_the_deadline_and_not_byte_by_byte(
    carrier: Sockets,
) -> None:
    def drip(conn: socket.socket) -> None:
        try:
            conn.sendall(HEAD)
            for byte in BODY:
                time.sleep(0.2)
                conn.sendall(bytes([byte]))
        except OSError:
            return

    with server(drip) as (url, _):
        begin = time.monotonic()
        assert call(carrier, url, 0.7) == Reply()
        assert 0.6 < time.monotonic() - begin < 2.0


def test_an_answer_that_is_cut_off_is_none_and_its_connection_is_not_used_again(
    carrier: Sockets,
) -> None:
    def cut(conn: socket.socket) -> None:
        conn.sendall(HEAD + BODY[:5])
        conn.shutdown(socket.SHUT_RDWR)

    with server(cut) as (url, callers):
        assert [call(carrier, url) for _ in range(2)] == [Reply(), Reply()]
        assert len(callers) == 2


def test_the_end_of_the_day_wakes_who_waits_and_lets_only_last_words_through(
    carrier: Sockets,
) -> None:
    ended: list[str] = []

    def waits() -> None:
        try:
            carrier.sleep(600)
        except Closed:
            ended.append("slept")

    def calls(url: str) -> None:
        try:
            call(carrier, url, None)
        except Closed:
            ended.append("called")

    asked = threading.Event()
    with server(lambda conn: asked.set()) as (silent, _):
        carrier.spawn(waits)
        carrier.spawn(lambda: calls(silent))
        assert asked.wait(10)
        carrier.close()
        carrier.join()
    assert sorted(ended) == ["called", "slept"]
    with server(lambda conn: conn.sendall(HEAD + BODY)) as (url, _):
        with pytest.raises(Closed):
            call(carrier, url)
        assert carrier.send("POST", url, {}, b"{}", 5.0, last=True).status == 200


def test_a_client_of_twice_the_speed_waits_half_as_long_and_its_clock_says_so() -> None:
    carrier = Sockets(speed=20)
    begin, wall = carrier.now(), time.monotonic()
    carrier.sleep(4)
    assert time.monotonic() - wall < 2.0
    assert carrier.now() - begin >= 4


@pytest.mark.parametrize(("kind", "actor"), [("counter", "citizen"), ("kiosk", "officer")])
def test_a_good_client_serves_a_citizen_at_a_server_that_runs_by_itself(
    kind: str, actor: str
) -> None:
    simulator = start("--scenario", "counter-unmanned", "--play", actor, "--shorten", "60")
    try:
        command = [SIAKSIM, "example-client", kind, "good", "--residents", "1"]
        done = subprocess.run(
            [*command, "--url", simulator.url],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        said = httpx.get(f"{simulator.url}/__admin/outcomes").json()["outcomes"]
        assert [one["outcome"] for one in said] == ["done"]
        verdict = httpx.get(f"{simulator.url}/__admin/verdict", params={"client": kind}).json()
        assert verdict["runs"][0]["value"] == "PASS"
    finally:
        simulator.stop()


def test_what_is_missing_is_named_with_how_to_mend_it() -> None:
    def said(*words: str) -> tuple[int, str]:
        command = [SIAKSIM, "example-client", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stderr

    code, error = said("counter", "good")
    assert code == 2
    assert "SIAKSIM_WORK_URL is not set" in error
    assert "siaksim check --client counter -- siaksim example-client counter good" in error
    code, error = said("kiosk", "careless", "--breaks", "session_renewed")
    assert code == 2
    assert "no kiosk breaks only 'session_renewed'. Rules: circuit_breaker, " in error
    code, error = said("counter", "good", "--url", "http://127.0.0.1:9")
    assert code == 2
    assert "no siaksim answers at http://127.0.0.1:9" in error
