"""Faults of meaning on the Dukcapil service: its own words, and a record that is a duplicate."""

from __future__ import annotations

from dukcapil_desk import Desk


def test_a_soft_error_speaks_the_agreements_dialect_with_http_200() -> None:
    fault = '{target: dukcapil.*, kind: soft_error, code: "05"}'
    desk = Desk(f"faults:\n  - {fault}\n")
    heard = desk.ask("rsud-lookup", desk.person().nik)
    assert heard.status == 200
    assert "Kuota" in str(heard.json)
    assert desk.world.ledger.entries == []


def test_a_duplicate_record_is_one_in_the_web_service_too() -> None:
    desk = Desk("faults:\n  - {target: dukcapil.*, kind: duplicate_record}\n")
    person = desk.person()
    assert "Data Ganda" in str(desk.ask("rsud-lookup", person.nik).json)
    assert "Data Ganda" not in str(Desk().ask("rsud-lookup", person.nik).json)
