"""The citizen's digital documents and their QR codes, and what a relying party is told of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services_harness import Office, Reply

QR_LIFE_S = 90.0


class Citizen:
    """Somebody with an active account and an open session."""

    def __init__(self, office: Office, number: int = 0, **wanted: Any) -> None:
        self.office = office
        self.resident = office.adults(number + 1, **wanted)[number]
        self.registration, self.session = office.to_active(self.resident)

    def documents(self) -> dict[str, Any]:
        reply = self.office.call("ikd.documents", token=self.session)
        assert reply.status == 200
        return {paper["kind"]: paper for paper in reply.json["documents"]}

    def qr(self, kind: str = "ktp-el") -> Reply:
        return self.office.call("ikd.document_qr", path={"kind": kind}, token=self.session)

    def shown(self, kind: str = "ktp-el") -> str:
        reply = self.qr(kind)
        assert reply.status == 201
        return str(reply.json["payload"])


def checked(office: Office, payload: str) -> Any:
    reply = office.call("ikd.verify_qr", {"payload": payload})
    assert (reply.status, reply.entries) == (200, ())
    return reply.json


def result(office: Office, payload: str) -> str:
    return str(checked(office, payload)["result"])


def test_the_documents_are_what_siak_holds() -> None:
    office = Office()
    citizen = Citizen(office)
    papers = citizen.documents()
    assert list(papers)[:2] == ["ktp-el", "kk"]
    assert papers["ktp-el"]["number"] == citizen.resident.nik
    assert papers["ktp-el"]["fields"]["Nama"] == citizen.resident.name
    assert papers["kk"]["number"] == citizen.resident.kk
    names = {member.name for member in office.world.country.household(citizen.resident.kk)}
    assert names <= set(papers["kk"]["fields"].values())


def test_who_has_no_certificate_has_no_such_document() -> None:
    office = Office()
    people = [Citizen(office, number) for number in range(6)]
    wed = {"akta-perkawinan" in person.documents() for person in people}
    assert wed == {True, False}
    for person in people:
        known = "akta-perkawinan" in person.documents()
        assert known is (person.resident.marital_status != "BELUM KAWIN")
        assert person.qr("akta-perkawinan").status == (201 if known else 404)


def test_a_relying_party_is_told_what_a_code_is_worth_while_it_lives() -> None:
    office = Office()
    citizen = Citizen(office)
    shown = citizen.qr()
    assert (shown.status, shown.json["expires_in"], shown.entries) == (
        *(201, 90),
        ("document_qr_shown",),
    )
    payload = shown.json["payload"]
    office.world.advance(QR_LIFE_S - 16)
    told = checked(office, payload)
    assert told["result"] == "genuine"
    assert told["document"] == {
        "kind": "ktp-el",
        "title": "KTP-el Digital",
        "number": citizen.resident.nik,
        "holder": citizen.resident.name,
        "expires_in": 16,
    }
    office.world.advance(16)
    assert checked(office, payload) == {
        "result": "expired",
        "message": "Kode QR sudah tidak berlaku",
        "document": None,
    }


def test_a_newer_code_ends_the_one_before_and_no_other_documents() -> None:
    office = Office()
    citizen = Citizen(office)
    family, first = citizen.shown("kk"), citizen.shown()
    second = citizen.shown()
    assert len({family, first, second}) == 3
    assert [result(office, code) for code in (family, first, second)] == [
        *("genuine", "expired", "genuine"),
    ]


@pytest.mark.parametrize("payload", ["IKDDOC1:0123456789", "IKD1:x", "https://example.test", "?"])
def test_a_code_that_nobody_has_shown_is_unknown(payload: str) -> None:
    assert result(Office(), payload) == "unknown"


def test_the_activation_codes_are_no_documents() -> None:
    office = Office()
    identity, token = office.to_face(office.adults(1)[0])
    assert result(office, office.phone_qr(identity, token)) == "unknown"


@pytest.mark.parametrize("waits", [0.0, QR_LIFE_S, 3600.0])
def test_a_deleted_accounts_codes_are_revoked_at_once_and_for_good(waits: float) -> None:
    office = Office()
    citizen = Citizen(office)
    payload = citizen.shown()
    body = {"nik": citizen.resident.nik, "reason": "Ganti telepon"}
    assert office.call("siak.delete_account", body, token=office.officer()).status == 200
    office.world.advance(waits)
    assert result(office, payload) == "revoked"
    for reply in (citizen.qr(), office.call("ikd.documents", token=citizen.session)):
        assert (reply.status, reply.code) == (401, "session_expired")


def test_the_new_phones_codes_count_and_the_old_ones_stay_revoked() -> None:
    office = Office()
    citizen = Citizen(office)
    old = citizen.shown()
    body = {"nik": citizen.resident.nik, "reason": "Ganti telepon"}
    office.call("siak.delete_account", body, token=office.officer())
    _, citizen.session = office.to_active(citizen.resident, "phone-2")
    new = citizen.shown()
    assert (result(office, old), result(office, new)) == ("revoked", "genuine")


def test_only_a_citizens_live_session_opens_documents() -> None:
    office = Office()
    citizen = Citizen(office)
    for token, code in ((office.officer(), "unauthorized"), ("st-x", "unauthorized")):
        reply = office.call("ikd.documents", token=token)
        assert (reply.status, reply.code) == (401, code)
        reply = office.call("ikd.document_qr", path={"kind": "kk"}, token=token)
        assert (reply.status, reply.code) == (401, code)
    office.world.advance(office.world.settings.session_idle_s + 1)
    assert citizen.qr().code == "session_expired"


def test_a_call_about_a_code_is_about_its_citizen() -> None:
    office = Office()
    citizen = Citizen(office)
    payload = citizen.shown()
    assert office.subject("ikd.verify_qr", {"payload": payload}) == citizen.resident.nik
    assert office.subject("ikd.documents", token=citizen.session) == citizen.resident.nik
    assert office.subject("ikd.verify_qr", {"payload": "IKDDOC1:?"}) == "-"


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["ktp-el", "kk", "delete"]),
            st.floats(0.0, 100.0, allow_nan=False),
        ),
        max_size=14,
    )
)
@settings(max_examples=25, deadline=None)
def test_a_code_is_genuine_only_while_it_is_the_newest_alive_of_an_account(
    steps: list[str | float],
) -> None:
    office = Office(session_idle_s=86400.0)
    citizen = Citizen(office)
    codes: dict[str, tuple[str, float]] = {}
    deleted = False
    for step in steps:
        if isinstance(step, float):
            office.world.advance(step)
        elif step == "delete":
            body = {"nik": citizen.resident.nik, "reason": "Ganti telepon"}
            reply = office.call("siak.delete_account", body, token=office.officer())
            assert reply.status == (404 if deleted else 200)
            deleted = True
        elif not deleted:
            codes[citizen.shown(step)] = (step, office.world.clock.now())
        newest = {kind: code for code, (kind, _) in codes.items()}
        for code, (kind, at) in codes.items():
            lives = newest[kind] == code and office.world.clock.now() < at + QR_LIFE_S
            want = "revoked" if deleted else "genuine" if lives else "expired"
            assert result(office, code) == want
