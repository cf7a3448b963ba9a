"""The control API of a world and of all worlds, through the Flask app as a client sees it."""

from __future__ import annotations

from typing import Any

import pytest
from control_harness import BROKEN, QUIET, mailed, ok, refused
from flask.testing import FlaskClient

# -- one world's parts ---------------------------------------------------------------------


def test_health_tells_version_world_and_failures(client: FlaskClient) -> None:
    found = ok(client.get("/__admin/health"))
    assert (found["status"], found["internal_errors"], found["worlds"]) == ("ok", 0, 1)
    assert found["base_url"] == "http://siak.test:7425"


def test_every_part_also_answers_for_a_named_world(client: FlaskClient) -> None:
    made = ok(client.post("/__admin/worlds", json={"name": "desk", "seed": 9}), 201)
    assert made["base_url"] == "http://siak.test:7425/w/desk"
    parts = ("health", "scenario", "faults", "clock", "residents", "ledger", "journal", "metrics")
    for part in (*parts, "docs", "openapi/siak.json"):
        assert client.get(f"/__admin/worlds/desk/{part}").status_code == 200, part
        assert client.get(f"/__admin/{part}").status_code == 200, part
        assert refused(client.get(f"/__admin/worlds/none/{part}"), 404)["where"] == "path"


def test_a_scenario_is_changed_by_name_and_by_text(client: FlaskClient) -> None:
    changed = ok(client.put("/__admin/scenario", json={"name": "siak-blackout-25min"}))
    assert [f["kind"] for f in changed["faults"]] == ["hang", "reset"]
    assert ok(client.get("/__admin/faults"))["active"] == []
    ok(client.post("/__admin/clock", json={"to": "09:10"}))
    active = ok(client.get("/__admin/faults"))
    assert [f["id"] for f in active["active"]] == ["hang#1", "reset#1"]
    assert active["next_change"] == "2024-07-11T09:35:00.000+07:00"
    assert ok(client.put("/__admin/scenario", json={"text": QUIET}))["scenario"] == "quiet"


def test_every_mistake_of_a_scenario_comes_with_its_place(client: FlaskClient) -> None:
    found = refused(client.put("/__admin/scenario", json={"text": BROKEN}))
    assert [(e["line"], e["path"]) for e in found["errors"]] == [
        (6, "faults[0].kind"),
        (7, "faults[1].target"),
    ]
    assert "'latency'" in found["errors"][0]["what"]
    assert ok(client.get("/__admin/scenario"))["scenario"] == "quiet"


@pytest.mark.parametrize("name", ["/etc/passwd", "../scenarios/normal-day.yaml", "normal-dai"])
def test_a_scenario_is_never_a_path(client: FlaskClient, name: str) -> None:
    found = refused(client.put("/__admin/scenario", json={"name": name}))
    assert "normal-day" in found["how"]


def test_a_manual_clock_moves_only_forward(client: FlaskClient) -> None:
    for body, time in (
        ({"advance": 90}, "08:01:30"),
        ({"advance": "5m"}, "08:06:30"),
        ({"to": "09:00"}, "09:00:00"),
    ):
        assert ok(client.post("/__admin/clock", json=body))["now"][11:19] == time
    assert (
        "never goes back"
        in refused(client.post("/__admin/clock", json={"to": "08:00"}), 409)["what"]
    )


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "body"),
        ({"advance": 1, "to": "09:00"}, "body"),
        ({"advance": "soon"}, "advance"),
        ({"advance": -1}, "advance"),
        ({"advance": True}, "advance"),
        ({"advance": None}, "advance"),
        ({"advance": "99999d"}, "advance"),
        ({"to": "25:00"}, "to"),
        ({"to": 9}, "to"),
        ({"go": "09:00"}, "body.go"),
    ],
)
def test_a_bad_move_of_the_clock_is_explained(
    client: FlaskClient, body: dict[str, Any], where: str
) -> None:
    assert refused(client.post("/__admin/clock", json=body))["where"] == where
    assert ok(client.get("/__admin/clock"))["now"][11:16] == "08:00"


def test_a_running_clock_is_steered_and_the_journal_says_so(client: FlaskClient) -> None:
    ok(client.post("/__admin/worlds", json={"name": "real"}), 201)
    clock = "/__admin/worlds/real/clock"
    assert ok(client.post(clock, json={"to": "09:30"}))["now"][11:16] == "09:30"
    stopped = ok(client.post(clock, json={"running": False}))
    assert stopped["running"] is False
    assert ok(client.get(clock))["now"] == stopped["now"]
    assert ok(client.post(clock, json={"speed": 60}))["mode"] == "scaled"
    assert ok(client.post(clock, json={"running": True}))["running"] is True
    lines = client.get("/__admin/worlds/real/journal?kind=clock").text.splitlines()
    assert len(lines) == 4


def test_a_stepped_clock_takes_no_speed(client: FlaskClient) -> None:
    for body in ({"speed": 2}, {"running": True}):
        answer = refused(client.post("/__admin/clock", json=body), 409)
        assert "does not run by itself" in answer["what"]


@pytest.mark.parametrize(
    ("body", "where"),
    [({"speed": 0}, "speed"), ({"speed": "fast"}, "speed"), ({"running": 1}, "running")],
)
def test_a_bad_way_to_steer_is_explained(
    client: FlaskClient, body: dict[str, Any], where: str
) -> None:
    ok(client.post("/__admin/worlds", json={"name": "real"}), 201)
    answer = client.post("/__admin/worlds/real/clock", json=body)
    assert refused(answer)["where"] == where


def test_a_reset_empties_a_world(client: FlaskClient) -> None:
    mailed(client)
    ok(client.post("/__admin/clock", json={"advance": "10m"}))
    assert ok(client.post("/__admin/reset"))["entries"] == 0
    assert ok(client.get("/mail/api/v1/messages"))["total"] == 0
    assert ok(client.get("/__admin/clock"))["now"][11:16] == "08:00"


def test_ledger_and_journal_tell_what_happened(client: FlaskClient) -> None:
    mailed(client)
    entries = ok(client.get("/__admin/ledger"))["entries"]
    kinds = [e["kind"] for e in entries]
    assert kinds[0] == "registered"
    assert "mail_issued" in kinds
    nik = entries[0]["nik"]
    about = ok(client.get(f"/__admin/ledger?nik={nik}&kind=registered"))
    assert about["total"] == 1
    after = ok(client.get(f"/__admin/ledger?after={len(kinds) - 1}"))
    assert [e["seq"] for e in after["entries"]] == [len(kinds)]
    journal = client.get("/__admin/journal?kind=decided&operation=ikd.register")
    assert journal.content_type == "application/x-ndjson"
    assert journal.text.count("\n") == 1
    shown = ok(client.get("/__admin/journal?format=json"))
    assert shown["count"] == len(shown["lines"])
    assert len(shown["fingerprint"]) == 32


def test_secrets_do_not_show_in_ledger_and_journal(client: FlaskClient) -> None:
    mailed(client)
    ok(client.post("/__admin/clock", json={"advance": "1h"}))
    mail = ok(client.get("/mail/api/v1/message/latest"))
    code = next(line for line in mail["Text"].splitlines() if "Kode aktivasi Anda" in line)[-6:]
    said = client.get("/__admin/ledger").text + client.get("/__admin/journal").text
    assert f'"{code}"' not in said
    assert "siaksim-petugas01" not in said
    assert "st-" not in said


def test_metrics_count_without_naming_anybody(client: FlaskClient) -> None:
    mailed(client)
    text = client.get("/__admin/metrics").text
    assert 'siaksim_requests_total{lane="other"} 5' in text
    assert "siaksim_internal_errors_total 0" in text
    nik = ok(client.get("/__admin/ledger"))["entries"][0]["nik"]
    assert nik not in text


def test_documents_are_served(client: FlaskClient) -> None:
    page = client.get("/__admin/docs")
    assert page.content_type.startswith("text/html")
    assert "<code>POST /__admin/clock</code>" in page.text
    document = ok(client.get("/__admin/openapi/ikd.json"))
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "http://siak.test:7425"}]
    assert "Services with a contract" in refused(client.get("/__admin/openapi/x.json"))["how"]
    assert ok(client.get("/__admin/schema"))["type"] == "object"


# -- worlds --------------------------------------------------------------------------------


def test_a_world_is_made_listed_shown_and_deleted(client: FlaskClient) -> None:
    body = {
        "scenario": "siak-brownout",
        "seed": 11,
        "clock": "scaled",
        "speed": 60,
        "shorten": 20,
        "play": ["citizen"],
    }
    answer = client.post("/__admin/worlds", json=body)
    made = ok(answer, 201)
    here = f"/__admin/worlds/{made['name']}"
    assert answer.headers["Location"] == here
    assert (made["seed"], made["play"], made["scenario"]) == (11, ["citizen"], "siak-brownout")
    assert (made["clock"]["mode"], made["clock"]["speed"], made["clock"]["shorten"]) == (
        "scaled",
        60,
        20,
    )
    assert [w["name"] for w in ok(client.get("/__admin/worlds"))["worlds"]] == [
        "default",
        made["name"],
    ]
    assert ok(client.get(here))["name"] == made["name"]
    assert client.delete(here).status_code == 204
    refused(client.get(here), 404)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": "Desk"}, "name"),
        ({"name": 5}, "name"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"seed": "x"}, "seed"),
        ({"speed": 0}, "speed"),
        ({"speed": "fast"}, "speed"),
        ({"shorten": 1e9}, "shorten"),
        ({"clock": "manuel"}, "clock"),
        ({"clock": "manual", "speed": 2}, "speed"),
        ({"play": "citizen"}, "play"),
        ({"play": ["citisen"]}, "play"),
        ({"scenario": "x", "text": QUIET}, "body"),
        ({"scenario": 3}, "scenario"),
        ({"text": 3}, "text"),
        ({"scenaro": "normal-day"}, "body.scenaro"),
    ],
)
def test_a_world_that_cannot_be_made_is_explained(
    client: FlaskClient, body: dict[str, Any], where: str
) -> None:
    assert refused(client.post("/__admin/worlds", json=body))["where"] == where
    assert len(ok(client.get("/__admin/worlds"))["worlds"]) == 1


def test_a_taken_name_is_a_conflict(client: FlaskClient) -> None:
    refused(client.post("/__admin/worlds", json={"name": "default"}), 409)


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff", b'"x"', b"nul"])
def test_bad_json_is_explained(client: FlaskClient, raw: bytes) -> None:
    assert refused(client.post("/__admin/worlds", data=raw))["where"].startswith("body")
