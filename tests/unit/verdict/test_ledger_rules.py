"""Rules that hold the ledger against what a client learned and said: told stories, real worlds."""

from __future__ import annotations

from typing import Any

import pytest
from exchange_harness import Desk
from hypothesis import given
from hypothesis import strategies as st
from siaksim.verdict.base import RuleModel, Ruling
from siaksim.verdict.history import Said, read_history
from siaksim.verdict.rules.mail_resend_limit import MailResendLimit
from siaksim.verdict.rules.no_lost_activation import NoLostActivation
from siaksim.verdict.rules.no_orphan import NoOrphan
from siaksim.verdict.rules.work_completed import WorkCompleted
from verdict_history import Story

LOST = NoLostActivation(rule="no_lost_activation")
ORPHAN = NoOrphan(rule="no_orphan")
COMPLETED = WorkCompleted(rule="work_completed")
RESEND = MailResendLimit(rule="mail_resend_limit")
NIK = "3576010101079000"
OTHER = "3576010101079001"
ACTIVATED = {"activated": {"registration": "r1"}}
SCANNED = {"scanned": {"registration": "r1"}}
MAILED = {"mail_issued": {"registration": "r1"}}


def say(story: Story, outcome: str, at: float, nik: str = NIK) -> None:
    story.said.append(Said(nik, outcome, "", at))


def goes_on(story: Story, until: float) -> None:
    """Let the run last until a time, with a call about nobody."""
    story.call("siak.notices", until - 0.1, method="GET", subject="-")


def judged(desk: Desk, rule: RuleModel) -> Ruling:
    return rule.judge(read_history(desk.world.journal.lines))


def report(desk: Desk, nik: str, outcome: str) -> None:
    """Report an outcome over the control API."""
    given = {"nik": nik, "outcome": outcome}
    answer = desk.whole.app.test_client().post("/__admin/outcomes", json=given)
    assert answer.status_code == 201


# -- no_lost_activation --------------------------------------------------------------------


def test_done_without_an_activation_is_lost_with_the_calls_that_led_there() -> None:
    story = Story()
    story.call("mail.activate", 10, status=504)
    say(story, "done", 12)
    ruling = story.judged_by(LOST)
    assert (ruling.value, ruling.exercised) == ("FAIL", 1)
    assert ruling.findings[0].calls == ("t-1",)
    assert "reported done at 12.0 s" in ruling.findings[0].text


def test_done_with_one_is_not_nor_is_what_was_taken_back() -> None:
    story = Story()
    story.call("mail.activate", 10, commits=ACTIVATED)
    say(story, "done", 12)
    say(story, "done", 12, OTHER)
    say(story, "failed", 20, OTHER)
    ruling = story.judged_by(LOST)
    assert (ruling.value, ruling.exercised) == ("PASS", 1)


@pytest.mark.parametrize(("said_at", "value"), [(40, "FAIL"), (20, "PASS")])
def test_an_activation_that_was_deleted_before_counts_no_more(said_at: int, value: str) -> None:
    story = Story()
    story.call("mail.activate", 10, commits=ACTIVATED)
    story.call("siak.delete_account", 30, commits={"account_deleted": {}})
    say(story, "done", said_at)
    assert story.judged_by(LOST).value == value


def test_an_inferred_done_cannot_turn_the_verdict() -> None:
    story = Story()
    story.call("mail.activate", 10, status=200, code="soft")
    ruling = story.judged_by(LOST)
    assert (ruling.value, ruling.exercised) == ("INCONCLUSIVE", 1)
    assert NIK in ruling.why


def test_nobody_done_puts_nothing_to_the_test() -> None:
    story = Story()
    story.call("siak.search", 10)
    say(story, "failed", 12)
    assert (story.judged_by(LOST).value, story.judged_by(LOST).exercised) == ("PASS", 0)


@given(st.lists(st.sampled_from(["activate", "delete"]), max_size=6))
def test_who_is_activated_at_the_end_was_never_lost(steps: list[str]) -> None:
    story = Story()
    for at, step in enumerate(steps):
        kind = "activated" if step == "activate" else "account_deleted"
        story.call("mail.activate", at, commits={kind: {}})
    say(story, "done", 100)
    stands = bool(steps) and steps[-1] == "activate"
    assert (story.judged_by(LOST).value == "PASS") == stands


def test_a_real_activation_is_not_lost_and_a_claim_is() -> None:
    desk = Desk()
    one, two = desk.to_mail(), desk.registered()
    desk.advance(60)
    assert desk.activate(one).status == 200
    report(desk, one.resident.nik, "done")
    assert judged(desk, LOST).value == "PASS"
    report(desk, two.resident.nik, "done")
    (found,) = judged(desk, LOST).findings
    assert found.values["nik"] == two.resident.nik


# -- no_orphan -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0, 502, 504])
def test_a_commit_that_nobody_learned_of_is_an_orphan(status: int) -> None:
    story = Story()
    story.call("siak.scan_qr", 10, status=status, commits=SCANNED)
    goes_on(story, 200)
    ruling = story.judged_by(ORPHAN)
    assert (ruling.value, ruling.exercised) == ("FAIL", 1)
    assert ruling.findings[0].calls == ("t-1",)


@pytest.mark.parametrize(
    ("operation", "status", "value"),
    [
        ("siak.activation", 200, "PASS"),
        ("ikd.status", 0, "PASS"),  # it asked
        ("siak.scan_qr", 409, "PASS"),  # an answered repeat
        ("siak.scan_qr", 504, "FAIL"),
        ("mail.activation_page", 200, "PASS"),
        ("mail.activation_page", 0, "FAIL"),
        ("siak.search", 200, "FAIL"),  # it does not show a scan
    ],
)
def test_who_asks_or_is_told_later_knows(operation: str, status: int, value: str) -> None:
    story = Story()
    story.call("siak.scan_qr", 10, status=0, commits=SCANNED)
    story.call(operation, 30, status=status)
    goes_on(story, 200)
    assert story.judged_by(ORPHAN).value == value


@pytest.mark.parametrize(("outcome", "value"), [("handed_over", "PASS"), ("failed", "FAIL")])
def test_somebody_else_may_be_told_but_not_the_contrary(outcome: str, value: str) -> None:
    story = Story()
    story.call("mail.activate", 10, status=0, commits=ACTIVATED)
    say(story, outcome, 15)
    goes_on(story, 200)
    assert story.judged_by(ORPHAN).value == value


@pytest.mark.parametrize(("until", "value"), [(69.9, "INCONCLUSIVE"), (70.2, "FAIL")])
def test_a_run_that_ends_right_after_cannot_tell(until: float, value: str) -> None:
    story = Story()
    story.call("siak.scan_qr", 10, status=0, took=0, commits=SCANNED)
    goes_on(story, until)
    assert story.judged_by(ORPHAN).value == value


def test_what_was_answered_or_not_committed_is_no_orphan() -> None:
    story = Story()
    story.call("siak.scan_qr", 10, commits=SCANNED)
    story.call("mail.activate", 20, commits=ACTIVATED, media="text/html; charset=utf-8")
    story.call("siak.scan_qr", 30, status=0, subject=OTHER)
    goes_on(story, 200)
    assert (story.judged_by(ORPHAN).value, story.judged_by(ORPHAN).exercised) == ("PASS", 0)


def test_a_lost_scan_of_a_real_world_is_an_orphan_until_somebody_asks() -> None:
    desk = Desk("{target: siak.scan_qr, kind: lost_answer, how: reset}")
    on = desk.to_mail()
    assert judged(desk, ORPHAN).value == "INCONCLUSIVE"
    desk.advance(300)
    desk.call("GET", "/siak/v1/notices")
    (found,) = judged(desk, ORPHAN).findings
    assert found.subject == on.resident.nik
    desk.call("GET", f"/siak/v1/ikd/activations/{on.id}", token=desk.officer)
    assert judged(desk, ORPHAN).value == "PASS"


# -- work_completed ------------------------------------------------------------------------


def test_a_client_that_reports_must_report_everybody() -> None:
    story = Story()
    story.call("ikd.register", 10, status=201)
    story.call("ikd.register", 20, status=503, subject=OTHER)
    say(story, "failed", 25, OTHER)
    goes_on(story, 300)
    ruling = story.judged_by(COMPLETED)
    assert (ruling.value, ruling.exercised) == ("FAIL", 2)
    assert ruling.findings[0].calls == ("t-1",)
    say(story, "handed_over", 30)
    assert story.judged_by(COMPLETED).value == "PASS"


@pytest.mark.parametrize(
    ("operation", "status", "more", "value"),
    [
        ("mail.activate", 200, {}, "PASS"),
        ("siak.scan_qr", 200, {}, "PASS"),
        ("ikd.register", 409, {"code": "active_elsewhere"}, "PASS"),
        ("mail.activate", 422, {"code": "wrong_captcha"}, "INCONCLUSIVE"),
        ("siak.scan_qr", 401, {"code": "session_expired"}, "INCONCLUSIVE"),
        ("siak.confirm_biodata", 200, {}, "INCONCLUSIVE"),
        ("siak.search", 200, {}, "PASS"),  # a look-up begins nobody
        ("siak.scan_qr", 0, {}, "INCONCLUSIVE"),
        ("mail.activate", 200, {"code": "busy"}, "INCONCLUSIVE"),
    ],
)
def test_of_a_silent_client_it_is_inferred(
    operation: str, status: int, more: dict[str, Any], value: str
) -> None:
    story = Story()
    story.call(operation, 10, status=status, **more)
    goes_on(story, 300)
    assert story.judged_by(COMPLETED).value == value


def test_a_status_read_tells_of_a_write_that_the_ledger_has() -> None:
    story = Story()
    story.call("siak.scan_qr", 10, status=0, commits=SCANNED)
    assert story.judged_by(COMPLETED).value == "INCONCLUSIVE"
    story.call("siak.activation", 30, method="GET")
    assert story.judged_by(COMPLETED).value == "PASS"
    story.call("siak.activation", 40, status=0, method="GET")
    assert story.judged_by(COMPLETED).value == "PASS"


@pytest.mark.parametrize(("until", "value"), [(129.9, "INCONCLUSIVE"), (130.2, "FAIL")])
def test_who_is_being_served_at_the_end_is_not_left(until: float, value: str) -> None:
    story = Story()
    story.call("ikd.register", 10, status=201, took=0)
    say(story, "done", 5, OTHER)
    goes_on(story, until)
    assert story.judged_by(COMPLETED).value == value


def test_nobody_begun_puts_nothing_to_the_test() -> None:
    story = Story()
    story.call("dukcapil.call_nik", 10, status=0)
    goes_on(story, 300)
    assert (story.judged_by(COMPLETED).value, story.judged_by(COMPLETED).exercised) == ("PASS", 0)


@given(st.lists(st.sampled_from([0, 200, 401, 409, 503]), min_size=1, max_size=6))
def test_whoever_is_reported_is_finished_whatever_came_before(statuses: list[int]) -> None:
    story = Story()
    for at, status in enumerate(statuses):
        story.call("siak.scan_qr", 10 * at, status=status)
    say(story, "failed", 100)
    goes_on(story, 1000)
    assert story.judged_by(COMPLETED).value == "PASS"


def test_a_citizen_of_a_real_world_is_finished_by_a_mail_and_not_by_a_registration() -> None:
    desk = Desk()
    desk.to_mail()
    assert judged(desk, COMPLETED).value == "PASS"
    left = desk.registered()
    assert judged(desk, COMPLETED).value == "INCONCLUSIVE"
    report(desk, desk.resident().nik, "failed")
    desk.advance(300)
    desk.call("GET", "/siak/v1/notices")
    (found,) = judged(desk, COMPLETED).findings
    assert found.subject == left.resident.nik


# -- mail_resend_limit ---------------------------------------------------------------------


def resends(*gaps: float) -> Story:
    """Tell of a scan's mail and of resends, each so many client seconds after the last mail."""
    story, at = Story(), 10.0
    story.call("siak.scan_qr", at, commits=MAILED)
    for gap in gaps:
        at += gap
        story.call("siak.resend_mail", at, commits=MAILED)
    return story


@pytest.mark.parametrize(
    ("gaps", "value", "calls"),
    [
        ((180, 180, 180), "PASS", ()),
        ((180, 179, 200), "FAIL", ("t-2", "t-3")),
        ((200, 200, 200, 200), "FAIL", ("t-2", "t-3", "t-4", "t-5")),
    ],
)
def test_three_resends_three_minutes_apart(
    gaps: tuple[float, ...], value: str, calls: tuple[str, ...]
) -> None:
    ruling = resends(*gaps).judged_by(RESEND)
    assert (ruling.value, ruling.exercised) == (value, len(gaps))
    assert [found.calls for found in ruling.findings] == ([calls] if calls else [])


def test_a_fourth_that_the_service_refuses_is_one_too_many() -> None:
    story = resends(200, 200, 200)
    story.call("siak.resend_mail", 1000, status=503)
    assert story.judged_by(RESEND).value == "PASS"
    story.call("siak.resend_mail", 1010, status=429, code="too_many_mails")
    assert story.judged_by(RESEND).value == "FAIL"


def test_no_resend_puts_nothing_to_the_test() -> None:
    story = resends()
    assert (story.judged_by(RESEND).value, story.judged_by(RESEND).exercised) == ("PASS", 0)


@pytest.mark.parametrize(
    ("waited_s", "value"),
    [(8.9, "FAIL"), (9.1, "INCONCLUSIVE"), (179, "INCONCLUSIVE"), (181, "PASS")],
)
def test_by_which_clock_a_client_waits_is_not_known_under_shorten(
    waited_s: float, value: str
) -> None:
    desk = Desk()
    whole = desk.whole
    scenario = whole.worlds.inline(desk.text)
    whole.worlds.close()
    whole.worlds.create("default", scenario, mode="manual", shorten=20, text=desk.text)
    on = desk.to_mail()
    desk.advance(waited_s * 20)
    sent = desk.call("POST", f"/siak/v1/ikd/activations/{on.id}/mails", token=desk.log_in())
    assert sent.status == 200
    ruling = judged(desk, RESEND)
    assert (ruling.value, ruling.exercised) == (value, 1)
