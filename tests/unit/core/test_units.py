"""Lengths and shares as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.units import seconds, share


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("250ms", 0.25),
        ("2s", 2.0),
        ("3m", 180.0),
        ("1h30m", 5400.0),
        ("2d", 172800.0),
        ("1.5s", 1.5),
    ],
)
def test_a_length_of_time_has_a_unit(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "5", "2 s", "-1s", "1sec", "s", "1s garbage", "٣s"])
def test_what_is_no_length_says_how_one_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        seconds(text)


@given(st.integers(0, 1000))
def test_a_share_is_a_percentage(tenths: int) -> None:
    assert share(f"{tenths / 10}%") == pytest.approx(tenths / 1000)


@pytest.mark.parametrize("text", ["0.3", "101%", "-1%", "%", "30 %", "1e1%"])
def test_what_is_no_share_says_how_one_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        share(text)
