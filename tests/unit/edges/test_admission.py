"""A call before a finite centre: it waits before its commit, is refused, or leaves its work."""

from __future__ import annotations

from typing import Any

import pytest
from exchange_harness import HEAD, Desk

ONE = HEAD + "capacity: {siak: {servers: 1, service_time: 2s, queue: 2}}\n"
LOGIN = {"operator_id": "petugas01", "password": "siaksim-petugas01"}


def desk(head: str = ONE, *faults: str) -> Desk:
    return Desk(*faults, head=head, mode="auto")


def login(desk: Desk, deadline: float | None = None, key: str = "") -> int:
    told = {"siaksim_deadline": f"{deadline}"} if deadline is not None else {}
    told |= {"idempotency_key": key} if key else {}
    return desk.call("POST", "/siak/v1/sessions", LOGIN, **told).status


def lines(desk: Desk, kind: str) -> list[dict[str, Any]]:
    return [line for line in desk.world.journal.lines if line["kind"] == kind]


def crowd(desk: Desk, calls: int) -> None:
    """Let others take places in the queue, without HTTP."""
    centre = desk.world.centres.of("siak")
    assert centre is not None
    now = centre.now()
    for _ in range(calls):
        assert centre.queue.offer(now, 2.0, "others")


def test_a_call_takes_its_service_time_and_commits_at_its_end() -> None:
    one = desk()
    before = one.now
    assert login(one) == 201
    assert one.now == pytest.approx(before + 2.0)
    (session,) = one.world.registry.sessions.values()
    assert session.opened_at == pytest.approx(before + 2.0)
    assert "faults" not in lines(one, "decided")[0]


def test_a_call_waits_behind_others_and_the_journal_says_so() -> None:
    one = desk()
    crowd(one, 2)
    assert login(one) == 201
    (line,) = lines(one, "decided")
    assert line["faults"] == [
        {
            "fault": "capacity.siak",
            "kind": "capacity",
            "layer": "load",
            "why": "waits 4.0 s behind 1 call",
        }
    ]
    (line,) = lines(one, "outcome")
    assert line["queue"] == "waited 4.0 s behind 1 call"
    assert line["took_s"] == pytest.approx(6.0)


def test_a_full_house_refuses_before_the_commit() -> None:
    head = ONE.replace("queue: 2", "queue: 2, retry_after: 7s")
    one = desk(head, "{target: siak.login, kind: lost_answer}")
    crowd(one, 3)
    heard = one.call("POST", "/siak/v1/sessions", LOGIN)
    assert (heard.status, heard.code, heard.headers["retry-after"]) == (
        503,
        "service_unavailable",
        "7",
    )
    (line,) = lines(one, "decided")
    assert [fault["fault"] for fault in line["faults"]] == ["capacity.siak"]
    assert line["faults"][0]["why"] == "full: 2 calls wait for 1 servers"
    assert not one.world.registry.sessions


@pytest.mark.parametrize(("how", "end"), [("reset", "reset"), ("hang", "client_left")])
def test_a_full_house_may_say_nothing(how: str, end: str) -> None:
    one = desk(ONE.replace("queue: 2", f"queue: 2, when_full: {how}"))
    crowd(one, 3)
    before = one.now
    assert login(one, 5.0) == 0
    assert one.now == pytest.approx(before + (5.0 if how == "hang" else 0.0))
    assert lines(one, "outcome")[0]["end"] == end
    assert not one.world.registry.sessions


def test_who_hangs_up_leaves_work_that_is_committed_later() -> None:
    one = desk()
    crowd(one, 2)
    assert login(one, 3.0) == 0
    (line,) = lines(one, "outcome")
    assert (line["end"], line["queue"]) == ("client_left", "left: its work is done all the same")
    assert not one.world.registry.sessions
    one.advance(3.1)
    assert len(one.world.registry.sessions) == 1
    (line,) = lines(one, "worked_off")
    assert (line["id"], line["entries"]) == ("default-1", 1)
    centre = one.world.centres.of("siak")
    assert centre is not None
    assert (centre.own.calls, centre.own.wasted, centre.own.served) == (1, 1, 2)


def test_a_key_is_free_again_once_the_work_that_was_left_is_done() -> None:
    one = desk()
    crowd(one, 1)
    assert login(one, 1.0, "k-1") == 0
    one.advance(10.0)
    assert not one.world.in_flight
    assert login(one, key="k-1") == 201
    assert len(one.world.registry.sessions) == 1, "the repeat got the answer that was kept"


def test_actors_and_other_services_do_not_queue() -> None:
    one = desk()
    crowd(one, 3)
    before = one.now
    assert one.call("GET", "/ikd/v1/terms").status in (200, 404)
    assert one.now == before


def test_a_latency_that_occupies_is_work_and_another_is_not() -> None:
    busy = desk(ONE, "{target: siak.*, kind: latency, delay: 3s, occupies: true}")
    free = desk(ONE, "{target: siak.*, kind: latency, delay: 3s}")
    for one, after in ((busy, 5.0), (free, 2.0)):
        before = one.now
        assert login(one) == 201
        assert one.now == pytest.approx(before + 5.0)
        centre = one.world.centres.of("siak")
        assert centre is not None
        (session,) = one.world.registry.sessions.values()
        assert session.opened_at == pytest.approx(before + after)


def test_a_stall_holds_calls_and_slow_servers_take_longer() -> None:
    stall = "{target: siak.*, kind: stall, at: '09:00', for: 1m, recovery: {from: 50%, over: 10m}}"
    one = desk(ONE, stall)
    one.at("09:00")
    begin = one.now
    assert login(one) == 201
    assert one.now == pytest.approx(begin + 64.0, abs=0.2)
    assert "the servers work at 0%" in lines(one, "decided")[0]["faults"][0]["why"]


def test_a_shed_call_never_comes_to_the_queue() -> None:
    one = desk(ONE, "{target: siak.*, kind: shed, retry_after: 2m}")
    heard = one.call("POST", "/siak/v1/sessions", LOGIN)
    assert (heard.status, heard.code, heard.headers["retry-after"]) == (
        503,
        "service_unavailable",
        "120",
    )
    centre = one.world.centres.of("siak")
    assert centre is not None
    assert (centre.queue.refused, centre.own.refused, centre.queue.busy) == (1, 1, 0)


def test_another_scenario_brings_another_centre() -> None:
    one = desk()
    crowd(one, 3)
    scenario = one.whole.worlds.inline(HEAD)
    one.whole.worlds.change_scenario("default", scenario, HEAD)
    before = one.now
    assert login(one) == 201
    assert one.now == before
