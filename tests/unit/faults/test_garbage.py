"""garbage: bytes that are no HTTP, or a body of noise."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import Garbage
from siaksim.edges.performing import noise
from siaksim.scenario.problems import ScenarioErrors


def test_garbage_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: garbage, share: 0%}"))
    hits = bench.hits("{target: all, kind: garbage, share: 100%}")
    assert all(isinstance(hit[0], Garbage) and hit[0].size == 256 for hit in hits)
    assert len({hit[0].key for hit in hits}) == len(hits)  # each call has bytes of its own


def test_garbage_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("garbage") == {"garbage"}


def test_noise_is_the_same_for_the_same_key_and_of_the_length_told() -> None:
    for size in (1, 7, 8, 256, 65536):
        assert len(noise(5, size)) == size
        assert noise(5, size) == noise(5, size)
    assert noise(5, 100) != noise(6, 100)
    assert not noise(5, 100).startswith(b"HTTP")


@pytest.mark.parametrize("told", ["size: 0", "size: 65537", "what: head"])
def test_garbage_that_cannot_be_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors):
        bench.planned(f"{{target: all, kind: garbage, {told}}}")
