"""Logging in to IKD: first PIN, new PIN, lock, and other devices."""

from __future__ import annotations

from services_harness import Office
from siaksim.services.ikd.messages import USED_ELSEWHERE

WRONG = "000000"


def test_the_first_login_makes_the_account_active_and_asks_for_a_new_pin() -> None:
    office = Office()
    resident = office.adults(1)[0]
    identity, token = office.to_mail(resident)
    office.activate(identity)
    assert office.standing(identity, token) == "ACTIVATED_WEB"
    first = office.log_in(resident, office.mailed_code(identity)).json
    assert (first["state"], first["must_set_pin"], first["expires_in"]) == ("ACTIVE", True, 900)
    assert office.standing(identity, token) == "ACTIVE"
    body = {"new": "246813", "repeat": "246813"}
    changed = office.call("ikd.set_pin", body, token=first["session_token"])
    assert changed.json == {"state": "ACTIVE"}
    assert office.log_in(resident, office.mailed_code(identity)).code == "wrong_pin"
    second = office.log_in(resident, "246813").json
    assert second["must_set_pin"] is False
    assert second["session_token"] != first["session_token"]


def test_pins_that_differ_are_refused() -> None:
    office = Office()
    _, session = office.to_active(office.adults(1)[0])
    body = {"new": "246813", "repeat": "246814"}
    reply = office.call("ikd.set_pin", body, token=session)
    assert (reply.status, reply.code, reply.entries) == (422, "pin_mismatch", ())


def test_only_a_citizens_live_session_sets_a_pin() -> None:
    office = Office()
    _, session = office.to_active(office.adults(1)[0])
    body = {"new": "246813", "repeat": "246813"}
    for token in ("", "st-nobody", office.officer()):
        assert office.call("ikd.set_pin", body, token=token).code == "unauthorized"
    office.world.advance(901.0)
    late = office.call("ikd.set_pin", body, token=session)
    assert (late.status, late.code) == (401, "session_expired")


def test_nobody_logs_in_before_the_activation() -> None:
    office = Office()
    resident = office.adults(1)[0]
    identity, _ = office.to_mail(resident)
    reply = office.log_in(resident, office.mailed_code(identity))
    assert (reply.status, reply.code) == (404, "no_account")


def test_another_device_is_told_so_and_cannot_lock_the_account() -> None:
    office = Office()
    resident = office.adults(1)[0]
    identity, _ = office.to_active(resident)
    for _ in range(4):
        reply = office.log_in(resident, WRONG, "phone-2")
        assert (reply.status, reply.code, reply.entries) == (409, "active_elsewhere", ())
        assert reply.json["title"] == USED_ELSEWHERE
    assert office.log_in(resident, office.mailed_code(identity)).status == 201


def test_three_wrong_pins_lock_for_a_while_and_then_the_count_begins_anew() -> None:
    office = Office()
    resident = office.adults(1)[0]
    identity, token = office.to_mail(resident)
    office.activate(identity)
    code = office.mailed_code(identity)
    left = [office.log_in(resident, WRONG).json["attempts_left"] for _ in range(3)]
    assert left == [2, 1, 0]
    assert office.standing(identity, token) == "LOCKED"
    locked = office.log_in(resident, code)
    assert (locked.status, locked.code, locked.json["expires_in"]) == (429, "pin_locked", 900)
    assert locked.header("Retry-After") == "900"
    office.world.advance(900.0)
    assert office.standing(identity, token) == "ACTIVATED_WEB"
    again = office.log_in(resident, WRONG)
    assert (again.status, again.json["attempts_left"]) == (401, 2)
    assert office.log_in(resident, code).status == 201
    assert office.standing(identity, token) == "ACTIVE"


def test_a_lock_before_the_first_login_lets_a_new_registration_replace_the_account() -> None:
    office = Office()
    resident = office.adults(1)[0]
    first, token = office.to_mail(resident)
    office.activate(first)
    for _ in range(3):
        office.log_in(resident, WRONG)
    second, _ = office.to_mail(resident, "phone-2")
    assert office.standing(first, token) == "LOCKED"
    assert office.activate(second).status == 200
    assert office.standing(first, token) == "DELETED"
    assert office.log_in(resident, office.mailed_code(second), "phone-2").status == 201


def test_a_right_pin_forgets_the_wrong_ones() -> None:
    office = Office()
    resident = office.adults(1)[0]
    identity, _ = office.to_active(resident)
    code = office.mailed_code(identity)
    for _ in range(2):
        office.log_in(resident, WRONG)
    assert office.log_in(resident, code).status == 201
    assert office.log_in(resident, WRONG).json["attempts_left"] == 2


def test_a_pin_is_kept_as_a_hash_that_differs_between_citizens() -> None:
    office = Office()
    for resident in office.adults(2):
        _, session = office.to_active(resident)
        office.call("ikd.set_pin", {"new": "246813", "repeat": "246813"}, token=session)
    hashes = {account.pin_hash for account in office.world.registry.accounts.values()}
    assert len(hashes) == 2
    lines = [str(line) for line in office.world.journal.lines]
    assert not any("246813" in line or "pin_hash" in line for line in lines)
