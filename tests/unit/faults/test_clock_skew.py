"""clock_skew: a clock that is off for good."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import ClockSkew
from siaksim.core.facts import Facts
from siaksim.scenario.problems import ScenarioErrors


def test_clock_skew_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: clock_skew, skew: 90s, runs: fast, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="siak.scan_qr"))
    assert all(
        hit == (ClockSkew(90.0),)
        for hit in bench.hits(told.format("100%"), operation="siak.scan_qr")
    )


def test_clock_skew_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "clock_skew" in bench.struck("clock_skew")


def test_a_clock_runs_fast_or_slow_or_as_drawn(bench: Any) -> None:
    told = "{{target: all, kind: clock_skew, skew: 2m, runs: {}}}"
    assert bench.effects(told.format("slow"), None) == (ClockSkew(-120.0),)
    assert bench.effects(told.format("either"), None, 0.2) == (ClockSkew(-120.0),)
    assert bench.effects(told.format("either"), None, 0.8) == (ClockSkew(120.0),)


def test_a_client_keeps_its_skew_over_operations_subjects_and_attempts(bench: Any) -> None:
    told = "{target: all, kind: clock_skew, skew: {uniform: {min: 0s, max: 2m}}, share: 50%}"
    plan = bench.plan(told)
    found = {}
    for number in range(200):
        client = f"kiosk.{number}"
        calls = [
            Facts(operation, client, "kiosk", False, subject, attempt, True)
            for operation in ("siak.search", "ikd.status")
            for subject in ("s1", "s2")
            for attempt in (1, 2)
        ]
        effects = {plan.decide(call, 0.0).effects for call in calls}
        assert len(effects) == 1
        found[client] = effects.pop()
    struck = [effects[0].seconds for effects in found.values() if effects]
    assert 65 <= len(struck) <= 135  # five standard deviations of half of 200
    assert len(set(struck)) == len(struck)
    assert min(struck) < 0 < max(struck)


@pytest.mark.parametrize(
    "told",
    [
        "",
        ", skew: -2m",
        ", skew: 2m, runs: back",
    ],
)
def test_what_makes_no_sense_for_clock_skew_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"faults\[0\]"):
        bench.planned(f"{{target: all, kind: clock_skew{told}}}")
