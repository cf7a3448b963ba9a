"""Meters are asked when a call arrives; what they refuse is reached by nothing further in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.conn import CollectedConn
from siaksim.edges.exchange import Raw
from siaksim.services.base import Call, OwnQuota
from siaksim.services.catalog import QUOTAS
from siaksim.world import World

HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\nfaults:\n"
LOGIN = orjson.dumps({"operator_id": "petugas01", "password": "siaksim-petugas01"})


@pytest.fixture(scope="module")
def whole() -> Assembly:
    return assemble()


def world_of(whole: Assembly, faults: str, **options: Any) -> World:
    whole.worlds.close()
    chosen = {"mode": "manual"} | options
    return whole.worlds.create("default", whole.worlds.inline(HEAD + faults), **chosen)


def login(whole: Assembly, client: str = "counter.1") -> CollectedConn:
    headers = {"content-type": "application/json"}
    return whole.exchange.call(Raw("POST", f"/c/{client}/siak/v1/sessions", headers, LOGIN))


def status(conn: CollectedConn) -> str:
    return conn.data[9:12].decode() if conn.data else conn.ended


def decided(world: World) -> list[list[str]]:
    lines = [line for line in world.journal.lines if line["kind"] == "decided"]
    return [[fault["fault"] for fault in line.get("faults", ())] for line in lines]


LIMIT = "  - {target: siak.*, kind: rate_limit, calls: 1, every: 1m}\n"


def test_what_a_limit_refuses_is_reached_by_no_inner_fault(whole: Assembly) -> None:
    world = world_of(whole, LIMIT + "  - {target: siak.login, kind: lost_answer, how: reset}\n")
    assert [status(login(whole)) for _ in range(2)] == ["reset", "429"]
    assert decided(world) == [["lost_answer#1"], ["rate_limit#1"]]
    assert len(world.registry.sessions) == 1
    assert world.counters.faults == {"lost_answer": 1, "rate_limit": 1}
    (_, line) = [line for line in world.journal.lines if line["kind"] == "decided"]
    assert line["faults"][0]["why"].startswith("1 in 60 s are used up; draw 0.")


def test_a_limit_may_stand_beside_faults_of_the_http_layer(whole: Assembly) -> None:
    world_of(whole, LIMIT + "  - {target: siak.*, kind: error, status: 503}\n")
    assert [status(login(whole)) for _ in range(2)] == ["503", "429"]


def test_clients_are_counted_apart(whole: Assembly) -> None:
    world_of(whole, LIMIT)
    asked = ("counter.1", "counter.2", "counter.1")
    assert [status(login(whole, client)) for client in asked] == ["201", "201", "429"]


def test_another_scenario_begins_to_count_anew(whole: Assembly) -> None:
    world_of(whole, LIMIT)
    assert [status(login(whole)) for _ in range(2)] == ["201", "429"]
    whole.worlds.change_scenario("default", whole.worlds.inline(HEAD + LIMIT))
    assert status(login(whole)) == "201"


def test_a_shortened_day_has_shorter_hours_but_no_shorter_limits(whole: Assembly) -> None:
    world = world_of(whole, LIMIT, shorten=20.0)
    assert [status(login(whole)) for _ in range(2)] == ["201", "429"]
    world.advance(20 * 59)
    assert status(login(whole)) == "429"
    world.advance(20)
    assert status(login(whole)) == "201"
    world = world_of(whole, "  - {target: siak.*, kind: quota, calls: 1}\n", shorten=20.0)
    assert status(login(whole)) == "201"
    assert b"\r\nRetry-After: 180\r\n" in login(whole).data


def test_an_auto_clock_counts_as_it_moves(whole: Assembly) -> None:
    for delay, second in (("59s", "429"), ("60s", "201")):  # of the first call
        world_of(
            whole, LIMIT + f"  - {{target: siak.*, kind: latency, delay: {delay}}}\n", mode="auto"
        )
        assert [status(login(whole)) for _ in range(2)] == ["201", second]


@pytest.fixture
def counting() -> Iterator[list[tuple[str, int]]]:
    """A service that counts by its own rules: the third call of its own period is refused."""
    asked: list[tuple[str, int]] = []

    def used_up(call: Call, world: World, calls: int) -> bool:
        asked.append((call.client, calls))
        return len(asked) > 2

    QUOTAS["siak"] = OwnQuota(used_up, 402, "own_words")
    yield asked
    del QUOTAS["siak"]


def test_a_service_may_count_and_refuse_by_its_own_rules(
    whole: Assembly, counting: list[tuple[str, int]]
) -> None:
    world = world_of(whole, "  - {target: siak.*, kind: quota, calls: 1}\n")
    found = [login(whole) for _ in range(3)]
    assert [status(conn) for conn in found] == ["201", "201", "402"]
    assert b'"code":"own_words"' in found[2].data
    assert b"RateLimit" not in found[0].data
    assert counting == [("counter.1", 1)] * 3
    assert decided(world) == [[], [], ["quota#1"]]
    assert len(world.registry.sessions) == 2


def looked_up(whole: Assembly) -> Any:
    user = {"user_id": "24112026080000rsud_35760001", "password": "siaksim"}
    asked = {"nik": "3576010101079000", "ip_user": "10.35.76.10", **user}
    path = "/dukcapil/get_json/35-76/rsud_3576/CALL_NIK"
    headers = {"content-type": "application/json"}
    conn = whole.exchange.call(Raw("POST", path, headers, orjson.dumps(asked)))
    return conn.data


def test_the_dukcapil_service_counts_by_the_day_in_its_own_ledger(whole: Assembly) -> None:
    world = world_of(whole, "  - {target: dukcapil.*, kind: quota, calls: 2}\n")
    found = [looked_up(whole) for _ in range(3)]
    assert [data[9:12] for data in found] == [b"200"] * 3
    assert [b"Kuota Akses" in data for data in found] == [False, False, True]
    assert b"RateLimit" not in b"".join(found)
    assert sum(world.registry.quota_used.values()) == 2
    world.advance(3600)
    assert b"Kuota Akses" in looked_up(whole)
    world.advance(86400)
    assert b"Kuota Akses" not in looked_up(whole)


def test_a_limit_speaks_to_a_dukcapil_client_as_its_server_would(whole: Assembly) -> None:
    world_of(whole, "  - {target: dukcapil.*, kind: rate_limit, calls: 1, every: 1m}\n")
    found = [looked_up(whole) for _ in range(2)]
    assert [data[9:12] for data in found] == [b"200", b"429"]
    assert b"Retry-After: 60" in found[1]
