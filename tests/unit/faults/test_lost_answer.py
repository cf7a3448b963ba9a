"""lost_answer: committed, and the answer is lost."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import LoseAnswer

TOLD = "{target: siak.scan_qr, kind: lost_answer, how: reset}"


def test_lost_answer_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits(TOLD.replace("}", ", share: 0%}")))
    assert all(hit == (LoseAnswer("reset", None),) for hit in bench.hits(TOLD))


def test_lost_answer_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("lost_answer") == {"lost_answer"}


@pytest.mark.parametrize("how", ["reset", "hang", "gateway_504"])
def test_the_operation_runs_in_whatever_way_the_answer_is_lost(bench: Any, how: str) -> None:
    (lost,) = bench.effects(TOLD.replace("reset", how), 60.0)
    assert lost == LoseAnswer(how, 60.0)  # type: ignore[arg-type]
    assert (lost.ends, lost.commits) == (True, True)


def test_left_open_it_is_lost_by_reset_or_by_a_gateways_page_at_even_odds(
    bench: Any, share_holds: Any
) -> None:
    ways = [hit[0].how for hit in bench.hits("{target: all, kind: lost_answer}", calls=1000)]
    assert set(ways) == {"reset", "gateway_504"}
    assert share_holds(ways.count("reset"), 1000, 0.5)
