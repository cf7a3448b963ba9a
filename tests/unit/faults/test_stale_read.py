"""stale_read: a lag that is drawn, grows and falls."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import StaleRead
from siaksim.core.plan import Window
from siaksim.scenario.problems import ScenarioErrors


def test_stale_read_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: stale_read, lag: 40s, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="ikd.status"))
    assert all(
        hit == (StaleRead(40.0),) for hit in bench.hits(told.format("100%"), operation="ikd.status")
    )


def test_stale_read_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "stale_read" in bench.struck("stale_read")


def test_only_reads_of_a_replica_are_struck(bench: Any) -> None:
    planned = bench.planned("{target: all, kind: stale_read, lag: 1s}")
    assert planned.targets == ("ikd.status", "siak.activation", "siak.enrolment")


def test_the_lag_is_drawn_from_its_law(bench: Any) -> None:
    told = "{target: all, kind: stale_read, lag: {uniform: {min: 10s, max: 30s}}}"
    assert [bench.effects(told, None, mark)[0].lag_s for mark in (0.0, 0.5)] == [10.0, 20.0]


def test_the_lag_grows_holds_and_is_gone_when_the_window_closes(bench: Any) -> None:
    told = '{target: all, kind: stale_read, lag: 180s, grow: 10m, fall: 3, at: "09:00", for: 1h}'
    planned = bench.planned(told)
    (window,) = planned.windows
    assert isinstance(window, Window)
    lags = {}
    for minute in (0, 5, 10, 30, 58, 59, 59.5, 60):
        (effect,) = planned.fault.effects_at(lambda _: 0.5, window.start + 60 * minute, window)
        lags[minute] = effect.lag_s
    assert lags == {0: 0, 5: 90, 10: 180, 30: 180, 58: 180, 59: 180, 59.5: 90, 60: 0}


def test_the_plan_asks_for_the_lag_of_the_moment(bench: Any) -> None:
    scenario = bench.example("stale_read")
    nine = scenario.start + 3600
    call = bench.call(1, "ikd.status")
    lags = [scenario.plan().decide(call, nine + s).effects[0].lag_s for s in (0, 60, 600)]
    assert lags == [0, 18, 180]


@pytest.mark.parametrize(
    "told",
    [
        "",
        ", lag: soon",
        ', lag: 9s, fall: 0, at: "09:00", for: 1h',
        ', lag: 9s, grow: 0s, at: "09:00", for: 1h',
        ", lag: 9s, grow: 1m",
    ],
)
def test_what_makes_no_sense_for_stale_read_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"faults\[0\]"):
        bench.planned(f"{{target: all, kind: stale_read{told}}}")
