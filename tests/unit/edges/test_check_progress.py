"""What a check says meanwhile: rewritten lines on a terminal, two lines a scenario elsewhere."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from siaksim.edges.assembly import assemble
from siaksim.edges.checks import progress
from siaksim.edges.checks.parts import Part
from siaksim.edges.checks.playing import Played
from siaksim.edges.checks.progress import Board, Screen, duration
from siaksim.edges.choosing import chosen_scenario
from siaksim.edges.exchange import Raw
from siaksim.errors import UserError
from siaksim.verdict.reports.catalogue import catalogue
from siaksim.verdict.words import words

SEEN = {"time": "09:12", "came": 3, "calls": 41, "faults": 7}


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def shown(text: str) -> list[str]:
    """Return the lines that a terminal shows of a text that goes up lines and clears below."""
    lines: list[str] = [""]
    rest = text
    while rest:
        if rest.startswith("\x1b["):
            up, _, rest = rest[2:].partition("F\x1b[J")
            lines = [*lines[: len(lines) - 1 - int(up)], ""]
        elif rest[0] == "\n":
            lines.append("")
            rest = rest[1:]
        else:
            lines[-1] += rest[0]
            rest = rest[1:]
    return lines[:-1]


@pytest.fixture
def parts() -> list[Part]:
    scenario, _ = chosen_scenario("normal-day")
    day = date(2026, 11, 25)
    return [Part(n, scenario, day, "09:00", "09:30", 6, 30) for n in ("one", "two")]


@pytest.fixture(autouse=True)
def a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminals_last_lines_are_rewritten_and_others_stay() -> None:
    out = Terminal()
    screen = Screen(out, 12)
    screen.say("first")
    screen.keep(["a 1", "b 1"])
    screen.keep(["a 2", "b 2, which is long"])
    screen.say("second")
    assert shown(out.getvalue()) == ["first", "second", "a 2", "b 2, which"]
    screen.keep([])
    assert shown(out.getvalue()) == ["first", "second"]


@pytest.mark.parametrize("dumb", [False, True])
def test_a_log_gets_plain_lines(monkeypatch: pytest.MonkeyPatch, dumb: bool) -> None:
    out = Terminal() if dumb else StringIO()
    monkeypatch.setenv("TERM", "dumb" if dumb else "xterm")
    screen = Screen(out, 80)
    screen.say("first")
    screen.keep(["a 1"])
    screen.say("second")
    assert out.getvalue() == "first\nsecond\n"


def test_a_terminal_shows_how_far_each_running_part_is(
    monkeypatch: pytest.MonkeyPatch, parts: list[Part]
) -> None:
    out = Terminal()
    board = Board(Screen(out, 120), catalogue("en"), parts)
    monkeypatch.setattr(progress, "progress", lambda url: SEEN | {"calls": len(url)})
    for part in parts:
        board.begun(part, f"http://{part.name}")
    board.look()
    line = "[{}/2] {}: 09:12 of 09:00-09:30, citizens: 3 of 6, calls: 10, faults: 7"
    assert shown(out.getvalue()) == [line.format(1, "one"), line.format(2, "two")]
    board.ended(Played(parts[0], broken=words("siaksim itself failed {count} times", count=2)))
    board.look()
    assert shown(out.getvalue()) == [
        "[1/2] one: siaksim itself failed 2 times",
        line.format(2, "two"),
    ]


def test_the_numbers_are_the_clients_and_not_those_of_actors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = assemble()
    world = whole.worlds.create("default", whole.worlds.scenario("siak-brownout"), mode="manual")
    world.advance(75 * 60)
    for actor in ("", "", "citizen"):
        raw = Raw("GET", "/siak/v1/nowhere", {}, b"")
        whole.exchange.call(raw, actor)
    world.counters.faults = {"latency": 3, "error": 2}
    http = whole.app.test_client()
    assert http.post("/__admin/work", json={"residents": 4, "until": "10:00"}).status_code == 201
    assert http.get("/__admin/work/next").status_code == 200
    monkeypatch.setattr(progress, "ask", lambda _, url, **__: http.get(url).data)
    monkeypatch.setattr(progress, "ask_json", lambda _, url, **__: http.get(url).json)
    assert progress.progress("") == {"time": "09:15", "came": 1, "calls": 2, "faults": 5}


def test_a_server_that_does_not_answer_now_is_shown_without_numbers(
    monkeypatch: pytest.MonkeyPatch, parts: list[Part]
) -> None:
    def away(url: str) -> dict[str, object]:
        raise UserError("no siaksim answers here", url)

    out = Terminal()
    board = Board(Screen(out, 120), catalogue("en"), parts)
    monkeypatch.setattr(progress, "progress", away)
    board.begun(parts[1], "http://two")
    board.look()
    assert shown(out.getvalue()) == ["[2/2] two"]


def test_a_log_tells_begin_and_end_and_asks_nobody(
    monkeypatch: pytest.MonkeyPatch, parts: list[Part]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(progress, "progress", asked.append)
    out = StringIO()
    board = Board(Screen(out, 120), catalogue("id"), parts)
    board.begun(parts[0], "http://one")
    board.look()
    board.ended(Played(parts[0]))
    assert out.getvalue().splitlines() == [
        "[1/2] one: 2026-11-25, 09:00-09:30, 60 detik",
        "[1/2] one: dihentikan",
    ]
    assert asked == []


@pytest.mark.parametrize(
    ("seconds", "language", "told"),
    [(60, "en", "60 s"), (89.6, "en", "90 s"), (90, "en", "1.5 min"), (90, "id", "1,5 menit")],
)
def test_lengths_of_time_are_said_in_words(seconds: float, language: str, told: str) -> None:
    assert duration(seconds, catalogue(language).tell) == told
