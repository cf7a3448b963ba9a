# ruff: noqa: E501  (a table of exact texts)
"""Journals of real worlds, client files and whole verdicts."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from siaksim.edges.assembly import assemble
from siaksim.edges.exchange import Raw
from siaksim.scenario.problems import ScenarioErrors
from siaksim.verdict.clients import load_terms, shipped
from siaksim.verdict.history import read_history
from siaksim.verdict.judge import judge

DAY = date(2024, 7, 11)
LOSSY = """\
scenario: lossy
story: The first scan's answer is lost.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"]}
faults:
  - {target: siak.search, kind: lost_answer, how: reset, first: 1}
"""


def world(text: str = LOSSY) -> Any:
    whole = assemble()
    return whole, whole.worlds.create("default", whole.worlds.inline(text), mode="auto")


def search(whole: Any, path: str = "/siak/v1/residents/search", **headers: str) -> None:
    given = {"content-type": "application/json"} | headers
    whole.exchange.call(Raw("POST", path, given, json.dumps({"nik": "1" * 16}).encode()))


def test_a_history_is_what_the_journal_tells() -> None:
    whole, made = world()
    search(whole)
    made.advance(5)
    search(whole, **{"x-nik": "1" * 16})
    whole.exchange.call(Raw("GET", "/siak/v1/nowhere", {}, b""))
    history = read_history(made.journal.lines)
    first, second = history.judged
    assert (first.end, first.status, first.told, first.ambiguous) == ("reset", 0, False, True)
    assert (second.status, second.code, second.leaks) == (401, "unauthorized", ("header x-nik",))
    assert second.at_s == pytest.approx(5)
    assert history.faults == {"lost_answer#1": "lost_answer"}
    assert history.reached == {"lost_answer#1"}
    assert [(u.path, u.status) for u in history.unrouted] == [("/siak/v1/nowhere", 404)]


def test_client_seconds_are_not_compressed_by_shorten() -> None:
    whole = assemble()
    made = whole.worlds.create("default", whole.worlds.inline(LOSSY), mode="auto", shorten=20)
    search(whole)
    made.advance(60)
    search(whole)
    assert [c.at_s for c in read_history(made.journal.lines).judged] == pytest.approx([0, 3])


@pytest.mark.parametrize("told", ["right", "date"])
@pytest.mark.parametrize("shorten", [1, 20])
@pytest.mark.parametrize(("left", "value"), [(30, "FAIL"), (0.5, "PASS")])
def test_a_real_retry_after_is_held_against_the_clients_own_seconds(
    told: str, shorten: int, left: float, value: str
) -> None:
    text = LOSSY[: LOSSY.index("faults")] + (
        'timeline:\n  - at: "08:00"\n    for: 40m\n    faults:\n'
        f"      - {{target: siak.*, kind: maintenance, retry_after: {told}}}\n"
    )
    whole = assemble()
    made = whole.worlds.create("default", whole.worlds.inline(text), mode="auto", shorten=shorten)
    made.advance(60)
    search(whole)
    asked = (2400 - 60) / shorten
    made.advance((asked - left) * shorten)
    search(whole)
    rulings = judge(read_history(made.journal.lines), shipped("counter"), DAY).rulings
    ruling = {r.rule: r for r in rulings}["retry_after_obeyed"]
    assert ruling.value == value
    assert ruling.exercised >= 1


def test_a_verdict_fails_by_a_rule_and_names_what_never_came() -> None:
    whole, made = world(LOSSY + "  - {target: ikd.*, kind: reset}\n")
    search(whole, "/siak/v1/residents/search?nik=" + "1" * 16)
    verdict = judge(read_history(made.journal.lines), shipped("counter"), DAY)
    assert verdict.value == "FAIL"
    assert "secrets_out_of_url" in {ruling.rule for ruling in verdict.failed}
    assert verdict.reached == ("lost_answer#1",)
    assert verdict.missed == ()
    assert verdict.fates.aside == ("reset#1",)


def test_who_never_called_or_was_never_struck_has_no_pass() -> None:
    whole, made = world()
    assert judge(read_history(made.journal.lines), shipped("kiosk"), DAY).value == "INCONCLUSIVE"
    whole, made = world(LOSSY.replace("siak.search", "ikd.register"))
    whole.exchange.call(Raw("GET", "/ikd/v1/terms", {}, b""))
    verdict = judge(read_history(made.journal.lines), shipped("kiosk"), DAY)
    assert (verdict.value, verdict.why) == (
        "INCONCLUSIVE",
        "faults that never reached the client: lost_answer#1; let more citizens come, give "
        "another seed, or play longer",
    )


OWN = """\
client: mine
about: One of mine.
like: counter
rules:
  retry_limit: {attempts: 5}
waivers:
  - {rule: secrets_out_of_url, reason: The gateway needs it until spring., until: 2027-03-31}
"""


def test_ones_own_file_changes_and_waives() -> None:
    terms = load_terms(OWN, "mine.yaml")
    limits = {rule.rule: rule for rule in terms.rules}
    assert limits.keys() == {rule.rule for rule in shipped("counter").rules}
    assert limits["retry_limit"].attempts == 5  # type: ignore[attr-defined]
    whole, made = world()
    search(whole, "/siak/v1/residents/search?nik=" + "1" * 16)
    history = read_history(made.journal.lines)
    waived = {r.rule: r for r in judge(history, terms, DAY).rulings}["secrets_out_of_url"]
    assert (waived.value, waived.waived) == ("FAIL", True)
    assert "waived until 2027-03-31: The gateway" in waived.why
    late = judge(history, terms, date(2027, 4, 1))
    assert "secrets_out_of_url" in {ruling.rule for ruling in late.failed}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("retry_limit", "retry_limt", "mine.yaml:5:3: rules.retry_limt: no rule is called 'retry_limt'. Did you mean 'retry_limit'?"),
        ("attempts: 5", "attemps: 5", "mine.yaml:5:17: rules.retry_limit.attemps: unknown field. Did you mean 'attempts'?"),
        ("attempts: 5", "attempts: 0", "mine.yaml:5:27: rules.retry_limit.attempts: '0' is too small: at least 1"),
        ("like: counter", "like: conter", "mine.yaml:3:7: like: no client is called 'conter'. Did you mean 'counter'?"),
        ("2027-03-31", "spring", "mine.yaml:7:83: waivers[0].until: 'spring' is no date; write it like 2027-01-31"),
        ("reason: The gateway needs it until spring., ", "", "mine.yaml:7:5: waivers[0]: the field 'reason' is missing"),
        ("rule: secrets_out_of_url", "rule: secrets", "mine.yaml:7:12: waivers[0].rule: no rule is called 'secrets'."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_client_file_has_its_place(old: str, new: str, expected: str) -> None:
    with pytest.raises(ScenarioErrors) as caught:
        load_terms(OWN.replace(old, new), "mine.yaml")
    assert expected in str(caught.value)
