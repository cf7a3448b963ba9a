"""Faults of a running world: listed, added inline with a file's checks, ended by hand."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from siaksim.edges.assembly import Assembly, assemble

SCENARIO = """\
scenario: quiet
story: Little goes wrong.
seed: 5
clock: {start: 2024-07-11T08:00}
faults:
  - {target: siak.search, kind: error, status: 503, share: 60%}
  - {target: siak.scan_qr, kind: lost_answer, share: 10%, at: "09:00", for: 10m}
"""
TERMS = "/ikd/v1/terms"


@pytest.fixture(scope="module")
def assembled() -> Assembly:
    return assemble()


@pytest.fixture
def client(assembled: Assembly) -> FlaskClient:
    worlds = assembled.worlds
    worlds.close()
    worlds.create("default", worlds.inline(SCENARIO), mode="manual", text=SCENARIO)
    return assembled.app.test_client()


def add(client: FlaskClient, status: int = 201, **given: Any) -> Any:
    answer = client.post("/__admin/faults", json=given)
    assert answer.status_code == status, answer.text
    return answer.get_json(force=True)


def states(client: FlaskClient) -> dict[str, str]:
    listed = client.get("/__admin/faults").json
    assert listed is not None
    return {row["id"]: row["state"] for row in listed["faults"]}


def journal(client: FlaskClient) -> list[tuple[str, str, str]]:
    found = client.get("/__admin/journal?kind=fault&format=json").json
    assert found is not None
    return [(x["event"], x["by"], x["fault"]) for x in found["lines"]]


def test_all_faults_are_listed_with_where_they_stand(client: FlaskClient) -> None:
    assert states(client) == {"error#1": "active", "lost_answer#1": "waiting"}
    client.post("/__admin/clock", json={"to": "09:10"})
    assert states(client) == {"error#1": "active", "lost_answer#1": "over"}
    (error, _) = client.get("/__admin/faults").json["faults"]  # type: ignore[index]
    assert (error["origin"], error["parameters"]) == ("scenario", {"status": 503})


@pytest.mark.parametrize(
    "given",
    [
        {"text": "{target: ikd.terms, kind: gateway_html, status: 502}"},
        {"text": "- target: ikd.terms\n  kind: gateway_html\n  status: 502\n"},
        {"fault": {"target": "ikd.terms", "kind": "gateway_html", "status": 502}},
        {"fault": [{"target": ["ikd.terms"], "kind": "gateway_html", "status": "502"}]},
        {"fault": {"target": "ikd.terms", "kind": "gateway_html", "status": 502, "name": None}},
    ],
)
def test_a_fault_is_added_in_yaml_or_json_and_ended_by_its_id(
    client: FlaskClient, given: dict[str, Any]
) -> None:
    assert client.get(TERMS).status_code == 200
    (row,) = add(client, **given)["added"]
    assert (row["id"], row["state"], row["origin"]) == ("gateway_html#1", "active", "control")
    assert client.get(TERMS).status_code == 502
    ended = client.delete("/__admin/faults/gateway_html%231")
    assert (ended.status_code, ended.get_json()["state"]) == (200, "ended")
    assert client.get(TERMS).status_code == 200
    assert journal(client) == [
        ("added", "control", "gateway_html#1"),
        ("ended", "control", "gateway_html#1"),
    ]


def test_names_are_never_used_twice(client: FlaskClient) -> None:
    for number in (1, 2):
        (row,) = add(client, text="{target: ikd.*, kind: empty}")["added"]
        assert row["id"] == f"empty#{number}"
        assert client.delete(f"/__admin/faults/empty%23{number}").status_code == 200
    add(client, text="{target: ikd.*, kind: noop, id: mark}")
    client.delete("/__admin/faults/mark")
    (mistake,) = add(client, 400, text="{target: ikd.*, kind: noop, id: mark}")["errors"]
    assert mistake["what"] == "'mark' is the name of another fault already"


@pytest.mark.parametrize(
    "given",
    [
        {"text": "{target: ikd.*, kind: empty}", "ttl": "10m"},
        {"text": "{target: ikd.*, kind: empty}", "ttl": 600},
        {"text": "{target: ikd.*, kind: empty, for: 10m}"},
        {"fault": {"target": "ikd.*", "kind": "empty", "at": "08:00", "for": "10m"}},
    ],
)
def test_a_fault_lives_as_long_as_it_is_told(client: FlaskClient, given: dict[str, Any]) -> None:
    (row,) = add(client, **given)["added"]
    assert row["until"] == "2024-07-11T08:10:00.000+07:00"
    client.post("/__admin/clock", json={"advance": 599})
    assert client.get(TERMS).data == b""
    client.post("/__admin/clock", json={"advance": 1})
    assert client.get(TERMS).data != b""
    assert states(client)["empty#1"] == "over"
    assert journal(client)[-1] == ("ended", "time", "empty#1")
    assert client.delete("/__admin/faults/empty%231").status_code == 409


def test_a_fault_ended_by_hand_does_not_end_a_second_time(client: FlaskClient) -> None:
    add(client, text="{target: ikd.*, kind: empty, for: 10m}")
    client.delete("/__admin/faults/empty%231")
    client.post("/__admin/clock", json={"advance": 900})
    assert [event for event, _, _ in journal(client)] == ["added", "ended"]
    assert client.delete("/__admin/faults/empty%231").status_code == 409


def test_a_scenarios_own_fault_is_ended_by_hand_too(client: FlaskClient) -> None:
    search = {"nik": "3576010101079000"}

    def struck() -> int:
        answers = [client.post("/siak/v1/residents/search", json=search) for _ in range(40)]
        return sum(answer.status_code == 503 for answer in answers)

    assert struck() > 0
    assert client.delete("/__admin/faults/error%231").status_code == 200
    assert struck() == 0
    client.put("/__admin/scenario", json={"text": SCENARIO})
    assert states(client) == {"error#1": "active", "lost_answer#1": "waiting"}
    assert struck() > 0


@pytest.mark.parametrize(
    ("text", "line", "path", "what"),
    [
        ("{target: ikd.*, kind: emty}", 1, "kind", "Did you mean 'empty'?"),
        ("{target: ikd.nowhere, kind: empty}", 1, "target", "is no operation"),
        ("- {target: all, kind: noop}\n- {target: all, kind: cut, keep: 2}", 2, "[1].keep", "2"),
        ("{target: siak.search, kind: maintenance, share: 41%}", 1, "share", "comes to 101%"),
        ("{target: siak.*, kind: cut, committed: 5%}", 1, "committed", "lost_answer#1 and cut#1"),
        ("{target: ikd.*, kind: empty, until: 09:00}", 1, "until", "needs `at`"),
        ("[]", 1, "", "the list is empty"),
        ("", 1, "", "the file is empty"),
        ("nonsense", 1, "", "is no fault"),
        ("{target: *, kind: empty}", 1, "", "must be quoted"),
    ],
)
def test_a_mistake_is_told_as_in_a_file_and_nothing_is_added(
    client: FlaskClient, text: str, line: int, path: str, what: str
) -> None:
    before = states(client)
    refused = add(client, 400, text=text)
    mistake = refused["errors"][0]
    assert (mistake["line"], mistake["path"]) == (line, path)
    assert what in mistake["what"]
    assert states(client) == before
    assert journal(client) == []


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "body"),
        ({"text": "x", "fault": {}}, "body"),
        ({"text": "{target: all, kind: noop}", "ttl": "soon"}, "ttl"),
        ({"text": "{target: all, kind: noop}", "ttl": 0}, "ttl"),
        ({"fault": "x"}, "fault"),
        ({"text": 7}, "text"),
        ({"txt": "x"}, "body.txt"),
    ],
)
def test_a_bad_request_is_explained(client: FlaskClient, given: dict[str, Any], where: str) -> None:
    assert add(client, 400, **given)["where"] == where


def test_an_unknown_fault_cannot_be_ended(client: FlaskClient) -> None:
    refused = client.delete("/__admin/faults/eror%231")
    assert refused.status_code == 404
    assert "Did you mean 'error#1'?" in refused.get_json(force=True)["how"]


def test_a_time_to_live_beside_a_time_of_its_own_is_a_mistake(client: FlaskClient) -> None:
    refused = add(client, 400, text="{target: all, kind: noop, for: 5m}", ttl="1m")
    assert "either a ttl or" in refused["errors"][0]["what"]


def test_a_rate_limit_keeps_counting_when_another_fault_comes_and_goes(
    client: FlaskClient,
) -> None:
    add(client, text="{target: ikd.terms, kind: rate_limit, calls: 2, every: 1h}")
    assert client.get(TERMS).status_code == 200
    add(client, text="{target: siak.*, kind: noop, id: mark}")
    assert client.get(TERMS).status_code == 200
    client.delete("/__admin/faults/mark")
    assert client.get(TERMS).status_code == 429


def test_a_fault_is_added_with_a_rhythm_and_for_the_offices_hours(client: FlaskClient) -> None:
    scenario = SCENARIO + 'hours: {mon-fri: "08:00-15:30"}\n'
    client.put("/__admin/scenario", json={"text": scenario})
    flapping = "{target: ikd.terms, kind: reset, id: up-down, for: 1h, flap: {down: 5m, up: 10m}}"
    add(client, text=flapping)
    told = []
    for _ in range(6):  # at 08:00, 08:03, ... 08:15: down for the first five minutes
        try:
            told.append(client.get(TERMS).status_code)
        except ConnectionResetError:
            told.append(0)
        client.post("/__admin/clock", json={"advance": "3m"})
    assert told == [0, 0, 200, 200, 200, 0]
    (row,) = add(client, text="{target: ikd.*, kind: noop, id: open, hours: office}")["added"]
    assert (row["from"][11:16], row["windows"]) == ("08:00", 22)


def test_the_end_of_an_added_fault_is_told_once(client: FlaskClient) -> None:
    add(client, text="{target: ikd.terms, kind: reset, id: short, for: 5m}")
    add(client, text="{target: ikd.terms, kind: noop, id: other}", ttl="10m")
    client.post("/__admin/clock", json={"to": "08:30"})
    assert [line for line in journal(client) if line[0] == "ended"] == [
        ("ended", "time", "short"),
        ("ended", "time", "other"),
    ]


def test_a_trace_is_given_inline(client: FlaskClient) -> None:
    law = "{trace: {file: monday.csv}}"
    refused = add(client, 400, text=f"{{target: all, kind: latency, delay: {law}}}")
    assert "give the durations as `values`" in str(refused)
    add(client, text="{target: all, kind: latency, delay: {trace: {values: [1s, 2s]}}}")
