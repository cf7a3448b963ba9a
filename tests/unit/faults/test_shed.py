"""shed: a refusal before the queue, with or without a time to come back."""

from __future__ import annotations

from typing import Any

from siaksim.core.effects import Reply, RetryAfter
from siaksim.core.terms import Sheds


def test_it_refuses_in_the_services_own_shape(bench: Any) -> None:
    fault = bench.planned("{target: siak.*, kind: shed, share: 60%, retry_after: 2m}").fault
    assert fault.effects(lambda _: 0.5, None) == (Reply(503, retry=RetryAfter(seconds=120.0)),)
    assert isinstance(fault, Sheds)
    assert not fault.drops_queue()


def test_a_shed_call_is_reached_by_nothing_further_in(bench: Any) -> None:
    scenario = bench.example("shed")
    begin = scenario.start + 1.75 * 3600
    decisions = [scenario.plan().decide(bench.call(n, "siak.login"), begin) for n in range(200)]
    shed = [decision for decision in decisions if decision.reasons]
    assert 180 <= len(shed) < 200
    assert all(decision.effects[-1].ends for decision in shed)
    assert scenario.faults[0].fault.drops_queue()
