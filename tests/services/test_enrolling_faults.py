"""KTP-el recordings on bad days: lost answers, keys, lags, duplicates; and what journals keep."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

import pytest
from enrolment_desk import body_of
from exchange_harness import Desk, Heard
from siaksim import data
from siaksim.contract.spec import TEXT_LIMIT
from siaksim.media.parts import FINGERS, IRISES
from siaksim.population.resident import Resident
from siaksim.services.siak.enrolling import decide

HERE = "/siak/v1/ktp-el/enrolments"
DAY_S = 86400.0
LIMIT = 1024 * 1024


def never_recorded(desk: Desk, count: int = 1) -> list[Resident]:
    people: list[Resident] = desk.world.country.find(
        today=desk.world.today(), ages=(20, 60), status="never_recorded", limit=count
    )
    assert len(people) == count
    return people


def enrol(desk: Desk, nik: str, body: dict[str, Any] | None = None, **more: str) -> Heard:
    sent = body_of(desk.world, nik) if body is None else body
    return desk.call("POST", HERE, sent, desk.log_in(), **more)


def records(desk: Desk, nik: str) -> list[str]:
    held = desk.world.registry.enrolments
    return [held.status(e, desk.now) for e in held.of(nik)]


def test_with_a_key_a_repeat_is_the_stored_answer_and_without_one_a_second_record() -> None:
    desk = Desk("{target: siak.enrol, kind: lost_answer, how: reset, nth: 1}")
    nik = never_recorded(desk)[0].nik
    assert enrol(desk, nik, idempotency_key="k-1").status == 0
    again = enrol(desk, nik, idempotency_key="k-1")
    assert again.status == 201
    assert len(records(desk, nik)) == 1
    other = body_of(desk.world, nik, exceptions=None)
    assert enrol(desk, nik, other, idempotency_key="k-1").code == "idempotency_mismatch"
    assert enrol(desk, nik).json["number"] == 2
    desk.advance(400 * DAY_S)
    assert records(desk, nik) == ["CARD_ISSUED", "DUPLICATE_RECORD"]


def test_a_lost_recording_is_found_again_by_a_search() -> None:
    desk = Desk("{target: siak.enrol, kind: lost_answer, how: reset}")
    nik = never_recorded(desk)[0].nik
    assert enrol(desk, nik).status == 0
    found = desk.call("POST", "/siak/v1/residents/search", {"nik": nik}, desk.log_in())
    identity = found.json["residents"][0]["enrolment_id"]
    seen = desk.call("GET", f"{HERE}/{identity}", token=desk.log_in())
    assert seen.json["status"] == "BIO_CAPTURED"


@pytest.mark.parametrize("kind", ["error, status: 503", "reset", "gateway_html", "maintenance"])
def test_a_call_that_ends_before_the_commit_records_nobody(kind: str) -> None:
    desk = Desk(f"{{target: siak.enrol, kind: {kind}}}")
    nik = never_recorded(desk)[0].nik
    assert enrol(desk, nik).status != 201
    assert records(desk, nik) == []


def test_a_lagging_replica_does_not_know_a_new_recording_and_then_its_older_status() -> None:
    desk = Desk("{target: siak.enrolment, kind: stale_read, lag: 1h}")
    nik = never_recorded(desk)[0].nik
    identity = enrol(desk, nik).json["enrolment_id"]

    def seen() -> Heard:
        return desk.call("GET", f"{HERE}/{identity}", token=desk.log_in())

    assert seen().code == "enrolment_not_found"
    desk.advance(3600.0)
    assert seen().json["status"] == "BIO_CAPTURED"
    assert records(desk, nik) == ["SENT_FOR_ENROLLMENT"]
    desk.advance(3600.0)
    assert seen().json["status"] == "SENT_FOR_ENROLLMENT"


def test_a_duplicate_is_taken_in_and_found_out_later_and_somebody_decides() -> None:
    desk = Desk("{target: siak.enrol, kind: duplicate_record}")
    nik = never_recorded(desk)[0].nik
    assert enrol(desk, nik).status == 201
    desk.advance(200 * DAY_S)
    assert records(desk, nik) == ["DUPLICATE_RECORD"]
    desk.advance(400 * DAY_S)
    assert records(desk, nik) == ["DUPLICATE_RECORD"]
    waiting = desk.world.registry.enrolments.of(nik)[0]
    accepted = decide(waiting, desk.world, "accept", "kasi", "data lain dihapus")
    desk.world.commit((accepted,), "control")  # type: ignore[arg-type]
    assert records(desk, nik) == ["PRINT_READY_RECORD"]
    desk.advance(60 * DAY_S)
    assert records(desk, nik) == ["CARD_ISSUED"]


def test_the_scenario_of_duplicates_reaches_recordings() -> None:
    desk = Desk(head=data.scenario_text("duplicate-record"))
    desk.at("09:30")
    people = never_recorded(desk, 200)
    picture = b64decode(body_of(desk.world, people[0].nik)["fingers"]["left_thumb"])
    officer = desk.log_in()
    for person in people:
        own = b64encode(picture + person.nik.encode()).decode()
        body = {
            **body_of(desk.world, people[0].nik),
            "nik": person.nik,
            "fingers": dict.fromkeys(FINGERS, own),
            "irises": dict.fromkeys(IRISES, own),
        }
        assert desk.call("POST", HERE, body, officer).status == 201
    struck = {
        line["subject"]
        for line in desk.lines("decided", operation="siak.enrol")
        if "faults" in line
    }
    assert 0 < len(struck) < 20
    desk.advance(400 * DAY_S)
    ended = {person.nik: records(desk, person.nik) for person in people}
    assert {nik for nik, found in ended.items() if found == ["DUPLICATE_RECORD"]} == struck
    assert all(found == ["CARD_ISSUED"] for nik, found in ended.items() if nik not in struck)


# -- what is kept ----------------------------------------------------------------------------


def test_no_picture_reaches_a_journal_and_of_each_its_hash_and_size_stay() -> None:
    desk = Desk()
    nik = never_recorded(desk)[0].nik
    body = body_of(desk.world, nik, exceptions={})
    assert enrol(desk, nik, body).status == 201
    written = str(desk.world.journal.lines) + str(desk.world.ledger.entries)
    pictures = [
        body["photo"],
        body["signature"],
        *body["fingers"].values(),
        *body["irises"].values(),
    ]
    assert not [text for text in pictures if text[30:90] in written]
    told = desk.lines("decided", operation="siak.enrol")[0]["body"]
    assert told["nik"] == nik
    assert told["photo"]["size"] == len(body["photo"])
    hashes = {part: told["fingers"][part]["hidden"] for part in FINGERS}
    assert len(set(hashes.values())) == len(FINGERS)
    assert {part: told["irises"][part]["size"] for part in IRISES} == {
        part: len(body["irises"][part]) for part in IRISES
    }


def test_only_a_recording_may_be_as_long_as_its_pictures() -> None:
    desk = Desk()
    officer = desk.log_in()
    too_long = {"nik": never_recorded(desk)[0].nik, "photo": "A" * LIMIT}
    assert desk.call("POST", HERE, too_long, officer).status == 413
    search = {"nik": "A" * TEXT_LIMIT}
    assert desk.call("POST", "/siak/v1/residents/search", search, officer).status == 413
