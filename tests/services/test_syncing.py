"""What a field kit captured offline comes in later: a result for each item, nothing twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from enrolment_desk import enrol, status, unrecorded
from field_kit import Kit, short
from services_harness import Office, found
from siaksim.contract.validate import check
from siaksim.core.conditions import Conditions
from siaksim.core.effects import MailCopies
from siaksim.edges.assembly import contracts
from siaksim.services.catalog import OPERATIONS
from siaksim.services.mail.posting import posted
from siaksim.services.siak.messages import ITEM_DETAILS, ITEM_TITLES
from siaksim.services.siak.syncing import DETAILS, FOR_PEOPLE, TITLES, looked_at, moment

DAY_S = 86400.0


def shown_phone(office: Office, number: int = 0) -> tuple[str, str, str]:
    """Bring a citizen as far as the QR code; return (registration, token, payload)."""
    identity, token = office.to_face(office.adults(number + 1)[number], f"phone-{number}")
    return identity, token, office.phone_qr(identity, token)


# -- scans ---------------------------------------------------------------------------------------


def test_a_scan_counts_as_of_its_capture_long_after_the_code_is_dead() -> None:
    office = Office()
    kit = Kit(office)
    identity, token, payload = shown_phone(office)
    item = kit.scan(payload)
    office.world.advance(2 * 3600)
    assert office.scan(payload, office.officer()).code == "qr_expired"
    reply = kit.sync()
    assert reply.entries == ("synced", "scanned", "mail_issued")
    assert reply.json["counts"] == {
        **dict.fromkeys(("already_known", "conflict", "rejected"), 0),
        "accepted": 1,
    }
    assert reply.json["results"][0]["activation_id"] == identity
    assert office.standing(identity, token) == "MAIL_SENT"
    office.world.advance(300)
    assert office.activate(identity).status == 200
    assert short(kit.result(item)) == ("already_known", "")


@pytest.mark.parametrize(
    ("late_s", "wanted"),
    [
        (0.0, ("accepted", "")),
        (89.9, ("accepted", "")),
        (90.0, ("rejected", "qr_expired")),
        (-119.0, ("accepted", "")),
        (-121.0, ("rejected", "captured_too_early")),
    ],
)
def test_the_code_must_have_been_alive_when_it_was_captured(
    late_s: float, wanted: tuple[str, str]
) -> None:
    office = Office()
    office.world.advance(1000)
    kit = Kit(office)
    _, _, payload = shown_phone(office)
    item = kit.scan(payload, at=office.world.clock.now() + late_s)
    office.world.advance(600)
    assert short(kit.result(item)) == wanted


def test_a_newer_code_ends_the_one_before_for_what_is_captured_later() -> None:
    office = Office()
    kit = Kit(office)
    identity, token, first = shown_phone(office)
    office.world.advance(10)
    before = kit.scan(first)
    office.world.advance(10)
    office.phone_qr(identity, token)
    office.world.advance(10)
    after = kit.scan(first)
    assert [short(r) for r in kit.results([after, before])] == [
        *(("rejected", "qr_expired"), ("accepted", "")),
    ]


def test_a_citizen_served_in_the_meantime_gets_no_second_mail() -> None:
    office = Office()
    kit = Kit(office)
    identity, token, payload = shown_phone(office)
    item = kit.scan(payload)
    office.world.advance(30)
    assert office.scan(office.phone_qr(identity, token), office.officer()).status == 200
    assert short(kit.result(item)) == ("conflict", "scanned_since")
    assert office.standing(identity, token) == "MAIL_SENT"
    assert len(office.world.registry.registrations[identity].mails) == 1


def test_an_activation_that_has_ended_meanwhile_is_a_conflict() -> None:
    office = Office()
    kit = Kit(office)
    identity, _, payload = shown_phone(office)
    item = kit.scan(payload)
    office.world.advance(office.world.settings.registration_life_s)
    found = kit.result(item)
    assert short(found) == ("conflict", "registration_abandoned")
    again = kit.result(item)
    assert again["conflict_id"] == found["conflict_id"]
    assert [c["conflict_id"] for c in kit.conflicts()] == [found["conflict_id"]]
    assert kit.conflicts(device_id="kit-2") == []
    assert office.world.registry.registrations[identity].mails == []


def test_a_code_that_nobody_showed_is_rejected_and_leaves_no_trace() -> None:
    kit = Kit(Office())
    kit.scan("IKD1:nobody")
    reply = kit.sync()
    assert short(reply.json["results"][0]) == ("rejected", "qr_unknown")
    assert reply.entries == ()
    assert kit.conflicts() == []


# -- recordings ----------------------------------------------------------------------------------


def test_recordings_are_taken_in_with_their_time_of_capture() -> None:
    office = Office()
    kit = Kit(office)
    people = unrecorded(office.world, 4)
    for person in people:
        kit.record(person)
        office.world.advance(600)
    office.world.advance(3 * 3600)
    results = kit.results()
    assert [short(r) for r in results] == [("accepted", "")] * 4
    for person, result in zip(people, results, strict=True):
        made = office.world.registry.enrolments.by_id[result["enrolment_id"]]
        assert made.nik == person.nik
        assert made.received_at - made.captured_at >= 3 * 3600
        assert status(office, made.id) == "BIO_CAPTURED"
    assert [short(r) for r in kit.results()] == [("already_known", "")] * 4


def test_who_was_recorded_meanwhile_or_died_is_for_somebody_to_look_at() -> None:
    office = Office()
    kit = Kit(office)
    person = unrecorded(office.world, 1)[0]
    dead = found(office.world, 1, ages=(20, 60), status="dead")[0]
    items = [kit.record(office.adults(1)[0]), kit.record(dead)]
    assert [short(r) for r in kit.results(items)] == [
        *(("conflict", "already_recorded"), ("conflict", "dead")),
    ]
    assert enrol(office, person.nik).status == 201
    late = kit.result(kit.record(person))
    assert short(late) == ("accepted", "")  # a second record: the centre finds the duplicate
    assert office.world.registry.enrolments.by_id[late["enrolment_id"]].found == "duplicate"
    assert [c["reason"] for c in kit.conflicts()] == ["dead", "already_recorded"]


def test_the_age_rule_holds_on_the_day_of_the_capture() -> None:
    office = Office(recording_age_months=200, sync_oldest_s=400 * DAY_S)
    person = next(
        p for p in found(office.world, 60, ages=(15, 15), status="normal") if not p.recorded
    )
    kit = Kit(office)
    item = kit.record(person)
    office.world.advance(365 * DAY_S)
    result = kit.result(item)
    assert short(result) == ("rejected", "too_young_to_record")
    assert result["recordable_from"] > item["captured_at"][:10]


def test_a_recording_that_lacks_a_part_is_rejected_and_the_rest_of_the_batch_taken() -> None:
    office = Office()
    kit = Kit(office)
    first, second = unrecorded(office.world, 2)
    items = [kit.record(first, irises={}), kit.record(second)]
    results = kit.results(items)
    assert [short(r) for r in results] == [("rejected", "incomplete_biometrics"), ("accepted", "")]
    assert results[0]["missing"] == ["right_iris", "left_iris"]


# -- keys ----------------------------------------------------------------------------------------


def test_what_has_no_client_ref_makes_a_second_record_when_it_comes_again() -> None:
    office = Office()
    kit = Kit(office)
    identity, _, payload = shown_phone(office)
    items = [kit.scan(payload, ref=""), kit.record(unrecorded(office.world, 1)[0], ref="")]
    first, second = kit.results(items), kit.results(items)
    assert [short(r) for r in (*first, *second)] == [("accepted", "")] * 4
    assert len(office.world.registry.registrations[identity].mails) == 2
    assert first[1]["enrolment_id"] != second[1]["enrolment_id"]


def test_two_scans_of_a_phone_in_one_batch_send_two_mails_and_the_newer_counts() -> None:
    office = Office()
    kit = Kit(office)
    identity, _, payload = shown_phone(office)
    kit.scan(payload, ref="")
    office.world.advance(5)
    kit.scan(payload, ref="")
    assert [short(r) for r in kit.results()] == [("accepted", "")] * 2
    mails = office.world.registry.registrations[identity].mails
    assert [mail.number for mail in mails] == [1, 2]
    office.world.advance(300)
    assert office.activate(identity, 1).code == "link_superseded"
    assert office.activate(identity, 2).status == 200


def test_copies_of_a_batchs_mails_have_numbers_of_their_own() -> None:
    office = Office()
    kit = Kit(office)
    _, _, payload = shown_phone(office)
    for _ in range(2):
        kit.scan(payload, ref="")
    body = {"device_id": kit.device, "items": kit.items}
    call = office.prepared("siak.sync", body, token=office.officer())
    asked = OPERATIONS["siak.sync"](call, office.world).changes
    sent = posted(asked, Conditions(mail=MailCopies(3, 60.0, True)))
    numbers = [change.data["number"] for change in sent if change.kind == "mail_issued"]
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_twice_in_one_batch_is_once() -> None:
    office = Office()
    kit = Kit(office)
    item = kit.record(unrecorded(office.world, 1)[0])
    assert [short(r) for r in kit.results([item, item])] == [
        *(("accepted", ""), ("already_known", "")),
    ]


def test_a_client_ref_of_other_content_is_rejected_and_of_another_device_is_another() -> None:
    office = Office()
    kit, other = Kit(office), Kit(office, "kit-2")
    first, second = unrecorded(office.world, 2)
    kept = kit.record(first, ref="r-1")
    assert short(kit.result(kept)) == ("accepted", "")
    assert short(kit.result(kit.record(second, ref="r-1"))) == ("rejected", "client_ref_mismatch")
    assert short(other.result(other.record(second, ref="r-1"))) == ("accepted", "")


def test_another_officer_may_send_again_what_the_first_one_sent() -> None:
    office = Office()
    kit = Kit(office)
    kit.record(unrecorded(office.world, 1)[0])
    assert short(kit.sync(operator="petugas01").json["results"][0]) == ("accepted", "")
    assert short(kit.sync(operator="petugas02").json["results"][0]) == ("already_known", "")


def test_what_came_of_an_item_outlives_a_restart_and_every_age_limit(tmp_path: Any) -> None:
    office = Office(tmp_path / "ledger.jsonl", sync_oldest_s=DAY_S)
    kit = Kit(office)
    item = kit.record(unrecorded(office.world, 1)[0])
    taken = kit.result(item)
    office.restart()
    office.world.advance(40 * DAY_S)
    assert kit.result(item) == {**taken, "result": "already_known"}


# -- time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead_s", "wanted"),
    [
        (119.0, ("accepted", "")),
        (121.0, ("rejected", "captured_in_future")),
        (-3 * DAY_S, ("accepted", "")),
        (-3 * DAY_S - 1, ("rejected", "captured_too_old")),
        (-5 * DAY_S - 121, ("rejected", "captured_too_early")),
    ],
)
def test_the_time_of_capture_is_checked(ahead_s: float, wanted: tuple[str, str]) -> None:
    office = Office(sync_oldest_s=3 * DAY_S)
    office.world.advance(5 * DAY_S)
    kit = Kit(office)
    at = office.world.clock.now() + ahead_s
    assert short(kit.result(kit.record(unrecorded(office.world, 1)[0], at=at))) == wanted


def test_items_are_taken_in_the_order_of_capture_whatever_the_order_in_the_batch() -> None:
    office = Office()
    kit = Kit(office)
    person = unrecorded(office.world, 1)[0]
    first = kit.record(person)
    office.world.advance(60)
    second = kit.record(person)
    late, early = kit.results([second, first])
    numbers = [office.world.registry.enrolments.by_id[r["enrolment_id"]] for r in (early, late)]
    assert [(e.number, e.found) for e in numbers] == [(1, "unique"), (2, "duplicate")]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2024-07-11T02:00:00Z", "2024-07-11T09:00:00+07:00"),
        ("2024-07-11t02:00:00.5z", "2024-07-11T09:00:00.500+07:00"),
        ("2024-07-11T02:00:60Z", "2024-07-11T09:00:59+07:00"),
    ],
)
def test_times_of_any_rfc_3339_form_are_read(text: str, same: str) -> None:
    assert moment(text) == moment(same) > 0


def test_a_year_that_no_calendar_has_is_too_early() -> None:
    office = Office()
    kit = Kit(office)
    item = {**kit.scan("IKD1:x"), "captured_at": "0000-01-01T00:00:00Z"}
    assert short(kit.result(item)) == ("rejected", "captured_too_early")


@pytest.mark.parametrize("kind", ["scan", "enrolment"])
def test_an_item_has_what_its_kind_asks_for_and_no_more(kind: str) -> None:
    office = Office()
    kit = Kit(office)
    both = {**kit.record(unrecorded(office.world, 1)[0]), "kind": kind, "payload": "IKD1:x"}
    bare = {"kind": kind, "captured_at": both["captured_at"]}
    assert [short(r) for r in kit.results([bare, both])] == [("rejected", "incomplete_item")] * 2


# -- the contract --------------------------------------------------------------------------------


def test_the_contract_names_every_reason_and_code_that_there_is() -> None:
    schemas = contracts()["siak"].document["components"]["schemas"]
    reasons = set(schemas["SyncReason"]["enum"])
    codes = set(schemas["SyncResult"]["properties"]["code"]["enum"])
    assert reasons | codes >= set(ITEM_TITLES) == set(ITEM_DETAILS)
    assert reasons >= FOR_PEOPLE
    assert not reasons & codes
    assert reasons | codes <= set(TITLES)
    assert set(DETAILS) <= set(TITLES)


def test_only_an_officer_syncs() -> None:
    office = Office()
    _, session = office.to_active(office.adults(1)[0])
    items = [{"kind": "scan", "captured_at": "2024-07-11T08:00:00+07:00", "payload": "x"}]
    for token in ("", session):
        reply = office.call("siak.sync", {"device_id": "kit-1", "items": items}, token=token)
        assert (reply.status, reply.code) == (401, "unauthorized")
        assert office.call("siak.conflicts", token=token).status == 401


def test_a_batch_that_is_too_long_or_too_large_is_refused_as_a_whole() -> None:
    office = Office()
    operation = contracts()["siak"].operations["siak.sync"]
    item = {"kind": "scan", "captured_at": "2024-07-11T08:00:00+07:00", "payload": "IKD1:x"}

    def problems(items: list[dict[str, Any]]) -> list[tuple[str, int]]:
        raw = orjson.dumps({"device_id": "kit-1", "items": items})
        found = check(operation, {}, {}, {}, "application/json", raw)[1]
        return [(problem.what, problem.status) for problem in found]

    assert problems([item] * 200) == []
    assert problems([item] * 201) == [("must meet maxItems 200", 422)]
    assert problems([]) == [("must meet minItems 1", 422)]
    recording = Kit(office).record(unrecorded(office.world, 1)[0])
    many = [recording] * (4 * 1024 * 1024 // len(orjson.dumps(recording)) + 1)
    assert len(many) < 200
    assert problems(many) == [("is longer than 4194304 bytes", 413)]


def test_pictures_looked_at_beforehand_make_no_difference() -> None:
    told = []
    for ahead in (False, True):
        office = Office()
        kit = Kit(office)
        for number, person in enumerate(unrecorded(office.world, 4)):
            kit.record(person, irises={}) if number == 1 else kit.record(person)
        body = {"device_id": kit.device, "items": kit.items}
        call = office.prepared("siak.sync", body, token=office.officer())
        if ahead:
            call = replace(call, prepared=looked_at(call, office.world))
            assert set(call.prepared) == {0, 1, 2, 3}
        told.append(OPERATIONS["siak.sync"](call, office.world))
    assert told[0] == told[1]
