"""Reports for terminals, programs and CI say what the verdict is, worst first."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.errors import UserError
from siaksim.verdict.history import History
from siaksim.verdict.reports.as_json import report_dict
from siaksim.verdict.reports.catalogue import catalogue
from siaksim.verdict.reports.compare import compared_with
from siaksim.verdict.reports.html import html_report
from siaksim.verdict.reports.junit import junit_report
from siaksim.verdict.reports.model import Report, Run, moment, replay_lines
from siaksim.verdict.reports.terminal import terminal_report
from verdict_history import Story
from verdict_reports import WAIVER, careful, careless, report, run_of, unstruck

ENGLISH = catalogue("en")
FAILED = """\
FAIL: counter in careless, seed 1; calls: 14, time: 2:02.4
  faults that reached the client: hang#1

FAIL  idempotent_retry  (findings: 1, put to the test: 1)
  1. siak.scan_qr was sent again 2.0 s after an end that told nothing, and was
     done twice: code_issued, ledger entries 1 and 2
     counter.1, 3576010101079000
       0:00.0  siak.scan_qr   30.0 s  no answer (hang); fault hang#1; committed
                                      #1 code_issued
       0:32.0  siak.scan_qr    0.1 s  200; committed #2 code_issued
  What to do: Send an Idempotency-Key with every write and the same one again,
    or ask for the status before repeating.
  Play it again: siaksim serve --scenario careless --seed 1
"""


def only(report: Report, *rules: str) -> Report:
    """Return a report on some rules only: others may come and go."""
    kept = []
    for run in report.runs:
        rulings = tuple(r for r in run.verdict.rulings if r.rule in rules)
        kept.append(Run(replace(run.verdict, rulings=rulings), run.history, run.replay))
    return Report(tuple(kept), report.compared)


def suites(made: Report, language: str = "en") -> list[ET.Element]:
    return ET.fromstring(junit_report(made, catalogue(language))).findall("testsuite")


def case(suite: ET.Element, rule: str) -> ET.Element:
    (found,) = (c for c in suite.findall("testcase") if c.get("name") == rule)
    return found


# -- terminal ------------------------------------------------------------------------------


def test_a_terminal_shows_calls_with_times_ends_and_what_to_do() -> None:
    made = only(Report((run_of(careless()),)), "idempotent_retry")
    assert terminal_report(made, ENGLISH, 80) == FAILED


def test_the_middle_of_a_long_row_of_calls_is_left_out() -> None:
    said = terminal_report(only(Report((run_of(careless()),)), "retry_limit"), ENGLISH)
    assert "... 4 calls between ..." in said
    assert said.count("ikd.register    0.4 s  503") == 8


def test_of_very_many_findings_each_report_says_how_many_it_leaves_out() -> None:
    story = Story()
    for number in range(60):
        story.call("ikd.status", 3.0 * number, leaks=["query nik"])
    made = Report((run_of(story.history),))
    left = {"terminal": 55, "html": 10, "junit": 10}
    assert f"... and {left['terminal']} more; --json shows all." in terminal_report(made, ENGLISH)
    page = html_report(made, ENGLISH)
    assert (page.count("<svg"), f"... and {left['html']} more" in page) == (50, True)
    assert f"... and {left['junit']} more" in junit_report(made, ENGLISH).decode()
    rules = {r["rule"]: r for r in report_dict(made, ENGLISH)["runs"][0]["rules"]}
    assert len(rules["secrets_out_of_url"]["findings"]) == 60


def test_the_worst_comes_first() -> None:
    run = run_of(careless(), terms=WAIVER)
    states = [run.state(ruling) for ruling in run.rulings()]
    order = ["FAIL", "INCONCLUSIVE", "WAIVED", "UNTESTED", "PASS"]
    assert states == sorted(states, key=order.index)
    assert {"FAIL", "WAIVED", "PASS"} <= set(states)


@given(st.integers(40, 200), st.sampled_from(["id", "en"]))
def test_no_line_is_wider_than_the_terminal_but_a_command(width: int, language: str) -> None:
    for line in terminal_report(report(), catalogue(language), width).splitlines():
        assert len(line) <= width or "siaksim serve" in line


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00.0"), (9.96, "0:10.0"), (59.97, "1:00.0"), (3599.99, "1:00:00.0"), (83.4, "1:23.4")],
)
def test_moments_are_rounded_as_a_whole(seconds: float, shown: str) -> None:
    assert moment(seconds) == shown


def test_a_replay_line_has_what_the_run_was_made_with() -> None:
    history = History(scenario="my day", seed=7, shorten=20.0, begin="09:05", play=("citizen",))
    assert replay_lines(history, shipped=False) == (
        "siaksim serve --scenario 'my day.yaml' --seed 7 --shorten 20 --from 09:05 --play citizen",
    )
    assert replay_lines(history, "siaksim replay run.json")[1] == "siaksim replay run.json"


# -- JSON ----------------------------------------------------------------------------------


def test_json_has_its_version_and_the_worst_value() -> None:
    made = report_dict(report(), ENGLISH)
    assert (made["report"], made["value"]) == (1, "FAIL")
    assert [run["value"] for run in made["runs"]] == ["FAIL", "PASS", "INCONCLUSIVE"]
    assert json.loads(json.dumps(made)) == made


def test_json_finds_the_two_codes_that_a_blind_repeat_caused() -> None:
    (rule,) = (r for r in report_dict(report(), ENGLISH)["runs"][0]["rules"] if r["findings"][:1]
               and r["rule"] == "idempotent_retry")  # fmt: skip
    (found,) = rule["findings"]
    assert [call["ended"] for call in found["calls"]] == ["no answer (hang)", "200"]
    entries = [entry for call in found["calls"] for entry in call["entries"]]
    assert [(e["seq"], e["kind"]) for e in entries] == [(1, "code_issued"), (2, "code_issued")]


def test_json_says_texts_in_the_language_and_messages_in_english() -> None:
    made = report_dict(report(), catalogue("id"))["runs"]
    assert made[2]["why"] == (
        "gangguan yang tidak pernah sampai ke klien: hang#1; tambah jumlah warga, pakai seed "
        "lain, atau mainkan lebih lama"
    )
    (found,) = next(r for r in made[0]["rules"] if r["rule"] == "retry_limit")["findings"]
    assert found["text"].startswith("ikd.register dicoba 12 kali")
    assert found["message"].startswith("{operation} was tried")


# -- JUnit ---------------------------------------------------------------------------------


def test_a_suite_is_a_scenario_and_a_case_a_rule() -> None:
    found = suites(report())
    assert [suite.get("name") for suite in found] == ["careless", "careful", "unstruck"]
    for suite, run in zip(found, report().runs, strict=True):
        names = {c.get("name") for c in suite.findall("testcase")}
        missed = {"faults_reached"} if run.verdict.missed else set()
        assert names == {ruling.rule for ruling in run.verdict.rulings} | missed
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))


def test_a_failure_has_its_evidence_and_the_line_that_plays_it_again() -> None:
    suite = suites(report())[0]
    failure = case(suite, "idempotent_retry").find("failure")
    assert failure is not None
    assert failure.text is not None
    for wanted in ("0:32.0  siak.scan_qr", "#2 code_issued", "--scenario careless --seed 1"):
        assert wanted in failure.text
    properties = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert properties["seed"] == "1"
    assert properties["replay"] == "siaksim serve --scenario careless --seed 1"


def test_what_proves_nothing_is_skipped_with_its_reason() -> None:
    suite = suites(report())[2]
    cases = suite.findall("testcase")
    assert cases
    for one in cases:
        skipped = one.find("skipped")
        assert skipped is not None
        assert skipped.get("message", "").startswith("INCONCLUSIVE: faults that never")


def test_a_waived_failure_is_skipped_with_the_waivers_reason() -> None:
    (suite,) = suites(Report((run_of(careless(), terms=WAIVER),)))
    skipped = case(suite, "retry_limit").find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "WAIVED: waived until 2027-03-31: Mended in spring."


def test_a_rule_that_nothing_tested_is_no_pass() -> None:
    skipped = case(suites(report())[1], "no_double_activation").find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "UNTESTED: nothing put this rule to the test"


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_of_a_client_gives_xml_that_can_be_read(path: str, client: str) -> None:
    story = Story()
    call = story.call("ikd.register", 0.0, client=client, problems=[("body", path)])
    (suite,) = suites(Report((run_of(story.history),)))
    failure = case(suite, "request_valid").find("failure")
    assert call.operation in (failure.get("message", "") if failure is not None else "")


calls = st.lists(
    st.tuples(
        st.sampled_from(["ikd.register", "siak.scan_qr", "ikd.status"]),
        st.sampled_from([0, 200, 404, 429, 503, 504]),
        st.floats(0.1, 90),
    ),
    max_size=8,
)


@given(calls, st.booleans())
def test_only_a_rule_that_was_tested_in_a_run_that_can_tell_passes(
    told: list[tuple[str, int, float]], elsewhere: bool
) -> None:
    story, at = Story(), 0.0
    for operation, status, gap in told:
        at += gap
        story.call(operation, at, status=status)
    history = story.history
    if elsewhere:
        history = replace(history, faults={**history.faults, "reset#9": "reset"})
    run = run_of(history)
    (suite,) = suites(Report((run,)))
    for ruling in run.verdict.rulings:
        one = case(suite, ruling.rule)
        plain = one.find("failure") is None and one.find("skipped") is None
        assert plain == (ruling.value == "PASS" and ruling.exercised > 0 and not run.vain)
        assert (one.find("failure") is not None) == (ruling.value == "FAIL")
    if run.verdict.value == "INCONCLUSIVE":
        assert suite.findall("testcase/skipped")


# -- compared ------------------------------------------------------------------------------


def test_a_report_is_compared_with_an_earlier_one() -> None:
    before = json.loads(json.dumps(report_dict(report(), catalogue("id"))))
    same = compared_with(report(), before, "last.json").compared
    assert same is not None
    assert (same.new, same.fixed) == ((), ())
    assert {(s, r) for s, r, _ in same.still} >= {("careless", "retry_limit")}

    mended = compared_with(Report((run_of(careful()),)), before, "last.json").compared
    assert mended is not None
    assert (mended.new, mended.still) == ((), ())
    assert mended.fixed == same.still

    early = json.loads(json.dumps(report_dict(Report((run_of(unstruck()),)), ENGLISH)))
    worse = compared_with(report(), early, "last.json")
    assert worse.compared is not None
    assert worse.compared.new == same.still
    said = terminal_report(worse, ENGLISH, 200)
    assert f"Compared with last.json: new {len(same.still)}, fixed 0, still 0" in said
    assert "  new  careless  retry_limit  ikd.register was tried 12 times" in said


def test_times_that_differ_do_not_make_a_finding_new() -> None:
    story = Story()
    for number in range(9):
        story.call("ikd.register", 7.0 * number, status=503)
    before = report_dict(Report((run_of(story.history),)), ENGLISH)
    for number in range(9, 14):
        story.call("ikd.register", 7.0 * number, status=503)
    found = compared_with(Report((run_of(story.history),)), before, "last.json").compared
    assert found is not None
    assert (found.new, found.fixed) == ((), ())
    assert len(found.still) >= 1


@pytest.mark.parametrize("last", [[], {}, {"report": 1}, {"report": 1, "runs": [{}]}, "x", 5])
def test_what_is_no_report_is_refused(last: Any) -> None:
    with pytest.raises(UserError, match=r"last\.json: this is no report of siaksim\. Give a file"):
        compared_with(report(), last, "last.json")


def test_a_report_of_another_version_is_refused() -> None:
    with pytest.raises(UserError, match="version 2, not 1"):
        compared_with(report(), {"report": 2, "runs": []}, "last.json")
