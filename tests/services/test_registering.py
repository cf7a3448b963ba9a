"""Who may register, and in which order refusals come."""

from __future__ import annotations

import pytest
from services_harness import Office


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"status": "dead"}, 409, "dead"),
        ({"status": "inactive"}, 409, "inactive"),
        ({"status": "duplicate"}, 409, "duplicate_record"),
        ({"status": "active_elsewhere"}, 409, "active_elsewhere"),
        ({"status": "never_recorded", "recorded": False}, 409, "never_recorded"),
        ({"ages": (16, 16), "recorded": False}, 409, "under_age"),
    ],
)
def test_the_registry_refuses_whom_it_knows_better(
    wanted: dict[str, object], status: int, code: str
) -> None:
    office = Office()
    resident = office.adults(1, **wanted)[0]
    reply = office.register(resident)
    assert (reply.status, reply.code, reply.entries) == (status, code, ())
    assert office.world.registry.registrations == {}


def test_a_nik_that_nobody_has_is_unknown() -> None:
    office = Office()
    reply = office.register(office.adults(1)[0], nik="3576010101070001")
    assert (reply.status, reply.code) == (404, "unknown_nik")


@pytest.mark.parametrize(
    ("platform", "major", "supported"),
    [("android", 9, False), ("android", 10, True), ("ios", 9, True)],
)
def test_android_9_and_below_is_too_old_for_the_app(
    platform: str, major: int, supported: bool
) -> None:
    office = Office()
    query = {"platform": platform, "os_major": str(major)}
    assert office.call("ikd.app_status", query=query).json["supported"] is supported
    device = {"id": "p", "platform": platform, "os_major": major}
    reply = office.register(office.adults(1)[0], device=device)
    assert reply.status == (201 if supported else 426)
    if not supported:
        assert reply.code == "unsupported_os"


def test_old_terms_are_refused_before_an_old_phone_and_that_before_the_citizen() -> None:
    office = Office()
    dead = office.adults(1, status="dead")[0]
    old = {"id": "p", "platform": "android", "os_major": 9}
    first = office.register(dead, device=old, terms_version="0.9")
    assert (first.status, first.code) == (409, "terms_outdated")
    assert office.register(dead, device=old).code == "unsupported_os"
    assert office.register(dead).code == "dead"


def test_the_terms_say_which_version_a_registration_agrees_to() -> None:
    office = Office(terms_version="2.1")
    version = office.call("ikd.terms").json["version"]
    assert version == "2.1"
    assert office.register(office.adults(1)[0], terms_version=version).status == 201


def test_an_account_of_an_earlier_device_is_deleted_by_an_officer_and_only_once() -> None:
    office = Office()
    resident = office.adults(1, status="active_elsewhere")[0]
    body = {"nik": resident.nik, "reason": "Ganti telepon"}
    session = office.officer()
    assert office.log_in(resident, "123456").code == "active_elsewhere"
    assert office.call("siak.delete_account", body, token=session).status == 200
    assert office.call("siak.delete_account", body, token=session).status == 404
    assert office.log_in(resident, "123456").code == "no_account"
    assert office.register(resident).status == 201


def test_a_registration_lapses_unless_a_mail_was_sent() -> None:
    office = Office(registration_life_s=3600.0)
    early, late = office.adults(2)
    lapsing, token = office.to_face(early)
    mailed, mailed_token = office.to_mail(late)
    office.world.advance(3600.0)
    assert office.standing(lapsing, token) == "ABANDONED"
    reply = office.call("ikd.show_qr", path={"registration_id": lapsing}, token=token)
    assert (reply.status, reply.code) == (409, "registration_abandoned")
    assert office.standing(mailed, mailed_token) == "MAIL_SENT"
    assert office.activate(mailed).status == 200


def test_what_is_left_of_a_life_is_told_in_seconds_that_the_client_lives() -> None:
    office = Office()
    office.world.clock.shorten = 20.0
    assert office.register(office.adults(1)[0]).json["expires_in"] == 86400 // 20


def test_a_registration_is_opened_by_its_own_token_only() -> None:
    office = Office()
    one, other = office.adults(2)
    mine, theirs = office.register(one).json, office.register(other).json
    path = {"registration_id": mine["registration_id"]}
    for token in ("", "rt-nobody", theirs["token"]):
        reply = office.call("ikd.status", path=path, token=token)
        assert (reply.status, reply.code) == (401, "unauthorized")
    nowhere = {"registration_id": "reg-000000000000"}
    assert office.call("ikd.status", path=nowhere, token=mine["token"]).status == 404


def test_the_status_hides_most_of_the_address() -> None:
    office = Office()
    made = office.register(office.adults(1)[0], email="budi@example.test").json
    path = {"registration_id": made["registration_id"]}
    reply = office.call("ikd.status", path=path, token=made["token"])
    assert reply.json["email"] == "b***@example.test"
    assert reply.json["mails_sent"] == 0
    assert reply.json["activated"] is False
