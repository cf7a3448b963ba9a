"""A fault that could reach the client and did not makes INCONCLUSIVE; others are told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.verdict.clients import load_terms, shipped
from siaksim.verdict.history import History
from siaksim.verdict.judge import judge
from siaksim.verdict.reaching import fates, meet
from verdict_history import HIT, Story

DAY = date(2026, 11, 25)


def run_with(**aims: dict[str, object]) -> History:
    """Return a run of a counter that was struck by hang#1, with faults that never struck it."""
    story = Story()
    story.call("siak.search", 0.0, hits=(HIT,), method="GET")
    story.call("siak.search", 9.0, method="GET")
    faults = {"hang#1": "hang"} | {name.replace("_", "#"): "error" for name in aims}
    told = {
        name.replace("_", "#"): {"targets": ["*"], "clients": [], "later": False} | aim
        for name, aim in aims.items()
    }
    return replace(story.history, faults=faults, aims=told)


@pytest.mark.parametrize(
    ("aim", "fate", "value"),
    [
        ({}, "missed", "INCONCLUSIVE"),
        ({"targets": ["siak.scan_qr"]}, "missed", "INCONCLUSIVE"),
        ({"targets": ["*.scan_qr"]}, "missed", "INCONCLUSIVE"),
        ({"clients": ["counter"]}, "missed", "INCONCLUSIVE"),
        ({"clients": ["counter.1"]}, "missed", "INCONCLUSIVE"),
        ({"targets": ["ikd.*", "mail.activate"]}, "aside", "PASS"),
        ({"clients": ["kiosk"]}, "aside", "PASS"),
        ({"clients": ["actor"]}, "aside", "PASS"),
        ({"later": True}, "later", "PASS"),
    ],
)
def test_why_a_fault_did_not_strike(aim: dict[str, object], fate: str, value: str) -> None:
    history = run_with(error_1=aim)
    found = fates(history, shipped("counter"))
    assert found.reached == ("hang#1",)
    assert getattr(found, fate) == ("error#1",)
    assert judge(history, shipped("counter"), DAY).value == value


def test_what_was_to_come_later_and_came_was_missed() -> None:
    history = run_with(error_1={"later": True})
    story = Story()
    story.window(1.0, 5.0, replace(HIT, fault="error#1", kind="error"))
    found = fates(replace(history, windows=story.history.windows), shipped("counter"))
    assert found.missed == ("error#1",)


def test_a_run_in_which_nothing_has_begun_is_no_pass() -> None:
    story = Story()
    story.call("siak.search", 0.0, method="GET")
    aims = {"error#1": {"targets": ["*"], "clients": [], "later": True}}
    history = replace(story.history, faults={"error#1": "error"}, aims=aims)
    verdict = judge(history, shipped("counter"), DAY)
    assert (verdict.value, verdict.vain) == ("INCONCLUSIVE", True)
    assert verdict.why == "no fault of the scenario has begun yet; play longer"


def test_a_breach_is_a_breach_even_where_a_fault_was_missed() -> None:
    history = run_with(error_1={})
    story = Story()
    for number in range(9):
        story.call("siak.search", 20.0 + number, status=503, method="GET")
    verdict = judge(replace(history, calls=story.history.calls), shipped("counter"), DAY)
    assert verdict.value == "FAIL"
    assert verdict.missed == ("error#1",)


def test_a_client_file_says_what_such_a_client_calls() -> None:
    text = "client: mine\nabout: Looks up.\nlike: counter\ncalls: [siak.search, ikd.*]\n"
    assert load_terms(text, "mine.yaml").calls == ("siak.search", "ikd.*")
    assert load_terms("client: own\nabout: All.\n", "own.yaml").calls == ("*",)


words = st.text(alphabet="ab.", max_size=5)
globs = st.text(alphabet="ab.*?", max_size=5)


@given(words, globs, globs)
def test_globs_that_one_name_fits_meet(name: str, one: str, two: str) -> None:
    if fnmatchcase(name, one) and fnmatchcase(name, two):
        assert meet(one, two)
        assert meet(two, one)


@given(words, globs)
def test_a_name_meets_the_globs_that_it_fits_and_no_other(name: str, glob: str) -> None:
    assert meet(name, glob) == fnmatchcase(name, glob)
