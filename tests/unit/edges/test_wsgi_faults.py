"""Faults under somebody else's WSGI server: whole answers pass, the others end the connection."""

from __future__ import annotations

import pytest
from siaksim.edges.assembly import Assembly, assemble

HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\nfaults:\n"


@pytest.fixture(scope="module")
def whole() -> Assembly:
    return assemble()


def get(whole: Assembly, fault: str) -> tuple[int, bytes, dict[str, str]]:
    whole.worlds.close()
    text = f"{HEAD}  - {{target: all, kind: {fault}}}\n"
    whole.worlds.create("default", whole.worlds.inline(text), mode="auto")
    headers = {"Siaksim-Deadline": "20"}
    answer = whole.app.test_client().get("/ikd/v1/terms", headers=headers)
    return answer.status_code, answer.data, dict(answer.headers)


@pytest.mark.parametrize(
    "fault",
    [
        "cut",
        "cut, how: reset",
        "garbage",
        "empty, how: close",
        "drip, committed: 0%, every: 1ms",
        "drip, bytes: 1",
        "latency, delay: 21s",
        "hang",
        "reset",
    ],
)
def test_an_answer_that_is_not_whole_ends_the_connection(whole: Assembly, fault: str) -> None:
    with pytest.raises(ConnectionResetError, match="without an answer"):
        get(whole, fault)


@pytest.mark.parametrize(
    ("fault", "status", "size"),
    [("empty, status: 202", 202, 0), ("garbage, what: body, size: 50", 200, 50)],
)
def test_an_answer_that_is_whole_passes(
    whole: Assembly, fault: str, status: int, size: int
) -> None:
    found, data, _ = get(whole, fault)
    assert (found, len(data)) == (status, size)


def test_a_gateways_own_phrases_and_headers_pass(whole: Assembly) -> None:
    status, data, headers = get(whole, "gateway_html")
    assert (status, headers["Server"], headers["Content-Type"]) == (504, "nginx", "text/html")
    assert data.startswith(b"<html>\r\n<head><title>504 Gateway Time-out</title>")
