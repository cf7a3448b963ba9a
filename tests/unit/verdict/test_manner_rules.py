"""Rules on manners: polling, quotas, sessions, unreadable answers, whose NIKs are used."""

from __future__ import annotations

from typing import Any

import pytest
from exchange_harness import Desk
from hypothesis import given
from hypothesis import strategies as st
from siaksim.verdict.base import RuleModel, Ruling
from siaksim.verdict.history import Said, read_history
from siaksim.verdict.rules.content_type_checked import ContentTypeChecked
from siaksim.verdict.rules.polling_interval import PollingInterval
from siaksim.verdict.rules.quota_thrift import QuotaThrift
from siaksim.verdict.rules.session_renewed import SessionRenewed
from siaksim.verdict.rules.synthetic_only import SyntheticOnly
from verdict_history import Story

POLLING = PollingInterval(rule="polling_interval")
SYNTHETIC = SyntheticOnly(rule="synthetic_only")
THRIFT = QuotaThrift(rule="quota_thrift")
CHECKED = ContentTypeChecked(rule="content_type_checked")
RENEWED = SessionRenewed(rule="session_renewed")
NIK = "3576010101079000"
OTHER = "3576010101079001"


def judged(desk: Desk, rule: RuleModel) -> Ruling:
    return rule.judge(read_history(desk.world.journal.lines))


# -- polling_interval ----------------------------------------------------------------------


def polls(*gaps: float) -> Story:
    story, at = Story(), 1.0
    story.call("ikd.status", at, method="GET")
    for gap in gaps:
        at += gap
        story.call("ikd.status", at, method="GET")
    return story


@pytest.mark.parametrize(
    ("gaps", "value", "count"),
    [
        ((2, 4, 8, 8, 8), "PASS", 5),
        ((2, 2, 2, 4), "PASS", 4),
        ((1.9,), "FAIL", 1),
        ((2, 2, 2, 3.9), "FAIL", 4),
        ((2, 2, 2, 61, 2, 2, 2), "PASS", 6),
        ((), "PASS", 0),
    ],
)
def test_polls_grow_slower(gaps: tuple[float, ...], value: str, count: int) -> None:
    ruling = polls(*gaps).judged_by(POLLING)
    assert (ruling.value, ruling.exercised) == (value, count)


def test_a_fast_poll_is_shown_with_those_before() -> None:
    (found,) = polls(2, 0.5, 0.5).judged_by(POLLING).findings
    assert found.calls == ("t-1", "t-2", "t-3")
    assert "asked again after 0.5 s, 2 s are due" in found.text


def test_a_write_between_or_a_failed_read_or_another_citizen_begins_anew() -> None:
    story = Story()
    story.call("siak.activation", 10, method="GET")
    story.call("siak.resend_mail", 10.5)
    story.call("siak.activation", 11, method="GET")
    story.call("siak.activation", 11.5, method="GET", subject=OTHER)
    story.call("ikd.status", 20, method="GET", status=503)
    story.call("ikd.status", 20.5, method="GET")
    story.call("siak.notices", 30, method="GET", subject="-")
    story.call("siak.notices", 30.1, method="GET", subject="-")
    ruling = story.judged_by(POLLING)
    assert (ruling.value, ruling.exercised) == ("PASS", 0)


@given(st.lists(st.floats(4, 1000), max_size=12))
def test_whoever_waits_long_enough_never_polls_too_fast(gaps: list[float]) -> None:
    assert polls(*gaps).judged_by(POLLING).value == "PASS"


@pytest.mark.parametrize(("wait", "value"), [(4, "PASS"), (2, "FAIL")])
def test_polls_of_a_real_world(wait: float, value: str) -> None:
    desk = Desk()
    on = desk.registered()
    for _ in range(6):
        desk.status(on)
        desk.advance(wait)
    assert judged(desk, POLLING).value == value


# -- synthetic_only ------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "value"), [(0, "PASS"), (3, "PASS"), (4, "FAIL")])
def test_some_typing_errors_pass_and_a_list_does_not(count: int, value: str) -> None:
    desk = Desk()
    officer = desk.log_in()
    for number in range(count):
        body = {"nik": f"{number:016d}"}
        desk.call("POST", "/siak/v1/residents/search", body, officer)
    desk.call("POST", "/siak/v1/residents/search", {"nik": desk.resident().nik}, officer)
    ruling = judged(desk, SYNTHETIC)
    assert (ruling.value, ruling.exercised) == (value, count + 1)
    assert len(ruling.findings) == max(0, count - 3)
    assert all(found.subject.startswith("not-issued-") for found in ruling.findings)


def test_calls_about_nobody_put_nothing_to_the_test() -> None:
    story = Story()
    story.call("siak.login", 1, subject="petugas01")
    assert story.judged_by(SYNTHETIC).exercised == 0


# -- quota_thrift --------------------------------------------------------------------------


def used_up(after: int, gap: float = 10, **more: str) -> Story:
    """Tell of a 429 at 10 s that ends at 110 s, and of calls after it."""
    story = Story()
    said: dict[str, Any] = {"code": "quota_used_up", "retry_after": "100"} | more
    story.call("siak.search", 10, status=429, took=0, **said)
    for number in range(after):
        story.call("siak.search", 10 + gap * (number + 1), subject=OTHER)
    return story


@pytest.mark.parametrize(("after", "value"), [(3, "PASS"), (4, "FAIL")])
def test_a_used_up_quota_is_left_alone(after: int, value: str) -> None:
    ruling = used_up(after).judged_by(THRIFT)
    assert (ruling.value, ruling.exercised) == (value, 1)
    if ruling.findings:
        assert ruling.findings[0].calls == ("t-1", "t-2", "t-3", "t-4", "t-5")
        assert "was called 4 times before 110 s" in ruling.findings[0].text


def test_calls_at_its_time_to_another_service_or_of_another_client_are_free() -> None:
    assert used_up(9, gap=100).judged_by(THRIFT).value == "PASS"
    story = used_up(0)
    for number in range(9):
        story.call("ikd.status", 20 + number, method="GET")
        story.call("siak.search", 20 + number, client="counter.2")
    assert story.judged_by(THRIFT).value == "PASS"


def test_without_a_time_a_minute_is_kept() -> None:
    assert used_up(5, gap=10, retry_after="").judged_by(THRIFT).value == "FAIL"
    assert used_up(5, gap=60, retry_after="").judged_by(THRIFT).value == "PASS"


def test_a_429_about_a_citizen_is_no_quota() -> None:
    ruling = used_up(9, code="too_many_mails").judged_by(THRIFT)
    assert (ruling.value, ruling.exercised) == ("PASS", 0)


@pytest.mark.parametrize(("at_h", "value"), [(16.9, "FAIL"), (17.1, "PASS")])
def test_a_days_quota_lasts_until_midnight_in_jakarta(at_h: float, value: str) -> None:
    story = Story()  # begins at 07:00 WIB
    story.call("dukcapil.call_nik", 1, commits={"dukcapil_counted": {}})
    story.call("dukcapil.call_nik", 10, code="05")
    for number in range(4):
        story.call("dukcapil.call_nik", at_h * 3600 + number)
    assert story.judged_by(THRIFT).value == value


@pytest.mark.parametrize(("each", "value"), [(59, "PASS"), (61, "FAIL")])
def test_calls_per_finished_citizen_are_counted_where_there_is_a_quota(
    each: int, value: str
) -> None:
    story = Story()
    for citizen in range(3):
        for number in range(each):
            at = 1000.0 * citizen + 5 * number
            story.call("ikd.status", at, method="GET", subject=f"{citizen:016d}")
        story.said.append(Said(f"{citizen:016d}", "done", "", 1000.0 * citizen + 900))
    assert (story.judged_by(THRIFT).value, story.judged_by(THRIFT).exercised) == ("PASS", 0)
    story.call("siak.search", 5000, status=429, code="quota_used_up", subject="0" * 16)
    assert story.judged_by(THRIFT).value == value


@pytest.mark.parametrize(("more", "value"), [(3, "PASS"), (4, "FAIL")])
def test_a_real_quota(more: int, value: str) -> None:
    desk = Desk("{target: siak.*, kind: quota, calls: 2}")
    officer = desk.log_in()
    for _ in range(2 + more):
        desk.call("POST", "/siak/v1/residents/search", {"nik": desk.resident().nik}, officer)
        desk.advance(30)
    assert judged(desk, THRIFT).value == value


# -- content_type_checked ------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "media": "text/html"},
        {"status": 200, "end": "empty"},
        {"status": 200, "end": "garbage"},
        {"status": 502, "media": "text/html"},
        {"status": 0, "end": "cut"},
    ],
)
def test_a_step_from_an_unreadable_answer(answer: dict[str, Any]) -> None:
    story = Story()
    story.call("siak.search", 1, **answer)
    story.call("siak.confirm_biodata", 5)
    ruling = story.judged_by(CHECKED)
    assert (ruling.value, ruling.exercised) == ("FAIL", 1)
    assert ruling.findings[0].calls == ("t-1", "t-2")


def test_a_readable_repeat_or_an_earlier_answer_gives_the_data() -> None:
    story = Story()
    story.call("siak.search", 1, media="text/html")
    story.call("siak.search", 5)
    story.call("siak.confirm_biodata", 9)
    story.call("siak.scan_qr", 20)
    story.call("siak.scan_qr", 30, status=502)
    story.call("siak.activation", 40)
    ruling = story.judged_by(CHECKED)
    assert (ruling.value, ruling.exercised) == ("PASS", 2)


def test_another_citizen_or_another_client_goes_on_freely() -> None:
    story = Story()
    story.call("siak.search", 1, media="text/html")
    story.call("siak.confirm_biodata", 5, subject=OTHER)
    story.call("siak.confirm_biodata", 6, client="counter.2")
    story.call("siak.confirm_biodata", 1.05)  # was on its way before the answer came
    assert story.judged_by(CHECKED).value == "PASS"


@pytest.mark.parametrize(("between", "value"), [(False, "FAIL"), (True, "PASS")])
def test_a_call_about_nobody_follows_from_the_call_just_before(between: bool, value: str) -> None:
    story = Story()
    story.call("siak.scan_qr", 1, end="empty")
    if between:
        story.call("siak.search", 2, subject=OTHER)
    story.call("siak.activation", 5, subject="petugas01", status=404)
    assert story.judged_by(CHECKED).value == value


def test_a_captchas_text_and_a_faces_result_are_new_each_time() -> None:
    story = Story()
    story.call("mail.captcha", 1, media="image/png")
    story.call("mail.activate", 5, status=422, code="wrong_captcha")
    story.call("mail.captcha", 10, media="text/html")
    story.call("mail.activate", 15)
    assert [f.calls for f in story.judged_by(CHECKED).findings] == [("t-3", "t-4")]
    face = Story()
    face.call("ikd.upload_selfie", 1, end="garbage")
    face.call("ikd.status", 3, method="GET")
    face.call("ikd.show_qr", 5, method="GET")
    assert face.judged_by(CHECKED).value == "PASS"


def test_a_page_of_html_in_a_real_world() -> None:
    desk = Desk("{target: siak.search, kind: wrong_type, body: html, first: 1}")
    officer, nik = desk.log_in(), desk.resident().nik
    fields = {"name": "SITI"}
    for _ in range(2):
        assert desk.call("POST", "/siak/v1/residents/search", {"nik": nik}, officer).status == 200
        desk.advance(1)
        body = {"nik": nik, "fields": fields}
        desk.call("POST", "/siak/v1/residents/confirmations", body, officer)
        desk.advance(1)
    ruling = judged(desk, CHECKED)
    assert (ruling.value, ruling.exercised, len(ruling.findings)) == ("FAIL", 1, 1)
    assert ruling.findings[0].values["why"] == "text/html"


# -- session_renewed -----------------------------------------------------------------------


def expired() -> Story:
    story = Story()
    story.call("siak.scan_qr", 10, status=401, took=0, code="session_expired")
    return story


def ends(story: Story, at: float) -> Story:
    story.call("siak.notices", at, subject="-", client="other.1", took=0)
    return story


@pytest.mark.parametrize(
    ("login", "again", "value"),
    [(70, 130, "PASS"), (70.1, 90, "FAIL"), (60, 120.2, "FAIL"), (20, 21, "PASS")],
)
def test_a_login_and_the_work_within_a_minute_each(login: float, again: float, value: str) -> None:
    story = expired()
    story.call("siak.login", login, status=201, subject="petugas01", took=0)
    story.call("siak.scan_qr", again)
    ruling = ends(story, 500).judged_by(RENEWED)
    assert (ruling.value, ruling.exercised) == (value, 1)


def test_a_dead_token_used_again_is_shown() -> None:
    story = expired()
    story.call("siak.scan_qr", 12, status=401, code="session_expired")
    story.call("siak.login", 20, status=201, subject="petugas01")
    story.call("siak.scan_qr", 22)
    ruling = ends(story, 500).judged_by(RENEWED)
    assert (ruling.value, ruling.exercised) == ("FAIL", 1)
    assert ruling.findings[0].calls == ("t-1", "t-2")


def test_a_call_that_was_on_its_way_with_the_first_is_no_repeat() -> None:
    story = Story()
    story.call("siak.scan_qr", 10, status=401, took=1, code="session_expired")
    story.call("siak.search", 10.5, status=401, took=1, code="session_expired", subject=OTHER)
    story.call("siak.login", 20, status=201, subject="petugas01")
    story.call("siak.scan_qr", 22)
    ruling = ends(story, 500).judged_by(RENEWED)
    assert (ruling.value, ruling.exercised) == ("PASS", 1)


def test_a_login_at_once_follows_although_journals_round_their_times() -> None:
    story = Story()
    story.call("siak.scan_qr", 10, status=401, took=0.2904, code="session_expired")
    story.call("siak.login", 10.290, status=201, subject="petugas01", took=0.3806)
    story.call("siak.scan_qr", 10.670)
    story.call("siak.scan_qr", 4000, status=401, code="session_expired")
    story.call("siak.login", 4001, status=201, subject="petugas01")
    story.call("siak.scan_qr", 4002)
    ruling = ends(story, 5000).judged_by(RENEWED)
    assert (ruling.value, ruling.exercised) == ("PASS", 2)


def test_a_login_that_fails_has_been_tried_and_a_citizen_may_be_handed_over() -> None:
    story = expired()
    story.call("siak.login", 20, status=503, subject="petugas01")
    story.call("siak.login", 200, status=201, subject="petugas01")
    assert ends(story, 500).judged_by(RENEWED).value == "FAIL"
    story.said.append(Said(NIK, "handed_over", "", 30))
    assert story.judged_by(RENEWED).value == "PASS"


@pytest.mark.parametrize(
    ("answer", "value"),
    [({"code": "internal_error"}, "PASS"), ({"media": "text/html"}, "PASS"), ({}, "FAIL")],
)
def test_a_200_that_tells_of_no_session_opens_none(answer: dict[str, Any], value: str) -> None:
    story = expired()
    story.call("siak.login", 20, status=200, subject="petugas01", **answer)
    story.call("siak.login", 100, status=201, subject="petugas01")
    story.call("siak.scan_qr", 101)
    assert ends(story, 500).judged_by(RENEWED).value == value


@pytest.mark.parametrize(("until", "value"), [(70, "INCONCLUSIVE"), (70.1, "FAIL")])
def test_a_run_that_ends_too_soon_cannot_tell_of_a_login(until: float, value: str) -> None:
    assert ends(expired(), until).judged_by(RENEWED).value == value


def test_no_session_that_ran_out_puts_nothing_to_the_test() -> None:
    story = Story()
    story.call("siak.scan_qr", 10, status=401, code="unauthorized")
    assert (story.judged_by(RENEWED).value, story.judged_by(RENEWED).exercised) == ("PASS", 0)


@pytest.mark.parametrize("renews", [True, False])
def test_a_session_of_a_real_world(renews: bool) -> None:
    desk = Desk()
    nik, officer = desk.resident().nik, desk.log_in()
    desk.advance(7200)
    for _ in range(2):
        desk.call("POST", "/siak/v1/residents/search", {"nik": nik}, officer)
        desk.advance(1)
        officer = desk.log_in() if renews else officer
    ruling = judged(desk, RENEWED)
    assert (ruling.value, ruling.exercised) == ("PASS" if renews else "FAIL", 1)
