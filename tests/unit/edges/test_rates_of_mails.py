"""What `scenarios show` prints of mails and logouts is what happens."""

from __future__ import annotations

from math import sqrt

import pytest
from siaksim.core.facts import Facts
from siaksim.core.schedule import Window
from siaksim.edges.choosing import known_operations
from siaksim.edges.describing import described
from siaksim.edges.rates import aimed, rates
from siaksim.scenario.build import load

DAY = """
scenario: mails
story: Answers are lost before and after the commit, and mails get lost.
seed: 3
clock: {start: 2024-07-11T08:00}
faults:
  - {target: siak.*, kind: error, status: 503, share: 10%}
  - {target: mail.*, kind: mail_loss, share: 40%}
  - {target: siak.*, kind: session_expiry, at: "10:15", for: 1m}
"""
CALLS = 20_000


RESET = "  - {target: siak.*, kind: reset, share: 20%, committed: 30%}\n"
LOST = "  - {target: siak.*, kind: lost_answer, share: 25%}\n"


@pytest.mark.parametrize(
    ("more", "committed"), [(RESET, 1 - 0.2 * 0.7 - 0.8 * 0.1), (LOST, 0.9)], ids=["reset", "lost"]
)
def test_the_rates_that_are_printed_are_those_of_the_plan(more: str, committed: float) -> None:
    scenario = load(DAY + more, "mails.yaml", known_operations())
    begin = Window(scenario.start, scenario.start + 3600)
    found = rates(aimed(scenario.faults, "siak.scan_qr"), begin, scenario.seed)
    told = {rate.fault.kind: rate.mean for rate in found.rates}
    assert told["mail_loss"] == pytest.approx(0.4 * committed)  # mails go out for what is done
    plan = scenario.plan()
    counts = dict.fromkeys(told, 0)
    for number in range(CALLS):
        facts = Facts("siak.scan_qr", "counter.1", "counter", False, f"s{number}", 1, True)
        for reason in plan.decide(facts, scenario.start).reasons:
            counts[reason.kind] += 1
    for kind, share in told.items():
        assert abs(counts[kind] - CALLS * share) <= 5 * sqrt(CALLS * share * (1 - share)), kind


def test_a_logout_is_shown_at_its_time_and_strikes_no_calls() -> None:
    text = described(load(DAY, "mails.yaml", known_operations()))
    assert "10:15 session_expiry (session_expiry#1), for siak.login" in text
    assert "session_expiry 100" not in text
