"""Worlds by name: made, found, isolated, reset, resumed, dropped when idle."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from siaksim import data
from siaksim.edges.files import FileSink
from siaksim.errors import UserError
from siaksim.journal.journal import read
from siaksim.ledger.entries import Change
from siaksim.worlds import Worlds, world_fingerprint

OPENED = Change("session_opened", "petugas01", {"operator": "petugas01", "number": 1})
AGAIN = Change("session_opened", "petugas01", {"operator": "petugas01", "number": 2})


class Ticks:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def make(folder: Path | None = None, ticks: Ticks | None = None) -> Worlds:
    return Worlds(
        ticks or Ticks(),
        folder / "journal" if folder else None,
        folder / "state" if folder else None,
        open_sink=FileSink,
    )


def default(worlds: Worlds) -> None:
    text = data.scenario_text("normal-day")
    worlds.create("default", worlds.scenario("normal-day"), mode="manual", text=text)


@pytest.mark.parametrize("name", ["", "A", "a_b", "../x", "a" * 65, "a\n", "é"])
def test_a_bad_name_is_refused_with_the_allowed_form(name: str) -> None:
    worlds = make()
    with pytest.raises(UserError, match=r"Use 1 to 64 of a-z, 0-9 and -"):
        worlds.create(name, worlds.scenario("normal-day"))


def test_a_name_is_given_once() -> None:
    worlds = make()
    default(worlds)
    with pytest.raises(UserError, match="'default' exists"):
        default(worlds)


def test_without_a_name_a_free_one_is_chosen() -> None:
    worlds = make()
    worlds.create("w1", worlds.scenario("normal-day"))
    assert worlds.create(None, worlds.scenario("normal-day")).name == "w2"


def test_the_worlds_of_a_server_are_isolated() -> None:
    worlds = make()
    scenario = worlds.scenario("normal-day")
    one = worlds.create("one", scenario, mode="manual")
    two = worlds.create("two", scenario, mode="manual")
    one.commit([OPENED], "one-1")
    one.advance(60)
    assert two.ledger.entries == []
    assert two.registry.sessions == {}
    assert two.clock.now() == scenario.start


def test_a_thousand_worlds_share_their_people() -> None:
    worlds = make()
    scenario = worlds.scenario("normal-day")
    made = [worlds.create(None, scenario, mode="manual") for _ in range(1000)]
    assert len({id(world.country) for world in made}) == 1
    assert len(worlds.names()) == 1000


def test_idle_worlds_are_dropped_but_the_default_one_and_open_calls_stay() -> None:
    ticks = Ticks()
    worlds = make(ticks=ticks)
    default(worlds)
    scenario = worlds.scenario("normal-day")
    for name in ("idle", "used", "open"):
        worlds.create(name, scenario)
    world = worlds.get("open")
    assert world is not None
    world.counters.open_calls = 1
    ticks.now += 3599
    worlds.find("used")
    worlds.get("idle")  # looking does not keep a world alive
    ticks.now += 1
    assert worlds.drop_idle() == ["idle"]
    assert worlds.names() == ["default", "used", "open"]


def test_a_reset_world_is_as_it_was_made() -> None:
    worlds = make()
    default(worlds)
    before = worlds.default
    before.commit([OPENED], "default-1")
    before.advance(600)
    after = worlds.reset("default")
    assert after is worlds.default
    assert after.ledger.entries == []
    assert (after.clock.now(), after.clock.mode) == (after.scenario.start, "manual")


def test_the_default_world_cannot_be_deleted() -> None:
    worlds = make()
    default(worlds)
    with pytest.raises(UserError, match="POST /__admin/reset"):
        worlds.delete("default")


def test_an_unknown_world_is_named_in_the_error() -> None:
    with pytest.raises(UserError, match="no world 'nowhere'"):
        make().delete("nowhere")


def test_another_scenario_keeps_people_clock_and_entries() -> None:
    worlds = make()
    default(worlds)
    world = worlds.default
    world.commit([OPENED], "default-1")
    world.advance(30 * 60)
    worlds.change_scenario("default", worlds.scenario("siak-blackout-25min"))
    assert (len(world.ledger.entries), world.scenario.name) == (1, "siak-blackout-25min")
    world.advance(50 * 60)
    assert [f.kind for f in world.plan.active(world.clock.now())] == ["hang", "reset"]


def test_another_population_is_refused() -> None:
    worlds = make()
    default(worlds)
    other = worlds.inline(data.scenario_text("normal-day") + "population: {areas: ['35.76']}\n")
    with pytest.raises(UserError, match="another population"):
        worlds.change_scenario("default", other)


# -- files ---------------------------------------------------------------------------------


def test_a_restart_resumes_entries_clock_and_numbers(tmp_path: Path) -> None:
    first = make(tmp_path)
    default(first)
    first.default.advance(600)
    first.default.commit([OPENED], first.default.next_request())
    at = first.default.clock.now()
    first.close()
    second = make(tmp_path)
    default(second)
    world = second.default
    assert [e.kind for e in world.ledger.entries] == ["session_opened"]
    assert world.clock.now() == at
    assert world.next_request() == "default-2"
    second.close()


def test_a_journal_goes_on_after_a_restart_and_begins_anew_after_a_reset(tmp_path: Path) -> None:
    first = make(tmp_path)
    default(first)
    first.default.commit([OPENED], "default-1")
    first.close()
    second = make(tmp_path)
    default(second)
    second.default.commit([AGAIN], "default-2")
    path = tmp_path / "journal" / "default.jsonl"
    lines = list(read(path.read_bytes()))
    assert [(line["n"], line.get("event", line.get("entry"))) for line in lines] == [
        (1, "created"),
        (2, "session_opened"),
        (3, "resumed"),
        (4, "session_opened"),
    ]
    second.reset("default")
    assert [line["event"] for line in read(path.read_bytes())] == ["reset"]
    assert len(list(read((tmp_path / "journal" / "default.1.jsonl").read_bytes()))) == 4
    second.close()


def test_worlds_come_back_from_the_state_directory(tmp_path: Path) -> None:
    first = make(tmp_path)
    default(first)
    text = data.scenario_text("siak-brownout")
    scenario = first.scenario("siak-brownout")
    made = first.create("desk", scenario, 7, "manual", 1, 20, frozenset({"citizen"}), text)
    made.commit([OPENED], "desk-1")
    first.create("gone", scenario, mode="manual", text=text)
    first.delete("gone")
    first.close()
    second = make(tmp_path)
    default(second)
    assert second.restore() == ["desk"]
    world = second.get("desk")
    assert world is not None
    assert (world.seed, world.clock.mode, world.clock.shorten) == (7, "manual", 20)
    assert (world.play, len(world.ledger.entries)) == (frozenset({"citizen"}), 1)
    second.close()


def test_a_world_whose_delays_were_read_from_a_file_comes_back_without_the_file(
    tmp_path: Path,
) -> None:
    text = (
        "scenario: traced\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
        "faults:\n  - {target: all, kind: latency, delay: {trace: {file: a.csv}}}\n"
    )
    first = make(tmp_path)
    scenario = first.inline(text, files={"a.csv": "took\n1s\n2s\n"}.__getitem__)
    first.create("desk", scenario, mode="manual", text=text)
    first.close()
    second = make(tmp_path)
    assert second.restore() == ["desk"]
    assert second.recipe("desk").scenario.faults == scenario.faults
    second.close()


def test_another_seed_on_the_same_state_is_refused(tmp_path: Path) -> None:
    first = make(tmp_path)
    default(first)
    first.close()
    second = make(tmp_path)
    with pytest.raises(UserError, match=r"another world \(seed differ"):
        second.create("default", second.scenario("normal-day"), seed=1)


def test_the_fingerprint_ignores_how_a_world_was_named() -> None:
    worlds = make()
    scenario = worlds.scenario("normal-day")
    prints = []
    for name in ("one", "two"):
        world = worlds.create(name, scenario, mode="manual")
        world.commit([OPENED], f"{name}-1")
        prints.append(world_fingerprint(world))
    assert prints[0] == prints[1]


def test_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    worlds = make(tmp_path)
    default(worlds)
    for path in tmp_path.rglob("default.*"):
        assert path.stat().st_mode & 0o777 == 0o600, path
    kept = orjson.loads((tmp_path / "state" / "default.world.json").read_bytes())
    assert kept["mode"] == "manual"
    worlds.close()
