"""Rules on told stories: what breaches them, the near miss, and what proves nothing."""

from __future__ import annotations

from siaksim.verdict.rules import rules
from siaksim.verdict.rules.idempotent_retry import IdempotentRetry
from siaksim.verdict.rules.known_operation import KnownOperation
from siaksim.verdict.rules.no_double_activation import NoDoubleActivation
from siaksim.verdict.rules.request_valid import RequestValid
from siaksim.verdict.rules.retry_limit import RetryLimit
from siaksim.verdict.rules.secrets_out_of_url import SecretsOutOfUrl
from verdict_history import Story

IDEMPOTENT = IdempotentRetry(rule="idempotent_retry")
LIMIT = RetryLimit(rule="retry_limit")


def test_every_rule_says_what_it_asks_and_what_to_do() -> None:
    assert len(rules()) >= 6
    for name, model in rules().items():
        assert model.advice, name
        assert "Observable: " in (model.__doc__ or ""), name
        assert model.__module__.endswith(f".{name}")
        assert set(model.implies) <= set(rules())


def test_a_blind_repeat_of_a_write_is_shown_with_both_calls() -> None:
    story = Story()
    story.call("siak.scan_qr", 1, status=0, took=5)
    story.call("siak.scan_qr", 8)
    ruling = story.judged_by(IDEMPOTENT)
    assert ruling.value == "FAIL"
    (found,) = ruling.findings
    assert found.calls == ("t-1", "t-2")
    assert "sent again 2.0 s after" in found.text


def test_the_same_key_or_a_status_read_makes_a_repeat_safe() -> None:
    story = Story()
    story.call("siak.scan_qr", 1, status=504, key="k")
    story.call("siak.scan_qr", 8, key="k")
    story.call("siak.scan_qr", 100, status=0, subject="b")
    story.call("siak.activation", 106, method="GET", subject="b")
    story.call("siak.scan_qr", 107, subject="b")
    ruling = story.judged_by(IDEMPOTENT)
    assert (ruling.value, ruling.exercised) == ("PASS", 2)


def test_another_key_or_a_status_read_that_failed_does_not() -> None:
    story = Story()
    story.call("siak.scan_qr", 1, status=0, key="k")
    story.call("siak.activation", 7, status=0, method="GET")
    story.call("siak.scan_qr", 9, key="other")
    assert story.judged_by(IDEMPOTENT).value == "FAIL"


def test_a_refusal_and_a_read_may_be_repeated() -> None:
    story = Story()
    story.call("siak.scan_qr", 1, status=503)
    story.call("siak.scan_qr", 8)
    story.call("siak.search", 20, status=0)
    story.call("siak.search", 28)
    ruling = story.judged_by(IDEMPOTENT)
    assert (ruling.value, ruling.exercised) == ("PASS", 0)


def test_three_attempts_pass_and_four_do_not() -> None:
    near, over = Story(), Story()
    for number in range(3):
        near.call("siak.search", 10 * number, status=503)
    for number in range(4):
        over.call("siak.search", 10 * number, status=503)
    assert near.judged_by(LIMIT).value == "PASS"
    ruling = over.judged_by(LIMIT)
    assert ruling.value == "FAIL"
    assert ruling.findings[0].calls == ("t-1", "t-2", "t-3", "t-4")


def test_a_200_with_an_error_inside_has_failed_and_dukcapils_codes_have_not() -> None:
    loop, asks = Story(), Story()
    for number in range(4):
        loop.call("siak.search", 10 * number, status=200, code="internal_error")
        asks.call("dukcapil.get_json", 10 * number, status=200, code="13")
    assert loop.judged_by(LIMIT).value == "FAIL"
    assert loop.judged_by(LIMIT).exercised == 1
    assert asks.judged_by(LIMIT).value == "PASS"


def test_a_pause_begins_a_new_row_and_success_ends_one() -> None:
    story = Story()
    for at in (0, 10, 20, 100, 110, 120):
        story.call("siak.search", at, status=503)
    for at in range(200, 300, 10):
        story.call("siak.activation", at, method="GET")
    assert story.judged_by(LIMIT).value == "PASS"


def test_a_second_activation_shows_both_commits() -> None:
    story = Story()
    story.call("mail.activate", 1, status=0, commits={"activated": {"registration": "r1"}})
    story.call("mail.activate", 90, commits={"activated": {"registration": "r2"}})
    ruling = story.judged_by(NoDoubleActivation(rule="no_double_activation"))
    assert ruling.value == "FAIL"
    assert ruling.findings[0].calls == ("t-1", "t-2")
    story.call("siak.delete_account", 100, commits={"account_deleted": {}})
    story.call("mail.activate", 120, commits={"activated": {"registration": "r3"}})
    assert len(story.judged_by(NoDoubleActivation(rule="no_double_activation")).findings) == 1


def test_what_breaks_the_contract_what_is_nowhere_and_what_leaks() -> None:
    story = Story()
    call = story.call("ikd.register", 1, status=422, problems=(("body.nik", "is required"),))
    leak = story.call("siak.search", 2, leaks=("query nik",))
    assert story.judged_by(RequestValid(rule="request_valid")).findings[0].calls == (call.id,)
    assert story.judged_by(RequestValid(rule="request_valid", most=1)).value == "PASS"
    assert story.judged_by(SecretsOutOfUrl(rule="secrets_out_of_url")).findings[0].calls == (
        leak.id,
    )
    assert story.judged_by(KnownOperation(rule="known_operation")).value == "PASS"
