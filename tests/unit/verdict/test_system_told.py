"""What became of finite centres stands in every report, in its language, and judges nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from siaksim.verdict.added import added
from siaksim.verdict.clients import load_terms
from siaksim.verdict.history import History, Hit
from siaksim.verdict.judge import judge
from siaksim.verdict.reports.as_json import report_dict
from siaksim.verdict.reports.catalogue import LANGUAGES, catalogue
from siaksim.verdict.reports.html import html_report
from siaksim.verdict.reports.junit import junit_report
from siaksim.verdict.reports.model import Report
from siaksim.verdict.reports.terminal import terminal_report
from siaksim.verdict.system import Recovery
from verdict_history import Story
from verdict_reports import SIX, careful, run_of

QUEUED = Hit("capacity", "capacity", "load")
LATE = Recovery("siak", "2024-07-11T09:16:00+07:00", True, 420.0, 300.0, 9.2, True, 178.0)
NEVER = Recovery("ikd", "2024-07-11T09:16:00+07:00", False, 300.0, 300.0, 5.3, True, None)
SAID = {
    "en": [
        "siak was back only 420 s after its stall, later than 300 s (others: 9.2 calls each)",
        "with a retry budget of 10% at every client it would be back after 178 s",
        "ikd was not back 300 s after its stall; 300 s are its limit (others: 5.3 calls each)",
        "a retry budget of 10% at every client would not bring it back within 300 s",
        "the client made 12 calls to ikd, siak for 2 first attempts (6.0 times); a retry budget of "
        "10% would have spared 10",
        "so it fed the queue: it broke retry_limit",
    ],
    "id": [
        "siak baru pulih 420 detik setelah macetnya berakhir, lewat dari 300 detik (kantor lain: "
        "9,2 panggilan per orang)",
        "dengan jatah ulang 10% pada setiap klien, layanan itu pulih setelah 178 detik",
        "ikd belum pulih 300 detik setelah macetnya berakhir; batasnya 300 detik (kantor lain: "
        "5,3 panggilan per orang)",
        "jatah ulang 10% pada setiap klien pun tidak akan memulihkannya dalam 300 detik",
        "klien membuat 12 panggilan ke ikd, siak untuk 2 percobaan pertama (6,0 kali); jatah ulang "
        "10% akan menghemat 10",
        "jadi klien ikut memperpanjang antrean: melanggar retry_limit",
    ],
}


def pressed(pause: float = 2.0) -> History:
    """Return a run of eleven presses at siak, one call to ikd, and one to mail (not finite)."""
    story = Story()
    for number in range(11):
        at = number * (5.0 + pause)
        story.call("siak.search", at, status=0, took=5.0, hits=(QUEUED,), end="client_left")
    story.call("ikd.status", 100.0)
    story.call("mail.open_link", 101.0)
    return replace(story.history, recoveries=(replace(LATE, recovered=False), LATE, NEVER))


def by_terminal(made: Report, language: str) -> str:
    return terminal_report(made, catalogue(language), 400)


def by_page(made: Report, language: str) -> str:
    return unescape(html_report(made, catalogue(language)))


def by_junit_output(made: Report, language: str) -> str:
    suite = ET.fromstring(junit_report(made, catalogue(language))).find("testsuite")
    assert suite is not None
    return suite.findtext("system-out") or ""


def by_junit_properties(made: Report, language: str) -> str:
    root = ET.fromstring(junit_report(made, catalogue(language)))
    found = root.findall("testsuite/properties/property[@name='system']")
    return "\n".join(each.get("value", "") for each in found)


def by_json(made: Report, language: str) -> str:
    return "\n".join(report_dict(made, catalogue(language))["runs"][0]["system"]["told"])


REPORTS = (by_terminal, by_page, by_junit_output, by_junit_properties, by_json)


@pytest.mark.parametrize("written", REPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_tells_it_in_its_language(
    written: Callable[[Report, str], str], language: str
) -> None:
    text = written(Report((run_of(pressed()),)), language)
    assert [said for said in SAID[language] if said not in text] == []


@pytest.mark.parametrize("written", REPORTS)
def test_nothing_is_told_where_no_centre_was_met(written: Callable[[Report, str], str]) -> None:
    text = written(Report((run_of(careful()),)), "en")
    assert "budget of 10%" not in text
    assert "beside the client" not in text


def test_programs_get_the_numbers() -> None:
    found = report_dict(Report((run_of(pressed()),)), catalogue("en"))["runs"][0]["system"]
    assert [(r["service"], r["recovered"], r["in_time"]) for r in found["recoveries"]] == [
        ("siak", True, False),
        ("ikd", False, False),
    ]
    assert [r["with_budget_s"] for r in found["recoveries"]] == [178.0, None]
    assert found["client"] == {
        "services": ["ikd", "siak"],
        "calls": 12,
        "first": 2,
        "amplification": 6.0,
        "spared_by_a_budget": 10,
        "fed_by": ["retry_limit"],
    }
    none = report_dict(Report((run_of(careful()),)), catalogue("en"))["runs"][0]["system"]
    assert none == {"told": [], "recoveries": [], "client": None}


def test_a_repeat_after_a_long_pause_adds_nothing() -> None:
    """As `retry_budget` counts: within ten seconds of the failure's end, and no later."""
    near, far = added(pressed(9.9)), added(pressed(10.1))
    assert near is not None
    assert far is not None
    assert (near.retries, far.retries) == (10, 0)
    assert far.amplification == 1.0


def told(story: Story, *recoveries: Recovery) -> list[str]:
    history = replace(story.history, recoveries=recoveries)
    return list(judge(history, load_terms(SIX, "six.yaml"), date(2024, 7, 11)).system)


def test_it_is_told_of_the_services_that_the_client_called() -> None:
    story = Story()
    story.call("siak.search", 0.0, hits=(QUEUED,))
    lines = told(story, LATE, NEVER)
    assert lines[0].startswith("siak was back only")
    assert lines[2].startswith("the client made 1 calls to siak for 1 first")
    assert not any(line.startswith("ikd") for line in lines)
    nobody = told(Story(), LATE, NEVER)
    assert [line.partition(" ")[0] for line in nobody] == ["siak", "with", "ikd", "a", "the"]
    assert nobody[-1] == "the client did not call ikd, siak"


def test_a_client_that_kept_the_rules_did_not_feed_the_queue() -> None:
    story = Story()
    story.call("siak.search", 0.0, status=503, hits=(QUEUED,))
    story.call("siak.search", 5.0, hits=(QUEUED,))
    assert told(story, LATE)[-1] == "so it did not feed the queue: it kept retry_limit"


def test_of_rules_that_nothing_tested_nothing_is_told() -> None:
    story = Story()
    story.call("siak.search", 0.0, hits=(QUEUED,))
    assert "queue" not in told(story, LATE)[-1]


def test_a_run_that_ends_soon_after_a_stall_says_so() -> None:
    story = Story()
    story.call("siak.search", 0.0, took=50.0, hits=(QUEUED,))
    story.window(10.0, 25.0, Hit("stall#1", "stall", "load"))
    said = told(story)
    assert said[0] == "the run ended 25 s after a stall: too early to say that all was well"
    assert not any("too early" in line for line in told(story, LATE))


def test_a_system_that_never_came_back_fails_no_client() -> None:
    story = Story()
    story.call("siak.search", 0.0, hits=(QUEUED,))
    history = replace(story.history, recoveries=(NEVER,))
    verdict = judge(history, load_terms(SIX, "six.yaml"), date(2024, 7, 11))
    assert verdict.value == "PASS"
    assert len(verdict.system) == 3
