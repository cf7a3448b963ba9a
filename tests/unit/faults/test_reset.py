"""reset: the connection is cut, nothing is committed."""

from __future__ import annotations

from typing import Any

from siaksim.core.effects import Reset


def test_reset_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: reset, share: 0%}"))
    assert all(hit == (Reset(),) for hit in bench.hits("{target: all, kind: reset, share: 100%}"))


def test_reset_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("reset") == {"reset"}


def test_a_reset_ends_the_call_before_the_commit(bench: Any) -> None:
    (reset,) = bench.effects("{target: all, kind: reset}", 5.0)
    assert (reset.ends, reset.commits) == (True, False)


def test_the_docs_cut_a_fifth_of_the_kiosks_calls_and_no_other(
    bench: Any, share_holds: Any
) -> None:
    scenario = bench.example("reset")
    plan = scenario.plan()
    for client, share in (("kiosk.2", 0.2), ("counter.1", 0.0)):
        calls = [bench.call(n, client=client) for n in range(2000)]
        count = sum(bool(plan.decide(call, scenario.start).effects) for call in calls)
        assert share_holds(count, 2000, share)
