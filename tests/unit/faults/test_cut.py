"""cut: the body ends before its Content-Length does."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import Cut
from siaksim.scenario.problems import ScenarioErrors


def test_cut_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: cut, share: 0%}"))
    assert all(hit == (Cut(),) for hit in bench.hits("{target: all, kind: cut, share: 100%}"))


def test_cut_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("cut") == {"cut"}


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("keep: 0%", Cut(share=0.0)),
        ("keep: 100%", Cut(share=1.0)),
        ("bytes: 0", Cut(size=0)),
        ("bytes: 20, how: reset", Cut(size=20, how="reset")),
    ],
)
def test_a_cut_keeps_a_share_or_a_number_of_bytes(bench: Any, told: str, wanted: Cut) -> None:
    assert bench.effects(f"{{target: all, kind: cut, {told}}}", None) == (wanted,)


@pytest.mark.parametrize("told", ["keep: 101%", "keep: 5", "bytes: -1", "bytes: 2, keep: 5%"])
def test_a_cut_that_cannot_be_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors):
        bench.planned(f"{{target: all, kind: cut, {told}}}")
