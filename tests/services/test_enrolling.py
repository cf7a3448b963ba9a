"""KTP-el recordings at the desk: who is recorded, with what, and what becomes of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from enrolment_desk import body_of, enrol, status, unrecorded
from services_harness import Office, found
from siaksim.core.clock import WIB
from siaksim.faults.laws import Law
from siaksim.media.parts import PARTS
from siaksim.population.resident import Resident
from siaksim.services.ikd.rules import Refusal
from siaksim.services.siak.enrolling import Enrolled, decide
from siaksim.services.siak.enrolling import enrol as taken_in
from siaksim.services.siak.enrolments import reaches

DAY_S = 86400.0
HOUR = Law(fixed=3600.0)


def pupil(office: Office, at_least: int = 15, at_most: int = 15) -> Resident:
    """Return a resident who is still too young to be recorded."""
    return next(
        person
        for person in found(office.world, 20, ages=(at_least, at_most), status="normal")
        if not person.recorded
    )


def office_on(day: date, **settings: Any) -> Office:
    office = Office(**settings)
    office.world.advance(datetime.combine(day, time(8), WIB).timestamp() - office.scenario.start)
    return office


def test_a_recording_is_taken_in_and_a_card_comes_of_it() -> None:
    office = Office()
    person = unrecorded(office.world, 1)[0]
    made = enrol(office, person.nik)
    assert (made.status, made.entries) == (201, ("enrolled",))
    assert made.json["status"] == "BIO_CAPTURED"
    identity = made.json["enrolment_id"]
    seen = [status(office, identity)]
    for _ in range(400):
        office.world.advance(DAY_S / 2)
        if (now := status(office, identity)) != seen[-1]:
            seen.append(now)
    assert seen[-1] == "CARD_ISSUED"
    history = office.call(
        "siak.enrolment", path={"enrolment_id": identity}, token=office.officer()
    ).json["history"]
    assert [step["status"] for step in history] == [
        *("BIO_CAPTURED", "PROCESSING", "SENT_FOR_ENROLLMENT", "RECEIVED_AT_CENTRAL"),
        *("PRINT_READY_RECORD", "SENT_FOR_CARD_PRINTING", "CARD_PRINTED", "CARD_SHIPPED"),
        "CARD_ISSUED",
    ]
    assert [step["at"] for step in history] == sorted(step["at"] for step in history)


def test_who_is_recorded_can_activate_once_the_recording_is_finished() -> None:
    office = Office()
    person = unrecorded(office.world, 1)[0]
    assert office.register(person).code == "never_recorded"
    identity = enrol(office, person.nik).json["enrolment_id"]
    assert office.register(person).code == "never_recorded"
    while status(office, identity) != "PRINT_READY_RECORD":
        assert office.register(person).code == "never_recorded"
        office.world.advance(3600.0)
    office.to_active(person)
    assert enrol(office, person.nik).code == "already_recorded"


def test_the_search_tells_an_officer_how_a_nik_stands() -> None:
    office = Office()
    person = unrecorded(office.world, 1)[0]

    def looked_up() -> tuple[str, str | None, bool]:
        reply = office.call("siak.search", {"nik": person.nik}, token=office.officer())
        (shown,) = reply.json["residents"]
        family = office.call("siak.search", {"no_kk": person.kk}, token=office.officer()).json
        assert shown in family["residents"]
        return shown["ktp_el"], shown["enrolment_id"], shown["recorded"]

    assert looked_up() == ("UNREGISTERED", None, False)
    identity = enrol(office, person.nik).json["enrolment_id"]
    assert looked_up() == ("BIO_CAPTURED", identity, False)
    office.world.advance(400 * DAY_S)
    assert looked_up() == ("CARD_ISSUED", identity, True)


@pytest.mark.parametrize(
    ("standing", "code", "text"),
    [
        ("dead", "dead", "Data Ditemukan, Meninggal Dunia"),
        ("duplicate", "duplicate_record", "Data Ditemukan, Data Ganda"),
        (
            "inactive",
            "inactive",
            "Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil",
        ),
    ],
)
def test_whom_the_registry_does_not_let_record(standing: str, code: str, text: str) -> None:
    office = Office()
    person = found(office.world, 1, ages=(20, 60), status=standing)[0]
    refused = enrol(office, person.nik)
    assert (refused.status, refused.code, refused.entries) == (409, code, ())
    assert refused.json["registry_text"] == text


def test_a_nik_that_nobody_has_is_not_recorded() -> None:
    office = Office()
    refused = enrol(office, "3576010101070001")
    assert (refused.status, refused.code) == (404, "unknown_nik")


def test_who_was_recorded_before_is_not_recorded_again() -> None:
    office = Office()
    assert enrol(office, office.adults(1)[0].nik).code == "already_recorded"


# -- ages ------------------------------------------------------------------------------------


def test_recording_begins_on_the_day_of_16_years_and_8_months() -> None:
    person = pupil(Office())
    first = reaches(person.birth_date, 200)
    early = enrol(office_on(first - timedelta(days=1)), person.nik)
    assert (early.status, early.code) == (409, "too_young_to_record")
    assert early.json["recordable_from"] == first.isoformat()
    assert enrol(office_on(first), person.nik).status == 201


def test_a_card_is_printed_from_17_on_and_not_before() -> None:
    person = pupil(Office())
    birthday = reaches(person.birth_date, 12 * 17)
    office = office_on(reaches(person.birth_date, 200), enrol_receiving=HOUR)
    made = enrol(office, person.nik).json
    assert made["card_from"] == birthday.isoformat()
    eve = datetime.combine(birthday, time(), WIB).timestamp()
    office.world.advance(eve - 1.0 - office.world.clock.now())
    assert status(office, made["enrolment_id"]) == "PRINT_READY_RECORD"
    office.world.advance(1.0)
    assert status(office, made["enrolment_id"]) == "SENT_FOR_CARD_PRINTING"


def test_the_age_of_an_offline_recording_is_that_of_its_capture() -> None:
    person = pupil(Office())
    first = reaches(person.birth_date, 200)
    office = office_on(first)
    world, body = office.world, body_of(office.world, person.nik)
    now = world.clock.now()
    yesterday = taken_in(body, world, officer="petugas01", client="c", captured_at=now - DAY_S)
    assert not isinstance(yesterday, Enrolled)
    assert yesterday.code == "too_young_to_record"
    today = taken_in(body, world, officer="petugas01", client="c", captured_at=now - 3600.0)
    assert isinstance(today, Enrolled)
    assert today.captured_at == now - 3600.0


def test_a_capture_from_the_future_counts_as_now() -> None:
    person = pupil(Office())
    first = reaches(person.birth_date, 200)
    office = office_on(first - timedelta(days=1))
    body = body_of(office.world, person.nik)
    later = office.world.clock.now() + 10 * DAY_S
    refused = taken_in(body, office.world, officer="petugas01", client="c", captured_at=later)
    assert not isinstance(refused, Enrolled)
    assert refused.code == "too_young_to_record"


@pytest.mark.parametrize(
    ("born", "months", "day"),
    [
        (date(2007, 11, 11), 200, date(2024, 7, 11)),
        (date(2008, 6, 30), 200, date(2025, 3, 1)),
        (date(2008, 2, 29), 204, date(2025, 3, 1)),
        (date(2008, 4, 30), 200, date(2024, 12, 30)),
        (date(2008, 4, 30), 0, date(2008, 4, 30)),
    ],
)
def test_whole_months_are_counted_by_the_calendar(born: date, months: int, day: date) -> None:
    assert reaches(born, months) == day


# -- repeats ---------------------------------------------------------------------------------


def test_a_repeat_without_a_key_makes_a_second_record_that_ends_as_a_duplicate() -> None:
    office = Office()
    person = unrecorded(office.world, 1)[0]
    first = enrol(office, person.nik).json
    second = enrol(office, person.nik).json
    assert (first["number"], second["number"]) == (1, 2)
    assert first["enrolment_id"] != second["enrolment_id"]
    office.world.advance(400 * DAY_S)
    assert status(office, first["enrolment_id"]) == "CARD_ISSUED"
    assert status(office, second["enrolment_id"]) == "DUPLICATE_RECORD"


def test_the_fingers_of_somebody_else_make_a_duplicate_one_to_many() -> None:
    office = Office()
    first, second = unrecorded(office.world, 2)
    enrol(office, first.nik)
    mixed_up = enrol(office, second.nik, fingers_of=first.nik).json["enrolment_id"]
    office.world.advance(400 * DAY_S)
    assert status(office, mixed_up) == "DUPLICATE_RECORD"
    assert office.register(second).code == "never_recorded"


def test_stub_pictures_can_be_told_to_be_nobodys() -> None:
    office = Office(same_prints="ignore")
    first, second = unrecorded(office.world, 2)
    enrol(office, first.nik)
    same = enrol(office, second.nik, fingers_of=first.nik).json["enrolment_id"]
    office.world.advance(400 * DAY_S)
    assert status(office, same) == "CARD_ISSUED"


def test_items_of_one_batch_know_of_each_other() -> None:
    office = Office()
    world = office.world
    first, second = unrecorded(world, 2)
    made: list[Enrolled] = []
    pending: list[Any] = []
    for nik, fingers_of in ((first.nik, ""), (first.nik, ""), (second.nik, first.nik)):
        body = body_of(world, nik, fingers_of)
        item = taken_in(body, world, officer="petugas01", client="c", pending=pending)
        assert isinstance(item, Enrolled)
        made.append(item)
        pending += item.changes
    assert [item.number for item in made] == [1, 2, 1]
    assert len({item.id for item in made}) == 3
    world.commit(pending, "r-1")
    held = world.registry.enrolments.by_id
    assert [held[item.id].found for item in made] == ["unique", "duplicate", "duplicate"]
    assert [held[item.id].of for item in made] == ["", made[0].id, made[0].id]


def test_no_second_record_is_accepted_while_the_first_is_on_its_way() -> None:
    office = Office(enrol_receiving=Law(fixed=30 * DAY_S))
    world, person = office.world, unrecorded(office.world, 1)[0]
    slow = enrol(office, person.nik).json["enrolment_id"]
    world.settings = world.settings.model_copy(update={"enrol_receiving": HOUR})
    quick = enrol(office, person.nik).json["enrolment_id"]
    world.advance(5 * DAY_S)
    held = world.registry.enrolments
    assert status(office, quick) == "DUPLICATE_RECORD"
    refused = decide(held.by_id[quick], world, "accept", "kasi", "")
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.extra["other"]) == ("already_recorded", slow)


# -- what is captured ------------------------------------------------------------------------


def test_every_part_is_captured_or_excepted_and_not_both() -> None:
    office = Office()
    person = unrecorded(office.world, 1)[0]
    whole = body_of(office.world, person.nik)
    for part in PARTS:
        less = {**whole, "fingers": dict(whole["fingers"]), "irises": dict(whole["irises"])}
        holder = next(h for h in (less["fingers"], less["irises"], less) if part in h)
        taken = holder.pop(part)
        refused = office.call("siak.enrol", less, token=office.officer())
        assert (refused.status, refused.code) == (422, "incomplete_biometrics")
        assert refused.json["missing"] == [part]
        holder[part] = taken
        less["exceptions"] = {part: "injured"}
        refused = office.call("siak.enrol", less, token=office.officer())
        assert refused.json["captured_and_excepted"] == [part]
        holder.pop(part)
        taken_all = taken_in(less, office.world, officer="petugas01", client="c")
        assert isinstance(taken_all, Enrolled)


def test_what_is_no_picture_is_refused_by_its_name() -> None:
    office = Office()
    person = unrecorded(office.world, 1)[0]
    refused = enrol(office, person.nik, photo="AAAA", signature="not base64!")
    assert (refused.status, refused.code, refused.entries) == (422, "not_an_image", ())
    assert refused.json["parts"] == ["photo", "signature"]
