"""What a history and a verdict make of sites' lines."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from siaksim.verdict.clients import shipped
from siaksim.verdict.history import History, read_history
from siaksim.verdict.judge import Verdict, judge
from siaksim.verdict.lines import Lines, LineTime, met
from siaksim.verdict.reports.catalogue import catalogue
from siaksim.verdict.reports.model import Run, ended, lines_told

WORLD = {
    "kind": "world",
    "at": "2024-07-11T08:00:00+07:00",
    "event": "created",
    "world": "default",
    "shorten": 10.0,
    "plan": {"link.down#1": "link.down"},
}


def at(seconds: float) -> str:
    """Return the office time of a client second: an office runs ten times as fast here."""
    minutes, rest = divmod(seconds * 10, 60)
    return f"2024-07-11T08:{int(minutes):02}:{rest:06.3f}+07:00"


def link(event: str, seconds: float, **more: Any) -> dict[str, Any]:
    line = {"kind": "link", "at": at(seconds), "event": event, "link": "office", "by": []}
    return line | {"engine": "embedded", "down": False, "profile": "own", "toxics": []} | more


def fault(event: str, seconds: float) -> dict[str, Any]:
    line = {"kind": "fault", "at": at(seconds), "event": event, "fault": "link.down#1"}
    return line | {"fault_kind": "link.down", "by": "time", "until": None}


def call(number: int, seconds: float, where: str = "office") -> list[dict[str, Any]]:
    decided = {
        "kind": "decided",
        "at": at(seconds),
        "id": f"default-{number}",
        "client": "counter.1",
        "actor": False,
        "operation": "siak.notices",
        "subject": "-",
        "attempt": number,
        "method": "GET",
        "path": "/siak/v1/notices",
        "link": where,
    }
    outcome = {
        "kind": "outcome",
        "at": at(seconds),
        "id": f"default-{number}",
        "end": "sent",
        "status": 200,
        "took_s": 0.1,
    }
    return [decided, outcome]


DOWN = [
    link("opened", 0),
    fault("began", 10),
    link("changed", 10, down=True, by=["link.down#1"]),
    fault("ended", 20),
    link("changed", 20),
]


def told(*parts: Any) -> History:
    lines = [line for part in parts for line in (part if isinstance(part, list) else [part])]
    return read_history([WORLD, *sorted(lines, key=lambda line: str(line["at"]))])


def verdict(history: History) -> Verdict:
    return judge(history, shipped("counter"), date(2024, 7, 11))


def test_a_line_that_was_down_is_known_by_when_and_by_what() -> None:
    history = told(DOWN)
    assert history.lines.down == (LineTime("office", 10.0, 20.0, ("link.down#1",)),)
    for second, down in ((9.9, False), (10.0, True), (19.9, True), (20.0, False)):
        assert history.lines.was_down("office", second) == down
    assert not history.lines.was_down("hall", 15.0)


@pytest.mark.parametrize(
    ("calls", "reached"),
    [
        ([call(1, 5), call(2, 25)], True),  # nobody is heard while it is down
        ([call(1, 5)], False),  # it may have ended before
        ([call(1, 25)], False),
        ([call(1, 5, "hall"), call(2, 25, "hall")], False),
        ([call(1, 15)], True),
    ],
)
def test_a_fault_of_a_line_reached_the_client_that_lived_through_it(
    calls: list[Any], reached: bool
) -> None:
    history = told(DOWN, *calls)
    assert ("link.down#1" in history.reached) == reached
    assert (verdict(history).value == "INCONCLUSIVE") == (not reached)


def test_an_answer_lost_on_the_line_is_none_and_ended_when_it_was_lost() -> None:
    lost = link("lost", 7.5, id="default-1", why="client_left")
    (first,) = told(link("opened", 0), call(1, 5), lost).judged
    assert (first.end, first.told, first.status) == ("line", False, 0)
    assert first.took_s == pytest.approx(2.5)
    assert ended(first, catalogue("en")) == "answer lost on the line of office"
    assert ended(first, catalogue("id")) == "jawaban hilang di jaringan office"


def test_lines_that_cannot_be_trusted_prove_nothing() -> None:
    broken = link("broken", 12, why="Toxiproxy died (killed by signal 9).")
    history = told(DOWN, call(1, 15), broken)
    found = verdict(history)
    assert found.value == "INCONCLUSIVE"
    assert found.why == "the lines cannot be trusted: Toxiproxy died (killed by signal 9)."
    run = Run(found, history)
    assert {run.state(ruling) for ruling in found.rulings} <= {"INCONCLUSIVE", "FAIL"}


def test_a_report_tells_the_line_from_siak() -> None:
    lost = link("lost", 27, id="default-2", why="down")
    history = told(DOWN, call(1, 5), call(2, 25), lost)
    assert lines_told(history, catalogue("en")) == [
        "line of office: down 1 times, 0:10.0 in all; answers lost on it: 1"
    ]
    assert lines_told(told(call(1, 5, "")), catalogue("en")) == []


def test_a_time_without_an_end_lasts_to_the_end_of_the_run() -> None:
    lines = Lines((LineTime("office", 5.0, None),))
    assert lines.was_down("office", 1e9)
    assert met([(5.0, None)], [(7.0, 7.1)], 8.0)
    assert not met([(5.0, None)], [(3.0, 4.0)], 8.0)
