"""Residents and the mailbox, through the Flask app as a client sees them."""

from __future__ import annotations

from typing import Any

import pytest
from control_harness import mailed, ok, refused
from flask.testing import FlaskClient

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
