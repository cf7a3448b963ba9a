"""Whom a call is about, and whose call it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from services_harness import Office
from siaksim.services.accept import chosen, names
from siaksim.services.subjects import client_of, subject_of


def test_a_calls_subject_is_the_nik_by_every_way_that_leads_to_it() -> None:
    office = Office()
    resident = office.adults(1)[0]
    officer = office.officer()
    identity, token = office.to_mail(resident, session=officer)
    link = {"token": office.link(identity)}
    payload = office.phone_qr(identity, token)
    office.activate(identity)
    session = office.log_in(resident, office.mailed_code(identity)).json["session_token"]
    subjects = [
        office.subject("ikd.login", {"nik": resident.nik, "device_id": "d", "pin": "1234"}),
        office.subject("ikd.status", path={"registration_id": identity}),
        office.subject("siak.activation", path={"activation_id": identity}, token=officer),
        office.subject("siak.scan_qr", {"payload": payload}, token=officer),
        office.subject("siak.search", {"nik": resident.nik}, token=officer),
        office.subject("mail.activation_page", path=link),
        office.subject("mail.captcha", path=link),
        office.subject("ikd.set_pin", {"new": "123456", "repeat": "123456"}, token=session),
        office.subject("ikd.terms", token=token),
    ]
    assert set(subjects) == {resident.nik}


def test_without_a_nik_the_subject_is_the_operator_or_nobody() -> None:
    office = Office()
    officer = office.officer("petugas07")
    assert office.subject("siak.show_qr", token=officer) == "petugas07"
    assert office.subject("siak.search", {"no_kk": "1" * 16}, token=officer) == "petugas07"
    login = {"operator_id": "petugas07", "password": "x"}
    assert office.subject("siak.login", login) == "petugas07"
    assert office.subject("siak.login", {**login, "operator_id": "3576010101079000"}) == "-"
    assert office.subject("siak.notices") == "-"


def test_finding_the_subject_does_not_keep_a_session_alive() -> None:
    office = Office()
    officer = office.officer()
    office.world.advance(600.0)
    office.subject("siak.show_qr", token=officer)
    office.world.advance(600.0)
    assert office.call("siak.show_qr", token=officer).status == 401


def test_a_client_is_named_by_its_credential() -> None:
    office = Office()
    resident = office.adults(1)[0]
    officer = office.officer("petugas03")
    identity, token = office.to_active(resident, "phone-9")
    link = {"token": office.link(identity)}
    status = office.prepared("ikd.status", path={"registration_id": identity}, token=token)
    assert status.client == "device.phone-9"
    assert office.prepared("mail.captcha", path=link).client == "device.phone-9"
    assert office.prepared("siak.show_qr", token=officer).client == "operator.petugas03"
    assert office.prepared("siak.notices").client == "anonymous"
    body = {"nik": resident.nik, "device_id": "phone-9", "pin": "1234"}
    assert office.prepared("ikd.login", body).client == "device.phone-9"
    body = {"nik": resident.nik, "device_id": "phone-8", "pin": "1234"}
    assert office.prepared("ikd.login", body).client == "device.phone-8"


def test_a_phone_belongs_to_the_client_that_registered_it() -> None:
    office = Office()
    resident = office.adults(1)[0]
    identity, token = office.to_mail(resident)
    office.world.registry.registrations[identity].client = "kiosk.1"
    assert office.prepared("ikd.terms", token=token).client == "kiosk.1"
    link = {"token": office.link(identity)}
    assert office.prepared("mail.activation_page", path=link).client == "kiosk.1"


@pytest.mark.parametrize(
    "body",
    [
        *(None, [], "x", 7, {"nik": 3576010101079000}, {"nik": None}, {"device": "x"}),
        *({"device": {"id": ["x"]}}, {"payload": {}}, {"operator_id": 1}),
        {"device_id": "\u0669"},
    ],
)
def test_a_body_of_any_shape_has_a_subject_and_a_client(body: Any) -> None:
    office = Office()
    for name in ("siak.notices", "ikd.terms"):
        call = replace(office.prepared(name), body=body)
        assert subject_of(call, office.world) == "-"
        assert client_of(call, office.world) == "anonymous"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("image/png", "image/png"),
        ("image/*", "image/png"),
        ("application/json;q=0.5, image/png", "image/png"),
        ("application/json, image/png;q=0.5", "application/json"),
        ("image/png;q=nonsense", "application/json"),
        ("text/plain", "application/json"),
        ("IMAGE/PNG ; Q=1", "image/png"),
    ],
)
def test_accept_chooses_among_what_is_offered(accept: str, wanted: str) -> None:
    assert chosen(accept, ("application/json", "image/png")) == wanted


def test_a_wildcard_does_not_name_a_type() -> None:
    assert names("text/html;q=0.8", "text/html")
    assert not names("*/*, text/*", "text/html")
    assert not names("text/html;q=0", "text/html")
