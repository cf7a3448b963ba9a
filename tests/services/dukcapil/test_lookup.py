"""Lookups: fields, types, families and whom they find (domain.md 1.3, 1.4, section 8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from dukcapil_desk import HEAD, Desk
from enrolment_desk import body_of, unrecorded
from siaksim.agreements.fields import FIELD_SETS, NUMBERS
from siaksim.services.dukcapil import record
from siaksim.services.siak.enrolling import Enrolled, enrol

NOBODY = "3576010101079899"


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


def test_a_record_has_the_agreements_fields_in_their_types(desk: Desk) -> None:
    person = desk.person()
    reply = desk.ask("rsud-lookup", person.nik)
    assert set(reply.json) == {
        "content",
        "lastPage",
        "numberOfElements",
        "sort",
        "totalElements",
        "firstPage",
        "number",
        "size",
    }
    found = reply.element
    assert set(found) == set(FIELD_SETS["24"])
    for name in NUMBERS & found.keys():
        assert type(found[name]) is int, name
    assert found["NIK"] == int(person.nik)
    assert found["JENIS_KLMIN"] in ("Laki-Laki", "Perempuan")
    assert found["TGL_LHR"] == person.birth_date.isoformat()
    assert found["NAMA_LGKP"] == person.name.upper()
    assert (found["NO_PROP"], found["NO_KAB"]) == (35, 76)
    assert found["KAB_NAME"] == "KOTA MOJOKERTO"
    assert "RESPONSE_CODE" not in found


def test_a_kabupaten_has_no_word_before_its_name() -> None:
    rural = Desk()
    rural.siaksim.worlds.create("two", rural.siaksim.worlds.inline(_head(["35.16"])), mode="auto")
    world = rural.siaksim.worlds.get("two")
    assert world is not None
    (person,) = world.country.find(
        today=world.today(), ages=(25, 60), status="normal", recorded=True, limit=1
    )
    assert record.record(person, world.seed, world.reference_date)["KAB_NAME"] == "MOJOKERTO"


def _head(areas: list[str]) -> str:
    return HEAD.replace('["35.76"]', str(areas))


def test_text_typing_keeps_the_zeros(desk: Desk) -> None:
    person = desk.person()
    found = desk.ask("dinkes-own-method", person.nik).element
    assert set(found) == set(FIELD_SETS["30"])
    assert found["NIK"] == person.nik
    assert found["NO_KEC"] == person.area[-2:]
    assert found["NO_RT"] == f"{person.rt:03d}"
    assert isinstance(found["NO_KEL"], str)


def test_33_fields_is_what_a_counting_client_gets(desk: Desk) -> None:
    found = desk.ask("province-strict", desk.person().nik, "GET_NIK").element
    assert len(found) == 33


def test_niks_of_the_papuan_provinces_are_beyond_what_a_double_holds() -> None:
    desk = Desk()
    worlds = desk.siaksim.worlds
    world = worlds.create("papua", worlds.inline(_head(["92"])), mode="auto")
    (person,) = world.country.find(
        today=world.today(), ages=(25, 60), status="normal", recorded=True, limit=1
    )
    body = {"nik": person.nik, "password": "siaksim", "ip_user": "10.35.76.10"}
    body["user_id"] = "24112026080000rsud_35760001"
    found = desk.post("/w/papua/dukcapil/get_json/35-76/rsud_3576/CALL_NIK", body).element
    assert found["NIK"] == int(person.nik) > 2**53


@pytest.mark.parametrize(
    ("status", "code", "text"),
    [
        ("dead", "11", "Data Ditemukan, Meninggal Dunia"),
        ("duplicate", "12", "Data Ditemukan, Data Ganda"),
        ("inactive", "14", "Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil"),
    ],
)
def test_people_who_are_found_but_not_shown(desk: Desk, status: str, code: str, text: str) -> None:
    nik = desk.person(status=status, recorded=None, ages=(20, 90)).nik
    assert desk.ask("rsud-lookup", nik).element == {"RESPONSE_CODE": code, "RESPONSE_DESC": text}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rsud-lookup", "14"),
        ("insurance-lookup", []),
        ("customer-id-verify", "08"),
    ],
)
def test_who_was_never_recorded_is_blocked(desk: Desk, name: str, expected: Any) -> None:
    nik = desk.person(recorded=False, ages=(25, 60)).nik
    content = desk.ask(name, nik).json["content"]
    assert (content and content[0]["RESPONSE_CODE"]) == expected


def test_a_child_who_need_not_be_recorded_is_shown(desk: Desk) -> None:
    nik = desk.person(recorded=False, ages=(5, 12)).nik
    found = desk.ask("desa-family", nik, "adm_desa").element
    assert (found["EKTP_STATUS"], found["EKTP_CREATED"]) == ("BELUM REKAM", None)


@pytest.mark.parametrize(
    ("nik", "code"), [(NOBODY, "13"), ("3576010101079", "15"), ("3576019901079000", "15")]
)
def test_absent_differs_from_malformed(desk: Desk, nik: str, code: str) -> None:
    assert desk.ask("rsud-lookup", nik).element["RESPONSE_CODE"] == code


def test_the_old_service_says_the_same_of_both(desk: Desk) -> None:
    for nik in (NOBODY, "3576010101079"):
        assert desk.ask("province-strict", nik, "GET_NIK").element == {
            "RESPON": "Data Tidak Ditemukan"
        }


def test_an_agreement_may_leave_the_content_empty(desk: Desk) -> None:
    reply = desk.ask("insurance-lookup", NOBODY)
    assert reply.json["content"] == []
    assert reply.json["numberOfElements"] == 0


def test_a_family_comes_head_first_and_whole(desk: Desk) -> None:
    person = next(
        p
        for p in desk.world.country.find(today=desk.world.today(), ages=(30, 50), limit=200)
        if p.status == "normal"
        and p.recorded
        and len(desk.world.country.household(p.kk)) > 2
        and all(m.status != "dead" for m in desk.world.country.household(p.kk))
    )
    reply = desk.ask("desa-family", person.nik, "CALL_NIK_GET_KK")
    members = desk.world.country.household(person.kk)
    assert [e["NIK"] for e in reply.json["content"]] == [int(m.nik) for m in members]
    assert reply.json["content"][0]["STAT_HBKEL"] == "KEPALA KELUARGA"
    assert reply.json["numberOfElements"] == reply.json["totalElements"] == len(members)
    assert {e["NO_KK"] for e in reply.json["content"]} == {int(person.kk)}


BOTH_CENTRES = "agreements: {desa-dc: {like: desa-family, institution: dc, centre: DC}}\n"


def test_dc_and_drc_may_answer_differently_for_one_nik() -> None:
    desk = Desk(BOTH_CENTRES)
    world = desk.world
    fresh = next(
        p
        for p in world.country.find(today=world.today(), ages=(17, 19), recorded=True, limit=5000)
        if p.status == "normal" and _recorded(p, world) > world.today() - timedelta(days=30)
    )
    of_dc = desk.ask("desa-dc", fresh.nik, "adm_desa").element
    of_drc = desk.ask("desa-family", fresh.nik, "adm_desa").element
    assert of_dc["EKTP_STATUS"] == "SUDAH REKAM"
    assert of_drc["RESPONSE_CODE"] == "14"
    world.advance(31 * 86400.0)
    assert desk.ask("desa-family", fresh.nik, "adm_desa").element == of_dc


def test_a_recording_of_this_world_is_known_to_the_dc_first_and_dated() -> None:
    desk = Desk(BOTH_CENTRES)
    world = desk.world
    person = unrecorded(world, 1)[0]
    assert desk.ask("desa-dc", person.nik, "adm_desa").element["RESPONSE_CODE"] == "14"
    made = enrol(body_of(world, person.nik), world, officer="petugas01", client="c")
    assert isinstance(made, Enrolled)
    world.commit(made.changes, "r-1")
    assert desk.ask("desa-dc", person.nik, "adm_desa").element["RESPONSE_CODE"] == "14"
    finished = world.registry.enrolments.by_id[made.id].finished_at
    world.advance(finished - world.clock.now())
    shown = desk.ask("desa-dc", person.nik, "adm_desa").element
    assert shown["EKTP_STATUS"] == "SUDAH REKAM"
    assert shown["EKTP_CREATED"] == world.today().isoformat()
    assert desk.ask("desa-family", person.nik, "adm_desa").element["RESPONSE_CODE"] == "14"
    world.advance(31 * 86400.0)
    assert desk.ask("desa-family", person.nik, "adm_desa").element == shown


def _recorded(person: Any, world: Any) -> date:
    found = record.recorded_on(person, world.seed, world.reference_date)
    assert found is not None
    return found


def test_a_record_never_lies_in_the_future(desk: Desk) -> None:
    world = desk.world
    for person in world.country.find(today=world.today(), ages=(0, 99), limit=400):
        found = record.record(person, world.seed, world.reference_date)
        for name in ("TGL_KWN", "TGL_CRAI", "EKTP_CREATED", "LAST_UPDATED", "TGL_LHR"):
            assert found[name] is None or found[name] <= world.today().isoformat(), name
        assert (found["TGL_KWN"] is None) is (found["STATUS_KAWIN"] == "BELUM KAWIN")
        assert (found["EKTP_CREATED"] is None) is (not person.recorded)


def test_nik_area_and_date_are_historical(desk: Desk) -> None:
    people = desk.world.country.find(today=desk.world.today(), ages=(25, 60), limit=3000)
    moved = next(p for p in people if p.nik[:6] != p.area.replace(".", "") and p.recorded)
    shown = desk.ask("rsud-lookup", moved.nik).element
    assert f"{shown['NO_KEC']:02d}" == moved.area[-2:] != moved.nik[4:6]
    corrected = next(
        p
        for p in desk.world.country.find(
            today=desk.world.today(), status="corrected_birth_date", ages=(20, 70), limit=20
        )
        if p.recorded and p.status == "normal"
    )
    day = int(corrected.nik[6:8]) % 40
    shown = desk.ask("rsud-lookup", corrected.nik).element
    assert shown["TGL_LHR"] != f"{shown['TGL_LHR'][:4]}-{corrected.nik[8:10]}-{day:02d}"
