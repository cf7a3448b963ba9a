"""Hot reload, look by look: what is applied, what is refused, what is not read yet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from siaksim.edges.assembly import assemble
from siaksim.edges.choosing import chosen_scenario
from siaksim.edges.reloading import Reloading
from siaksim.scenario.adding import added
from siaksim.world import World

DAY = """\
scenario: day
story: Some calls fail.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 20000}
faults:
  - {target: siak.*, kind: error, status: 503, share: 10%}
"""
EDITED = DAY.replace("10%", "20%")
WHOLE = assemble()


class Desk:
    """A world made from a file, and somebody who edits it."""

    def __init__(self, folder: Path, text: str = DAY) -> None:
        self.file = folder / "day.yaml"
        self.file.write_text(text)
        WHOLE.worlds.close()
        scenario, read = chosen_scenario(str(self.file))
        WHOLE.worlds.create("default", scenario, mode="manual", text=read)
        self.said: list[str] = []
        self.reloading = Reloading(self.file, read, WHOLE.worlds, self.said.append)
        self.look()

    @property
    def world(self) -> World:
        return WHOLE.worlds.default

    @property
    def share(self) -> float:
        return self.world.plan.faults[0].share

    def look(self) -> None:
        """Look often enough for a file that lies still."""
        for _ in range(2):
            self.reloading.look()

    def edit(self, text: str) -> None:
        self.file.write_text(text)
        self.look()

    def events(self) -> list[str]:
        return [line["event"] for line in self.world.journal.lines if line["kind"] == "world"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    assert found.world.counters.internal_errors == 0


def test_a_file_that_nobody_edits_changes_nothing(desk: Desk) -> None:
    os.utime(desk.file, ns=(1, 1))
    desk.look()
    assert (desk.said, desk.events()) == ([], ["created"])


def test_an_edit_is_applied_journaled_and_said(desk: Desk) -> None:
    desk.edit(EDITED)
    assert desk.share == 0.2
    assert desk.events() == ["created", "scenario"]
    assert desk.said == [f"{desk.file}: reloaded; 1 fault from now on."]


def test_an_edit_with_mistakes_is_told_whole_and_the_plan_stays(desk: Desk) -> None:
    plan = desk.world.plan
    desk.edit(DAY.replace("kind: error", "kind: eror").replace("seed: 5", "seed: five"))
    assert desk.world.plan is plan
    assert desk.events() == ["created", "scenario_refused"]
    (line,) = (x for x in desk.world.journal.lines if x.get("event") == "scenario_refused")
    assert len(line["mistakes"]) == 2
    places = [mistake.split(" ")[0] for mistake in line["mistakes"]]
    assert places == [f"{desk.file}:3:7:", f"{desk.file}:7:28:"]
    (said,) = desk.said
    assert said.splitlines() == [
        *line["mistakes"],
        f"{desk.file}: not reloaded; the plan stays as it was.",
    ]


def test_a_mistake_that_is_taken_back_leaves_the_plan_alone(desk: Desk) -> None:
    plan = desk.world.plan
    desk.edit(DAY + "nonsense\n")
    desk.edit(DAY)
    assert desk.world.plan is plan
    assert desk.said[1:] == [f"{desk.file}: as it was before; the plan has stayed."]
    desk.edit(EDITED)
    assert desk.share == 0.2


def test_an_editor_that_renames_over_the_file_is_seen(desk: Desk) -> None:
    other = desk.file.with_name("day.yaml~")
    other.write_text(EDITED)
    # Same size, same time: the file is another all the same.
    found = desk.file.stat()
    os.utime(other, ns=(found.st_atime_ns, found.st_mtime_ns))
    other.rename(desk.file)
    desk.look()
    assert desk.share == 0.2


def test_a_file_that_goes_is_told_once_and_may_return(desk: Desk) -> None:
    desk.file.unlink()
    desk.look()
    desk.look()
    assert len(desk.said) == 1
    assert "this file cannot be read: No such file or directory" in desk.said[0]
    assert desk.share == 0.1
    desk.edit(EDITED)
    assert desk.share == 0.2
    assert desk.events() == ["created", "scenario_refused", "scenario"]


def test_a_file_that_is_being_written_is_not_read(desk: Desk) -> None:
    """The first half is a scenario without a fault: it would be taken."""
    half, rest = EDITED.split("faults:")
    with desk.file.open("w") as file:
        for piece in (half, "faults:", rest):
            file.write(piece)
            file.flush()
            desk.reloading.look()
    assert (desk.said, desk.share) == ([], 0.1)
    desk.look()
    assert desk.share == 0.2


def test_other_people_are_refused(desk: Desk) -> None:
    desk.edit(DAY.replace("20000", "30000"))
    assert "another population than this world" in desk.said[0]
    assert desk.events() == ["created", "scenario_refused"]


def test_the_seed_of_a_running_world_stays_and_this_is_said(desk: Desk) -> None:
    desk.edit(EDITED.replace("seed: 5", "seed: 6"))
    assert desk.share == 0.2
    assert desk.said[1:] == [f"{desk.file}: the world keeps its seed 5 until it is made anew."]
    assert desk.world.seed == 5


def test_what_was_added_by_hand_ends_with_the_scenario_before(desk: Desk) -> None:
    def add(text: str, ttl: float | None = None) -> None:
        world = desk.world
        known = [row.fault for row in world.book.rows]
        now = world.clock.now()
        world.add_faults(added(text, "fault", now, known, (), None, ttl, world.scenario.opening))

    add("{target: ikd.*, kind: reset}")
    add("{target: ikd.*, kind: hang}", 60)
    desk.world.advance(120)  # the hang is over by itself
    desk.edit(EDITED)
    assert [fault.kind for fault in desk.world.plan.faults] == ["error"]
    lines = [x for x in desk.world.journal.lines if x["kind"] == "fault"]
    ended = [(line["fault_kind"], line["by"]) for line in lines if line["event"] == "ended"]
    assert ended == [("hang", "time"), ("reset", "scenario")]


def test_a_reload_on_the_second_day_is_of_the_day_that_began(tmp_path: Path) -> None:
    text = DAY.replace("share: 10%", 'share: 10%, at: "day 2 09:00", for: 1h')
    desk = Desk(tmp_path, text.replace("T08:00}", "T08:00, days: 2}"))
    before = desk.world.plan.faults[0].windows
    desk.world.advance(86400)
    desk.edit(desk.file.read_text().replace("10%", "20%"))
    assert desk.share == 0.2
    assert desk.world.plan.faults[0].windows == before
    start = desk.world.scenario.start
    assert WHOLE.worlds.reset("default").scenario.start == start


def test_an_edited_trace_is_applied_too(tmp_path: Path) -> None:
    trace = tmp_path / "monday.csv"
    trace.write_text("took\n1s\n")
    law = "{target: siak.*, kind: latency, delay: {trace: {file: monday.csv}}}"
    desk = Desk(tmp_path, DAY.partition("faults:")[0] + f"faults:\n  - {law}\n")
    before: Any = desk.world.plan.faults[0].fault
    trace.write_text("took\n2s\n3s\n")
    desk.look()
    assert desk.events() == ["created", "scenario"]
    assert desk.world.plan.faults[0].fault != before
