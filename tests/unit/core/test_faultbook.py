"""The faults of a world as they stand: added, ended, and the calls that they hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.effects import Reset
from siaksim.core.facts import Facts
from siaksim.core.faultbook import FaultBook
from siaksim.core.plan import Draw, PlannedFault, Window


class Always:
    """Resets whatever it strikes."""

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Reset, ...]:
        return (Reset(),)


def fault(name: str, window: Window | None = None) -> PlannedFault:
    windows = None if window is None else (window,)
    return PlannedFault(name, "reset", "transport", Always(), share=0.1, windows=windows)


CALL = Facts("siak.search", "counter.1", "counter", False, "-", 1, False)


def test_where_a_fault_stands_follows_its_window_and_the_hand() -> None:
    book = FaultBook(1, [fault("a", Window(10.0, 20.0)), fault("b")])
    assert [[row.state(t) for row in book.rows] for t in (0.0, 10.0, 20.0)] == [
        ["waiting", "active"],
        ["active", "active"],
        ["over", "active"],
    ]
    row = book.find("a")
    assert row is not None
    plan = book.end(row, 15.0)
    assert [f.id for f in plan.faults] == ["b"]
    assert row.state(12.0) == "ended"
    assert book.find("c") is None


def test_a_new_scenario_takes_the_place_of_everything() -> None:
    book = FaultBook(1, [fault("a")])
    book.add([fault("b")])
    assert [f.id for f in book.plan().faults] == ["a", "b"]
    assert [f.id for f in book.reset([fault("c")]).faults] == ["c"]
    assert [(row.fault.id, row.origin) for row in book.rows] == [("c", "scenario")]


def test_calls_are_let_go_by_their_own_fault_only_and_only_while_they_wait() -> None:
    book = FaultBook(1, [fault("a"), fault("b")])
    gone: list[str] = []

    def let_go(name: str) -> None:
        row = book.find(name)
        assert row is not None
        book.end(row, 0.0)

    with book.held("a", lambda: gone.append("one")), book.held("b", lambda: gone.append("two")):
        let_go("a")
        assert gone == ["one"]
    let_go("b")
    assert gone == ["one"]


def test_a_new_scenario_lets_go_of_every_call() -> None:
    book = FaultBook(1, [fault("a")])
    gone: list[str] = []
    with book.held("a", lambda: gone.append("one")):
        book.reset([])
    assert gone == ["one"]


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.booleans()), max_size=20))
def test_the_plan_is_that_of_a_scenario_with_the_faults_that_are_left(
    steps: list[tuple[str, bool]],
) -> None:
    book, left, number = FaultBook(3, []), list[PlannedFault](), 0
    for name, adds in steps:
        if adds:
            number += 1
            new = fault(f"{name}{number}")
            book.add([new])
            left.append(new)
        elif left:
            row = book.find(left.pop(0).id)
            assert row is not None
            book.end(row, 0.0)
    plan, same = book.plan(), FaultBook(3, left).plan()
    assert plan.faults == same.faults
    assert plan.decide(CALL, 0.0) == same.decide(CALL, 0.0)
