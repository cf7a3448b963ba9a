"""The simulator's own failures are marked, counted, and lose nothing."""

from __future__ import annotations

import orjson
import pytest
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.exchange import Raw
from siaksim.journal.journal import Journal

QUIET = "scenario: quiet\nstory: Quiet.\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
LOGIN = Raw(
    "POST",
    "/siak/v1/sessions",
    {"content-type": "application/json"},
    orjson.dumps({"operator_id": "petugas01", "password": "siaksim-petugas01"}),
)


@pytest.fixture
def whole() -> Assembly:
    found = assemble()
    found.worlds.create("default", found.worlds.inline(QUIET), mode="auto")
    return found


class FullDisk:
    """A disk with room for so many lines."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, line: bytes) -> None:
        if not self.room:
            raise OSError(28, "No space left on device")
        self.room -= 1

    def close(self) -> None:
        pass


def test_a_full_disk_is_a_marked_503_and_nothing_is_done(whole: Assembly) -> None:
    world = whole.worlds.default
    world.journal = Journal(FullDisk(0))
    data = whole.exchange.call(LOGIN).data
    assert data.startswith(b"HTTP/1.1 503 ")
    assert b"Siaksim-Internal-Error: 1" in data
    assert b"No space left on device" in data
    assert world.counters.internal_errors == 1
    assert world.registry.sessions == {}
    world.journal = Journal()
    assert whole.exchange.call(LOGIN).data.startswith(b"HTTP/1.1 201 ")


def test_a_bug_in_an_operation_is_a_marked_500_without_a_traceback(
    whole: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(call: object, world: object) -> None:
        raise KeyError("secret-value")

    whole.exchange._operations = {"siak.login": broken}  # type: ignore[dict-item]
    data = whole.exchange.call(LOGIN).data
    assert data.startswith(b"HTTP/1.1 500 ")
    assert b"Siaksim-Internal-Error: 1" in data
    assert b"secret-value" not in data
    assert "secret-value" in capsys.readouterr().err
    assert whole.worlds.default.counters.internal_errors == 1


def test_a_concurrent_call_with_the_same_key_is_refused_until_the_first_ends(
    whole: Assembly,
) -> None:
    whole.worlds.create("slow", whole.worlds.inline(QUIET), mode="auto")
    keyed = Raw(
        "POST", "/w/slow" + LOGIN.target, {**LOGIN.headers, "idempotency-key": "k"}, LOGIN.body
    )
    first = whole.exchange.call(keyed).data
    again = whole.exchange.call(keyed).data
    other = Raw(keyed.method, keyed.target, keyed.headers, LOGIN.body + b" ")
    assert first.partition(b"\r\n\r\n")[2] == again.partition(b"\r\n\r\n")[2]
    assert b'"idempotency_mismatch"' in whole.exchange.call(other).data
    world = whole.worlds.get("slow")
    assert world is not None
    assert len(world.registry.sessions) == 1
    (scope,) = world.ledger.kept
    world.ledger.kept.clear()
    world.in_flight.add(scope)  # as while the first is still held by a delay
    assert b'"request_in_progress"' in whole.exchange.call(keyed).data
    assert len(world.registry.sessions) == 1
