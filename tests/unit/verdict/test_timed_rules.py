"""Rules of time are not judged by a clock that was late; the others are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from siaksim.core.slip import Slip
from siaksim.verdict.base import RuleModel
from siaksim.verdict.clients import shipped
from siaksim.verdict.history import History
from verdict_history import Story

PUNCTUAL, LATE = Slip.of([0.01] * 200), Slip.of([0.4] * 200)
RULES = {rule.rule: rule for rule in shipped("counter").rules}


@pytest.fixture
def hasty() -> Story:
    """A client that tries four times, a twentieth of a second after each refusal."""
    story = Story()
    for number in range(4):
        story.call("siak.search", number * 0.15, status=503, took=0.1)
    return story


def ruled(rule: str, history: History, **slips: Slip) -> tuple[str, int, str]:
    found = RULES[rule].judge(replace(history, slips=slips))
    return found.value, len(found.findings), found.why


def test_a_breach_by_late_timers_proves_nothing_and_is_shown(hasty: Story) -> None:
    assert ruled("retry_spacing", hasty.history, server=PUNCTUAL)[:2] == ("FAIL", 3)
    value, findings, why = ruled("retry_spacing", hasty.history, server=PUNCTUAL, check=LATE)
    assert (value, findings) == ("INCONCLUSIVE", 3)
    assert "0.40 s late" in why


def test_a_pass_by_late_timers_proves_nothing_either() -> None:
    story = Story()
    story.call("siak.search", 0, status=503, took=0.1)
    story.call("siak.search", 5, took=0.1)
    assert ruled("retry_spacing", story.history, server=PUNCTUAL)[0] == "PASS"
    assert ruled("retry_spacing", story.history, server=LATE)[0] == "INCONCLUSIVE"


def test_what_was_not_put_to_the_test_is_not_unsure() -> None:
    story = Story()
    story.call("siak.search", 0, took=0.1)
    assert ruled("retry_spacing", story.history, server=LATE)[0] == "PASS"


def test_counts_do_not_hang_on_the_clock(hasty: Story) -> None:
    assert ruled("retry_limit", hasty.history, server=LATE)[0] == "FAIL"


def test_a_faster_client_lives_through_longer_slips(hasty: Story) -> None:
    slip = Slip.of([0.1] * 200)
    slow, fast = hasty.history, replace(hasty.history, speed=4.0)
    assert ruled("retry_spacing", slow, server=slip)[0] == "FAIL"
    assert ruled("retry_spacing", fast, server=slip)[0] == "INCONCLUSIVE"


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_whose_limits_are_a_few_seconds_is_one_of_time(rule: RuleModel) -> None:
    shape = type(rule).model_json_schema()["properties"]
    seconds = [n for n, part in shape.items() if "client seconds" in part.get("description", "")]
    short = [n for n in seconds if n != "tolerance" and 0 < getattr(rule, n) <= 30]
    assert rule.timed or not short, f"{short}: late timers turn this rule's verdict"
