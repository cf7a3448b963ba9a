"""Refusals, dialects, quota and faults of the Dukcapil service (domain.md 1.5, 1.6, section 8)."""

from __future__ import annotations

from typing import Any

import pytest
from dukcapil_desk import Desk
from siaksim.ledger.registry import Registry

NOBODY = "3576010101079899"
KEYS = {
    "one_key": {"RESPON"},
    "two_keys": {"RESPONSE_CODE", "RESPONSE_DESC"},
    "three_keys": {"RESPONSE_CODE", "RESPONSE_DESC", "RESPONSE"},
    "respon_and_code": {"RESPON", "RESPONSE_CODE"},
}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


LOOKUPS = (
    "rsud-lookup",
    "dinkes-own-method",
    "desa-family",
    "province-strict",
    "finance-verify",
    "bank-old-verify",
    "customer-id-verify",
    "tegal-query",
)


def ask(desk: Desk, name: str, nik: str, **more: Any) -> Any:
    """Call an agreement whose parameters may travel in the query."""
    agreement = desk.agreement(name)
    if agreement.carrier == "body":
        return desk.ask(name, nik, **more)
    user = agreement.users[0]
    body = {"NIK": nik, "user_id": user.user_id, "password": user.password, "IP_USER": user.ip[0]}
    query = "&".join(f"{k}={v}" for k, v in (body | more).items())
    return desk.post(agreement.path(next(iter(agreement.methods))) + "?" + query)


@pytest.mark.parametrize("name", LOOKUPS)
@pytest.mark.parametrize(("key", "code"), [("password", "03"), ("user_id", "03"), ("ip", "04")])
def test_errors_come_with_http_200_in_the_agreements_dialect(
    desk: Desk, name: str, key: str, code: str
) -> None:
    agreement = desk.agreement(name)
    spelt = agreement.spelling.get("IP_USER", "ip_user")
    if agreement.carrier == "query":
        spelt = "IP_USER"
    reply = ask(desk, name, NOBODY, **{spelt if key == "ip" else key: "wrong"})
    assert reply.status == 200
    assert set(reply.element) == KEYS[agreement.dialect]
    text = agreement.texts.of(code)
    assert text in reply.element.values()
    assert reply.element.get("RESPONSE_CODE", code) == code
    expected = int(agreement.error_elements)
    assert reply.json["numberOfElements"] == reply.json["totalElements"] == expected
    assert reply.json["lastPage"] is (expected == 1)
    assert "quotaLimiter" not in reply.json


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rsud-lookup", "IP Tidak Sesuai"),
        ("bank-old-verify", "IP Address Tidak Sesuai"),
        ("finance-verify", "IP Tidak Sesuai"),
    ],
)
def test_a_wrong_claim_has_the_text_of_its_time(desk: Desk, name: str, text: str) -> None:
    assert text in ask(desk, name, NOBODY, ip_user="9.9.9.9").element.values()


def test_a_wrong_socket_is_another_error_than_a_wrong_claim(desk: Desk) -> None:
    agreement = desk.agreement("dinkes-own-method")
    body = {"nik": NOBODY, "user_id": agreement.users[0].user_id, "password": "siaksim"}
    body["ip_user"] = "x"
    path = agreement.path("dinkes")
    assert desk.post(path, body, peer="192.0.2.7").element["RESPONSE_CODE"] == "10"
    assert desk.post(path, body).element["RESPONSE_CODE"] == "13"
    assert desk.post(path, body | {"ip_user": "y"}).element["RESPONSE_CODE"] == "04"


@pytest.mark.parametrize("key", ["user_id", "password", "ip_user"])
@pytest.mark.parametrize("value", [None, "", " "])
def test_empty_credentials_have_a_code_of_their_own(desk: Desk, key: str, value: Any) -> None:
    assert desk.ask("rsud-lookup", NOBODY, **{key: value}).element["RESPONSE_CODE"] == "09"


@pytest.mark.parametrize("value", [None, "", [], {}, True])
def test_a_call_without_a_nik_is_incomplete(desk: Desk, value: Any) -> None:
    assert desk.ask("rsud-lookup", NOBODY, nik=value).element["RESPONSE_CODE"] == "07"


def test_a_nik_may_come_as_a_number(desk: Desk) -> None:
    number = int(desk.person().nik)
    assert desk.ask("rsud-lookup", "", nik=number).element["NIK"] == number


def test_an_inactive_user_and_an_ended_agreement(desk: Desk) -> None:
    user = desk.agreement("desa-family").users[2]
    sent = {"user_id": user.user_id, "ip_user": user.ip[0]}
    assert desk.ask("desa-family", NOBODY, **sent).element["RESPONSE_CODE"] == "17"
    assert desk.ask("closed-institution", NOBODY).element["RESPONSE_CODE"] == "16"


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/dukcapil/get_json/35-76/nobody/call_nik", KEYS["two_keys"]),
        ("/dukcapil/get_json/NOBODY/CALL_NIK", KEYS["one_key"]),
        ("/dukcapil/get_json/NOBODY/CALL_VERIFY_BY_ELEMEN", KEYS["three_keys"]),
        ("/dukcapil/get_json/123456789012345/call_verify", KEYS["three_keys"]),
    ],
)
def test_an_unknown_institution_gets_the_dialect_of_its_url(
    desk: Desk, path: str, keys: set[str]
) -> None:
    reply = desk.post(path, {"nik": NOBODY})
    assert reply.status == 200
    assert set(reply.element) == keys


def test_a_method_that_is_not_granted_is_refused(desk: Desk) -> None:
    agreement = desk.agreement("rsud-lookup")
    body = {"nik": NOBODY, "user_id": agreement.users[0].user_id, "password": "siaksim"}
    body["ip_user"] = "10.35.76.10"
    for method in ("CALL_VERIFY_BY_ELEMEN", "anything"):
        assert desk.post(agreement.path(method), body).element["RESPONSE_CODE"] == "07"


# -- verification --------------------------------------------------------------------------


def test_found_but_wrong_is_a_normal_reply(desk: Desk) -> None:
    person = desk.person()
    found = desk.ask(
        "finance-verify",
        person.nik,
        NAMA_LGKP="ZZZ",
        TGL_LHR=f"{person.birth_date:%d-%m-%Y}",
        NO_KAB="76",
        TRESHOLD=90,
    ).element
    assert found["NIK"] == found["TGL_LHR"] == found["NO_KAB"] == "Sesuai"
    assert found["NAMA_LGKP"].startswith("Tidak Sesuai (")
    assert person.name not in str(found)
    assert "RESPONSE_CODE" not in found


def test_without_a_threshold_the_agreement_says(desk: Desk) -> None:
    nik = desk.person().nik
    assert desk.ask("finance-verify", nik, TRESHOLD=None).element["NIK"] == "Sesuai"
    refused = desk.ask("bank-old-verify", nik, TRESHOLD=None).element
    assert refused == {"RESPON": "Parameter Tidak Lengkap / Tidak Valid"}
    assert desk.ask("bank-old-verify", nik, TRESHOLD="90").element["NIK"] == nik


# -- quota ---------------------------------------------------------------------------------


def quota_world(quota: int, name: str = "finance-verify", more: str = "") -> Desk:
    return Desk(f"agreements: {{{name}: {{quota: {quota}}}}}\n{more}")


def test_the_quota_goes_down_by_one_a_counted_call_and_is_back_at_midnight() -> None:
    desk = quota_world(4)
    nik = desk.person().nik
    seen = [
        desk.ask("finance-verify", nik).json["quotaLimiter"],
        desk.ask("finance-verify", NOBODY).json["quotaLimiter"],
    ]
    for wrong in ({"password": "x"}, {"ip_user": "x"}, {"TRESHOLD": "x"}):
        assert "quotaLimiter" not in desk.ask("finance-verify", nik, **wrong).json
    seen += [desk.ask("finance-verify", nik).json["quotaLimiter"] for _ in range(4)]
    assert seen == [3, 2, 1, 0, 0, 0]
    refused = desk.ask("finance-verify", nik)
    assert refused.element["RESPONSE_CODE"] == "05"
    assert refused.element["RESPONSE"] == "Kuota Akses Hari Ini Telah Habis"
    # 08:00 plus 15:59:59 is still the same day in Jakarta.
    desk.world.advance(16 * 3600 - 2 - (desk.world.clock.now() - desk.world.scenario.start))
    assert desk.ask("finance-verify", nik).element["RESPONSE_CODE"] == "05"
    desk.world.advance(2)
    assert desk.ask("finance-verify", nik).json["quotaLimiter"] == 3


def test_users_may_have_quotas_of_their_own() -> None:
    desk = quota_world(1, "desa-family")
    first, second = desk.agreement("desa-family").users[:2]
    for user, code in ((first, "13"), (first, "05"), (second, "13"), (second, "05")):
        sent = {"user_id": user.user_id, "ip_user": user.ip[0]}
        assert desk.ask("desa-family", NOBODY, **sent).element["RESPONSE_CODE"] == code


def test_a_call_whose_answer_is_lost_has_counted_and_one_that_never_ran_has_not() -> None:
    faults = "faults:\n  - {target: dukcapil.*, kind: KIND, first: 1}\n"
    for kind, left in (("lost_answer", 8), ("reset", 9)):
        desk = quota_world(10, more=faults.replace("KIND", kind))
        nik = desk.person().nik
        assert desk.ask("finance-verify", nik).status in (0, 504)
        assert desk.ask("finance-verify", nik).json["quotaLimiter"] == left


def test_a_restart_remembers_what_was_used() -> None:
    desk = quota_world(5)
    nik = desk.person().nik
    for _ in range(3):
        desk.ask("finance-verify", nik)
    registry = Registry(desk.world.seed)
    for entry in desk.world.ledger.entries:
        registry.apply(entry)
    assert registry.quota_used == {("finance-verify", "2024-07-11"): 3}
    assert registry.quota_used == desk.world.registry.quota_used


# -- faults in the service's own language ----------------------------------------------------


@pytest.mark.parametrize(
    ("code", "element"),
    [
        ("05", {"RESPONSE_CODE": "05", "RESPONSE_DESC": "Kuota Akses Hari Ini Telah Habis"}),
        ("08", {"RESPONSE_CODE": "08", "RESPONSE_DESC": "NIK Tidak Dapat Diproses"}),
    ],
)
def test_an_error_speaks_the_agreements_dialect(code: str, element: dict[str, str]) -> None:
    desk = Desk(f'faults:\n  - {{target: dukcapil.*, kind: error, code: "{code}"}}\n')
    nik = desk.person().nik
    assert desk.ask("rsud-lookup", nik).element == element
    assert desk.ask("province-strict", nik, "GET_NIK").element == {
        "RESPON": desk.agreement("province-strict").texts.of(code)
    }
    assert desk.world.registry.quota_used == {}


def test_an_error_with_a_status_is_springs() -> None:
    desk = Desk("faults:\n  - {target: dukcapil.*, kind: error, status: 500, retry_after: 9s}\n")
    reply = desk.ask("rsud-lookup", NOBODY)
    assert (reply.status, reply.json["status"], reply.json["error"]) == (
        500,
        500,
        "Internal Server Error",
    )
    assert reply.headers["Retry-After"] == "9"


def test_the_quota_fault_runs_the_day_down() -> None:
    desk = Desk("faults:\n  - {target: dukcapil.*, kind: quota, calls: 2}\n")
    nik = desk.person().nik
    codes = [desk.ask("rsud-lookup", nik).element.get("RESPONSE_CODE") for _ in range(4)]
    assert codes == [None, None, "05", "05"]
    assert desk.ask("province-strict", nik, "GET_NIK").element["NIK"] == int(nik)


# -- around the service --------------------------------------------------------------------


def test_pages_of_other_origins_may_call_this_service_alone(desk: Desk) -> None:
    path = desk.agreement("rsud-lookup").path("CALL_NIK")
    asked = {"origin": "http://127.0.0.1:8080", "access_control_request_method": "POST"}
    asked["access_control_request_headers"] = "content-type,x-token"
    reply = desk.post(path, method="OPTIONS", **asked)
    assert reply.status == 204
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["Access-Control-Allow-Headers"] == "content-type,x-token"
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert desk.ask("rsud-lookup", NOBODY).headers["Access-Control-Allow-Origin"] == "*"
    other = desk.post("/ikd/v1/registrations", {}, origin="http://127.0.0.1:8080")
    assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_only_post_is_answered(desk: Desk, method: str) -> None:
    reply = desk.post(desk.agreement("rsud-lookup").path("CALL_NIK"), method=method)
    assert reply.status == 405
    assert reply.headers["Allow"] == "POST, OPTIONS"


def test_a_path_without_a_method_says_what_paths_there_are(desk: Desk) -> None:
    reply = desk.post("/dukcapil/get_json/rsud", {})
    assert reply.status == 404
    assert "/dukcapil/get_json/{institution}/{method}" in reply.json["message"]


@pytest.mark.parametrize("body", [b"{", b"<x/>", b"\xff"])
def test_what_cannot_be_read_is_400(desk: Desk, body: bytes) -> None:
    reply = desk.post(desk.agreement("rsud-lookup").path("CALL_NIK"), body)
    assert (reply.status, reply.json["error"]) == (400, "Bad Request")


def test_a_giant_body_is_413(desk: Desk) -> None:
    reply = desk.post(desk.agreement("rsud-lookup").path("CALL_NIK"), b"x" * 70_000)
    assert reply.status == 413


def test_the_journal_tells_the_reason_and_no_password() -> None:
    desk = Desk()
    desk.ask("rsud-lookup", "1234567890123456", TRESHOLD="abc")
    path = desk.agreement("tegal-query").path("BYNIK")
    desk.post(f"{path}?NIK=1234567890123456&PASSWORD=geheim&USER_ID=x")
    lines = desk.world.journal.query({"kind": "decided"})
    assert len(lines) == 2
    assert lines[0]["operation"] == "dukcapil.call_nik"
    assert lines[0]["client"] == "user.24112026080000rsud_35760001"
    text = str(lines)
    assert "geheim" not in text
    assert "'siaksim'" not in text
    assert "1234567890123456" not in text


def test_a_quota_faults_refusal_is_the_services_own_in_every_way() -> None:
    desk = Desk("faults:\n  - {target: dukcapil.*, kind: quota, calls: 1}\n")
    nik = desk.person().nik
    desk.ask("province-strict", nik, "GET_NIK")
    refused = desk.ask("province-strict", nik, "GET_NIK")
    assert refused.element == {"RESPON": "Kuota Akses Hari ini telah Habis"}
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    # Its dialect does not tell the code, but the journal does.
    assert desk.world.journal.query({"kind": "outcome"})[-1]["code"] == "05"


def test_the_quota_fault_is_told_by_the_limiter() -> None:
    desk = Desk("faults:\n  - {target: dukcapil.*, kind: quota, calls: 3}\n")
    nik = desk.person().nik
    told = [desk.ask("finance-verify", nik).json["quotaLimiter"] for _ in range(4)]
    assert told == [2, 1, 0, 0]


@pytest.mark.parametrize(("code", "expected"), [("", "02"), ("code: '13', ", "13")])
def test_a_soft_error_is_this_services_normal_way_to_fail(code: str, expected: str) -> None:
    desk = Desk(f"faults:\n  - {{target: dukcapil.*, {code}kind: soft_error}}\n")
    reply = desk.ask("finance-verify", desk.person().nik)
    assert reply.status == 200
    assert set(reply.element) == KEYS["three_keys"]
    assert reply.element["RESPONSE_CODE"] == expected
    assert desk.world.registry.quota_used == {}
