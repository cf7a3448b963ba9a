"""SIAK at the officer's desk: sessions, search, confirmation, mails, deletion."""

from __future__ import annotations

import pytest
from services_harness import Office


def test_an_officer_logs_in_and_out() -> None:
    office = Office()
    body = {"operator_id": "petugas20", "password": "siaksim-petugas20"}
    opened = office.call("siak.login", body).json
    assert opened["name"] == "PETUGAS SINTETIS 20"
    assert (opened["idle_expires_in"], opened["expires_in"]) == (900, 28800)
    token = opened["session_token"]
    assert office.call("siak.search", {"no_kk": "0" * 16}, token=token).json == {"residents": []}
    assert office.call("siak.logout", token=token).status == 204
    after = office.call("siak.search", {"no_kk": "0" * 16}, token=token)
    assert (after.status, after.code) == (401, "unauthorized")


@pytest.mark.parametrize(
    "body",
    [
        {"operator_id": "petugas01", "password": "siaksim-petugas02"},
        {"operator_id": "petugas21", "password": "siaksim-petugas21"},
    ],
)
def test_an_unknown_operator_and_a_wrong_password_are_told_the_same(body: dict[str, str]) -> None:
    reply = Office().call("siak.login", body)
    assert (reply.status, reply.code, reply.entries) == (401, "wrong_credentials", ())


def test_two_sessions_of_an_officer_end_apart() -> None:
    office = Office()
    first, second = office.officer(), office.officer()
    assert first != second
    office.call("siak.logout", token=first)
    assert office.call("siak.show_qr", token=second).status == 201


def test_a_session_ends_when_idle_or_old() -> None:
    office = Office()
    idle, used = office.officer(), office.officer("petugas02")
    reply = office.call("siak.show_qr", token=used)
    while reply.status == 201:
        office.world.advance(600.0)
        reply = office.call("siak.show_qr", token=used)
    assert office.call("siak.show_qr", token=idle).code == "session_expired"
    assert (reply.status, reply.code) == (401, "session_expired")
    assert office.world.clock.now() - office.scenario.start == 28800.0 + 600.0


def test_a_citizens_session_opens_nothing_at_the_desk() -> None:
    office = Office()
    _, session = office.to_active(office.adults(1)[0])
    reply = office.call("siak.search", {"no_kk": "0" * 16}, token=session)
    assert (reply.status, reply.code) == (401, "unauthorized")


def test_a_resident_is_found_by_nik_by_family_card_and_by_name_and_date() -> None:
    office = Office()
    resident = office.adults(1)[0]
    token = office.officer()
    born = resident.birth_date.isoformat()
    by_nik = office.call("siak.search", {"nik": resident.nik}, token=token).json["residents"]
    assert [r["nik"] for r in by_nik] == [resident.nik]
    assert by_nik[0]["no_kk"] == resident.kk
    assert by_nik[0]["sex"] == ("Laki-Laki" if resident.sex == "L" else "Perempuan")
    family = office.call("siak.search", {"no_kk": resident.kk}, token=token).json["residents"]
    assert resident.nik in [r["nik"] for r in family]
    assert len({r["no_kk"] for r in family}) == 1
    named = {"name": resident.name.lower(), "birth_date": born}
    found = office.call("siak.search", named, token=token).json["residents"]
    assert resident.nik in [r["nik"] for r in found]
    nobody = {"name": "TIDAK ADA", "birth_date": "0000-01-01"}
    assert office.call("siak.search", nobody, token=token).json["residents"] == []


def test_a_search_tells_how_ikd_stands() -> None:
    office = Office()
    resident, other = office.adults(2)
    elsewhere = office.adults(1, status="active_elsewhere")[0]
    token = office.officer()

    def ikd(nik: str) -> str:
        found = office.call("siak.search", {"nik": nik}, token=token).json["residents"]
        return str(found[0]["ikd"])

    assert ikd(resident.nik) == "BELUM AKTIF"
    office.to_face(other)
    assert ikd(other.nik) == "DALAM PROSES"
    office.to_active(resident)
    assert ikd(resident.nik) == "AKTIF"
    for _ in range(3):
        office.log_in(resident, "000000")
    assert ikd(resident.nik) == "TERKUNCI"
    assert ikd(elsewhere.nik) == "AKTIF DI PERANGKAT LAIN"


def test_wrong_biodata_are_noted_by_their_names_alone() -> None:
    office = Office()
    resident = office.adults(1)[0]
    token = office.officer()
    shown = office.call("siak.search", {"nik": resident.nik}, token=token).json["residents"][0]
    names = ("name", "birth_place", "birth_date", "sex", "address")
    right = {name: shown[name] for name in names}
    body = {"nik": resident.nik, "fields": {**right, "name": f" {resident.name.lower()} "}}
    reply = office.call("siak.confirm_biodata", body, token=token)
    assert reply.json == {"confirmed": True, "wrong": []}
    body = {"nik": resident.nik, "fields": {**right, "birth_place": "TEMPAT LAIN"}}
    reply = office.call("siak.confirm_biodata", body, token=token)
    assert reply.json == {"confirmed": False, "wrong": ["birth_place"]}
    noted = office.world.registry.confirmed[resident.nik]
    assert [n["confirmed"] for n in noted] == [True, False]
    assert "TEMPAT LAIN" not in str(noted)
    body = {"nik": "3576010101070001", "fields": {"name": "X"}}
    assert office.call("siak.confirm_biodata", body, token=token).code == "unknown_resident"


def test_an_officer_sees_where_an_activation_stands_and_resends_at_most_three_mails() -> None:
    office = Office()
    resident = office.adults(1)[0]
    token = office.officer()
    identity, _ = office.to_face(resident)
    path = {"activation_id": identity}
    phone = office.world.registry.registration_token(identity)
    early = office.call("siak.resend_mail", path=path, token=token)
    assert (early.status, early.code) == (409, "wrong_state")
    payload = office.phone_qr(identity, phone)
    unscanned = office.call("siak.resend_mail", path=path, token=token)
    assert (unscanned.status, unscanned.code, unscanned.entries) == (409, "wrong_state", ())
    office.scan(payload, token)
    for number in (2, 3, 4):
        sent = office.call("siak.resend_mail", path=path, token=token)
        assert (sent.status, sent.json["mail_number"]) == (200, number)
    more = office.call("siak.resend_mail", path=path, token=token)
    assert (more.status, more.code, more.entries) == (429, "too_many_mails", ())
    seen = office.call("siak.activation", path=path, token=token).json
    assert (seen["nik"], seen["state"], seen["mail_number"]) == (resident.nik, "MAIL_SENT", 4)
    office.activate(identity)
    done = office.call("siak.resend_mail", path=path, token=token)
    assert (done.status, done.code) == (409, "already_active")
    nowhere = {"activation_id": "reg-000000000000"}
    for name in ("siak.activation", "siak.resend_mail"):
        assert office.call(name, path=nowhere, token=token).code == "registration_not_found"


def test_notices_need_no_session() -> None:
    assert Office().call("siak.notices").json == {"notices": []}
