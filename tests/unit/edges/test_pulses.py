"""The last two minutes of a world, second by second, on ticks that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from siaksim import worlds as worlds_module
from siaksim.core.clock import office_text
from siaksim.edges.pulses import SAMPLES, UNWATCHED_S, Pulses, percentile
from siaksim.world import World

QUIET = "scenario: q\nstory: Quiet.\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"


class Ticks:
    now = 1000.2

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def world() -> Iterator[World]:
    held = worlds_module.Worlds(lambda: 0.0)
    yield held.create("default", held.inline(QUIET), mode="manual")
    held.close()


def call(world: World, name: str, status: int = 200, actor: bool = False, **end: Any) -> None:
    at = "2024-07-11T08:00:00.000+07:00"
    world.journal.add({"kind": "decided", "at": at, "id": name, "actor": actor})
    line = {"kind": "outcome", "at": at, "id": name, "status": status, "took_s": 0.5, **end}
    world.journal.add(line)


def test_calls_are_counted_by_the_second_and_by_their_end(world: World) -> None:
    ticks = Ticks()
    pulse = Pulses(ticks).of(world)
    for number, status in enumerate((200, 404, 503, 0)):
        call(world, f"a{number}", status, asked_s=0.25)
    call(world, "theirs", actor=True)
    ticks.now += 1
    call(world, "later")
    last = pulse.read(3)
    assert [s["calls"] for s in last] == [0, 4, 1]
    assert [s["ago_s"] for s in last] == [2, 1, 0]
    told = {k: last[1][k] for k in ("ok", "refused", "errors", "unanswered", "actors")}
    assert told == {"ok": 1, "refused": 1, "errors": 1, "unanswered": 1, "actors": 1}
    assert (last[1]["asked_p95_s"], last[1]["took_p95_s"]) == (0.25, 0.5)
    assert last[0]["took_p95_s"] is None


def test_a_world_that_nobody_watches_is_no_longer_counted(world: World) -> None:
    ticks = Ticks()
    pulses = Pulses(ticks)
    first = pulses.of(world)
    assert pulses.of(world) is first
    ticks.now += UNWATCHED_S + 1
    call(world, "a")
    assert not first.watching
    assert pulses.of(world) is not first
    assert len(world.journal.listeners) == 1


def test_many_calls_of_one_second_keep_few_samples(world: World) -> None:
    pulse = Pulses(Ticks()).of(world)
    for number in range(SAMPLES * 2):
        call(world, f"c{number}")
    assert pulse.read(1)[0]["calls"] == SAMPLES * 2
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 3.0


def test_what_happened_before_somebody_looked_is_found_in_the_journal() -> None:
    wall = [500.0]
    held = worlds_module.Worlds(lambda: wall[0])
    world = held.create("default", held.inline(QUIET), mode="scaled", speed=60.0)
    for _ in range(4):
        at = office_text(world.clock.now())
        world.journal.add({"kind": "decided", "at": at, "id": str(wall[0]), "actor": False})
        end = {"kind": "outcome", "at": at, "id": str(wall[0]), "status": 200, "took_s": 0.1}
        world.journal.add(end)
        wall[0] += 50.0
    pulse = Pulses(lambda: wall[0]).of(world)
    last = pulse.read(120)
    assert {s["ago_s"]: (s["calls"], s["ok"]) for s in last if s["calls"]} == {
        100: (1, 1),
        50: (1, 1),
    }
    held.close()
