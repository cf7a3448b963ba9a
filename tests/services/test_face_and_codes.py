"""The face check, and the QR codes of both directions."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from services_harness import Office, Reply


def selfie(office: Office, made: Any, body: bytes, media: str = "image/jpeg") -> Reply:
    path = {"registration_id": made["registration_id"]}
    return office.call("ikd.upload_selfie", body, path=path, token=made["token"], media=media)


@pytest.mark.parametrize("variant", ["mask", "glasses"])
def test_a_covered_face_costs_a_try_and_a_plain_one_passes(variant: Any) -> None:
    office = Office()
    resident = office.adults(1)[0]
    made = office.register(resident).json
    covered = selfie(office, made, office.photo(resident, variant)).json
    assert covered == {"result": variant, "attempts_left": 2, "state": "DATA_VERIFIED"}
    plain = selfie(office, made, office.photo(resident)).json
    assert plain == {"result": "match", "attempts_left": 1, "state": "FACE_VERIFIED"}
    again = selfie(office, made, office.photo(resident))
    assert (again.status, again.code) == (409, "wrong_state")


def test_three_faces_of_somebody_else_end_the_registration_and_a_new_one_helps() -> None:
    office = Office()
    resident, other = office.adults(2)
    made = office.register(resident).json
    found = [selfie(office, made, office.photo(other)).json for _ in range(3)]
    assert [r["attempts_left"] for r in found] == [2, 1, 0]
    assert {r["result"] for r in found} == {"no_match"}
    assert found[-1]["state"] == "FACE_FAILED"
    more = selfie(office, made, office.photo(resident))
    assert (more.status, more.code) == (409, "attempts_exhausted")
    assert office.to_face(resident)


def test_the_third_try_may_still_match() -> None:
    office = Office()
    resident, other = office.adults(2)
    made = office.register(resident).json
    for _ in range(2):
        selfie(office, made, office.photo(other))
    last = selfie(office, made, office.photo(resident)).json
    assert last == {"result": "match", "attempts_left": 0, "state": "FACE_VERIFIED"}


def test_a_citizen_without_a_recorded_photo_cannot_be_compared() -> None:
    office = Office()
    resident = office.adults(1, status="no_recorded_photo")[0]
    assert not resident.has_photo
    made = office.register(resident).json
    assert selfie(office, made, office.photo(resident)).json["result"] == "no_recorded_photo"


def test_bytes_that_are_no_picture_cost_no_try() -> None:
    office = Office()
    made = office.register(office.adults(1)[0]).json
    for body in (b"no picture", b"\xff\xd8\xff"):
        reply = selfie(office, made, body)
        assert (reply.status, reply.code, reply.entries) == (422, "not_an_image", ())


def test_a_tiny_picture_is_a_poor_one() -> None:
    office = Office()
    made = office.register(office.adults(1)[0]).json
    out = BytesIO()
    Image.new("RGB", (40, 40)).save(out, "PNG")
    assert selfie(office, made, out.getvalue(), "image/png").json["result"] == "poor_image"


def test_a_phones_code_can_be_had_as_a_picture() -> None:
    office = Office()
    identity, token = office.to_face(office.adults(1)[0])
    path = {"registration_id": identity}
    shown = office.call("ikd.show_qr", path=path, token=token, accept="image/png")
    assert shown.answer.content_type == "image/png"
    assert shown.answer.body.startswith(b"\x89PNG")
    assert office.standing(identity, token) == "AWAITING_OFFICER"


def test_a_phones_code_lives_90_seconds_and_until_a_newer_one_is_shown() -> None:
    office = Office()
    identity, token = office.to_face(office.adults(1)[0])
    session = office.officer()
    first = office.phone_qr(identity, token)
    second = office.phone_qr(identity, token)
    assert first != second
    old = office.scan(first, session)
    assert (old.status, old.code) == (410, "qr_expired")
    office.world.advance(89.0)
    assert office.scan(second, session).status == 200
    office.world.advance(1.0)
    late = office.scan(second, session)
    assert (late.status, late.code, late.entries) == (410, "qr_expired", ())
    assert office.scan("IKD1:nothing", session).code == "qr_unknown"


def officer_scan(office: Office, identity: str, token: str, payload: str) -> Reply:
    body, path = {"payload": payload}, {"registration_id": identity}
    return office.call("ikd.scan_officer_qr", body, path=path, token=token)


def test_an_officers_code_serves_one_registration() -> None:
    office = Office()
    one, other = office.adults(2)
    first, second = office.to_face(one), office.to_face(other)
    session = office.officer()
    payload = office.call("siak.show_qr", token=session).json["payload"]
    assert officer_scan(office, *first, payload).entries == ("scanned", "mail_issued")
    assert officer_scan(office, *first, payload).status == 200
    taken = officer_scan(office, *second, payload)
    assert (taken.status, taken.code) == (409, "qr_used")
    fresh = office.call("siak.show_qr", token=session).json["payload"]
    assert officer_scan(office, *second, fresh).status == 200
    scanned = office.world.registry.registrations[second[0]]
    assert scanned.scanned_by == "petugas01"
    assert scanned.history[-2:] == ["AWAITING_OFFICER", "MAIL_SENT"]


@pytest.mark.parametrize("end", ["time", "logout", "idle"])
def test_an_officers_code_dies_by_time_or_with_its_session(end: str) -> None:
    office = Office(qr_life_s=3600.0 if end == "idle" else 90.0)
    identity, token = office.to_face(office.adults(1)[0])
    session = office.officer()
    payload = office.call("siak.show_qr", token=session).json["payload"]
    if end == "logout":
        assert office.call("siak.logout", token=session).status == 204
    else:
        office.world.advance(90.0 if end == "time" else 901.0)
    reply = officer_scan(office, identity, token, payload)
    assert (reply.status, reply.code) == (410, "qr_expired")
    assert officer_scan(office, identity, token, "SIAK1:nothing").code == "qr_unknown"


@pytest.mark.parametrize(("client_s", "status"), [(89.0, 200), (90.0, 410)])
def test_codes_live_as_long_for_the_client_however_the_day_is_shortened(
    client_s: float, status: int
) -> None:
    office = Office()
    office.world.clock.shorten = 60.0
    session = office.officer()
    (phone, phone_token), (reader, reader_token) = map(office.to_face, office.adults(2))
    shown = office.call("ikd.show_qr", path={"registration_id": phone}, token=phone_token).json
    on_screen = office.call("siak.show_qr", token=session).json
    assert (shown["expires_in"], on_screen["expires_in"]) == (90, 90)
    for _ in range(9):  # an officer who works has a session, however short the day's idle time is
        office.world.advance(client_s * 60.0 / 9)
        office.call("siak.search", {"nik": office.adults(1)[0].nik}, token=session)
    scan = office.scan(shown["payload"], session)
    assert scan.status == status
    assert officer_scan(office, reader, reader_token, on_screen["payload"]).status == status


def test_a_code_is_scanned_only_after_the_face_check() -> None:
    office = Office()
    made = office.register(office.adults(1)[0]).json
    payload = office.call("siak.show_qr", token=office.officer()).json["payload"]
    reply = officer_scan(office, made["registration_id"], made["token"], payload)
    assert (reply.status, reply.code) == (409, "wrong_state")


def test_an_account_that_is_activated_is_not_scanned_again() -> None:
    office = Office()
    identity, token = office.to_mail(office.adults(1)[0])
    office.activate(identity)
    reply = office.call("ikd.show_qr", path={"registration_id": identity}, token=token)
    assert (reply.status, reply.code) == (409, "already_active")
