"""What a verification answers for each element: Sesuai or Tidak Sesuai, some with a score. PURE.

The form is observed (domain.md 1.5); the score is assumed: 100 times the normalised indel
similarity of both texts in upper case with runs of spaces made one (rapidfuzz's `fuzz.ratio`),
rounded half to even. No value of the record is ever part of an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from siaksim.agreements.fields import ELEMENTS, FUZZY, NUMBERS

YES, NO = "Sesuai", "Tidak Sesuai"
_DAY_FIRST = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", re.ASCII)
_NUMBER = re.compile(r"\d{1,20}", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


def asked(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the elements that a request asks about: missing, empty and blank ones are unused."""
    found = {name: body[name] for name in ELEMENTS if isinstance(body.get(name), str)}
    return {name: text.strip() for name, text in found.items() if text.strip()}


def score(one: str, other: str) -> int:
    """Return the likeness of two texts, 0-100."""
    from rapidfuzz import fuzz  # 30 ms, which most servers never need

    return round(fuzz.ratio(_plain(one), _plain(other)))


def verdicts(
    elements: Mapping[str, str], record: Mapping[str, Any], threshold: int
) -> dict[str, str]:
    """Return the answer to each element; `record` holds the values of all of them."""
    return {name: _verdict(name, text, record[name], threshold) for name, text in elements.items()}


def _verdict(name: str, text: str, true: Any, threshold: int) -> str:
    if name in FUZZY:
        found = score(text, str(true or ""))
        return f"{YES if found >= threshold else NO} ({found})"
    return YES if _same(name, text, true) else NO


def _same(name: str, text: str, true: Any) -> bool:
    if true is None:
        return text in ("-", "TIDAK TAHU")
    if name == "TGL_LHR":
        return date_of(text) == str(true)
    if name in NUMBERS:
        return bool(_NUMBER.fullmatch(text)) and int(text) == int(true)
    return _plain(text) == _plain(str(true))


def date_of(text: str) -> str | None:
    """Return a date sent as DD-MM-YYYY, DD/MM/YYYY or YYYY-MM-DD in the reply's form, or None."""
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _plain(text: str) -> str:
    return " ".join(text.upper().split())
