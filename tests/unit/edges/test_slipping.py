"""A server journals how late its timers are, where somebody calls and nowhere else."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
from siaksim.core.slip import Slip
from siaksim.edges.slipping import SlipMeter, note_slip
from siaksim.verdict.history import read_history
from siaksim.worlds import Worlds

TEXT = "scenario: quiet\nstory: Nothing.\nseed: 5\nclock: {start: 2024-07-11T08:00}\n"


@pytest.fixture
def worlds() -> Worlds:
    made = Worlds(lambda: 1.0)
    for name, mode in (("called", "real"), ("idle", "real"), ("stepped", "manual")):
        made.create(name, made.inline(TEXT), mode=mode)  # type: ignore[arg-type]
    return made


def slips(worlds: Worlds, name: str) -> list[dict[str, Any]]:
    world = worlds.get(name)
    assert world is not None
    return [line for line in world.journal.lines if line["kind"] == "slip"]


def call(worlds: Worlds, name: str) -> None:
    world = worlds.get(name)
    assert world is not None
    world.counters.requests += 1


def test_a_line_is_written_where_calls_came_since_the_last_one(worlds: Worlds) -> None:
    meter = SlipMeter(worlds)
    call(worlds, "called")
    call(worlds, "stepped")
    meter.note(0.3)
    meter.note(0.0)
    meter.flush()
    meter.note(0.9)
    meter.flush()  # nobody called meanwhile
    (line,) = slips(worlds, "called")
    assert Slip.from_dict(line) == Slip.of([0.3, 0.0])
    assert line["of"] == "server"
    assert slips(worlds, "idle") == slips(worlds, "stepped") == []
    call(worlds, "called")
    meter.note(0.1)
    meter.flush()
    assert [line["worst_s"] for line in slips(worlds, "called")] == [0.3, 0.1]


def test_a_call_that_is_held_open_is_a_call(worlds: Worlds) -> None:
    meter = SlipMeter(worlds)
    world = worlds.get("idle")
    assert world is not None
    world.counters.open_calls = 1
    meter.note(0.1)
    meter.flush()
    assert len(slips(worlds, "idle")) == 1


def test_a_world_made_anew_is_another_one(worlds: Worlds) -> None:
    meter = SlipMeter(worlds)
    call(worlds, "called")
    meter.note(0.1)
    meter.flush()
    worlds.reset("called")
    meter.note(0.1)
    meter.flush()
    assert slips(worlds, "called") == []
    call(worlds, "called")
    meter.note(0.1)
    meter.flush()
    assert len(slips(worlds, "called")) == 1


def test_what_keeps_the_server_busy_is_seen(worlds: Worlds) -> None:
    meter = SlipMeter(worlds)
    call(worlds, "called")
    meter.start()
    gevent.sleep(0)  # the meter begins to wait
    end = gevent.get_hub().loop.now() + 0.4
    while gevent.get_hub().loop.now() < end:  # nothing else gets its turn
        gevent.get_hub().loop.update_now()
    gevent.sleep(0.06)
    meter.stop()
    (line,) = slips(worlds, "called")
    assert 0.25 < line["worst_s"] < 5


def test_measurements_are_no_part_of_the_run(worlds: Worlds) -> None:
    world = worlds.get("called")
    assert world is not None
    note_slip(world, "server", Slip.of([0.1]))
    note_slip(world, "server", Slip.of([0.2]))
    note_slip(world, "check", Slip.of([0.0]))
    found = read_history(world.journal.lines)
    assert found.until_s == 0.0
    assert found.slips == {"server": Slip.of([0.1, 0.2]), "check": Slip.of([0.0])}
