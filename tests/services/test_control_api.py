"""The control API and the mailbox, through the Flask app as a client sees it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from siaksim.edges.app import nearby
from siaksim.edges.assembly import Assembly, assemble, create_app
from siaksim.edges.control.common import ControlOptions
from werkzeug.test import TestResponse

QUIET = """\
scenario: quiet
story: Nothing goes wrong.
seed: 5
clock: {start: 2024-07-11T08:00}
"""
BROKEN = (
    QUIET + "faults:\n  - {target: siak.*, kind: latensy}\n  - {target: nobody.*, kind: reset}\n"
)


@pytest.fixture(scope="module")
def assembled() -> Assembly:
    return assemble(ControlOptions(public_url="http://siak.test:7425"))


@pytest.fixture
def whole(assembled: Assembly) -> Assembly:
    """An app is dear to make, a world is cheap: each test has its own worlds."""
    worlds = assembled.worlds
    worlds.close()
    worlds.create("default", worlds.inline(QUIET), mode="manual", text=QUIET)
    return assembled


@pytest.fixture
def client(whole: Assembly) -> FlaskClient:
    return whole.app.test_client()


def ok(answer: TestResponse, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json


def refused(answer: TestResponse, status: int = 400) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    found: dict[str, Any] = answer.get_json(force=True)
    assert found["status"] == status
    return found


def mailed(client: FlaskClient, prefix: str = "") -> str:
    """Walk a citizen as far as the mail; return the address that it went to."""
    admin = f"/__admin/worlds/{prefix[3:]}" if prefix else "/__admin"
    query = f"{admin}/residents?ages=20-50&status=normal&recorded=true&limit=1&area=Magersari"
    nik = ok(client.get(query))["residents"][0]["nik"]
    body = {
        "nik": nik,
        "email": "warga@example.test",
        "phone": "081234567890",
        "terms_version": "1.0",
        "device": {"id": "phone-1", "platform": "android", "os_major": 13},
    }
    made = ok(client.post(f"{prefix}/ikd/v1/registrations", json=body), 201)
    own = {"Authorization": f"Bearer {made['token']}"}
    here = f"{prefix}/ikd/v1/registrations/{made['registration_id']}"
    selfie = client.get(f"{admin}/residents/{nik}/selfie")
    assert selfie.content_type == "image/jpeg"
    face = client.post(f"{here}/selfie", data=selfie.data, content_type="image/jpeg", headers=own)
    assert ok(face)["result"] == "match"
    payload = ok(client.get(f"{here}/qr", headers=own))["payload"]
    login = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
    session = ok(client.post(f"{prefix}/siak/v1/sessions", json=login), 201)["session_token"]
    officer = {"Authorization": f"Bearer {session}"}
    ok(client.post(f"{prefix}/siak/v1/ikd/scans", json={"payload": payload}, headers=officer))
    return "warga@example.test"


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


def test_a_running_clock_is_not_moved(client: FlaskClient) -> None:
    ok(client.post("/__admin/worlds", json={"name": "real"}), 201)
    answer = client.post("/__admin/worlds/real/clock", json={"advance": 1})
    assert "runs by itself" in refused(answer, 409)["what"]


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


# -- residents -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("age=17&recorded=false&area=Magersari", {"age": 17, "recorded": False}),
        ("status=dead", {"status": "dead"}),
        ("status=active_elsewhere", {"status": "active_elsewhere"}),
        ("status=duplicate&sex=p", {"status": "duplicate", "sex": "P"}),
    ],
)
def test_residents_are_found_by_what_they_are(
    client: FlaskClient, query: str, fits: dict[str, Any]
) -> None:
    found = ok(client.get(f"/__admin/residents?limit=3&{query}"))
    assert found["count"] == 3
    for resident in found["residents"]:
        assert {name: resident[name] for name in fits} == fits


def test_an_age_holds_on_the_worlds_date(client: FlaskClient) -> None:
    one = ok(client.get("/__admin/residents?age=17&limit=1"))["residents"][0]
    again = ok(client.get(f"/__admin/residents/{one['nik']}"))
    assert again["age"] == 17
    later = ok(client.get("/__admin/residents?age=17&limit=1&today=2025-07-11"))["residents"][0]
    assert later["birth_date"] > "2007-07-11"


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("age=old", "age"),
        ("age=151", "age"),
        ("age=1&ages=1-2", "age"),
        ("ages=1-", "high"),
        ("ages=20-10", "high"),
        ("sex=x", "sex"),
        ("status=ded", "status"),
        ("recorded=yes", "recorded"),
        ("area=Jakarta", "area"),
        ("today=11-07-2024", "today"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("agee=1", "query.agee"),
        ("age=1&age=2", "query.age"),
    ],
)
def test_a_bad_search_for_residents_is_explained(
    client: FlaskClient, query: str, where: str
) -> None:
    assert refused(client.get(f"/__admin/residents?{query}"))["where"] == where


def test_a_misspelt_area_is_told_which_one_was_meant(client: FlaskClient) -> None:
    said = refused(client.get("/__admin/residents?area=Magersarri"))
    assert said["where"] == "area"
    assert "Did you mean 'Magersari'?" in said["how"]
    # A district of a province that this world does not have is no area of it either.
    elsewhere = refused(client.get("/__admin/residents?area=91"))
    assert "Kabupaten Mojokerto" in elsewhere["how"]
    assert "Jayapura" not in elsewhere["how"]


def test_selfies_differ_by_variant_and_not_by_call(client: FlaskClient) -> None:
    nik = ok(client.get("/__admin/residents?limit=1"))["residents"][0]["nik"]
    here = f"/__admin/residents/{nik}/selfie"
    variants = ("plain", "mask", "glasses", "another", "blurred")
    pictures = [client.get(f"{here}?variant={v}").data for v in variants]
    assert len(set(pictures)) == 5
    assert all(picture.startswith(b"\xff\xd8\xff") for picture in pictures)
    assert client.get(here).data == pictures[0]
    assert refused(client.get(f"{here}?variant=hat"))["where"] == "variant"
    refused(client.get("/__admin/residents/3576010101010001/selfie"), 404)


# -- mailbox -------------------------------------------------------------------------------


def test_a_mail_arrives_in_time_and_reads_like_mailpits(client: FlaskClient) -> None:
    address = mailed(client)
    assert ok(client.get("/mail/api/v1/messages"))["messages"] == []
    refused(client.get("/mail/api/v1/message/latest"), 404)
    ok(client.post("/__admin/clock", json={"advance": "1h"}))
    listing = ok(client.get("/mail/api/v1/messages"))
    assert (listing["total"], listing["count"], listing["start"]) == (1, 1, 0)
    head = listing["messages"][0]
    assert head["From"]["Name"] == "SIAK Terpusat Identitas Digital"
    assert head["To"] == [{"Name": "", "Address": address}]
    assert head["Snippet"].startswith("Yth. ")
    full = ok(client.get(f"/mail/api/v1/message/{head['ID']}"))
    assert full == ok(client.get("/mail/api/v1/message/latest"))
    assert "http://siak.test:7425/activation/" in full["Text"]
    assert "Aktivasi" in full["HTML"]
    raw = client.get("/mail/api/v1/message/latest/raw")
    assert raw.data.startswith(b"From: ")
    assert len(raw.data) == full["Size"]
    assert ok(client.get("/mail/api/v1/message/latest/headers"))["To"] == [address]
    assert ok(client.get("/mail/api/v1/info"))["Messages"] == 1


def test_mails_are_searched_and_deleted(client: FlaskClient) -> None:
    mailed(client)
    ok(client.post("/__admin/clock", json={"advance": "1h"}))

    def count(query: str) -> int:
        found = ok(client.get("/mail/api/v1/search", query_string={"query": query}))
        return int(found["messages_count"])

    assert count("to:warga@example.test") == 1
    assert count('to:"WARGA@example.test" subject:aktivasi "Kode aktivasi Anda"') == 1
    assert count("to:other@example.test") == 0
    assert count("-to:warga@example.test") == 0
    for query in ("", "tag:x", '"open'):
        bad = client.get("/mail/api/v1/search", query_string={"query": query})
        assert refused(bad)["where"] == "query.query"
    client.delete("/mail/api/v1/messages", json={"IDs": ["nothing"]})
    assert count("to:warga") == 1
    assert client.delete("/mail/api/v1/search?query=to:warga").data == b"ok"
    assert count("to:warga") == 0


def test_the_mailbox_of_a_world_is_its_own(client: FlaskClient) -> None:
    ok(client.post("/__admin/worlds", json={"name": "desk", "clock": "manual"}), 201)
    mailed(client, "/w/desk")
    ok(client.post("/__admin/worlds/desk/clock", json={"advance": "1h"}))
    assert ok(client.get("/mail/api/v1/messages"))["total"] == 0
    assert ok(client.get("/w/desk/mail/api/v1/messages"))["total"] == 1
    text = ok(client.get("/w/desk/mail/api/v1/message/latest"))["Text"]
    assert "http://siak.test:7425/w/desk/activation/" in text
    assert ok(client.get("/__admin/worlds/desk/mail/messages"))["total"] == 1
    assert client.delete("/w/desk/mail/api/v1/messages").data == b"ok"
    assert ok(client.get("/w/desk/mail/api/v1/messages"))["total"] == 0


# -- who may ask ---------------------------------------------------------------------------

CONTROLLED = ("/__admin/health", "/mail/api/v1/messages", "/w/x/mail/api/v1/info", "/nothing")


@pytest.mark.parametrize("path", CONTROLLED)
def test_a_rebound_name_and_a_foreign_page_are_refused(client: FlaskClient, path: str) -> None:
    assert refused(client.get(path, headers={"Host": "evil.test"}), 403)["where"] == "header Host"
    for origin in ("http://evil.test", "null", "http://localhost:1"):
        answer = client.get(path, headers={"Origin": origin})
        assert refused(answer, 403)["where"] == "header Origin"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:7425", "localhost", "[::1]:7425", "127.8.8.8", "siak.test:7425"]
)
def test_this_machine_and_the_public_name_are_served(client: FlaskClient, host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert client.get("/__admin/health", headers=headers).status_code == 200


def test_with_a_token_everything_but_the_services_asks_for_it() -> None:
    whole = assemble(ControlOptions("s3cret", "0.0.0.0"))
    whole.worlds.create("default", whole.worlds.inline(QUIET), mode="manual")
    client = whole.app.test_client()
    for path in CONTROLLED:
        assert refused(client.get(path), 401)["where"] == "header Authorization"
        refused(client.get(path, headers={"Authorization": "Bearer wrong"}), 401)
    for headers in ({"Authorization": "Bearer s3cret"}, {"X-Siaksim-Token": "s3cret"}):
        assert client.get("/__admin/health", headers=headers).status_code == 200
    assert client.get("/ikd/v1/terms").status_code == 200
    by_address = {"Host": "10.0.0.7:7425", "X-Siaksim-Token": "s3cret"}
    assert client.get("/__admin/health", headers=by_address).status_code == 200
    by_name = {**by_address, "Host": "rebound.test"}
    assert refused(client.get("/__admin/health", headers=by_name), 403)


# -- what is not there ---------------------------------------------------------------------


def test_an_unknown_path_names_its_neighbours(client: FlaskClient, whole: Assembly) -> None:
    found = refused(client.get("/__admin/residentz"), 404)
    assert "GET /__admin/residents" in found["nearby"]
    assert nearby(whole.app, "/mail/api/v1/mesages")[0] == "DELETE, GET /mail/api/v1/messages"


@pytest.mark.parametrize("path", ["/__admin//health", "/", "/w/", "/__admin/worlds/%00", "/%ff"])
def test_odd_paths_are_plain_misses(client: FlaskClient, path: str) -> None:
    refused(client.get(path), 404)


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.put("/__admin/clock")
    refused(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_a_failure_of_our_own_is_marked_and_counted(
    client: FlaskClient, whole: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("a defect")

    whole.worlds.default.settle = broken  # type: ignore[method-assign]
    answer = client.get("/__admin/clock")
    assert refused(answer, 500)["what"].startswith("siaksim itself failed")
    assert answer.headers["Siaksim-Internal-Error"] == "1"
    assert whole.worlds.default.counters.internal_errors == 1
    assert "a defect" in capsys.readouterr().err


def test_the_app_serves_mocked_paths_under_any_wsgi_server() -> None:
    client = create_app(clock="auto").test_client()
    assert client.get("/ikd/v1/terms").status_code in (200, 503)
    missing = client.get("/siak/v1/nothing")
    assert missing.status_code == 404
    assert missing.content_type == "application/problem+json"
    assert client.put("/c/kiosk.3/ikd/v1/terms").headers["Allow"] == "GET, HEAD"
    head = client.head("/ikd/v1/terms")
    assert head.data == b""
