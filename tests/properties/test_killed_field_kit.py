"""A field kit whose life ends anywhere, as often as chance has it: nothing lost, nothing doubled.

Goal: whatever is captured comes in once, and the office is told. Method: the shipped kit plays on a
stage with its queue on disk; it dies just before or just after a transaction of its queue or a call
(Hypothesis counts how many it is given), and another one goes on with the same file, while answers
are lost. tests/live/test_field_kit_killed.py does the same with real kills.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.edges.assembly import Assembly, assemble
from siaksim.example_clients.calling import Caller, Reply
from siaksim.example_clients.field_kit import FieldKit
from siaksim.example_clients.field_queue import Queue
from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.officer import Officer
from siaksim.example_clients.place import Place
from siaksim.example_clients.reception import Reception
from siaksim.stage.carriage import HOST, Carriage
from siaksim.stage.driver import Stage
from siaksim.world import World

DAY = """
scenario: field-dying
story: Many answers to a kit are lost.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 20000}
faults:
  - {target: siak.sync, kind: lost_answer, how: reset, share: 35%}
  - {target: siak.sync, kind: error, status: 503, share: 15%}
"""
NAME, KIT = "dying", "field_kit.1"
ADMIN = f"http://{HOST}/__admin/worlds/{NAME}"
VISITORS = 4


class Killed(BaseException):
    """What ends a life: nothing in the kit catches it."""


class Life:
    """Points that are left until death."""

    def __init__(self, points: int) -> None:
        self.left = points

    def point(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


class MortalQueue(Queue):
    """A queue whose process may die around each transaction."""

    def __init__(self, file: str, life: Life) -> None:
        self.life = life
        super().__init__(file)

    def _do(self, *steps: tuple[str, tuple[object, ...]]) -> None:
        self.life.point()
        super()._do(*steps)
        self.life.point()


class MortalCarriage(Carriage):
    """A carrier whose process may die around each call."""

    def __init__(self, world: World, stage: Stage, life: Life) -> None:
        super().__init__(whole(), world, stage)
        self.life = life

    def send(self, *given: Any, **more: Any) -> Reply:
        self.life.point()
        reply = super().send(*given, **more)
        self.life.point()
        return reply


@cache
def whole() -> Assembly:
    return assemble()


def lives(world: World, folder: Path, points: int, number: int) -> bool:
    """Let a kit live; return whether it came to its day's end."""
    stage, life = Stage(world.clock.now, world.advance), Life(points)
    carrier = MortalCarriage(world, stage, life)
    place = Place(
        base=f"http://{HOST}/w/{NAME}/c/{KIT}",
        admin_url=ADMIN,
        work_url=f"{ADMIN}/work",
        outcome_url=f"{ADMIN}/outcomes",
        mailbox_url="",
        operator="petugas01",
        password="siaksim-petugas01",
    )
    caller = Caller(carrier, KIT, place.base, GOOD, draws=str(number))
    officer = Officer(caller, place.operator, place.password)
    queue = MortalQueue(str(folder / "kit.sqlite3"), life)
    stage.spawn(FieldKit(caller, officer, Reception(carrier, place, KIT), queue).work)
    try:
        stage.run()
    except Killed:
        return False
    finally:
        queue.close()
    return True


@settings(max_examples=25, deadline=None)
@given(deaths=st.lists(st.integers(1, 60), max_size=6))
def test_nothing_is_lost_and_nothing_doubled_wherever_a_kit_dies(deaths: list[int]) -> None:
    worlds = whole().worlds
    if worlds.get(NAME) is not None:
        worlds.delete(NAME)
    world = worlds.create(NAME, worlds.inline(DAY), mode="auto", text=DAY)
    control = whole().app.test_client()
    made = control.post(f"{ADMIN}/work", json={"residents": VISITORS, "visits": "school"})
    visitors = [visit["nik"] for visit in made.get_json()["visits"]]
    with TemporaryDirectory() as folder:
        for number, points in enumerate(deaths):
            lives(world, Path(folder), points, number)
        assert lives(world, Path(folder), -1, len(deaths))
    said = {line["subject"]: line["outcome"] for line in world.journal.query({"kind": "said"})}
    assert set(said) == set(visitors)
    assert Counter(said.values()) == {"done": VISITORS - 1, "failed": 1}  # one is too young
    entries = world.ledger.entries
    recorded = [entry.nik for entry in entries if entry.kind == "enrolled"]
    assert sorted(recorded) == sorted(nik for nik in visitors if said[nik] == "done")
    assert sum(entry.kind == "synced" for entry in entries) == VISITORS - 1
