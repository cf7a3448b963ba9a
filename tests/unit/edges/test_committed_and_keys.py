"""A call struck on its way and repeated with its key: done once, whatever was seen of it."""

from __future__ import annotations

import orjson
import pytest
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.exchange import Raw

HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\nfaults:\n"
LOGIN = Raw(
    "POST",
    "/siak/v1/sessions",
    {"content-type": "application/json", "idempotency-key": "once"},
    orjson.dumps({"operator_id": "petugas01", "password": "siaksim-petugas01"}),
)


@pytest.fixture(scope="module")
def whole() -> Assembly:
    return assemble()


@pytest.mark.parametrize("kind", ["reset", "cut", "garbage", "empty", "drip", "hang"])
@pytest.mark.parametrize("committed", [0, 100])
def test_a_repeat_with_the_key_finds_what_was_committed_or_does_it_now(
    whole: Assembly, kind: str, committed: int
) -> None:
    whole.worlds.close()
    fault = f"  - {{target: siak.login, kind: {kind}, first: 1, committed: {committed}%}}\n"
    world = whole.worlds.create("default", whole.worlds.inline(HEAD + fault), mode="auto")
    struck = whole.exchange.call(LOGIN)
    assert len(world.registry.sessions) == committed // 100
    again = [whole.exchange.call(LOGIN).data.partition(b"\r\n\r\n")[2] for _ in range(2)]
    assert again[0] == again[1]
    assert b"session_token" in again[0]
    assert len(world.registry.sessions) == 1
    assert not world.in_flight
    assert kind == "drip" or struck.data.partition(b"\r\n\r\n")[2] != again[0]


def test_a_fault_of_another_layer_also_reaches_a_stored_answer(whole: Assembly) -> None:
    whole.worlds.close()
    fault = "  - {target: siak.login, kind: wrong_type, nth: 2}\n"
    whole.worlds.create("default", whole.worlds.inline(HEAD + fault), mode="auto")
    first, second, third = (whole.exchange.call(LOGIN).data for _ in range(3))
    assert b"Content-Type: text/html" in second
    assert b"Content-Type: application/json" in first
    bodies = {data.partition(b"\r\n\r\n")[2] for data in (first, second, third)}
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("fault", "deadline", "waited"),
    [
        ("latency, delay: 40s", "30", 30.0),
        ("latency, delay: 40s", "40", 40.0),
        ("gateway_html, delay: 60s", "5", 5.0),
        ("drip, bytes: 1, every: 1s", "3", 3.0),
        ("hang", "7", 7.0),
    ],
)
def test_a_client_on_an_auto_clock_waits_no_longer_than_it_says(
    whole: Assembly, fault: str, deadline: str, waited: float
) -> None:
    whole.worlds.close()
    text = f"{HEAD}  - {{target: all, kind: {fault}}}\n"
    world = whole.worlds.create("default", whole.worlds.inline(text), mode="auto")
    start = world.clock.now()
    call = Raw(
        LOGIN.method, LOGIN.target, {**LOGIN.headers, "siaksim-deadline": deadline}, LOGIN.body
    )
    conn = whole.exchange.call(call)
    assert world.clock.now() - start == pytest.approx(waited)
    answered = fault.startswith("latency") and deadline == "40"
    whole_answer = conn.data.endswith(b"}")
    assert whole_answer == answered
    assert len(world.registry.sessions) == (fault[:4] in ("late", "drip"))


def _shown(whole: Assembly, operator: str, login_key: str) -> bytes:
    """Log in anew, and return the answer to a request for a code with the key `one-code`."""
    who = {"operator_id": operator, "password": f"siaksim-{operator}"}
    headers = {**LOGIN.headers, "idempotency-key": login_key}
    login = Raw("POST", LOGIN.target, headers, orjson.dumps(who))
    session = orjson.loads(whole.exchange.call(login).data.partition(b"\r\n\r\n")[2])
    headers = {
        "authorization": f"Bearer {session['session_token']}",
        "idempotency-key": "one-code",
    }
    shown = whole.exchange.call(Raw("POST", "/siak/v1/ikd/officer-qr", headers, b""))
    return shown.data.partition(b"\r\n\r\n")[2]


def test_a_key_is_an_officers_and_not_a_sessions(whole: Assembly) -> None:
    whole.worlds.close()
    world = whole.worlds.create("default", whole.worlds.inline(HEAD[:-8]), mode="auto")
    first, again = (_shown(whole, "petugas01", key) for key in ("a", "b"))
    other = _shown(whole, "petugas02", "c")
    assert len(world.registry.sessions) == 3
    assert b'"payload"' in first
    assert again == first
    assert other != first
