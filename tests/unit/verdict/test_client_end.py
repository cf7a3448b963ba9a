"""What `siaksim check` knows beside the journal stands in every report: how the client ended."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from siaksim.core.slip import Slip
from siaksim.verdict.reports.as_json import report_dict
from siaksim.verdict.reports.catalogue import catalogue
from siaksim.verdict.reports.html import html_report
from siaksim.verdict.reports.junit import junit_report
from siaksim.verdict.reports.model import Report, replay_lines
from siaksim.verdict.words import words
from verdict_reports import careful, run_of

WELL = run_of(careful())
CRASHED = replace(WELL, wrong=words("it crashed with exit code {code}", code=7))
SAID = {
    "en": "it crashed with exit code 7",
    "id": "klien berhenti karena galat, kode keluar 7",
}


def test_a_crash_is_an_error_in_junit_and_no_failure() -> None:
    root = ET.fromstring(junit_report(Report((WELL, CRASHED)), catalogue("id")))
    well, crashed = root.findall("testsuite")
    assert (well.get("errors"), crashed.get("errors"), root.get("errors")) == ("0", "1", "1")
    assert int(crashed.get("tests", "0")) == int(well.get("tests", "0")) + 1
    assert well.get("failures") == crashed.get("failures")
    (error,) = crashed.findall("testcase/error")
    assert error.get("message") == SAID["id"]


def test_a_page_and_json_say_it_in_the_reports_language() -> None:
    for language, said in SAID.items():
        text = catalogue(language)
        assert said in html_report(Report((CRASHED,)), text)
        assert said not in html_report(Report((WELL,)), text)
        ends = [r["client_end"] for r in report_dict(Report((WELL, CRASHED)), text)["runs"]]
        assert ends == ["", said]


def test_json_tells_how_late_timers_were() -> None:
    history = replace(careful(), slips={"server": Slip.of([0.0] * 99 + [0.2])})
    (run,) = report_dict(Report((run_of(history),)), catalogue("en"))["runs"]
    assert run["slip"] == {"server": {"samples": 100, "p99_s": 0.005, "worst_s": 0.2}}


def test_a_moved_day_is_played_again_on_its_date() -> None:
    assert "--date" not in replay_lines(careful())[0]
    moved = replace(careful(), date="2026-11-26", begin="09:05")
    assert "--date 2026-11-26 --from 09:05" in replay_lines(moved)[0]
