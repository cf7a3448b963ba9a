"""What each write does when it is repeated without an idempotency key, row by row."""

from __future__ import annotations

from typing import Any

import pytest
from services_harness import FORM, Office, Reply
from siaksim.services.ikd.messages import USED_ELSEWHERE


def kinds(office: Office, nik: str) -> list[str]:
    return [entry.kind for entry in office.world.ledger.entries if entry.nik == nik]


def test_until_the_first_login_a_second_registration_replaces_the_first() -> None:
    office = Office()
    resident = office.adults(1)[0]
    first, first_token = office.to_face(resident)
    second = office.register(resident, "phone-2")
    assert second.status == 201
    assert second.entries == ("abandoned", "registered", "data_verified")
    assert office.standing(first, first_token) == "ABANDONED"
    assert office.standing(second.json["registration_id"], second.json["token"]) == "DATA_VERIFIED"


def test_a_replaced_registration_goes_no_further() -> None:
    office = Office()
    resident = office.adults(1)[0]
    first, token = office.to_face(resident)
    office.register(resident, "phone-2")
    path = {"registration_id": first}
    for name, body, media in (
        ("ikd.show_qr", None, ""),
        ("ikd.upload_selfie", office.photo(resident), "image/jpeg"),
    ):
        reply = office.call(name, body, path=path, token=token, media=media)
        assert (reply.status, reply.code) == (409, "registration_abandoned")


def test_a_replaced_registration_has_a_dead_link() -> None:
    office = Office()
    resident = office.adults(1)[0]
    first, _ = office.to_mail(resident)
    office.register(resident, "phone-2")
    body = {"code": office.mailed_code(first), "captcha": "XXXXX"}
    dead = office.call("mail.activate", body, path={"token": office.link(first)})
    assert (dead.status, dead.code, dead.entries) == (410, "registration_abandoned", ())


@pytest.mark.parametrize("device", ["phone-1", "phone-2"])
def test_once_active_a_registration_is_refused_with_the_words_that_the_app_shows(
    device: str,
) -> None:
    office = Office()
    resident = office.adults(1)[0]
    office.to_active(resident)
    reply = office.register(resident, device)
    assert (reply.status, reply.code, reply.entries) == (409, "active_elsewhere", ())
    assert reply.json["title"] == USED_ELSEWHERE


def test_after_an_officer_deletes_the_account_the_citizen_registers_again() -> None:
    office = Office()
    resident = office.adults(1)[0]
    identity, session = office.to_active(resident)
    officer = office.officer()
    body = {"nik": resident.nik, "reason": "Ganti telepon"}
    deleted = office.call("siak.delete_account", body, token=officer)
    assert (deleted.status, deleted.entries) == (200, ("account_deleted",))
    assert office.world.registry.registrations[identity].state == "DELETED"
    pin = office.call("ikd.set_pin", {"new": "111111", "repeat": "111111"}, token=session)
    assert (pin.status, pin.code) == (401, "session_expired")
    again = office.call("siak.delete_account", body, token=officer)
    assert (again.status, again.code) == (404, "no_account")
    assert office.to_active(resident, "phone-2")


def by_officer(office: Office, identity: str, token: str) -> tuple[Reply, Reply]:
    session = office.officer()
    payload = office.phone_qr(identity, token)
    return office.scan(payload, session), office.scan(payload, session)


def by_phone(office: Office, identity: str, token: str) -> tuple[Reply, Reply]:
    shown = office.call("siak.show_qr", token=office.officer())
    assert shown.json["expires_in"] == 90
    body = {"payload": shown.json["payload"]}
    path = {"registration_id": identity}
    name = "ikd.scan_officer_qr"
    return (
        office.call(name, body, path=path, token=token),
        office.call(name, body, path=path, token=token),
    )


def by_resending(office: Office, identity: str, token: str) -> tuple[Reply, Reply]:
    session = office.officer()
    first = office.scan(office.phone_qr(identity, token), session)
    path = {"activation_id": identity}
    return first, office.call("siak.resend_mail", path=path, token=session)


@pytest.mark.parametrize("way", [by_officer, by_phone, by_resending])
def test_a_repeated_scan_or_resend_is_a_second_mail_and_kills_the_older_link(way: Any) -> None:
    office = Office()
    identity, token = office.to_face(office.adults(1)[0])
    first, second = way(office, identity, token)
    assert [first.status, second.status] == [200, 200]
    assert [first.json["mail_number"], second.json["mail_number"]] == [1, 2]
    assert second.json["state"] == "MAIL_SENT"
    assert office.mailed_code(identity, 1) != office.mailed_code(identity, 2)
    old = {"token": office.link(identity, 1)}
    for reply in (
        office.call("mail.activation_page", path=old),
        office.call("mail.captcha", path=old),
        office.call("mail.activate", {"code": "1", "captcha": "X"}, path=old),
    ):
        assert (reply.status, reply.code) == (410, "link_superseded")
    stale = office.activate(identity, code=office.mailed_code(identity, 1))
    assert (stale.status, stale.code) == (422, "wrong_code")
    assert office.activate(identity).status == 200


def test_a_repeated_activation_of_one_registration_is_refused_and_commits_nothing() -> None:
    office = Office()
    resident = office.adults(1)[0]
    identity, _ = office.to_mail(resident)
    assert office.activate(identity).entries == ("activated",)
    body = {"code": office.mailed_code(identity), "captcha": "XXXXX"}
    again = office.call("mail.activate", body, path={"token": office.link(identity)})
    assert (again.status, again.code, again.entries) == (409, "already_active", ())


def test_a_form_sent_twice_is_told_the_same_by_its_nonce() -> None:
    office = Office()
    identity, _ = office.to_mail(office.adults(1)[0])
    path = {"token": office.link(identity)}
    page = office.call("mail.activation_page", path=path).text
    nonce = page.partition('name="nonce" value="')[2].partition('"')[0]
    body = {
        "code": office.mailed_code(identity),
        "captcha": office.captcha(path["token"]),
        "nonce": nonce,
    }
    first = office.call("mail.activate", body, path=path, media=FORM)
    second = office.call("mail.activate", body, path=path, media=FORM)
    assert (first.status, second.status) == (200, 200)
    assert first.text == second.text
    assert (first.entries, second.entries) == (("activated",), ())
    other = office.call("mail.activate", {**body, "nonce": "x"}, path=path, media=FORM)
    assert other.status == 409


def test_a_second_registration_activates_a_second_time_and_the_first_device_is_dead() -> None:
    office = Office()
    resident = office.adults(1)[0]
    first, first_token = office.to_mail(resident, "phone-1")
    assert office.activate(first).status == 200
    old_code = office.mailed_code(first)
    second, second_token = office.to_mail(resident, "phone-2")
    assert office.standing(first, first_token) == "ACTIVATED_WEB"
    assert office.activate(second).status == 200
    assert kinds(office, resident.nik).count("activated") == 2
    assert "account_deleted" not in kinds(office, resident.nik)
    assert office.standing(first, first_token) == "DELETED"
    dead = office.log_in(resident, old_code, "phone-1")
    assert (dead.status, dead.code) == (409, "active_elsewhere")
    assert dead.json["title"] == USED_ELSEWHERE
    assert office.log_in(resident, office.mailed_code(second), "phone-2").status == 201
    assert office.standing(second, second_token) == "ACTIVE"


def test_a_login_on_the_first_device_stops_the_second_registration() -> None:
    office = Office()
    resident = office.adults(1)[0]
    first, _ = office.to_mail(resident, "phone-1")
    office.activate(first)
    second, token = office.to_mail(resident, "phone-2")
    assert office.log_in(resident, office.mailed_code(first), "phone-1").status == 201
    late = office.activate(second)
    assert (late.status, late.code, late.entries) == (409, "active_elsewhere", ())
    qr = office.call("ikd.show_qr", path={"registration_id": second}, token=token)
    assert (qr.status, qr.code) == (409, "active_elsewhere")
    session = office.officer()
    mail = office.call("siak.resend_mail", path={"activation_id": second}, token=session)
    assert (mail.status, mail.code) == (409, "active_elsewhere")
