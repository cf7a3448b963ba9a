"""Draws are keyed, even, and the same everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from math import sqrt

from hypothesis import given
from hypothesis import strategies as st
from siaksim.core import chance


def test_a_draw_does_not_depend_on_the_process_or_its_hash_seed() -> None:
    code = "from siaksim.core.chance import bits; print(bits(7, 'time', 'counter.1', 'x', 3))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
        ).stdout.strip()
        for seed in (1, 2)
    }
    assert seen == {str(chance.bits(7, "time", "counter.1", "x", 3))}


def test_key_parts_are_kept_apart() -> None:
    assert chance.bits(1, "ab", "c") != chance.bits(1, "a", "bc")


def test_draws_are_even() -> None:
    number = 20_000
    for share in (0.01, 0.3, 0.5, 0.97):
        hits = sum(chance.draw(1, "layer", i) < share for i in range(number))
        assert abs(hits - number * share) < 5 * sqrt(number * share * (1 - share))


@given(st.integers(), st.integers(1, 1000), st.text(max_size=20))
def test_below_stays_below(seed: int, limit: int, key: str) -> None:
    assert 0 <= chance.below(seed, limit, key) < limit


@given(st.integers(0, 2**32), st.integers(1, 40))
def test_text_has_the_length_and_alphabet_asked_for(seed: int, length: int) -> None:
    word = chance.text(seed, "0123456789", length, "code")
    assert len(word) == length
    assert word.isdigit()
