"""The reply envelope, the three dialects of errors, and what Spring says for itself. PURE.

Envelope and dialects are observed (domain.md 1.3, 1.6): failure is HTTP 200 with a text in
content[0]; success has no code. The bodies of real HTTP errors are assumed to be Spring Boot's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson

from siaksim.agreements.model import Agreement
from siaksim.agreements.texts import FACE, VARIANTS
from siaksim.ledger.entries import Change
from siaksim.services.base import Answer

JSON_TYPE = "application/json;charset=UTF-8"
SUCCESS = "6018"
"""The face match's code of a match."""


def page(
    content: Sequence[Mapping[str, Any]],
    *changes: Change,
    quota_left: int | None = None,
    elements: int | None = None,
    code: str = "",
) -> Answer:
    """Return a page as this service writes it; `quota_left` adds quotaLimiter.

    `code` is an error's, for the journal alone: some dialects do not tell it.
    """
    number = len(content) if elements is None else elements
    body: dict[str, Any] = {
        "content": list(content),
        "lastPage": number == len(content),
        "numberOfElements": number,
        "sort": None,
        "totalElements": number,
        "firstPage": True,
        "number": 0,
        "size": max(1, len(content)),
    }
    if quota_left is not None:
        body["quotaLimiter"] = quota_left
    return Answer(200, orjson.dumps(body), JSON_TYPE, (), changes, code=code)


def error_element(dialect: str, code: str, text: str) -> dict[str, str]:
    """Return the one element of an error: what clients tell errors by are its keys."""
    if dialect == "one_key":
        return {"RESPON": text}
    if dialect == "respon_and_code":
        return {"RESPON": text, "RESPONSE_CODE": code}
    pair = {"RESPONSE_CODE": code, "RESPONSE_DESC": text}
    return pair if dialect == "two_keys" else {**pair, "RESPONSE": text}


def error_page(
    agreement: Agreement, code: str, *changes: Change, quota_left: int | None = None
) -> Answer:
    """Return an error in an agreement's dialect: HTTP 200, a code of 02-17 and its text."""
    if agreement.absent == "empty" and code == "13":
        return page([], *changes, quota_left=quota_left, code=code)
    element = error_element(agreement.dialect, code, agreement.texts.of(code))
    return page(
        [element],
        *changes,
        quota_left=quota_left,
        elements=int(agreement.error_elements),
        code=code,
    )


def stranger_page(area: str, verifies: bool, code: str) -> Answer:
    """Return an error for an institution without an agreement: the dialect follows the URL.

    Observed: regional URLs have two keys, verifications three, national lookups one.
    """
    dialect = "two_keys" if area else "three_keys" if verifies else "one_key"
    variant = "old" if dialect == "one_key" else "new"
    return page([error_element(dialect, code, VARIANTS[variant][code])], code=code)


def face_answer(
    code: str,
    *changes: Change,
    score: float | None = None,
    quota_left: int | None = None,
    transaction: str = "",
    score_as: str = "text",
) -> Answer:
    """Return a face match's answer: HTTP 200, a number as errorCode, 6018 for success."""
    body: dict[str, Any] = {
        "transactionId": transaction,
        "error": {"errorCode": int(code), "errorMessage": FACE[code]},
    }
    if score is not None:
        body["matchScore"] = f"{score:g}" if score_as == "text" else score
    if quota_left is not None:
        body["quotaLimiter"] = quota_left
    told = "" if code == SUCCESS else code
    return Answer(200, orjson.dumps(body), JSON_TYPE, (), changes, code=told)


def message(status: int, text: str, *changes: Change) -> Answer:
    """Return the usage report's answer, which has real HTTP statuses."""
    return Answer(status, orjson.dumps({"message": text}), JSON_TYPE, (), changes)


def spring_error(status: int, text: str, path: str, now: float) -> Answer:
    """Return an HTTP error as Spring Boot writes it; `now` is office time (assumed)."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Http Status " + str(status)
    body = {
        "timestamp": round(now * 1000),
        "status": status,
        "error": phrase,
        "message": text or "No message available",
        "path": path,
    }
    headers = (("Allow", "POST, OPTIONS"),) if status == 405 else ()
    return Answer(status, orjson.dumps(body), JSON_TYPE, headers)
