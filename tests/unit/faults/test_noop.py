"""noop: nothing happens, but the draw is told."""

from __future__ import annotations

from typing import Any


def test_noop_does_nothing_but_is_told_of(bench: Any) -> None:
    scenario = bench.example("noop")
    plan = scenario.plan()
    calls = [bench.call(n, "ikd.status") for n in range(300)]
    decisions = [plan.decide(call, scenario.start) for call in calls]
    assert not any(decision.effects for decision in decisions)
    told = [reason for decision in decisions for reason in decision.reasons]
    assert {reason.fault_id for reason in told} == {"control-group"}
    assert 10 <= len(told) <= 60


def test_noop_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("noop") == {"noop"}
