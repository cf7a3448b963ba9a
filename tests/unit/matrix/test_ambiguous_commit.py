"""What careless clients do under ambiguous-commit is shown with what it did to the registry."""

from __future__ import annotations

import pytest
from siaksim.edges.judging import report_on
from siaksim.example_clients.manners import CARELESS, GOOD
from siaksim.stage.playing import A_DAY, Played, run
from siaksim.verdict.base import Finding
from siaksim.verdict.reports.catalogue import catalogue
from siaksim.verdict.reports.terminal import terminal_report

SCENARIO = "ambiguous-commit"


def struck(kind: str, operation: str) -> Played:
    """Return the run of a careless client that loses the answer to a commit."""
    played = run(kind, CARELESS, SCENARIO)
    calls = [call for call in played.history.judged if call.operation == operation]
    assert any(call.ambiguous and call.entries for call in calls)
    return played


def findings(played: Played, rule: str) -> list[Finding]:
    return [f for r in played.verdict.rulings if r.rule == rule for f in r.findings]


def said(played: Played) -> str:
    """Return the report, without its line breaks."""
    report = report_on(played.history, played.terms, A_DAY)
    return " ".join(terminal_report(report, catalogue("en"), 80).split())


def test_a_blind_repeat_of_a_scan_is_shown_with_the_two_codes_it_caused() -> None:
    careless = struck("counter", "siak.scan_qr")
    mailed = {e.seq: e for e in careless.history.entries if e.kind == "mail_issued"}
    twice = [f for f in findings(careless, "idempotent_retry") if "one" in f.values]
    assert twice
    for found in twice:
        one, two = mailed[found.values["one"]], mailed[found.values["two"]]
        assert (one.nik, one.request, two.request) == (two.nik, *found.calls)
        for entry in (one, two):
            assert f"#{entry.seq} mail_issued" in said(careless)
        assert f"mail_issued, ledger entries {one.seq} and {two.seq}" in said(careless)
    good = run("counter", GOOD, SCENARIO)
    assert good.verdict.value == "PASS"
    assert {e.nik: e.data["number"] for e in good.history.entries if e.kind == "mail_issued"} == {
        nik: 1 for nik in {e.nik for e in good.history.entries if e.kind == "mail_issued"}
    }


def test_a_kiosk_that_registers_anew_is_shown_its_double_activation_with_both_commits() -> None:
    careless = struck("kiosk", "mail.activate")
    found, *_ = findings(careless, "no_double_activation")
    activated = {e.seq: e for e in careless.history.entries if e.kind == "activated"}
    one, two = activated[found.values["first"]], activated[found.values["second"]]
    assert (one.nik, two.nik) == (found.values["nik"],) * 2
    assert one.data["registration"] != two.data["registration"]
    assert found.calls == (one.request, two.request)
    for entry in (one, two):
        assert f"#{entry.seq} activated" in said(careless)
    good = run("kiosk", GOOD, SCENARIO)
    assert good.verdict.value == "PASS"


@pytest.mark.parametrize("kind", ["counter", "kiosk"])
def test_a_run_is_the_same_run_again_and_another_seed_another(kind: str) -> None:
    first, again, other = (run(kind, GOOD, SCENARIO, seed, residents=9) for seed in (7, 7, 8))
    assert first.history == again.history
    assert first.history.calls != other.history.calls
