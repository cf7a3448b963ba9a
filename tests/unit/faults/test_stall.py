"""stall: a centre's servers work slowly; no single call is struck."""

from __future__ import annotations

from typing import Any

from siaksim.core.terms import Recovery, Slows


def test_no_call_is_struck_and_the_servers_are_told(bench: Any) -> None:
    scenario = bench.example("stall")
    (planned,) = scenario.faults
    quarter_past = scenario.start + 1.25 * 3600
    assert scenario.plan().active(quarter_past) == scenario.faults
    decision = scenario.plan().decide(bench.call(1, "siak.login"), quarter_past)
    assert (decision.effects, decision.reasons) == ((), ())
    assert planned.fault.effects(lambda _: 0.5, None) == ()
    fault = planned.fault
    assert isinstance(fault, Slows)
    assert (fault.speed, fault.recovers()) == (0.0, Recovery(0.2, 600.0))


def test_without_a_recovery_all_is_back_at_once(bench: Any) -> None:
    scenario = bench.example("stall")
    fault = scenario.faults[0].fault.model_copy(update={"recovery": None})
    assert fault.recovers() is None
