"""Recording and replaying, call by call: keys, tallies, times, resets, changed scenarios."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from replay_harness import WHOLE, Visitor, decisions, gone, recorded, replayed, run_of, written
from siaksim.core.effects import Hang, LoseAnswer, Page, Reply, RetryAfter
from siaksim.core.facts import Facts
from siaksim.core.plan import Decision
from siaksim.errors import UserError
from siaksim.happenings import HAPPENINGS
from siaksim.ledger.registry import KINDS
from siaksim.replay.player import Replay, clock_of
from siaksim.replay.recorder import MemoryTape, Recorder
from siaksim.replay.runfile import ClockPart, Key, Recorded, Run, read_run
from siaksim.world import World
from siaksim.worlds import world_fingerprint

STRANGE = "3576010101900001"
"""A NIK that siaksim did not issue."""
FAULTS = written(["error", "latency", "rate_limit"])


def searches(world: World, count: int, nik: str = STRANGE, client: str = "counter.1") -> Visitor:
    visitor = Visitor(world, 1, client)
    visitor.nik = nik
    for _ in range(count):
        visitor.step("search")
    return visitor


def replay_of(world: World) -> Replay:
    assert world.replay is not None
    return world.replay


def journal(world: World, kind: str) -> list[dict[str, Any]]:
    return [line for line in world.journal.lines if line["kind"] == kind]


def test_a_nik_that_was_not_issued_is_masked_and_known_again_all_the_same() -> None:
    first = recorded(FAULTS)
    searches(first, 3)
    searches(first, 2, client=f"counter.{STRANGE}")
    assert first.recorder is not None
    assert STRANGE.encode() not in first.recorder.read()
    again = replayed(run_of(first))
    searches(again, 3)
    searches(again, 2, client=f"counter.{STRANGE}")
    assert replay_of(again).as_dict()["known"] == 5
    assert decisions(run_of(again)) == decisions(run_of(first))
    gone(first, again)


def test_a_call_that_the_recording_lacks_passes_and_is_reported() -> None:
    first = recorded(
        written(["error"], faults=[{"target": "all", "kind": "error", "status": "500"}])
    )
    assert searches(first, 2).seen[0][0] == "500"
    again = replayed(run_of(first))
    statuses = [status for status, _ in searches(again, 3).seen]
    assert statuses[:2] == ["500", "500"]
    assert statuses[2] != "500"
    searches(again, 1, client="kiosk.9")
    (third, kiosk) = journal(again, "replay")
    wanted = {"client": "counter.1", "operation": "siak.search", "attempt": 3}
    assert {name: third[name] for name in wanted} == wanted
    assert (third["event"], kiosk["client"]) == ("unknown_call", "kiosk.9")
    decided = [line["id"] for line in journal(again, "decided")]
    assert [third["id"], kiosk["id"]] == decided[2:]
    told = replay_of(again).as_dict()
    assert (told["recorded"], told["known"], told["unknown"], told["unused"]) == (2, 2, 2, 0)
    assert told["unknown_examples"][0]["attempt"] == 3
    summary = replay_of(again).summary()
    assert summary[0] == (
        "replay of run.json: 2 of 2 recorded calls were made again, 0 were not, and 2 calls were "
        "unknown"
    )
    assert summary[1].startswith("  unknown  counter.1 siak.search not-issued-")
    gone(first, again)


def test_calls_that_are_not_made_again_are_told_in_their_order() -> None:
    first = recorded(FAULTS)
    searches(first, 14)
    again = replayed(run_of(first))
    searches(again, 1)
    told = replay_of(again).as_dict()
    assert (told["unused"], len(told["unused_examples"])) == (13, 10)
    assert [example["attempt"] for example in told["unused_examples"]] == list(range(2, 12))
    assert replay_of(again).summary()[1].endswith("attempt 2")
    gone(first, again)


def test_meters_say_what_they_said_then() -> None:
    faults = [{"target": "siak.*", "kind": "rate_limit", "calls": "2", "every": "1h"}]
    first = recorded(written([], faults=faults))
    statuses = [status for status, _ in searches(first, 4).seen]
    assert statuses[2:] == ["429", "429"]
    again = replayed(run_of(first))
    again.advance(2 * 3600)  # the bucket would be full again
    assert [status for status, _ in searches(again, 4).seen] == statuses
    assert again.counters.faults == first.counters.faults == {"rate_limit": 2}
    gone(first, again)


def test_a_reset_begins_recording_and_replay_anew() -> None:
    first = recorded(FAULTS)
    searches(first, 3)
    first = WHOLE.worlds.reset(first.name)
    assert run_of(first).calls == {}
    searches(first, 2)
    run = run_of(first)
    assert [key.attempt for key in run.calls] == [1, 2]
    again = replayed(run)
    searches(again, 3)
    again = WHOLE.worlds.reset(again.name)
    assert replay_of(again).as_dict() | {"unused_examples": []} == {
        "run": "run.json",
        "recorded_by": run.header.siaksim,
        "whole": True,
        "recorded": 2,
        "known": 0,
        "unknown": 0,
        "unused": 2,
        "unknown_examples": [],
        "unused_examples": [],
    }
    searches(again, 2)
    assert decisions(run_of(again)) == decisions(run)
    gone(first, again)


def test_a_changed_scenario_is_part_of_the_run() -> None:
    """Its settings hold from the same office time on: here the time that a mail takes."""
    first, slow = recorded(written([])), written([], settings={"mail_delay": "5m"})
    steps = ("register", "selfie", "qr_code", "scan")

    def walk(world: World) -> None:
        for number in (1, 2):
            visitor = Visitor(world, number)
            for step in steps:
                visitor.step(step)
            if world.replay is None and number == 1:
                WHOLE.worlds.change_scenario(world.name, WHOLE.worlds.inline(slow), slow)
            world.advance(600)

    walk(first)
    run = run_of(first)
    assert [change.text for change in run.changes] == [slow]
    again = replayed(run)
    walk(again)
    assert again.settings == first.settings
    assert [mail.at for mail in again.mailbox()] == [mail.at for mail in first.mailbox()]
    assert len(again.mailbox()) == 2
    assert world_fingerprint(again) == world_fingerprint(first)
    gone(first, again)


def test_a_world_with_a_past_is_not_recorded() -> None:
    world = recorded(FAULTS)
    Visitor(world, 1).step("scan")
    while not world.ledger.entries:
        Visitor(world, 1).step("scan")
    with pytest.raises(UserError, match="has a past"):
        Recorder(MemoryTape).attach(world, FAULTS)
    gone(world)


def test_a_recording_in_memory_has_an_end_and_says_so() -> None:
    world = WHOLE.worlds.create(None, WHOLE.worlds.inline(FAULTS), mode="auto", text=FAULTS)
    recorder = Recorder(lambda: MemoryTape(3))
    recorder.attach(world, FAULTS)
    searches(world, 5)
    run = run_of(world)
    assert (len(run.calls), run.full) == (2, True)
    assert "the recording was full" in run.told()
    again = replayed(run)
    assert not replay_of(again).as_dict()["whole"]
    gone(world, again)


def test_every_entry_that_no_call_makes_is_a_happening() -> None:
    assert set(HAPPENINGS) <= set(KINDS)


# -- office times --------------------------------------------------------------------------

THEN = 1_720_000_000.0


@pytest.mark.parametrize(
    ("effect", "later", "wanted"),
    [
        (Hang(THEN + 60), 0, Hang(THEN + 60)),
        (Hang(THEN + 60), 59, Hang(THEN + 60)),
        (Hang(THEN + 60), 100, Hang(THEN + 160)),
        (Hang(THEN + 60), -300, Hang(THEN + 60)),
        (Hang(THEN - 5), 100, Hang(THEN - 5)),
        (Hang(None), 100, Hang(None)),
        (LoseAnswer("hang", THEN + 60), 100, LoseAnswer("hang", THEN + 160)),
        (
            Reply(503, retry=RetryAfter(until=THEN + 60)),
            100,
            Reply(503, retry=RetryAfter(until=THEN + 160)),
        ),
        (
            Page(503, b"", retry=RetryAfter(until=THEN + 60, part=0.5)),
            30,
            Page(503, b"", retry=RetryAfter(until=THEN + 60, part=0.5)),
        ),
        (Reply(503, retry=RetryAfter(seconds=7)), 100, Reply(503, retry=RetryAfter(seconds=7))),
    ],
)
def test_what_ends_at_an_office_time_does_so_unless_that_is_over(
    effect: Any, later: float, wanted: Any
) -> None:
    first = recorded(written([]))
    run: Run = run_of(first)
    run.calls[Key("counter.1", "siak.search", "-", 1)] = Recorded(THEN, Decision((effect,)))
    again = replayed(run)
    facts = Facts("siak.search", "counter.1", "counter", False, "-", 1, False)
    found = replay_of(again).decide(again, facts, THEN + later, "x-1")
    assert found.effects == (wanted,)
    gone(first, again)


@pytest.mark.parametrize(
    ("mode", "speed", "wanted"),
    [
        (None, None, ("scaled", 60.0)),
        ("scaled", None, ("scaled", 60.0)),
        ("real", None, ("real", 1.0)),
        ("auto", None, ("auto", 1.0)),
        (None, 1.0, ("real", 1.0)),
        (None, 5.0, ("scaled", 5.0)),
        ("scaled", 5.0, ("scaled", 5.0)),
    ],
)
def test_a_flag_wins_over_the_recorded_clock(mode: Any, speed: Any, wanted: Any) -> None:
    found = clock_of(ClockPart(mode="scaled", speed=60.0, shorten=2.0), mode, speed)
    assert (found.mode, found.speed, found.shorten) == (*wanted, 2.0)


def test_a_speed_belongs_to_a_scaled_clock() -> None:
    recorded_clock = ClockPart(mode="manual", speed=1.0, shorten=1.0)
    with pytest.raises(UserError, match="speed 5 belongs to a scaled clock, and this one is auto"):
        clock_of(recorded_clock, "auto", 5.0)


def test_a_trace_beside_the_scenario_goes_along() -> None:
    csv = "delay\n1s\n2s\n"
    text = written(
        [], faults=[{"target": "all", "kind": "latency", "delay": {"trace": {"file": "a.csv"}}}]
    )
    scenario = WHOLE.worlds.inline(text, files=lambda name: csv)
    world = WHOLE.worlds.create(None, scenario, mode="auto", text=text)
    Recorder(MemoryTape).attach(world, text)
    searches(world, 3)
    run = run_of(world)
    assert run.header.traces == {"a.csv": csv}
    again = replayed(run)
    assert [fault.fault for fault in again.scenario.faults] == [f.fault for f in scenario.faults]
    assert world.recorder is not None
    first, *rest = world.recorder.read().splitlines(keepends=True)
    bare = orjson.dumps({**orjson.loads(first), "traces": {}}) + b"\n"
    with pytest.raises(UserError, match="not in the run file"):
        replayed(read_run(bare + b"".join(rest), "run.json"))
    gone(world, again)
