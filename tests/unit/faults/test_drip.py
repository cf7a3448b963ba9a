"""drip: the body comes a few bytes at a time."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import Drip
from siaksim.scenario.problems import ScenarioErrors


def test_drip_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: drip, share: 0%}"))
    hits = bench.hits("{target: all, kind: drip, share: 100%}")
    assert all(hit == (Drip(16, 1.0),) for hit in hits)


def test_drip_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("drip") == {"drip"}


def test_a_whole_answer_is_committed_and_the_rest_is_not(bench: Any, share_holds: Any) -> None:
    hits = bench.hits("{target: all, kind: drip, committed: 30%}", calls=1000)
    assert share_holds(sum(hit[0].commits for hit in hits), 1000, 0.3)


@pytest.mark.parametrize("told", ["bytes: 0", "every: 0s", "every: 5"])
def test_a_drip_that_cannot_be_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors):
        bench.planned(f"{{target: all, kind: drip, {told}}}")
