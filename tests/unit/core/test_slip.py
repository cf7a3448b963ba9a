"""Slips are counted in classes: no sample is lost, and what is said of them is never too little."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.slip import BOUND_S, EDGES_S, WORST_S, Slip

LATE = st.lists(st.floats(-0.001, 3.0), max_size=300)


@given(LATE)
def test_p99_is_no_less_than_the_true_one_and_at_most_a_class_more(late: list[float]) -> None:
    slip = Slip.of(late)
    assert slip.samples == len(late)
    if not late:
        assert (slip.p99_s, slip.worst_s) == (0.0, 0.0)
        return
    true = sorted(late)[max(0, -(-len(late) * 99 // 100) - 1)]
    assert slip.p99_s >= min(true, slip.worst_s)
    lower = max((edge for edge in EDGES_S if edge < true), default=0.0)
    upper = min((edge for edge in EDGES_S if edge >= true), default=slip.worst_s)
    assert slip.p99_s <= max(upper, lower)
    assert slip.worst_s == max(0.0, *late)


@given(LATE, LATE)
def test_two_stretches_together_are_one_long_one(one: list[float], other: list[float]) -> None:
    assert Slip.of(one) + Slip.of(other) == Slip.of(one + other)


@given(LATE)
def test_a_journal_keeps_it(late: list[float]) -> None:
    slip = Slip.of(late)
    again = Slip.from_dict(slip.as_dict())
    assert again.counts == slip.counts
    assert again.worst_s == pytest.approx(slip.worst_s, abs=1e-4)


@pytest.mark.parametrize(
    ("late", "speed", "value"),
    [
        ([0.0] * 99 + [WORST_S], 1.0, False),
        ([0.0] * 99 + [WORST_S + 0.001], 1.0, True),
        ([0.0] * 99 + [BOUND_S + 0.1], 1.0, False),
        ([0.0] * 98 + [BOUND_S + 0.1] * 2, 1.0, True),
        ([BOUND_S] * 100, 1.0, False),
        ([BOUND_S / 4] * 100, 4.0, False),
        ([BOUND_S / 4 + 0.05] * 100, 4.0, True),
        ([], 1.0, False),
    ],
)
def test_the_bounds_are_client_seconds(late: list[float], speed: float, value: bool) -> None:
    assert Slip.of(late).too_late(speed) is value


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"counts": [1], "worst_s": 0.1},
        {"counts": [-1, *[0] * len(EDGES_S)], "worst_s": 0.1},
        {"counts": [0] * (len(EDGES_S) + 1), "worst_s": "nan"},
        {"counts": [0] * (len(EDGES_S) + 1), "worst_s": -1},
        {"counts": ["x"] * (len(EDGES_S) + 1), "worst_s": 1},
    ],
)
def test_anything_else_is_no_count_of_slips(given: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        Slip.from_dict(given)
