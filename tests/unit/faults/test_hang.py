"""hang: nothing comes back until the window closes."""

from __future__ import annotations

from typing import Any

from siaksim.core.effects import Hang


def test_hang_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: hang, share: 0%}"))
    assert all(hit == (Hang(None),) for hit in bench.hits("{target: all, kind: hang, share: 100%}"))


def test_hang_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("hang") == {"hang"}


def test_a_hang_lasts_until_its_window_closes_or_for_ever(bench: Any) -> None:
    assert bench.effects("{target: all, kind: hang}", 99.5) == (Hang(99.5),)
    assert bench.effects("{target: all, kind: hang}", None) == (Hang(None),)


def test_a_hang_ends_the_call_before_the_commit(bench: Any) -> None:
    (hang,) = bench.effects("{target: all, kind: hang}", None)
    assert (hang.ends, hang.commits) == (True, False)


def test_the_window_of_the_stage_is_what_the_hang_ends_with(bench: Any) -> None:
    scenario = bench.example("hang")
    begin = scenario.start + 70 * 60
    decision = scenario.plan().decide(bench.call(1), begin)
    assert decision.effects == (Hang(begin + 300),)
    assert scenario.plan().decide(bench.call(1), begin + 300).effects == ()
