"""What good clients do and no rule may blame them for, beside its near twin that is blamed."""

from __future__ import annotations

import pytest
from siaksim.example_clients.manners import GOOD
from siaksim.stage.playing import run
from siaksim.verdict.history import Hit
from siaksim.verdict.rules.content_type_checked import ContentTypeChecked
from siaksim.verdict.rules.deadline_kept import DeadlineKept
from siaksim.verdict.rules.no_retry_on_permanent import NoRetryOnPermanent
from siaksim.verdict.rules.polling_interval import PollingInterval
from siaksim.verdict.rules.retry_after_obeyed import RetryAfterObeyed
from siaksim.verdict.rules.retry_jitter import RetryJitter
from siaksim.verdict.rules.retry_limit import RetryLimit
from siaksim.verdict.rules.session_renewed import SessionRenewed
from verdict_history import Story

LIMIT = RetryLimit(rule="retry_limit")
JITTER = RetryJitter(rule="retry_jitter")
POLLING = PollingInterval(rule="polling_interval")
DEADLINE = DeadlineKept(rule="deadline_kept")
AFTER = RetryAfterObeyed(rule="retry_after_obeyed")
PERMANENT = NoRetryOnPermanent(rule="no_retry_on_permanent")
RENEWED = SessionRenewed(rule="session_renewed")
CONTENT = ContentTypeChecked(rule="content_type_checked")


@pytest.mark.parametrize("status", [503, 500])
@pytest.mark.parametrize(("every", "value"), [(10.1, "PASS"), (10.0, "FAIL")])
def test_probes_of_a_service_that_is_down_are_no_retries(
    every: float, value: str, status: int
) -> None:
    story = Story()
    for at in (0, 1, 3):
        story.call("siak.search", at, status=status)
    for number in range(6):  # each call takes 0.1 s: the silence before it is that much shorter
        story.call("siak.search", 20 + every * number, status=status)
    assert story.judged_by(LIMIT).value == value


def test_late_retries_of_one_thing_while_others_are_answered_are_no_probes() -> None:
    story = Story()
    for number in range(5):
        story.call("siak.search", 15 * number, status=503)
        story.call("siak.notices", 15 * number + 1, subject="-", method="GET")
    assert story.judged_by(LIMIT).value == "FAIL"


def test_a_probe_a_quarter_of_a_minute_is_no_lack_of_jitter() -> None:
    story = Story()
    for client in range(12):
        for number in range(6):
            story.call("siak.search", 15.1 * number, status=503, client=f"counter.{client}")
    ruling = story.judged_by(JITTER)
    # The first three failures tell no breaker yet: their waits are retries'.
    assert {f.values["number"] for f in ruling.findings} == {1, 2}


@pytest.mark.parametrize(
    ("operation", "method", "value"),
    [("ikd.upload_selfie", "POST", "PASS"), ("siak.search", "POST", "FAIL")],
)
def test_a_look_before_each_repeat_of_a_write_is_no_polling(
    operation: str, method: str, value: str
) -> None:
    story = Story()
    for at in range(0, 6):
        story.call("ikd.status", at, method="GET")
        story.call(operation, at + 0.2, method=method, status=503)
    assert story.judged_by(POLLING).value == value


def test_a_look_right_after_a_new_login_is_no_polling() -> None:
    story = Story()
    story.call("siak.activation", 0, method="GET", status=401, code="session_expired")
    story.call("siak.login", 0.1, status=201, subject="petugas01")
    story.call("siak.activation", 0.3, method="GET")
    assert story.judged_by(POLLING).value == "PASS"


@pytest.mark.parametrize(
    ("second", "at", "value"),
    [
        ("siak.activation", 1.15, "PASS"),  # it may have been sent before the 401 was read
        ("siak.activation", 1.3, "FAIL"),
        ("siak.search", 1.15, "FAIL"),  # the same call again: it was read
    ],
)
def test_a_call_on_its_way_when_a_session_ends_is_no_second_use(
    second: str, at: float, value: str
) -> None:
    story = Story()
    story.call("siak.search", 1, status=401, code="session_expired")
    story.call(second, at, status=401, code="session_expired")
    story.call("siak.login", 2, status=201, subject="petugas01")
    story.call("siak.search", 3)
    story.call("siak.activation", 4, method="GET")
    assert story.judged_by(RENEWED).value == value


def test_the_token_of_an_earlier_login_is_no_answer_to_this_one() -> None:
    story = Story()
    story.call("siak.login", 0, status=201, subject="petugas01")
    story.call("siak.login", 10, subject="petugas01", media="text/html")
    story.call("siak.search", 11, status=401)
    (found,) = story.judged_by(CONTENT).findings
    assert found.calls == ("t-2", "t-3")


@pytest.mark.parametrize(
    ("subject", "at", "value"), [("b", 0.15, "PASS"), ("b", 0.3, "FAIL"), ("a", 0.15, "FAIL")]
)
def test_another_citizens_call_may_be_on_its_way_when_a_retry_after_comes(
    subject: str, at: float, value: str
) -> None:
    story = Story()
    story.call("siak.search", 0, status=503, retry_after="30", subject="a")
    story.call("siak.search", at, subject=subject)
    assert story.judged_by(AFTER).value == value


@pytest.mark.parametrize(
    ("operation", "subject", "value"),
    [
        ("siak.scan_qr", "3576010101079001", "FAIL"),  # about somebody else: it changes nothing
        ("siak.search", "3576010101079000", "FAIL"),  # only looked
        ("siak.delete_account", "3576010101079000", "PASS"),
        ("siak.login", "petugas01", "PASS"),
    ],
)
def test_only_a_login_or_a_write_about_the_citizen_excuses_a_repeat_of_a_refusal(
    operation: str, subject: str, value: str
) -> None:
    story = Story()
    story.call("ikd.register", 0, status=409, body={"a": 1})
    story.call(operation, 1, subject=subject)
    story.call("ikd.register", 2, status=409, body={"a": 1})
    assert story.judged_by(PERMANENT).value == value


def test_a_fault_that_began_before_the_run_has_an_end_in_its_history() -> None:
    played = run("counter", GOOD, "maintenance-overrun")
    (window,) = played.history.windows
    assert (window.fault, window.began_s) == ("maintenance#1", 0.0)
    assert window.ended_s is not None
    assert 0 < window.ended_s < played.history.until_s


def test_calls_that_the_end_of_the_process_cuts_side_by_side_were_not_given_up() -> None:
    slow = (Hit("latency#1", "latency", "time"),)
    story = Story()
    for at in (10.0, 10.3, 10.6):
        story.call("siak.search", at, status=0, took=11 - at, end="client_left", hits=slow)
    assert story.judged_by(DEADLINE).value == "PASS"
    story.call("siak.search", 11.0)
    assert len(story.judged_by(DEADLINE).findings) == 3
