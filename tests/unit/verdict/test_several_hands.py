"""What clients that were written from the contracts alone were once wrongly blamed for.

They work for several citizens side by side: several kiosks, or the tasks of one officer's program,
are one client in the journal as long as no credential tells them apart.
"""

from __future__ import annotations

import pytest
from siaksim.verdict.rules.no_retry_on_permanent import NoRetryOnPermanent
from siaksim.verdict.rules.polling_interval import PollingInterval
from siaksim.verdict.rules.retry_after_obeyed import RetryAfterObeyed
from siaksim.verdict.rules.retry_limit import RetryLimit
from siaksim.verdict.rules.retry_spacing import RetrySpacing
from verdict_history import Story

SPACING = RetrySpacing(rule="retry_spacing")
LIMIT = RetryLimit(rule="retry_limit")
POLLING = PollingInterval(rule="polling_interval")
AFTER = RetryAfterObeyed(rule="retry_after_obeyed")
PERMANENT = NoRetryOnPermanent(rule="no_retry_on_permanent")


def asked_side_by_side(subject: str) -> Story:
    """Four failed calls, each begun while the one before was under way."""
    story = Story()
    for at in (0, 15, 30, 45):
        story.call("ikd.terms", at, took=20, status=0, client="anonymous", subject=subject)
    return story


def test_calls_about_nobody_that_overlap_are_no_retries_of_each_other() -> None:
    story = asked_side_by_side("-")
    assert [story.judged_by(rule).value for rule in (SPACING, LIMIT)] == ["PASS", "PASS"]
    assert [story.judged_by(rule).exercised for rule in (SPACING, LIMIT)] == [0, 0]


def test_nor_is_what_one_of_those_hands_asks_after_another_has_failed() -> None:
    story = asked_side_by_side("-")
    story.call("ikd.terms", 65.1, client="anonymous", subject="-")
    assert story.judged_by(SPACING).value == "PASS"


def test_calls_about_one_citizen_are_one_matter_however_they_overlap() -> None:
    story = asked_side_by_side("3576010101079000")
    assert [story.judged_by(rule).value for rule in (SPACING, LIMIT)] == ["FAIL", "FAIL"]


def test_one_hand_that_asks_about_nobody_is_seen_to_repeat() -> None:
    story = Story()
    for at in (0, 0.1, 0.2, 0.3):
        story.call("ikd.terms", at, status=503, client="anonymous", subject="-")
    assert [story.judged_by(rule).value for rule in (SPACING, LIMIT)] == ["FAIL", "FAIL"]


@pytest.mark.parametrize(
    ("again", "code", "value"),
    [
        (200, "", "PASS"),
        (503, "", "PASS"),
        (404, "unknown_resident", "PASS"),
        (401, "session_expired", "FAIL"),
    ],
)
def test_another_task_had_logged_in_before_the_refusal_came(
    again: int, code: str, value: str
) -> None:
    story = Story()
    story.call("siak.login", 0, subject="petugas01", body={"user_id": "o1"})
    story.call("siak.search", 1, status=401, code="session_expired")
    story.call("siak.search", 1.2, status=again, code=code)
    ruling = story.judged_by(PERMANENT)
    assert ruling.value == value
    assert [found.calls for found in ruling.findings] == [("t-2", "t-3")] * (value == "FAIL")


def test_a_wrong_pin_that_is_typed_until_it_locks_is_still_a_refusal_repeated() -> None:
    story = Story()
    story.call("ikd.login", 0, status=401, code="wrong_pin")
    story.call("ikd.login", 2, status=429, code="pin_locked")
    assert story.judged_by(PERMANENT).value == "FAIL"


@pytest.mark.parametrize(("first", "value"), [(401, "PASS"), (200, "FAIL"), (404, "FAIL")])
def test_a_status_that_is_read_again_after_a_login_is_not_polled_too_fast(
    first: int, value: str
) -> None:
    story = Story()
    story.call("siak.activation", 0, status=first, method="GET")
    story.call("siak.login", 0.2, subject="petugas01")
    story.call("siak.activation", 0.4, method="GET")
    assert story.judged_by(POLLING).value == value
    assert story.judged_by(POLLING).exercised == (1 if first != 401 else 0)


def test_a_wait_that_was_ordered_is_judged_by_the_rule_that_knows_the_order() -> None:
    story = Story()
    story.call("siak.login", 0, status=503, retry_after="15", subject="petugas01")
    story.call("siak.login", 0.1, status=503, retry_after="15", subject="petugas01")
    assert [story.judged_by(rule).value for rule in (SPACING, AFTER)] == ["PASS", "FAIL"]
    assert story.judged_by(SPACING).exercised == 0
