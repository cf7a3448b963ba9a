"""What a hunt tells: in the terminal, as JSON and as JUnit, whatever a client has put into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from xml.etree import ElementTree as ET

import pytest
from hunt_plays import MAIL, Deaf, Model, breaks_on, sound
from siaksim.hunting.junit import junit
from siaksim.hunting.report import as_dict, told
from siaksim.hunting.schedule import Schedule
from siaksim.hunting.search import Hunted, Limits, hunt
from siaksim.hunting.tried import Failure, Stopped, Try

NASTY = 'he said "no" </failure> & \x1b[31mred\x00 \ud800\nnext line'
GIVEN = {"client": "counter", "scenario": "normal-day", "replay": f"siaksim hunt -- {NASTY}"}


def hunted(model: object, **limits: int | bool) -> Hunted:
    return hunt(model, Limits(**limits), lambda found, step: None)  # type: ignore[arg-type]


def nasty(calls: Sequence[object]) -> Failure | None:
    failure = breaks_on(MAIL, "lost-answer")(calls)  # type: ignore[arg-type]
    return Failure(failure.rule, failure.operation, NASTY) if failure else None


def files(found: Hunted) -> list[PurePath]:
    return [PurePath(f"hunt/{number}.yaml") for number, _ in enumerate(found.broken)]


def suite_of(found: Hunted) -> ET.Element:
    (suite,) = ET.fromstring(junit(found, files(found), GIVEN))
    return suite


def outcomes(suite: ET.Element) -> dict[str | None, list[str]]:
    kinds = ("failure", "skipped", "error")
    return {
        case.get("name"): [part.tag for part in case if part.tag in kinds]
        for case in suite.iter("testcase")
    }


def test_junit_quotes_what_a_client_gave_and_counts_what_broke() -> None:
    suite = suite_of(hunted(Model(nasty), budget=40))
    broken = f"no_double_activation[{MAIL}]"
    assert outcomes(suite) == {"without_faults": [], "search": [], broken: ["failure"]}
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "0")
    failure = suite.find(".//failure")
    assert failure is not None
    assert failure.get("type") == "no_double_activation"
    message = failure.get("message") or ""
    assert '"no" </failure> & \\x1b[31mred\\x00' in message
    assert "\n" not in message
    assert f"The 1st call of {MAIL} is done, and its answer is lost." in (failure.text or "")
    assert "hunt/0.yaml" in (failure.text or "")
    properties = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert properties["client"] == "counter"
    assert "\\x1b" in (properties["replay"] or "")


def test_a_hunt_that_found_nothing_passes_and_one_that_was_ended_is_skipped() -> None:
    class Ends(Model):
        def __call__(self, schedules: Sequence[Schedule]) -> list[Try]:
            if len(self.played) == 5:
                raise Stopped("the time is up")
            return super().__call__(schedules)

    assert outcomes(suite_of(hunted(Model(sound), budget=20)))["search"] == []
    assert outcomes(suite_of(hunted(Ends(sound), budget=20)))["search"] == ["skipped"]
    deaf = hunted(Deaf(sound), budget=20)
    assert outcomes(suite_of(deaf))["search"] == ["skipped"]
    assert any("no strike ever reached" in line for line in told(deaf, [], 20, 0, ""))


def test_what_fails_without_faults_is_a_failure_and_who_never_calls_is_skipped() -> None:
    def fails(calls: Sequence[object]) -> Failure:
        return Failure("retry_limit", MAIL, NASTY)

    assert outcomes(suite_of(hunted(Model(fails)))) == {"without_faults": ["failure"]}
    silent = suite_of(hunted(lambda schedules: [Try(s, s) for s in schedules]))
    assert outcomes(silent) == {"without_faults": [], "search": ["skipped"]}


def test_the_terminal_shows_one_line_of_what_a_client_gave() -> None:
    found = hunted(Model(nasty), budget=40)
    lines = list(told(found, files(found), 40, 0, f"siaksim hunt -- {NASTY}"))
    assert not any(ord(letter) < 32 for line in lines for letter in line)
    assert lines[0] == "BROKEN  no_double_activation"
    assert lines[-1].startswith("again: siaksim hunt -- he said")


@pytest.mark.parametrize(("budget", "small"), [(20, True), (400_000, False)])
def test_a_budget_that_was_too_small_says_so(budget: int, small: bool) -> None:
    found = hunted(Model(sound, visits=1), budget=budget, depth=1)
    lines = list(told(found, [], budget, 0, "again"))
    assert any("Give a larger budget" in line for line in lines) is small


def test_all_is_too_small_a_budget_as_well_when_something_was_found() -> None:
    found = hunted(Model(nasty), budget=20, every=True)
    assert found.broken
    assert any("Give a larger" in line for line in told(found, files(found), 20, 0, ""))


def test_an_interrupt_before_the_first_play_is_over_is_told() -> None:
    def never(schedules: Sequence[Schedule]) -> list[Try]:
        raise Stopped("interrupted")

    found = hunted(never)
    assert next(iter(told(found, [], 20, 0, "siaksim hunt"))) == (
        "ended early: interrupted; nothing was tried"
    )


def test_json_has_each_strike_and_how_often_it_failed() -> None:
    found = hunted(Model(nasty), budget=40)
    whole = as_dict(found, ["hunt/0.yaml"])
    (broken,) = whole["broken"]
    assert (broken["failed"], broken["plays"], broken["flaky"]) == (3, 3, False)
    assert broken["schedule"] == [
        {
            "operation": MAIL,
            "nth": 1,
            "calls": 1,
            "move": "lost-answer",
            "told": f"The 1st call of {MAIL} is done, and its answer is lost.",
        }
    ]
    assert whole["operations"] == sorted(["ikd.register", "ikd.status", MAIL])


def test_rules_that_tries_were_too_short_for_are_told() -> None:
    class Short(Model):
        def _play(self, schedule: Schedule) -> Try:
            return replace(super()._play(schedule), unsure=("session_renewed",))

    found = hunted(Short(sound), budget=9)
    assert as_dict(found, [])["too_early_to_tell"] == {"session_renewed": 9}
    (line,) = (one for one in told(found, [], 9, 0, "") if "too early to tell" in one)
    assert "session_renewed in 9" in line
