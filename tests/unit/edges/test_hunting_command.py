"""`siaksim hunt` without a server: its options, the part of the day that a try plays, its files."""

from __future__ import annotations

import io
import shlex
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, cast

import pytest
from click.testing import CliRunner
from hunt_plays import MAIL, Deaf, Model, breaks_on, sound
from siaksim import data
from siaksim.cli import cli
from siaksim.edges.checks.ends import CRASHED
from siaksim.edges.checks.progress import Screen
from siaksim.edges.hunting import code_of, hunt_by_command, telling
from siaksim.edges.hunts.options import HuntOptions
from siaksim.edges.hunts.playing import CommandPlay, forget, part_of
from siaksim.errors import UserError
from siaksim.hunting.saved import calm, unused
from siaksim.hunting.schedule import Schedule, Strike
from siaksim.hunting.search import Hunted, Limits, hunt
from siaksim.hunting.tried import CRASH, Failure, Stopped, Try
from siaksim.scenario.problems import ScenarioErrors
from siaksim.verdict.clients import shipped

OPTIONS = HuntOptions("counter", ("./my app", "--fast"), residents=3, lasts=90, shorten=10)
CALM = calm(data.scenario_text("normal-day"))


def test_the_line_that_hunts_again_has_all_that_the_tries_hang_on() -> None:
    options = HuntOptions(
        "./mine.yaml",
        ("./my app",),
        scenario="./day.yaml",
        minutes=2.5,
        seed=7,
        jobs=4,
        every=True,
        lasts=90,
    )
    words = shlex.split(options.again())
    assert words[-2:] == ["--", "./my app"]
    for name, value in {
        "--client": "./mine.yaml",
        "--scenario": "./day.yaml",
        "--seed": "7",
        "--budget": "200",
        "--depth": "2",
        "--jobs": "4",
        "--minutes": "2.5",
        "--residents": "2",
        "--lasts": "90",
        "--shorten": "20",
    }.items():
        assert words[words.index(name) + 1] == value
    assert "--all" in words
    checked = shlex.split(options.replay(Path("found.yaml")))
    assert checked[checked.index("--scenario") + 1] == "./found.yaml"


def test_a_try_plays_as_long_as_it_is_told_from_where_the_days_check_begins() -> None:
    struck = Schedule((Strike("siak.login", 1, "hang"),))
    text, part = part_of(CALM, struck, OPTIONS)
    assert (part.begin, part.end, part.residents, part.shorten) == ("09:00", "09:15", 3, 10)
    assert part.lasts_s == 90
    assert [fault.kind for fault in part.scenario.faults] == ["hang"]
    assert "name: strike-1" in text


def test_a_day_with_no_room_for_a_strike_says_so() -> None:
    full = CALM + "faults: [{target: siak.login, kind: error, status: 503, share: 100%}]\n"
    with pytest.raises(ScenarioErrors):
        part_of(full, Schedule((Strike("siak.login", 1, "gateway-502"),)), OPTIONS)


def test_what_an_earlier_hunts_tries_left_is_deleted_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "journals").mkdir()
    old = ["journals/try-1.jsonl", "journals/try-12.jsonl", "try-1.log", "try-1.residents.json"]
    mine = ["normal-day-crash.yaml", "journals/default.jsonl", "try-again.log", "notes.txt"]
    for name in (*old, *mine):
        (tmp_path / name).touch()
    forget(tmp_path)
    assert not any((tmp_path / name).exists() for name in old)
    assert all((tmp_path / name).exists() for name in mine)


def test_no_file_is_written_over() -> None:
    assert unused("crash", lambda name: False) == "crash"
    assert unused("crash", {"crash", "crash-2"}.__contains__) == "crash-3"


def _hunted(model: Any) -> Hunted:
    return hunt(model, Limits(budget=10), lambda found, step: None)


def test_exit_codes_tell_a_crash_from_a_breach_and_both_from_nothing() -> None:
    def crashes(calls: Any) -> Failure | None:
        failure = breaks_on(MAIL, "lost-answer")(calls)
        return Failure(CRASH, "", "it died") if failure else None

    assert code_of(_hunted(Model(crashes))) == CRASHED
    assert code_of(_hunted(Model(breaks_on(MAIL, "lost-answer")))) == 1
    assert code_of(_hunted(Model(sound))) == 0
    assert code_of(_hunted(lambda schedules: [Try(s, s) for s in schedules])) == 3
    assert code_of(_hunted(Model(lambda calls: Failure("retry_limit", MAIL)))) == 3
    assert code_of(_hunted(Deaf(sound))) == 3


def test_no_try_begins_when_the_time_is_up_and_an_interrupt_ends_the_hunt(tmp_path: Path) -> None:
    def play(stop: Event, ends: float) -> CommandPlay:
        server = cast(Any, None)  # it is never asked
        return CommandPlay(OPTIONS, shipped("counter"), CALM, server, tmp_path, stop, ends)

    stop = Event()
    with pytest.raises(Stopped, match="the time is up"):
        play(stop, monotonic())([Schedule()])
    stop.set()
    with pytest.raises(Stopped, match="interrupted"):
        play(stop, monotonic() + 60)([Schedule()])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"command": ()}, "what is to be hunted"),
        ({"client": "lift"}, "lift"),
        ({"scenario": "normal-dya"}, "Did you mean 'normal-day'"),
        ({"json_file": "nowhere/hunt.json"}, "no file can be written here"),
        ({"junit_file": "nowhere/hunt.xml"}, "no file can be written here"),
    ],
)
def test_what_cannot_be_hunted_is_told_before_a_server_is_started(
    change: dict[str, Any], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"client": "counter", "command": ("./app",), **change}
    with pytest.raises(UserError) as raised:
        hunt_by_command(HuntOptions(**given), io.StringIO())
    assert told in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "here").touch()
    options = HuntOptions("counter", ("./app",), folder=str(tmp_path / "here"))
    with pytest.raises(UserError, match="no folder can be made here"):
        hunt_by_command(options, io.StringIO())


def test_a_log_gets_a_line_for_every_tenth_of_the_budget() -> None:
    out = io.StringIO()
    hunt(Model(sound), Limits(budget=50), telling(Screen(out, 80), 50))
    lines = out.getvalue().splitlines()
    assert [line.partition("]")[0] for line in lines] == [f"[{n}/50" for n in range(5, 51, 5)]


def test_the_command_knows_its_options() -> None:
    said = CliRunner().invoke(cli, ["hunt", "--help"]).output
    for option in ("--junit", "--json", "--all", "--minutes", "--depth", "--budget"):
        assert option in said
