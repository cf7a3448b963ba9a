"""Actors whose own calls are struck: they try again or give up, and never break the world."""

from __future__ import annotations

from typing import Any

import pytest

HEAD = "scenario: x\nstory: y\nseed: 5\nclock: {start: 2024-07-11T08:00}\nfaults:\n"
PASSING = [
    "cut",
    "cut, bytes: 9, how: reset, committed: 100%",
    "garbage",
    "garbage, committed: 50%",
    "drip, bytes: 64",
    "drip, committed: 0%",
    "empty, how: close",
    "empty, how: close, committed: 50%",
    "reset, committed: 50%",
    "gateway_html, delay: 60s",
    "maintenance, retry_after: 2m",
]
PUZZLING = [
    "garbage, what: body",
    "empty",
    "wrong_type, body: html",
    "captive_portal",
    "captive_portal, how: page",
]


def served(open_desk: Any, fault: str, first: int) -> tuple[Any, Any]:
    text = f"{HEAD}  - {{target: all, client: actor, kind: {fault}, first: {first}}}\n"
    desk = open_desk("citizen", text=text)
    (nik,) = desk.niks(1)
    desk.control("POST", "/actors/citizens", 201, {"nik": nik})
    return desk, nik


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_tried_again_until_it_is_done(open_desk: Any, fault: str) -> None:
    desk, nik = served(open_desk, fault, first=2)
    desk.until(lambda: desk.citizen(nik), lambda c: c["qr"] or c["problem"])
    desk.officer_logs_in()
    seen = desk.meet(nik)
    assert (seen["done"], seen["problem"]) == (True, None)
    kinds = [entry.kind for entry in desk.world.ledger.entries]
    assert kinds.count("activated") == 1
    assert desk.world.counters.faults
    assert desk.world.counters.internal_errors == 0


@pytest.mark.parametrize("fault", PUZZLING)
def test_what_no_person_can_read_is_given_up_in_plain_words(open_desk: Any, fault: str) -> None:
    desk, nik = served(open_desk, fault, first=1)
    desk.world.advance(3600)
    seen = desk.citizen(nik)
    assert not seen["done"]
    assert seen["problem"]
    assert "Traceback" not in seen["problem"]
    assert desk.world.counters.internal_errors == 0
