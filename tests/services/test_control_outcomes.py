"""What a client says of its citizens: journaled without secrets, listed, read by verdicts."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from siaksim.edges.assembly import Assembly, assemble
from siaksim.verdict.history import read_history

QUIET = """\
scenario: quiet
story: Nothing goes wrong.
seed: 5
clock: {start: 2024-07-11T08:00}
"""
STRANGER = "3576010101079999"


@pytest.fixture(scope="module")
def assembled() -> Assembly:
    return assemble()


@pytest.fixture
def client(assembled: Assembly) -> FlaskClient:
    worlds = assembled.worlds
    worlds.close()
    worlds.create("default", worlds.inline(QUIET), mode="manual", text=QUIET)
    return assembled.app.test_client()


def citizen(client: FlaskClient) -> str:
    found = client.get("/__admin/residents?status=normal&limit=1").json
    assert found is not None
    return str(found["residents"][0]["nik"])


def said(client: FlaskClient, prefix: str = "/__admin") -> list[dict[str, Any]]:
    answer = client.get(f"{prefix}/outcomes").json
    assert answer is not None
    return list(answer["outcomes"])


def test_an_outcome_is_journaled_listed_and_read_as_history(
    client: FlaskClient, assembled: Assembly
) -> None:
    nik = citizen(client)
    client.post("/__admin/clock", json={"advance": 60})
    answer = client.post("/__admin/outcomes", json={"nik": nik, "outcome": "handed_over"})
    assert answer.status_code == 201
    client.post("/__admin/outcomes", json={"nik": nik, "outcome": "done", "reason": "selesai"})
    first, last = said(client)
    assert (first["subject"], first["outcome"], first["reason"]) == (nik, "handed_over", "")
    assert first["at"] == "2024-07-11T08:01:00.000+07:00"
    assert (last["outcome"], last["reason"]) == ("done", "selesai")
    assert [s["n"] for s in said(client)] == [first["n"], last["n"]]
    page = client.get(f"/__admin/outcomes?after={first['n']}&limit=1").json
    assert page == {"outcomes": [last]}
    history = read_history(assembled.worlds.default.journal.lines)
    assert [(s.nik, s.outcome) for s in history.said] == [(nik, "handed_over"), (nik, "done")]
    assert [s.at_s for s in history.said] == pytest.approx([60, 60])


def test_a_nik_that_was_not_issued_is_masked_wherever_it_stands(client: FlaskClient) -> None:
    given = {"nik": STRANGER, "outcome": "failed", "reason": f"NIK {STRANGER} tidak ditemukan"}
    answer = client.post("/__admin/outcomes", json=given)
    assert answer.status_code == 201
    assert STRANGER not in answer.text
    (line,) = said(client)
    assert line["subject"].startswith("not-issued-")
    assert line["reason"] == f"NIK {line['subject']} tidak ditemukan"
    assert STRANGER not in client.get("/__admin/journal?format=json").text


def test_each_world_has_its_own(client: FlaskClient) -> None:
    client.post("/__admin/worlds", json={"name": "other", "scenario": "normal-day"})
    nik = citizen(client)
    where = "/__admin/worlds/other"
    given = {"nik": nik, "outcome": "done"}
    assert client.post(f"{where}/outcomes", json=given).status_code == 201
    assert (len(said(client, where)), said(client)) == (1, [])
    assert client.post("/__admin/worlds/nowhere/outcomes", json=given).status_code == 404


@pytest.mark.parametrize(
    ("given", "where", "told"),
    [
        ({}, "nik", "missing"),
        ({"nik": STRANGER}, "outcome", "missing"),
        ({"nik": int(STRANGER), "outcome": "done"}, "nik", "16 digits"),
        ({"nik": "357601", "outcome": "done"}, "nik", "16 digits"),
        ({"nik": STRANGER, "outcome": "doen"}, "outcome", "Did you mean 'done'?"),
        ({"nik": STRANGER, "outcome": "done", "reason": 7}, "reason", "at most 500"),
        ({"nik": STRANGER, "outcome": "done", "reason": "x" * 501}, "reason", "at most 500"),
        ({"nik": STRANGER, "outcom": "done"}, "body.outcom", "Did you mean 'outcome'?"),
    ],
)
def test_a_bad_outcome_is_explained_and_not_journaled(
    client: FlaskClient, given: dict[str, Any], where: str, told: str
) -> None:
    answer = client.post("/__admin/outcomes", json=given)
    assert answer.status_code == 400
    refused = answer.get_json(force=True)
    assert refused["where"] == where
    assert told in refused["what"] + refused.get("how", "")
    assert said(client) == []
