"""latency: the answer comes later, by a law."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import Wait
from siaksim.scenario.problems import ScenarioErrors


def test_latency_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: latency, delay: 2s, share: 0%}"))
    assert all(
        hit == (Wait(2.0),)
        for hit in bench.hits("{target: all, kind: latency, delay: 2s, share: 100%}")
    )


def test_latency_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("latency") == {"latency"}


def test_a_wait_does_not_end_the_call_and_occupies_nobody_unless_told(bench: Any) -> None:
    (wait,) = bench.effects("{target: all, kind: latency, delay: 250ms}", None)
    assert (wait.seconds, wait.occupies, wait.ends) == (0.25, False, False)
    (wait,) = bench.effects("{target: all, kind: latency, delay: 1m, occupies: true}", None)
    assert (wait.seconds, wait.occupies) == (60.0, True)


def test_a_uniform_delay_goes_from_its_least_to_its_most(bench: Any) -> None:
    told = "{target: all, kind: latency, delay: {uniform: {min: 1s, max: 3s}}}"
    seconds = [bench.effects(told, None, mark)[0].seconds for mark in (0.0, 0.25, 0.999999)]
    assert seconds == [1.0, 1.5, pytest.approx(3.0, abs=1e-4)]


def test_a_lognormal_delay_has_its_median_and_its_99th_percentile(bench: Any) -> None:
    told = "{target: all, kind: latency, delay: {lognormal: {median: 4s, p99: 30s}}}"
    seconds = [bench.effects(told, None, mark)[0].seconds for mark in (0.0, 0.5, 0.99)]
    assert seconds == [0.0, pytest.approx(4.0), pytest.approx(30.0)]


def test_drawn_delays_follow_their_law(bench: Any, share_holds: Any) -> None:
    told = "{target: all, kind: latency, delay: {lognormal: {median: 4s, p99: 30s}}}"
    seconds = [hit[0].seconds for hit in bench.hits(told, calls=4000)]
    assert share_holds(sum(s > 4.0 for s in seconds), 4000, 0.5)
    assert share_holds(sum(s > 30.0 for s in seconds), 4000, 0.01)


def test_share_and_delay_are_drawn_apart(bench: Any, share_holds: Any) -> None:
    told = "{target: all, kind: latency, share: 50%, delay: {uniform: {min: 0s, max: 1s}}}"
    seconds = [hit[0].seconds for hit in bench.hits(told, calls=4000) if hit]
    assert share_holds(sum(s > 0.5 for s in seconds), len(seconds), 0.5)


@pytest.mark.parametrize("law", ["181d", "-1s", "5", "{fixed: 1s, uniform: {min: 1s, max: 2s}}"])
def test_a_delay_that_cannot_be_is_a_mistake(bench: Any, law: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"faults\[0\].delay"):
        bench.planned("{target: all, kind: latency, delay: " + law + "}")


def test_another_name_draws_other_delays_on_the_same_calls(bench: Any) -> None:
    told = "{target: all, kind: latency, id: %s, delay: {uniform: {min: 0s, max: 1s}}}"
    assert bench.hits(told % "one") != bench.hits(told % "two")
