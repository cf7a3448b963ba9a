"""A recorded run is injected again as it was, whatever the plan and the shares of today say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from replay_harness import (
    STEPS,
    WHOLE,
    Visitor,
    decisions,
    examples,
    gone,
    recorded,
    replayed,
    run_of,
)
from replay_harness import written as scenario_with
from siaksim.core import chance
from siaksim.core.plan import Decision, FaultPlan
from siaksim.replay.runfile import Run
from siaksim.scenario.problems import ScenarioErrors
from siaksim.world import World
from siaksim.worlds import world_fingerprint

KINDS = tuple(examples())
_kinds = st.lists(st.sampled_from(KINDS), min_size=1, max_size=6, unique=True)
_walk = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(["next"] * 12 + list(STEPS)),
        st.sampled_from([0.0, 1.0, 3.0, 10.0, 10.0, 3000.0]),
    ),
    min_size=1,
    max_size=40,
)
BARE = ("register", "scan", "login", "search")
"""Steps whose calls are the same whatever was answered before."""


@contextmanager
def other_shares() -> Iterator[None]:
    """Let every fault strike whenever it may, and none decide by its share."""
    with patch.object(chance, "draw", lambda *_: 0.0):
        yield


def a_day(kinds: list[str], **more: Any) -> str:
    """Return a scenario of these kinds, if their shares fit together."""
    text = scenario_with(kinds, **more)
    try:
        WHOLE.worlds.inline(text)
    except ScenarioErrors as errors:
        assume(not all("over 100%" in m.what or "both say" in m.what for m in errors.mistakes))
        raise
    return text


def walked(world: World, steps: list[tuple[int, str, float]]) -> list[list[tuple[str, bytes]]]:
    """Let visitors take these steps; return what each was answered."""
    visitors = {number: Visitor(world, number) for number in (1, 2, 3)}
    for number, step, pause in steps:
        world.advance(pause)
        visitors[number].step(step)
    world.advance(3600)
    return [visitor.seen for visitor in visitors.values()]


@settings(max_examples=60, deadline=None)
@given(_kinds, _walk)
def test_the_same_calls_meet_the_same_world_again(
    kinds: list[str], steps: list[tuple[int, str, float]]
) -> None:
    first = recorded(a_day(kinds))
    answers = walked(first, steps)
    run = run_of(first)
    # Mails' usual way is drawn too: the patch holds for the plan and for happenings only.
    with patch.object(FaultPlan, "decide", lambda *_: pytest.fail("the plan was asked")):
        again = replayed(run)
        assert walked(again, steps) == answers
    assert again.replay is not None
    told = again.replay.as_dict()
    assert (told["unknown"], told["unused"]) == (0, 0)
    assert told["known"] == len(run.calls)
    assert world_fingerprint(again) == world_fingerprint(first)
    assert decisions(run_of(again)) == decisions(run)
    assert run_of(again).happenings == run.happenings
    assert again.counters.faults == first.counters.faults
    gone(first, again)


def _timeless(run: Run) -> dict[Any, Any]:
    """Return the decisions without the office times at which their effects end."""
    found = {}
    for key, decision in decisions(run).items():
        effects = []
        for effect in decision.effects:
            if getattr(effect, "until", None) is not None:
                effect = replace(effect, until=0.0)
            if getattr(getattr(effect, "retry", None), "until", None) is not None:
                effect = replace(effect, retry=None)
            effects.append(effect)
        found[key] = Decision(tuple(effects), decision.reasons)
    return found


@settings(max_examples=60, deadline=None)
@given(
    _kinds,
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(BARE)), min_size=1, max_size=20),
    st.data(),
)
def test_any_interleaving_of_the_same_calls_meets_the_same_decisions(
    kinds: list[str], calls: list[tuple[int, str]], drawn: st.DataObject
) -> None:
    first = recorded(a_day(kinds))
    walked(first, [(number, step, 1.0) for number, step in calls])
    run = run_of(first)
    # Each client's own calls keep their order; the clients change places.
    turns = drawn.draw(st.permutations([number for number, _ in calls]))
    left = {n: [step for number, step in calls if number == n] for n in (1, 2, 3)}
    with other_shares():
        again = replayed(run)
        walked(again, [(number, left[number].pop(0), 0.5) for number in turns])
    assert _timeless(run_of(again)) == _timeless(run)
    gone(first, again)


def test_without_a_replay_other_shares_decide_otherwise() -> None:
    """What the tests above show would be shown by any world, if this did not hold."""
    text = scenario_with(["error", "latency"])
    steps = [(1 + n % 3, "register", 1.0) for n in range(12)]
    first, other = recorded(text), recorded(text)
    walked(first, steps)
    with other_shares():
        walked(other, steps)
    assert decisions(run_of(first)) != decisions(run_of(other))
    gone(first, other)
