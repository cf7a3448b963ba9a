"""empty: nothing in the answer, or no answer."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import Empty
from siaksim.scenario.problems import ScenarioErrors


def test_empty_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: empty, share: 0%}"))
    hits = bench.hits("{target: all, kind: empty, share: 100%}")
    assert all(hit == (Empty(200),) for hit in hits)


def test_empty_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("empty") == {"empty"}


def test_a_closed_connection_has_no_status(bench: Any) -> None:
    assert bench.effects("{target: all, kind: empty, how: close}", None) == (Empty(None),)
    assert bench.effects("{target: all, kind: empty, status: 204}", None) == (Empty(204),)
    with pytest.raises(ScenarioErrors, match="has no status"):
        bench.planned("{target: all, kind: empty, how: close, status: 200}")


@pytest.mark.parametrize("status", ["199", "600", "ok"])
def test_a_status_that_is_no_answer_is_a_mistake(bench: Any, status: str) -> None:
    with pytest.raises(ScenarioErrors, match="status"):
        bench.planned(f"{{target: all, kind: empty, status: {status}}}")
