"""Calls as a person looks for them: newest first, paged, filtered, and one whole."""

from __future__ import annotations

from typing import Any

import pytest
from control_harness import mailed, ok, refused
from flask.testing import FlaskClient
from siaksim.edges.assembly import Assembly
from siaksim.edges.control.calls import page


def listed(client: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(client.get(f"/__admin/calls?{query}"))["calls"]
    return found


def test_calls_come_newest_first_with_their_ends(client: FlaskClient) -> None:
    mailed(client)
    rows = listed(client)
    assert [r["operation"] for r in rows][-1] == "ikd.register"
    assert rows[0]["operation"] == "siak.scan_qr"
    assert all(r["outcome"] == "ok" for r in rows)
    assert [r["n"] for r in rows] == sorted((r["n"] for r in rows), reverse=True)


def test_pages_follow_each_other_without_a_gap(client: FlaskClient) -> None:
    mailed(client)
    whole = [r["id"] for r in listed(client)]
    found: list[str] = []
    query = "limit=2"
    for _ in range(20):
        answer = ok(client.get(f"/__admin/calls?{query}"))
        found += [r["id"] for r in answer["calls"]]
        if answer["next"] is None:
            break
        query = f"limit=2&before={answer['next']}"
    assert found == whole


def test_calls_are_filtered_by_each_of_their_marks(client: FlaskClient) -> None:
    mailed(client)
    fault = {"kind": "error", "target": "siak.*", "status": 503}
    ok(client.post("/__admin/faults", json={"fault": fault}), 201)
    client.get("/siak/v1/notices")
    client.get("/siak/v1/nothing-here")
    assert {r["operation"] for r in listed(client, "operation=ikd.*")} >= {"ikd.register"}
    assert {r["operation"] for r in listed(client, "operation=siak")} <= {
        "siak.login",
        "siak.scan_qr",
        "siak.list_notices",
        "siak.notices",
    }
    (struck,) = listed(client, "fault=error")
    assert struck == listed(client, "fault=error%231")[0]
    assert (struck["outcome"], struck["status"]) == ("error", 503)
    assert listed(client, "outcome=trouble") == [struck]
    (lost,) = listed(client, "outcome=refused")
    assert (lost["id"], lost["status"]) == ("", 404)
    nik = next(r["subject"] for r in listed(client, "operation=ikd.register"))
    assert {r["subject"] for r in listed(client, f"subject={nik}")} == {nik}
    assert listed(client, "client=nobody") == []


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("outcome=bad", "outcome"),
        ("limit=0", "limit"),
        ("wat=1", "query.wat"),
        ("before=x", "before"),
    ],
)
def test_a_bad_question_is_explained(client: FlaskClient, query: str, where: str) -> None:
    assert refused(client.get(f"/__admin/calls?{query}"))["where"] == where


def test_one_call_is_shown_whole(client: FlaskClient) -> None:
    fault = {"kind": "latency", "target": "all", "delay": "1s"}
    mailed(client)
    ok(client.post("/__admin/faults", json={"fault": fault}), 201)
    scan = listed(client, "operation=ikd.register")[0]
    shown = ok(client.get(f"/__admin/calls/{scan['id']}"))
    assert shown["call"] == scan
    assert shown["decided"]["body"]["terms_version"] == "1.0"
    assert shown["ledger"][0]["entry"] == "registered"
    assert shown["faults"] == []
    problem = refused(client.get("/__admin/calls/nothing-1"), 404)
    assert "holds no call" in problem["what"]


def test_a_call_that_is_open_is_seen_as_such() -> None:
    line = {
        "n": 1, "kind": "decided", "id": "w-1", "at": "t", "client": "counter.1", "actor": False,
        "operation": "siak.search", "subject": "-", "attempt": 1, "method": "POST", "path": "/",
    }  # fmt: skip
    (row,), following = page([line], {}, 9, 5)
    assert (row["outcome"], row["took_s"], following) == ("open", None, None)


def test_a_hundred_thousand_lines_are_paged_without_being_read_whole(whole: Assembly) -> None:
    class Counted(list[dict[str, Any]]):
        read = 0

        def __reversed__(self) -> Any:
            for line in super().__reversed__():
                Counted.read += 1
                yield line

    lines = Counted()
    for number in range(1, 100_001, 2):
        name, at = f"w-{number}", "2024-07-11T08:00:00.000+07:00"
        line = {"n": number, "kind": "decided", "id": name, "at": at, "client": "counter.1"}
        line |= {"actor": False, "operation": "siak.search", "subject": "-", "attempt": 1}
        lines.append(line | {"method": "POST", "path": "/"})
        end = {"n": number + 1, "kind": "outcome", "id": name, "end": "sent", "status": 200}
        lines.append(end | {"took_s": 0.1, "entries": 0})
    rows, following = page(lines, {"client": "counter"}, 2**53, 50)
    assert len(rows) == 50
    assert following == rows[-1]["n"]
    assert Counted.read <= 2 * 51
    after, _ = page(lines, {}, following or 0, 50)
    assert after[0]["n"] == rows[-1]["n"] - 2


def test_the_way_of_every_mail_is_told(client: FlaskClient) -> None:
    fault = {"kind": "mail_delay", "target": "all", "delay": "20m"}
    ok(client.post("/__admin/faults", json={"fault": fault}), 201)
    mailed(client)
    (way,) = ok(client.get("/__admin/post"))["mails"]
    assert (way["state"], way["ids"], way["fault"]) == ("on_its_way", [], "mail_delay#1")
    ok(client.post("/__admin/clock", json={"advance": "40m"}))
    (way,) = ok(client.get(f"/__admin/post?subject={way['subject']}"))["mails"]
    assert way["state"] == "delivered"
    assert len(way["ids"]) == len(way["arrived"]) == 1
    assert way["took_s"] > 1200
    assert ok(client.get(f"/mail/api/v1/message/{way['ids'][0]}"))["ID"] == way["ids"][0]
    assert ok(client.get("/__admin/post?subject=1"))["mails"] == []
