"""Secrets in URLs and headers are noticed, and never repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.journal.leaks import leaks

NIK = "3576010101079000"


@pytest.mark.parametrize(
    ("target", "headers", "found"),
    [
        ("/ikd/v1/terms", {}, []),
        (f"/siak/v1/residents/{NIK}", {}, ["path"]),
        (f"/x?q={NIK}", {}, ["query parameter"]),
        (f"/x?nik={NIK}&page=2", {}, ["query nik"]),
        ("/x?NIK=12", {}, ["query nik"]),
        ("/x?password=a&pin=1&token=t", {}, ["query password", "query pin", "query token"]),
        ("/x?nik=", {}, []),
        ("/x?code=ok", {}, []),
        ("/x", {"x-nik": NIK}, ["header x-nik"]),
        ("/x", {"referer": f"http://kiosk/?n={NIK}"}, ["header referer"]),
        ("/x", {"authorization": f"Bearer {NIK}", "cookie": NIK, "idempotency-key": NIK}, []),
        ("/x", {"x-trace": f"{NIK}9"}, []),
        ("/activation/" + "a" * 32, {}, []),
        ("/x/%33576010101079000", {}, ["path"]),
    ],
)
def test_where_secrets_stand(target: str, headers: dict[str, str], found: list[str]) -> None:
    assert leaks(target, headers) == found


@given(st.text(), st.dictionaries(st.text(), st.text(), max_size=3))
def test_any_text_is_taken_and_no_value_is_repeated(target: str, headers: dict[str, str]) -> None:
    assert NIK not in str(leaks(f"{target}?nik={NIK}", headers | {"x-n": NIK})).replace("x-n", "")
