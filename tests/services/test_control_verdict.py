"""The verdict as a part of the control API: the same numbers as the command's."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from siaksim.cli import cli
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.holidays import today
from siaksim.edges.judging import chosen_terms, history_of, report_on
from siaksim.verdict.reports.as_json import report_dict
from siaksim.verdict.reports.catalogue import catalogue
from verdict_reports import SIX

DAY = """\
scenario: lossy
story: The first notice's answer is lost.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 20000}
faults:
  - {target: siak.notices, kind: lost_answer, how: gateway_504, first: 1}
"""
OWN = (
    SIX.replace("client: counter", "client: mine")
    + """\
waivers:
  - {rule: known_operation, reason: An old path., until: 2999-12-31}
"""
)


@pytest.fixture(scope="module")
def assembled() -> Assembly:
    return assemble()


@pytest.fixture
def client(assembled: Assembly) -> FlaskClient:
    assembled.worlds.close()
    for name in ("default", "demo"):
        assembled.worlds.create(name, assembled.worlds.inline(DAY), mode="auto", text=DAY)
    found = assembled.app.test_client()
    found.get("/siak/v1/notices")
    found.get("/w/demo/siak/v1/notices")
    found.get("/w/demo/siak/v1/nowhere")
    return found


def verdict(client: FlaskClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.get_json(force=True)


def test_each_world_has_a_verdict_of_its_own(client: FlaskClient) -> None:
    assert (
        client.post("/__admin/verdict", json={"text": SIX}).get_json(force=True)["value"] == "PASS"
    )
    answer = client.post("/__admin/worlds/demo/verdict", json={"text": SIX})
    found = answer.get_json(force=True)
    assert (found["report"], found["value"]) == (1, "FAIL")
    (run,) = found["runs"]
    assert (run["world"], run["scenario"], run["seed"], run["calls"]) == ("demo", "lossy", 5, 1)
    assert [r["rule"] for r in run["rules"] if r["value"] == "FAIL"] == ["known_operation"]


def test_the_numbers_are_those_of_the_journal(client: FlaskClient, assembled: Assembly) -> None:
    path = "/__admin/worlds/demo/verdict?client=kiosk&lang=id"
    world = assembled.worlds.get("demo")
    assert world is not None
    history = history_of(world.journal.lines, "demo")
    own = report_on(history, chosen_terms("kiosk"), today())
    assert verdict(client, path) == report_dict(own, catalogue("id"))


def test_a_client_file_of_ones_own_is_sent_as_text(client: FlaskClient) -> None:
    answer = client.post("/__admin/worlds/demo/verdict", json={"text": OWN, "lang": "id"})
    assert answer.status_code == 200
    found = answer.get_json(force=True)
    assert (found["value"], found["runs"][0]["client"]) == ("PASS", "mine")
    states = {r["rule"]: (r["state"], r["why"]) for r in found["runs"][0]["rules"]}
    why = "dikecualikan sampai 2999-12-31: An old path."
    assert states["known_operation"] == ("WAIVED", why)


def test_a_recorded_world_says_how_to_replay_it(client: FlaskClient) -> None:
    made = client.post("/__admin/worlds", json={"name": "taped", "text": DAY, "record": True})
    assert made.status_code == 201
    (run,) = verdict(client, "/__admin/worlds/taped/verdict?client=counter")["runs"]
    assert run["replay"][1] == "siaksim replay run.json"
    assert (run["value"], run["why"]) == ("INCONCLUSIVE", "the client never called")


def test_the_replay_line_begins_when_the_world_did_and_plays_whom_it_played(
    client: FlaskClient,
) -> None:
    given = {"scenario": "siak-brownout", "from": "09:05", "play": ["citizen"], "shorten": 20}
    assert client.post("/__admin/worlds", json={"name": "late", **given}).status_code == 201
    (run,) = verdict(client, "/__admin/worlds/late/verdict?client=counter")["runs"]
    (line,) = run["replay"]
    words = line.removeprefix("siaksim serve ").split()
    found = cli.commands["serve"].make_context("serve", words).params
    wanted = {"scenario": "siak-brownout", "begin": "09:05", "play": "citizen", "shorten": 20}
    assert found == found | wanted | {"seed": run["seed"]}


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("verdict", 400, "say which client to judge."),
        ("verdict?client=conter", 400, "no client is called 'conter'."),
        ("verdict?client=counter&lang=fr", 400, "'fr' is unknown."),
        ("verdict?klient=counter", 400, "'klient' is unknown."),
        ("worlds/none/verdict?client=counter", 404, "there is no world 'none'."),
    ],
)
def test_a_bad_question_is_refused_by_name(
    client: FlaskClient, path: str, status: int, said: str
) -> None:
    answer = client.get(f"/__admin/{path}")
    assert (answer.status_code, answer.get_json(force=True)["what"]) == (status, said)


@pytest.mark.parametrize(
    ("given", "said"),
    [({}, "`text` is the YAML"), ({"text": 5}, "`text` is"), ({"file": "/etc"}, "'file' is")],
)
def test_a_bad_body_is_refused_by_name(client: FlaskClient, given: Any, said: str) -> None:
    answer = client.post("/__admin/verdict", json=given)
    assert answer.status_code == 400
    assert said in answer.get_json(force=True)["what"]


def test_mistakes_in_a_client_file_are_listed_with_their_places(client: FlaskClient) -> None:
    text = "client: mine\nabout: Mine.\nlike: conter\nwaivers:\n" + OWN.splitlines()[-1]
    text = text.replace("known_operation", "none_such")
    answer = client.post("/__admin/verdict", json={"text": text})
    assert answer.status_code == 400
    found = answer.get_json(force=True)
    assert found["what"] == "the YAML has 2 mistakes."
    places = [(e["line"], e["column"], e["path"]) for e in found["errors"]]
    assert places == [(3, 7, "like"), (5, 12, "waivers[0].rule")]
