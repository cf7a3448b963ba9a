"""KTP-el recordings through the control API: list, decide, blank cards, whole recordings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from control_harness import QUIET, ok, refused
from flask.testing import FlaskClient

W = "/__admin/worlds/rekam"
HERE = "/w/rekam/siak/v1/ktp-el/enrolments"
TEXT = QUIET + "population: {areas: ['35.76'], size: 30000}\nsettings: {blanks: 1}\n"


@pytest.fixture
def day(client: FlaskClient) -> Iterator[FlaskClient]:
    """A world on a stepped clock with one blank card."""
    ok(client.post("/__admin/worlds", json={"name": "rekam", "text": TEXT, "clock": "manual"}), 201)
    yield client
    assert client.delete(W).status_code == 204


def people(client: FlaskClient, count: int) -> list[str]:
    query = f"status=never_recorded&ages=20-60&limit={count}"
    found = ok(client.get(f"{W}/residents?{query}"))["residents"]
    return [person["nik"] for person in found]


def enrol(client: FlaskClient, nik: str, query: str = "") -> str:
    body = ok(client.get(f"{W}/residents/{nik}/biometrics{query}"))
    login = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
    token = ok(client.post("/w/rekam/siak/v1/sessions", json=login), 201)["session_token"]
    own = {"Authorization": f"Bearer {token}"}
    return str(ok(client.post(HERE, json=body, headers=own), 201)["enrolment_id"])


def days(client: FlaskClient, count: int) -> None:
    ok(client.post(f"{W}/clock", json={"advance": f"{count}d"}))


def decide(client: FlaskClient, identity: str, decision: str, **more: Any) -> Any:
    where = f"{W}/enrolments/{identity}/decisions"
    return client.post(where, json={"decision": decision, **more})


def test_recordings_are_listed_shown_and_filtered(day: FlaskClient) -> None:
    first, second = people(day, 2)
    one, two = enrol(day, first), enrol(day, second, f"?fingers_of={first}")
    days(day, 300)
    listed = ok(day.get(f"{W}/enrolments"))
    assert listed["total"] == 2
    assert [row["enrolment_id"] for row in listed["enrolments"]] == [one, two]
    waiting = ok(day.get(f"{W}/enrolments?waiting=true"))["enrolments"]
    assert [row["enrolment_id"] for row in waiting] == [two]
    assert (waiting[0]["found"], waiting[0]["of"]) == ("duplicate", one)
    assert waiting[0]["why"] == f"one to many: right_thumb is that of {one}"
    assert ok(day.get(f"{W}/enrolments?status=CARD_ISSUED"))["total"] == 1
    assert ok(day.get(f"{W}/enrolments?nik={second}"))["total"] == 1
    after = ok(day.get(f"{W}/enrolments?after={one}&limit=1"))["enrolments"]
    assert [row["enrolment_id"] for row in after] == [two]
    assert ok(day.get(f"{W}/enrolments/{one}"))["status"] == "CARD_ISSUED"


def test_somebody_decides_and_the_decision_is_kept(day: FlaskClient) -> None:
    first, second = people(day, 2)
    enrol(day, first)
    two = enrol(day, second, f"?fingers_of={first}")
    early = refused(decide(day, two, "accept"), 409)
    assert early["what"] == "this record is in BIO_CAPTURED."
    days(day, 300)
    wrong = refused(decide(day, two, "duplicate"), 409)
    assert wrong["how"] == "In DUPLICATE_RECORD it may be: accept, delete."
    made = ok(decide(day, two, "accept", by="kasi", reason="bukan ganda"), 201)
    assert made["status"] == "PRINT_READY_RECORD"
    told = {"decision": "accept", "waited_in": "DUPLICATE_RECORD", "by": "kasi"}
    assert made["decisions"] == [told | {"reason": "bukan ganda"}]
    assert ok(day.get(f"{W}/residents/{second}"))["recorded"] is True


def test_of_one_nik_only_one_record_is_accepted(day: FlaskClient) -> None:
    nik = people(day, 1)[0]
    one, two = enrol(day, nik), enrol(day, nik)
    days(day, 300)
    error = refused(decide(day, two, "accept"), 409)
    assert one in error["what"]
    assert ok(decide(day, two, "delete"), 201)["status"] == "DELETED"


def test_who_failed_is_simply_recorded_again(day: FlaskClient) -> None:
    nik = people(day, 1)[0]
    one = enrol(day, nik, "?blank=left_thumb")
    days(day, 1)
    failed = ok(day.get(f"{W}/enrolments/{one}"))
    assert (failed["status"], failed["why"]) == (
        "ENROLL_FAILURE_AT_REGIONAL",
        "unreadable: left_thumb",
    )
    two = enrol(day, nik)
    days(day, 300)
    assert ok(day.get(f"{W}/enrolments/{one}"))["status"] == "DELETED"
    assert ok(day.get(f"{W}/enrolments/{two}"))["status"] == "CARD_ISSUED"


def test_cards_wait_for_blanks_and_are_printed_in_order(day: FlaskClient) -> None:
    held = [enrol(day, nik) for nik in people(day, 3)]
    assert ok(day.get(f"{W}/blanks")) == {"supplied": 1, "used": 0, "left": 1, "waiting": 0}
    days(day, 300)
    assert ok(day.get(f"{W}/blanks")) == {"supplied": 1, "used": 1, "left": 0, "waiting": 2}

    def statuses() -> list[str]:
        return [ok(day.get(f"{W}/enrolments/{name}"))["status"] for name in held]

    assert sorted(statuses()) == ["CARD_ISSUED", "PRINT_READY_RECORD", "PRINT_READY_RECORD"]
    assert ok(day.post(f"{W}/blanks", json={"add": 5}), 201) == {
        "supplied": 6,
        "used": 3,
        "left": 3,
        "waiting": 0,
    }
    days(day, 60)
    assert statuses() == ["CARD_ISSUED"] * 3


@pytest.mark.parametrize(
    ("method", "path", "body", "where", "status"),
    [
        ("get", "/enrolments?status=BIO", None, "status", 400),
        ("get", "/enrolments?waiting=yes", None, "waiting", 400),
        ("get", "/enrolments?after=enr-x", None, "after", 404),
        ("get", "/enrolments?page=2", None, "query.page", 400),
        ("get", "/enrolments/enr-x", None, "path", 404),
        ("post", "/enrolments/enr-x/decisions", {"decision": "accept"}, "path", 404),
        ("post", "/enrolments/enr-x/decisions", {}, "decision", 400),
        ("post", "/enrolments/enr-x/decisions", {"decision": "acept"}, "decision", 400),
        ("post", "/enrolments/enr-x/decisions", {"decision": "accept", "by": 1}, "by", 400),
        ("post", "/blanks", {}, "add", 400),
        ("post", "/blanks", {"add": 0}, "add", 400),
        ("get", "/residents/3576010101070001/biometrics", None, "path", 404),
    ],
)
def test_what_is_wrong_is_explained(
    day: FlaskClient, method: str, path: str, body: Any, where: str, status: int
) -> None:
    error = refused(getattr(day, method)(f"{W}{path}", json=body), status)
    assert error["where"] == where
    assert error["what"]


def test_a_part_that_nobody_has_is_explained(day: FlaskClient) -> None:
    here = f"{W}/residents/{people(day, 1)[0]}/biometrics"
    assert refused(day.get(f"{here}?blank=left_thum"))["how"].startswith(
        "Did you mean 'left_thumb'?"
    )
    assert refused(day.get(f"{here}?fingers_of=1"), 404)["where"] == "fingers_of"
