"""Rules of outages on told stories: deadlines, the breaker, the return."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from siaksim.verdict.history import Hit
from siaksim.verdict.rules.circuit_breaker import CircuitBreaker
from siaksim.verdict.rules.deadline_kept import DeadlineKept
from siaksim.verdict.rules.no_herd_on_recovery import NoHerdOnRecovery
from verdict_history import HIT, Story

DEADLINE = DeadlineKept(rule="deadline_kept", seconds=30, patience=2)
BREAKER = CircuitBreaker(rule="circuit_breaker", failures=5, probe=10, closes=120)
HERD = NoHerdOnRecovery(rule="no_herd_on_recovery")
CUT = Hit("cut#1", "cut", "transport")


# -- deadline_kept ----------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["client_left", "hang", "sent"])
@pytest.mark.parametrize(("took", "value"), [(30, "PASS"), (31, "PASS"), (31.1, "FAIL")])
def test_nobody_waits_longer_than_the_limit(end: str, took: float, value: str) -> None:
    story = Story()
    story.call("siak.search", 0, status=200 if end == "sent" else 0, took=took, end=end)
    story.call("siak.search", 100, subject="b")
    ruling = story.judged_by(DEADLINE)
    assert (ruling.value, len(ruling.findings)) == (value, int(value == "FAIL"))
    assert all(found.calls == ("t-1",) for found in ruling.findings)


@pytest.mark.parametrize(("took", "value"), [(1.9, "FAIL"), (2, "PASS")])
def test_nobody_gives_up_at_once(took: float, value: str) -> None:
    story = Story()
    story.call("siak.search", 0, status=0, took=took, end="client_left")
    story.call("siak.search", 100, subject="b")
    ruling = story.judged_by(DEADLINE)
    assert (ruling.value, ruling.exercised) == (value, 1)
    if value == "FAIL":
        assert "given up after 1.90 s" in ruling.findings[0].text


def test_unreadable_bytes_and_the_end_of_the_process_are_no_impatience() -> None:
    story = Story()
    story.call("siak.search", 0, status=0, took=0.5, end="client_left", hits=(CUT,))
    story.call("siak.search", 9, status=0, took=0.5, end="client_left", subject="b")
    assert story.judged_by(DEADLINE).value == "PASS"


def test_a_call_without_an_end_lasts_to_the_end_of_the_run() -> None:
    story = Story()
    story.call("siak.search", 0, status=0, took=0, end="open")
    story.call("siak.search", 30.9, subject="b")
    assert story.judged_by(DEADLINE).value == "PASS"
    story.call("siak.search", 40, subject="c")
    assert story.judged_by(DEADLINE).findings[0].calls == ("t-1",)


def test_quick_answers_do_not_test_a_deadline() -> None:
    story = Story()
    story.call("siak.search", 0, took=5)
    assert (story.judged_by(DEADLINE).value, story.judged_by(DEADLINE).exercised) == ("PASS", 0)


# -- circuit_breaker --------------------------------------------------------------------------


def dark(story: Story, probe: float, probes: int = 3, **more: Any) -> float:
    """Tell five failures at 0, 1, 2, 3 and 4 s, then probes; return when the last began."""
    for number in range(5):
        story.call("siak.search", number, status=0, subject=f"{number}", **more)
    at = 4.1
    for number in range(probes):
        at += probe
        story.call("siak.search", at, status=0, subject=f"probe {number}", **more)
    return at


@pytest.mark.parametrize(("probe", "value"), [(10, "PASS"), (9.9, "FAIL"), (0.5, "FAIL")])
def test_in_a_blackout_a_client_only_probes(probe: float, value: str) -> None:
    story = Story()
    dark(story, probe)
    ruling = story.judged_by(BREAKER)
    assert (ruling.value, ruling.exercised) == (value, 1)
    if value == "FAIL":
        assert ruling.findings[0].calls == ("t-6", "t-7", "t-8")


def test_four_failures_an_answer_between_and_other_services_open_nothing() -> None:
    few, mixed, apart = Story(), Story(), Story()
    for number in range(8):
        few.call("siak.search", number, status=0 if number % 5 else 200, subject=f"{number}")
        mixed.call("siak.search", number, status=422 if number == 4 else 504, subject=f"{number}")
        apart.call(f"{('siak', 'ikd')[number % 2]}.x", number, status=0, subject=f"{number}")
    for story in (few, mixed, apart):
        assert (story.judged_by(BREAKER).value, story.judged_by(BREAKER).exercised) == ("PASS", 0)


def test_calls_under_way_when_it_opens_are_no_probes() -> None:
    story = Story()
    for number in range(8):
        story.call("siak.search", number / 10, status=0, took=10, subject=f"{number}")
    ruling = story.judged_by(BREAKER)
    assert (ruling.value, ruling.exercised) == ("PASS", 1)


def test_every_client_has_its_own_breaker() -> None:
    story = Story()
    for number in range(12):
        story.call("siak.search", number, status=0, client=f"counter.{number % 3}")
    assert (story.judged_by(BREAKER).value, story.judged_by(BREAKER).exercised) == ("PASS", 0)


@pytest.mark.parametrize(("late", "value"), [(120, "PASS"), (121, "FAIL")])
def test_a_breaker_closes_again(late: float, value: str) -> None:
    story = Story()
    last = dark(story, 15)
    story.window(0, last + 5)
    story.call("siak.search", last + 5 + late, subject="0")
    ruling = story.judged_by(BREAKER)
    assert ruling.value == value
    assert [found.calls for found in ruling.findings] == [("t-8", "t-9")] * (value == "FAIL")


def test_who_has_nobody_waiting_need_not_come_back_and_a_fault_without_end_is_not_over() -> None:
    idle, endless = Story(), Story()
    last = dark(idle, 15)
    idle.window(0, last + 5)
    idle.call("siak.search", last + 900, subject="a new citizen")
    dark(endless, 15)
    endless.window(0, None)
    endless.call("siak.search", last + 900, subject="0")
    assert idle.judged_by(BREAKER).value == "PASS"
    assert endless.judged_by(BREAKER).value == "PASS"


def test_one_of_two_faults_that_goes_on_means_that_it_is_not_over() -> None:
    story = Story()
    last = dark(story, 15)
    story.call("siak.search", last + 1, status=0, subject="0", hits=(CUT,))
    story.window(0, last + 5)
    story.window(0, None, CUT)
    story.call("siak.search", last + 900, subject="0")
    found = [f.text for f in story.judged_by(BREAKER).findings]
    assert not any("was well again" in text for text in found)


# -- no_herd_on_recovery ----------------------------------------------------------------------


def fleet(step: float, clients: int = 6, status: int = 0) -> Story:
    """Tell of clients who find nobody before 100 s and come back after it, `step` s apart."""
    story = Story()
    story.window(0, 100)
    for number in range(clients):
        story.call("siak.search", 50 + number, status=status, client=f"counter.{number}")
    for number in range(clients):
        story.call("siak.search", 101 + step * number, client=f"counter.{number}")
    return story


@pytest.mark.parametrize(("step", "value"), [(0, "FAIL"), (0.25, "FAIL"), (0.26, "PASS")])
def test_a_fleet_does_not_come_back_in_step(step: float, value: str) -> None:
    ruling = fleet(step).judged_by(HERD)
    assert (ruling.value, ruling.exercised) == (value, 1)
    if step == 0:
        assert ruling.findings[0].calls == tuple(f"t-{n}" for n in range(7, 13))
        assert "6 of 6 clients came back within 1 s" in ruling.findings[0].text


def test_five_clients_and_clients_who_did_not_wait_prove_nothing() -> None:
    for story in (fleet(0, clients=5), fleet(0, status=200)):
        assert (story.judged_by(HERD).value, story.judged_by(HERD).exercised) == ("PASS", 0)


def stored(citizens: int, step: float) -> Story:
    story = Story()
    story.window(0, 100)
    for number in range(citizens):
        story.call("siak.scan_qr", 10 * number, status=0, subject=f"{number}")
    for number in range(citizens):
        story.call("siak.scan_qr", 101 + step * number, subject=f"{number}")
    return story


@pytest.mark.parametrize(("step", "value"), [(0.01, "FAIL"), (0.2, "FAIL"), (0.21, "PASS")])
def test_stored_work_is_not_sent_all_at_once(step: float, value: str) -> None:
    ruling = stored(6, step).judged_by(HERD)
    assert (ruling.value, ruling.exercised) == (value, 1)
    assert [found.calls for found in ruling.findings] == [tuple(f"t-{n}" for n in range(7, 13))] * (
        value == "FAIL"
    )


def test_five_stored_citizens_are_no_herd_and_an_open_window_has_no_return() -> None:
    assert stored(5, 0.01).judged_by(HERD).exercised == 0
    story = stored(6, 0.01)
    story.windows.clear()
    story.window(0, None)
    assert (story.judged_by(HERD).value, story.judged_by(HERD).exercised) == ("PASS", 0)


def test_only_who_found_nobody_by_this_window_waited_for_its_end() -> None:
    refused, earlier = fleet(0, status=422), fleet(0)
    refused.calls = [replace(call, hits=(HIT,)) for call in refused.calls]
    earlier.windows.clear()
    earlier.window(90, 100)
    for story in (refused, earlier):
        assert (story.judged_by(HERD).value, story.judged_by(HERD).exercised) == ("PASS", 0)


def test_a_login_is_no_stored_citizen() -> None:
    story = stored(5, 0.01)
    story.call("siak.login", 51, status=0, subject="-")
    story.call("siak.login", 101, subject="-")
    assert (story.judged_by(HERD).value, story.judged_by(HERD).exercised) == ("PASS", 0)
