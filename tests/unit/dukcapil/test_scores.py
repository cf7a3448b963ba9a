"""Answers of a verification: domain.md 1.5."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.agreements.fields import ELEMENTS, FUZZY, NUMBERS
from siaksim.services.dukcapil.scores import asked, date_of, score, verdicts

RECORD: dict[str, Any] = {name: 1 if name in NUMBERS else "X" for name in ELEMENTS} | {
    "NIK": 3576010101079000,
    "NAMA_LGKP": "SITI AMINAH",
    "TMPT_LHR": "MOJOKERTO",
    "TGL_LHR": "2007-01-01",
    "JENIS_KLMIN": "Perempuan",
    "GOL_DARAH": None,
    "NO_KEC": 1,
    "NO_RT": 7,
}


def one(name: str, text: str, threshold: int = 80) -> str:
    return verdicts({name: text}, RECORD, threshold)[name]


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("NIK", "3576010101079000", "Sesuai"),
        ("NAMA_LGKP", "SITI AMINAH", "Sesuai (100)"),
        ("NAMA_LGKP", "siti  aminah", "Sesuai (100)"),
        ("NAMA_LGKP", "SITTI AMINAH", "Sesuai (96)"),
        ("NAMA_LGKP", "BUDI", "Tidak Sesuai (13)"),
        ("TGL_LHR", "01-01-2007", "Sesuai"),
        ("TGL_LHR", "01/01/2007", "Sesuai"),
        ("TGL_LHR", "2007-01-01", "Sesuai"),
        ("TGL_LHR", "00-00-0000", "Tidak Sesuai"),
        ("TGL_LHR", "02-01-2007", "Tidak Sesuai"),
        ("JENIS_KLMIN", "PEREMPUAN", "Sesuai"),
        ("JENIS_KLMIN", "Laki-Laki", "Tidak Sesuai"),
        ("NO_KEC", "01", "Sesuai"),
        ("NO_KEC", "010", "Tidak Sesuai"),  # BPS's codes are another system
        ("NO_RT", "007", "Sesuai"),
        ("NO_RT", "٧", "Tidak Sesuai"),
        ("NO_RT", "7" * 5000, "Tidak Sesuai"),
        ("GOL_DARAH", "-", "Sesuai"),
        ("GOL_DARAH", "A", "Tidak Sesuai"),
    ],
)
def test_an_element_is_answered(name: str, text: str, answer: str) -> None:
    assert one(name, text) == answer


def test_the_threshold_decides_and_equality_is_enough() -> None:
    assert one("NAMA_LGKP", "SITTI AMINAH", 96) == "Sesuai (96)"
    assert one("NAMA_LGKP", "SITTI AMINAH", 97) == "Tidak Sesuai (96)"


def test_unused_elements_are_not_answered() -> None:
    body = {"NIK": "1", "NAMA_LGKP": "", "ALAMAT": " ", "AGAMA": None, "TGL_LHR": "x", "more": "y"}
    assert asked(body) == {"NIK": "1", "TGL_LHR": "x"}


@given(st.text(), st.text())
def test_a_score_is_whole_symmetric_and_full_for_likes_only(one: str, other: str) -> None:
    found = score(one, other)
    assert 0 <= found <= 100
    assert found == score(other, one)
    assert score(one, one) == 100


@given(st.sampled_from(ELEMENTS), st.text(min_size=1), st.integers(0, 100))
def test_every_answer_has_the_form_that_clients_parse(name: str, text: str, limit: int) -> None:
    found = verdicts({name: text}, RECORD, limit)[name]
    form = r"(Tidak )?Sesuai \(\d{1,3}\)" if name in FUZZY else r"(Tidak )?Sesuai"
    assert re.fullmatch(form, found)
    assert "SITI" not in found


@given(st.text())
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = date_of(text)
    assert found is None or re.fullmatch(r"\d{4}-\d\d-\d\d", found)
