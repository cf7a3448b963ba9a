"""A search that computes for long leaves the loop to others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import gevent
import orjson
import pytest
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.exchange import Raw
from siaksim.population.country import Country
from siaksim.services.siak.rules import password

QUIET = """\
scenario: quiet
story: Nothing goes wrong.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 300}
"""


@pytest.fixture
def whole() -> Iterator[Assembly]:
    found = assemble()
    found.worlds.create("default", found.worlds.inline(QUIET), mode="auto", text=QUIET)
    yield found
    found.worlds.close()


def call(whole: Assembly, path: str, body: dict[str, Any], token: str = "") -> Any:
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    conn = whole.exchange.call(Raw("POST", f"/siak/v1{path}", headers, orjson.dumps(body)))
    return orjson.loads(conn.data.partition(b"\r\n\r\n")[2])


def logged_in(whole: Assembly) -> str:
    login = {"operator_id": "petugas01", "password": password("petugas01")}
    return str(call(whole, "/sessions", login)["session_token"])


def test_the_loop_runs_on_while_a_name_is_searched(
    whole: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_ran = threading.Event()

    def search(self: Country, name: str, born: date, limit: int) -> list[Any]:
        # Only the loop can set this: it is set while the search still runs, or never.
        assert others_ran.wait(10), "the loop stood still"
        return [self.resident(0)]

    monkeypatch.setattr(Country, "search", search)
    token = logged_in(whole)
    gevent.spawn(others_ran.set)
    found = call(
        whole, "/residents/search", {"name": "SITI AMINAH", "birth_date": "2000-01-01"}, token
    )
    assert len(found["residents"]) == 1
    assert whole.worlds.default is not None
    assert whole.worlds.default.counters.internal_errors == 0


def test_a_failure_in_the_thread_is_siaksims_own(
    whole: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def search(*given: Any) -> list[Any]:
        raise RuntimeError("as a test wants it")

    token = logged_in(whole)
    monkeypatch.setattr(Country, "search", search)
    found = call(
        whole, "/residents/search", {"name": "SITI AMINAH", "birth_date": "2000-01-01"}, token
    )
    assert found["status"] == 500
    assert whole.worlds.default is not None
    assert whole.worlds.default.counters.internal_errors == 1


def test_a_search_by_nik_takes_no_thread(whole: Assembly) -> None:
    token = logged_in(whole)
    assert whole.worlds.default is not None
    nik = whole.worlds.default.country.resident(3).nik
    before = gevent.get_hub().threadpool.size
    assert call(whole, "/residents/search", {"nik": nik}, token)["residents"][0]["nik"] == nik
    assert gevent.get_hub().threadpool.size == before
