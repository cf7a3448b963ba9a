"""Checks in their order, and which NIK is well formed: domain.md 1.6."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.agreements.model import CHECKS, Agreement, Check
from siaksim.core.clock import WIB
from siaksim.services.dukcapil import rules
from siaksim.services.dukcapil.rules import Asked

GIVEN: dict[str, Any] = {
    "about": "x",
    "shape": "institution",
    "institution": "a",
    "methods": ["CALL_NIK"],
    "dialect": "two_keys",
    "users": [{"user_id": "u", "password": "p", "ip": "1.1.1.1"}],
}
GOOD = {"user_id": "u", "password": "p", "IP_USER": "1.1.1.1", "NIK": "3576010101079000"}
NOON = datetime(2024, 7, 11, 12, tzinfo=WIB)
BREAK: dict[Check, tuple[dict[str, Any], dict[str, Any], str]] = {
    # check: (changes to the agreement, changes to the call, code)
    "socket": ({"sockets": "10.0.0.0/8"}, {}, "10"),
    "empty": ({}, {"body": {**GOOD, "password": ""}}, "09"),
    "parameters": ({}, {"complete": False}, "07"),
    "ip": ({}, {"body": {**GOOD, "IP_USER": "2.2.2.2"}}, "04"),
    "login": ({}, {"body": {**GOOD, "password": "x"}}, "03"),
    "user": ({"users": [{**GIVEN["users"][0], "active": False}]}, {}, "17"),
    "institution": ({"active": False}, {}, "16"),
    "hours": ({"hours": "07:00-11:00"}, {}, "06"),
    "quota": ({"quota": 5}, {"used": 5}, "05"),
}


def agreement(**more: Any) -> Agreement:
    return Agreement.model_validate(GIVEN | more)


def asked(**more: Any) -> Asked:
    plain = {"body": GOOD, "peer": "127.0.0.1", "at": NOON, "used": 0}
    return Asked(**{**plain, "granted": True, "complete": True, **more})


def test_a_call_in_order_passes() -> None:
    assert rules.refused(agreement(), asked()) is None


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_has_its_code_and_can_be_left_out(check: Check) -> None:
    terms, call, code = BREAK[check]
    assert rules.refused(agreement(**terms), asked(**call)) == code
    others = [c for c in CHECKS if c != check]
    left_out = rules.refused(agreement(**terms, checks=others), asked(**call))
    # Empty credentials are wrong ones too.
    assert left_out == ("03" if check == "empty" else None)


@pytest.mark.parametrize(("one", "other"), list(permutations(CHECKS, 2)))
def test_of_two_failing_checks_the_earlier_answers(one: Check, other: Check) -> None:
    terms = BREAK[one][0] | BREAK[other][0]
    call = BREAK[one][1] | BREAK[other][1]
    bodies = [BREAK[c][1].get("body", GOOD) for c in (one, other)]
    call["body"] = {k: next((b[k] for b in bodies if b[k] != GOOD[k]), GOOD[k]) for k in GOOD}
    found = rules.refused(agreement(**terms, checks=[one, other]), asked(**call))
    assert found == BREAK[one][2]


def test_a_method_that_is_not_granted_is_a_parameter_that_is_not_valid() -> None:
    assert rules.refused(agreement(), asked(granted=False)) == "07"


def test_a_strangers_claim_is_not_compared_but_the_login_fails() -> None:
    body = {**GOOD, "user_id": "nobody", "IP_USER": "9.9.9.9"}
    assert rules.refused(agreement(), asked(body=body)) == "03"


def test_hours_end_before_their_last_second() -> None:
    terms = agreement(hours="07:00-12:00")
    assert rules.refused(terms, asked(at=NOON)) == "06"
    assert rules.refused(terms, asked(at=NOON.replace(hour=11, minute=59, second=59))) is None
    assert rules.refused(terms, asked(at=NOON.replace(hour=7))) is None


@pytest.mark.parametrize(
    ("nik", "good"),
    [
        ("3576010101079000", True),
        ("3576014101079000", True),  # a woman's day
        ("3576012902009000", True),
        ("3576012902019000", False),
        ("3576013201079000", False),
        ("3576017201079000", False),
        ("3576010113079000", False),
        ("3576010001079000", False),
        ("3576010101070000", False),
        ("0076010101079000", False),
        ("3500010101079000", False),
        ("3576000101079000", False),
        ("357601010107900", False),
        ("35760101010790001", False),
        ("357601010107900x", False),
        ("٣576010101079000", False),
        ("", False),
    ],
)
def test_a_nik_is_well_formed_or_not(nik: str, good: bool) -> None:
    assert rules.nik_well_formed(nik) is good


@given(st.text() | st.text("0123456789", min_size=16, max_size=16))
def test_a_nik_is_well_formed_only_with_a_day_a_month_and_16_digits(text: str) -> None:
    if rules.nik_well_formed(text):
        assert re.fullmatch(r"[1-9]\d{15}", text, re.ASCII)
        assert 1 <= int(text[6:8]) % 40 <= 31
        assert 1 <= int(text[8:10]) <= 12
        assert text[12:] != "0000"


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.booleans(), st.integers(1, 9999))
def test_every_day_makes_a_well_formed_nik(born: date, woman: bool, serial: int) -> None:
    day = born.day + (40 if woman else 0)
    assert rules.nik_well_formed(f"357601{day:02d}{born:%m%y}{serial:04d}")


@pytest.mark.parametrize(
    ("terms", "text", "value"),
    [
        ({}, "", 100),
        ({}, "90", 90),
        ({}, "1", 1),
        ({}, "0", None),
        ({}, "101", None),
        ({}, "x", None),
        ({}, "9" * 5000, None),
        ({"required": True}, "", None),
        ({"min": 80}, "79", None),
        ({"default": 80}, "", 80),
    ],
)
def test_a_threshold_is_taken_within_the_agreements_bounds(
    terms: dict[str, Any], text: str, value: int | None
) -> None:
    found = rules.threshold_of(agreement(threshold=terms), {"TRESHOLD": text})
    assert found == value
