"""Timers run in the order of their times."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.agenda import Agenda


@given(st.lists(st.integers(0, 20)))
def test_what_is_due_comes_out_by_time_then_by_plan(dues: list[int]) -> None:
    agenda = Agenda()
    done: list[int] = []
    for number, due in enumerate(dues):
        agenda.plan(due, lambda number=number: done.append(number))  # type: ignore[misc]
    while (item := agenda.pop_due(20)) is not None:
        item[1]()
    assert done == sorted(range(len(dues)), key=lambda n: (dues[n], n))
    assert agenda.next_due() is None


def test_nothing_runs_before_its_time() -> None:
    agenda = Agenda()
    agenda.plan(5.0, lambda: None)
    assert agenda.pop_due(4.9) is None
    assert agenda.next_due() == 5.0
