"""Rules of retries on told stories: the breach, the near miss, just past it, and no test at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from siaksim.core.clock import http_date
from siaksim.verdict.rules.no_retry_on_permanent import NoRetryOnPermanent
from siaksim.verdict.rules.retry_after_obeyed import RetryAfterObeyed
from siaksim.verdict.rules.retry_budget import RetryBudget
from siaksim.verdict.rules.retry_jitter import RetryJitter
from siaksim.verdict.rules.retry_spacing import RetrySpacing
from verdict_history import Story

SPACING = RetrySpacing(rule="retry_spacing")
JITTER = RetryJitter(rule="retry_jitter")
AFTER = RetryAfterObeyed(rule="retry_after_obeyed")
PERMANENT = NoRetryOnPermanent(rule="no_retry_on_permanent")
BUDGET = RetryBudget(rule="retry_budget")
NINE = 1720663200.0
"""2024-07-11 09:00 in the office."""


def row(story: Story, at: float, waits: Sequence[float], subject: str = "a", **more: Any) -> None:
    """Tell a call that fails, and fails again after each of the waits; each takes 0.1 s."""
    for wait in (0.0, *waits):
        at += wait
        story.call("siak.search", at, status=503, subject=subject, **more)
        at += 0.1


# -- retry_spacing ----------------------------------------------------------------------------


def test_a_retry_at_once_is_shown_with_both_calls_and_the_least_wait_passes() -> None:
    near, over = Story(), Story()
    row(near, 0, [0.2])
    row(over, 0, [0.19])
    assert (near.judged_by(SPACING).value, near.judged_by(SPACING).exercised) == ("PASS", 1)
    (found,) = over.judged_by(SPACING).findings
    assert found.calls == ("t-1", "t-2")
    assert "after 0.19 s" in found.text


@pytest.mark.parametrize(("second", "value"), [(1.0, "FAIL"), (1.19, "FAIL"), (1.2, "PASS")])
def test_second_waits_are_longer_than_first_ones(second: float, value: str) -> None:
    story = Story()
    for number in range(3):
        row(story, 100 * number, [1.0, second], subject=f"{number}")
    assert story.judged_by(SPACING).value == value
    assert story.judged_by(RetrySpacing(rule="retry_spacing", grows=0)).value == "PASS"


def test_few_pairs_long_waits_and_ordered_waits_need_not_grow() -> None:
    few, long, told = Story(), Story(), Story()
    for number in range(3):
        row(long, 100 * number, [15, 15], subject=f"{number}")
        row(told, 100 * number, [2, 2], subject=f"{number}", retry_after="2")
        if number < 2:
            row(few, 100 * number, [1, 1], subject=f"{number}")
    assert [s.judged_by(SPACING).value for s in (few, long, told)] == ["PASS"] * 3


def test_jittered_growing_waits_pass_though_one_pair_shrinks() -> None:
    story = Story()
    for number, waits in enumerate([(0.9, 0.4), (0.3, 1.8), (0.5, 1.2), (0.6, 1.0)]):
        row(story, 100 * number, waits, subject=f"{number}")
    assert story.judged_by(SPACING).value == "PASS"


def test_jitter_that_may_be_chance_is_no_proof_that_waits_do_not_grow() -> None:
    story = Story()
    for number, waits in enumerate([(0.9, 0.4), (0.5, 0.6), (0.8, 0.9)]):
        row(story, 100 * number, waits, subject=f"{number}")
    assert story.judged_by(SPACING).value == "PASS"
    for number in range(3, 60):
        row(story, 100 * number, (0.5, 0.5), subject=f"{number}")
    assert story.judged_by(SPACING).value == "FAIL"


def test_no_retry_no_test_of_spacing() -> None:
    story = Story()
    story.call("siak.search", 0, status=503)
    story.call("siak.search", 90)
    assert (story.judged_by(SPACING).value, story.judged_by(SPACING).exercised) == ("PASS", 0)


# -- retry_jitter -----------------------------------------------------------------------------


def test_ten_equal_waits_are_no_jitter_and_nine_prove_nothing() -> None:
    story = Story()
    for number in range(9):
        row(story, 100 * number, [1.0], subject=f"{number}")
    assert (story.judged_by(JITTER).value, story.judged_by(JITTER).exercised) == ("PASS", 0)
    row(story, 900, [1.0], subject="9", client="counter.2")
    ruling = story.judged_by(JITTER)
    assert (ruling.value, ruling.exercised) == ("FAIL", 10)
    assert ruling.findings[0].calls == tuple(f"t-{2 * n}" for n in range(1, 11))
    assert "10 of 10 waits before retry 1 are alike: 1.000 to 1.000 s" in ruling.findings[0].text


@pytest.mark.parametrize(("step", "value"), [(0.0055, "FAIL"), (0.006, "PASS")])
def test_waits_five_in_a_hundred_apart_are_spread(step: float, value: str) -> None:
    story = Story()
    for number in range(10):
        row(story, 100 * number, [1.0 + step * number], subject=f"{number}")
    assert story.judged_by(JITTER).value == value


def test_equal_waits_that_are_the_fewer_are_no_breach() -> None:
    story = Story()
    for number in range(20):
        row(story, 100 * number, [1.0 if number < 10 else 0.4 * number], subject=f"{number}")
    assert (story.judged_by(JITTER).value, story.judged_by(JITTER).exercised) == ("PASS", 20)


def test_plain_doubling_has_no_jitter_and_ordered_waits_are_none_of_its_own() -> None:
    doubling, told = Story(), Story()
    for number in range(10):
        row(doubling, 100 * number, [1, 2, 4], subject=f"{number}")
        row(told, 100 * number, [1], subject=f"{number}", retry_after="1")
    assert len(doubling.judged_by(JITTER).findings) == 3
    assert (told.judged_by(JITTER).value, told.judged_by(JITTER).exercised) == ("PASS", 0)


# -- retry_after_obeyed -----------------------------------------------------------------------


@pytest.mark.parametrize("text", ["30", http_date(NINE + 10.1 + 30)])
@pytest.mark.parametrize(("wait", "value"), [(30, "PASS"), (29, "PASS"), (27.9, "FAIL")])
def test_a_retry_after_is_waited_for_in_seconds_and_as_a_date(
    text: str, wait: float, value: str
) -> None:
    story = Story(start=NINE)
    story.call("siak.search", 10, status=503, retry_after=text)
    story.call("siak.search", 10.1 + wait, subject="another")
    ruling = story.judged_by(AFTER)
    assert (ruling.value, ruling.exercised) == (value, 1)
    assert [found.calls for found in ruling.findings] == [("t-1", "t-2")] * (value == "FAIL")


def test_other_operations_may_be_called_unless_the_scope_is_the_service() -> None:
    story = Story()
    story.call("siak.search", 0, status=429, retry_after="30")
    story.call("siak.activation", 5)
    story.call("siak.search", 6, client="counter.2")
    assert story.judged_by(AFTER).value == "PASS"
    wide = RetryAfterObeyed(rule="retry_after_obeyed", scope="service")
    assert story.judged_by(wide).findings[0].calls == ("t-1", "t-2")


def test_a_date_counts_from_the_answer_and_an_answer_that_is_no_refusal_asks_nothing() -> None:
    slow, done = Story(start=NINE), Story()
    slow.call("siak.search", 0, status=503, took=20, retry_after=http_date(NINE + 50))
    slow.call("siak.search", 49.5)
    done.call("siak.search", 0, status=202, retry_after="30")
    done.call("siak.search", 1)
    assert (slow.judged_by(AFTER).value, slow.judged_by(AFTER).exercised) == ("PASS", 1)
    assert (done.judged_by(AFTER).value, done.judged_by(AFTER).exercised) == ("PASS", 0)


def test_a_call_under_way_and_an_unreadable_time_are_no_breach() -> None:
    story = Story()
    story.call("siak.search", 0, status=503, took=3, retry_after="30")
    story.call("siak.search", 2, subject="b")
    story.call("ikd.terms", 5, status=503, retry_after="soon")
    story.call("ikd.terms", 6)
    ruling = story.judged_by(AFTER)
    assert (ruling.value, ruling.exercised) == ("PASS", 1)


# -- no_retry_on_permanent --------------------------------------------------------------------


@pytest.mark.parametrize(("wait", "value"), [(1, "FAIL"), (60, "FAIL"), (60.1, "PASS")])
def test_a_refusal_is_not_asked_again_but_by_a_person_later(wait: float, value: str) -> None:
    story = Story()
    story.call("siak.scan_qr", 0, status=404)
    story.call("siak.scan_qr", 0.1 + wait, status=404)
    ruling = story.judged_by(PERMANENT)
    assert (ruling.value, ruling.exercised) == (value, 2)
    assert [found.calls for found in ruling.findings] == [("t-1", "t-2")] * (value == "FAIL")


def test_what_was_changed_since_may_be_asked_again() -> None:
    story = Story()
    story.call("siak.search", 0, status=401, subject="a")
    story.call("siak.login", 1, subject="-", body={"user_id": "o1"})
    story.call("siak.search", 2, subject="a")
    story.call("ikd.register", 10, status=422, subject="b", body={"email": "x"})
    story.call("ikd.register", 12, subject="b", body={"email": "y"})
    story.call("mail.activate", 20, status=409, subject="c")
    story.call("ikd.scan_officer_qr", 21, subject="c", client="kiosk.9", commits={"scanned": {}})
    story.call("mail.activate", 22, subject="c")
    assert (story.judged_by(PERMANENT).value, story.judged_by(PERMANENT).exercised) == ("PASS", 3)


def test_a_call_that_began_before_the_refusal_is_no_repeat_of_it() -> None:
    story = Story(start=NINE)
    story.call("siak.search", 0, status=404, took=3)
    story.call("siak.search", 1, status=404)
    story.call("dukcapil.call_nik", 10, code="13", took=3)
    story.call("dukcapil.call_verify", 11)
    assert (story.judged_by(PERMANENT).value, story.judged_by(PERMANENT).exercised) == ("PASS", 3)


def test_a_login_that_failed_changes_nothing() -> None:
    story = Story()
    story.call("siak.search", 0, status=401)
    story.call("siak.login", 1, status=503, subject="-")
    story.call("siak.search", 2, status=401)
    assert story.judged_by(PERMANENT).findings[0].calls == ("t-1", "t-3")


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_may_pass_is_no_refusal(status: int) -> None:
    story = Story()
    story.call("siak.search", 0, status=status)
    story.call("siak.search", 9, status=status)
    assert (story.judged_by(PERMANENT).value, story.judged_by(PERMANENT).exercised) == ("PASS", 0)


def test_a_poll_may_be_refused_and_a_key_under_way_may_be_asked_again() -> None:
    story = Story()
    story.call("ikd.status", 0, status=404, method="GET")
    story.call("ikd.status", 5, method="GET")
    story.call("siak.scan_qr", 10, status=409, code="request_in_progress", key="k")
    story.call("siak.scan_qr", 12, key="k")
    assert (story.judged_by(PERMANENT).value, story.judged_by(PERMANENT).exercised) == ("PASS", 0)


DAY_LEFT = 15 * 3600
"""Seconds from 09:00 to midnight."""


@pytest.mark.parametrize(("at", "value"), [(DAY_LEFT - 1, "FAIL"), (DAY_LEFT + 1, "PASS")])
@pytest.mark.parametrize("code", ["08", "11", "13", "15"])
def test_a_final_code_holds_until_the_next_office_day(at: float, value: str, code: str) -> None:
    story = Story(start=NINE)
    story.call("dukcapil.call_nik", 0, code=code)
    story.call("dukcapil.call_verify", at)
    ruling = story.judged_by(PERMANENT)
    assert (ruling.value, ruling.exercised) == (value, 1)
    assert [found.calls for found in ruling.findings] == [("t-1", "t-2")] * (value == "FAIL")


def test_other_codes_other_niks_and_the_report_are_free() -> None:
    story = Story(start=NINE)
    story.call("dukcapil.call_nik", 0, code="06", subject="a")
    story.call("dukcapil.call_nik", 100, code="13", subject="a")
    story.call("dukcapil.call_nik", 200, subject="b")
    story.call("dukcapil.usage_report", 300, subject="a")
    assert (story.judged_by(PERMANENT).value, story.judged_by(PERMANENT).exercised) == ("PASS", 1)


# -- retry_budget -----------------------------------------------------------------------------


def storm(things: int, retries: Sequence[float]) -> Story:
    story = Story()
    for number in range(things):
        row(story, number, retries, subject=f"{number}")
    return story


def test_twice_the_calls_pass_and_thrice_do_not() -> None:
    near, over = storm(15, [0.3]), storm(15, [0.3, 0.3])
    assert (near.judged_by(BUDGET).value, near.judged_by(BUDGET).exercised) == ("PASS", 30)
    ruling = over.judged_by(BUDGET)
    assert ruling.value == "FAIL"
    assert "3.0 times" in ruling.findings[0].text
    first = {f"t-{n}" for n in range(1, 46, 3)}
    assert first.isdisjoint(ruling.findings[0].calls)


def test_one_call_more_than_the_budget_fails() -> None:
    story = storm(15, [0.3])
    story.call("siak.search", 15.3, status=503, subject="14")
    assert story.judged_by(BUDGET).value == "FAIL"


def test_a_few_calls_and_slow_probes_amplify_nothing() -> None:
    few, probes = storm(4, [0.3, 0.3, 0.3]), Story()
    for number in range(100):
        probes.call("siak.search", 15 * number, status=503)
    assert (few.judged_by(BUDGET).value, few.judged_by(BUDGET).exercised) == ("PASS", 0)
    assert probes.judged_by(BUDGET).value == "PASS"


def test_a_storm_hides_in_no_long_good_day() -> None:
    story = storm(15, [0.3, 0.3])
    for number in range(400):
        story.call("siak.search", 1000 + number, subject=f"good {number}")
    assert story.judged_by(BUDGET).value == "FAIL"


def test_a_good_hour_before_it_does_not_pay_for_a_storm() -> None:
    story = Story()
    for number in range(400):
        story.call("siak.search", number - 1000, subject=f"good {number}")
    for number in range(15):
        row(story, number, [0.3, 0.3], subject=f"{number}")
    assert "3.0 times" in story.judged_by(BUDGET).findings[0].text


def test_one_thing_again_and_again_is_counted_whole() -> None:
    story = Story()
    row(story, 0, [0.3] * 19)
    assert "20 calls in 60 s for 1 first attempts: 20.0 times" in (
        story.judged_by(BUDGET).findings[0].text
    )
