"""What became of faults in journals of real worlds: struck, missed, to come later, for others."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from siaksim.edges.assembly import assemble
from siaksim.edges.exchange import Raw
from siaksim.scenario.problems import ScenarioErrors
from siaksim.services.siak.rules import OFFICERS, password
from siaksim.verdict.clients import load_terms, shipped
from siaksim.verdict.history import read_history
from siaksim.verdict.judge import Verdict, judge
from siaksim.verdict.reaching import fates

DAY = date(2024, 7, 11)
HEAD = """\
scenario: told
story: A day with some faults.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"]}
faults:
"""
NOTICES = "/c/counter.1/siak/v1/notices"


class Day:
    """A world on a clock that is moved, and who calls it."""

    def __init__(self, *faults: str) -> None:
        self.whole = assemble()
        text = HEAD + "".join(f"  - {fault}\n" for fault in faults)
        text = text if faults else text.replace("faults:\n", "")
        scenario = self.whole.worlds.inline(text)
        self.world: Any = self.whole.worlds.create("default", scenario, mode="auto")

    def call(self, path: str = NOTICES, method: str = "GET", **body: str) -> None:
        """Make a call."""
        sent = json.dumps(body).encode() if body else b""
        headers = {"content-type": "application/json"} if body else {}
        self.whole.exchange.call(Raw(method, path, headers, sent))

    def work(self, until: str) -> None:
        """Let citizens come until then, as a check does."""
        asked = {"residents": 4, "until": until, "spread": True}
        made = self.whole.app.test_client().post("/__admin/work", json=asked)
        assert made.status_code == 201

    def verdict(self, client: str = "counter") -> Verdict:
        """Return the verdict on a shipped kind of client, or by a client file's text."""
        terms = load_terms(client, "mine.yaml") if "\n" in client else shipped(client)
        return judge(read_history(self.world.journal.lines), terms, DAY)


STRIKES = "{target: siak.notices, kind: latency, delay: 1s}"


def test_one_fault_that_never_came_leaves_no_pass() -> None:
    day = Day(STRIKES, "{target: siak.scan_qr, kind: reset}")
    day.call()
    verdict = day.verdict()
    assert (verdict.value, verdict.reached, verdict.missed) == (
        "INCONCLUSIVE",
        ("latency#1",),
        ("reset#1",),
    )
    assert "reset#1" in verdict.why
    assert "let more citizens come, give another seed" in verdict.why
    assert not verdict.vain  # the rules were put to the test all the same


def test_a_breach_stays_a_breach_whatever_was_missed() -> None:
    day = Day("{target: siak.scan_qr, kind: reset}")
    day.call(f"{NOTICES}?nik={'1' * 16}")
    verdict = day.verdict()
    assert (verdict.value, verdict.missed) == ("FAIL", ("reset#1",))


def test_all_faults_met_is_a_pass_and_so_is_a_day_without_faults() -> None:
    for faults in ((STRIKES,), ()):
        day = Day(*faults)
        day.call()
        assert (day.verdict().value, day.verdict().why) == ("PASS", "")


def test_what_was_not_yet_due_is_told_and_not_missed() -> None:
    day = Day(STRIKES, '{target: siak.*, kind: hang, at: "09:00", for: 1h}')
    day.call()
    early = day.verdict()
    assert (early.value, early.fates.later, early.missed) == ("PASS", ("hang#1",), ())
    day.world.advance(2 * 3600 + 1)  # the fault comes and goes, and nobody calls
    late = day.verdict()
    assert (late.value, late.fates.later, late.missed) == ("INCONCLUSIVE", (), ("hang#1",))


def test_a_fault_after_the_last_citizen_was_not_due() -> None:
    day = Day(STRIKES, '{target: siak.*, kind: hang, at: "09:00", for: 1h}')
    day.work("08:50")
    day.call()
    day.world.advance(3601)
    assert day.verdict().fates.later == ("hang#1",)


def test_a_fault_that_is_over_before_the_client_begins_to_call_was_missed() -> None:
    day = Day(STRIKES, '{target: siak.*, kind: hang, at: "08:00", for: 10m}')
    day.world.advance(3600)
    day.call()
    assert day.verdict().missed == ("hang#1",)


def test_faults_of_others_are_not_for_this_client() -> None:
    day = Day(
        STRIKES,
        "{target: ikd.*, kind: reset}",
        "{target: siak.*, client: kiosk, kind: empty}",
        "{target: siak.*, client: actor, kind: garbage}",
    )
    day.call()
    verdict = day.verdict()
    assert verdict.value == "PASS"
    assert verdict.fates.aside == ("empty#1", "garbage#1", "reset#1")


def test_a_fault_that_names_the_clients_kind_is_for_it_however_it_calls_itself() -> None:
    day = Day(STRIKES, "{target: siak.*, client: counter, kind: empty}")
    day.call(NOTICES.replace("/c/counter.1", ""))
    assert day.verdict().missed == ("empty#1",)
    mine = "client: mine\nabout: One of mine.\nlike: counter\n"
    assert day.verdict(mine).missed == ("empty#1",)


def test_a_scenario_without_a_fault_for_this_client_proves_nothing() -> None:
    day = Day("{target: mail.captcha, kind: captcha_down, how: unreadable}")
    day.call()
    verdict = day.verdict()
    assert (verdict.value, verdict.vain) == ("INCONCLUSIVE", True)
    assert verdict.why == "no fault of the scenario is for this kind of client"


def test_a_morning_before_every_fault_proves_nothing() -> None:
    day = Day('{target: siak.*, kind: hang, at: "09:00", for: 1h}')
    day.call()
    verdict = day.verdict()
    assert (verdict.value, verdict.vain) == ("INCONCLUSIVE", True)
    assert "play longer" in verdict.why


def test_a_mail_fault_strikes_when_a_mail_is_struck() -> None:
    day = Day("{target: mail.*, kind: mail_loss}")
    day.call("/c/counter.1/siak/v1/ikd/scans", "POST", payload="x")  # refused: no mail
    history = read_history(day.world.journal.lines)
    assert [hit.fault for hit in history.judged[0].hits] == ["mail_loss#1"]
    assert fates(history, shipped("counter")).missed == ("mail_loss#1",)


def test_logging_everybody_out_strikes_who_calls_afterwards() -> None:
    def verdict(later: bool) -> Verdict:
        day = Day('{target: siak.*, kind: session_expiry, at: "08:10", for: 1m}')
        operator = next(iter(OFFICERS))
        login = {"operator_id": operator, "password": password(operator)}
        day.call("/c/counter.1/siak/v1/sessions", "POST", **login)
        day.world.advance(700)
        if later:
            day.call()
        return day.verdict()

    assert verdict(later=True).reached == ("session_expiry#1",)
    assert verdict(later=False).missed == ("session_expiry#1",)


def test_a_fault_that_was_added_by_hand_has_its_aim_in_the_journal() -> None:
    day = Day(STRIKES)
    text = "{target: mail.captcha, kind: captcha_down, how: unreadable, for: 10m}"
    added = day.whole.app.test_client().post("/__admin/faults", json={"text": text})
    assert added.status_code == 201, added.data
    day.call()
    assert day.verdict().fates.aside == ("captcha_down#1",)
    assert day.verdict("kiosk").missed == ("captcha_down#1",)


def test_a_changed_scenarios_faults_are_for_the_client_too() -> None:
    day = Day(STRIKES)
    day.call()
    other = HEAD + "  - {target: siak.scan_qr, kind: reset}\n"
    changed = day.whole.worlds.inline(other.replace("told", "another"))
    day.whole.worlds.change_scenario("default", changed, other)
    verdict = day.verdict()
    assert (verdict.reached, verdict.missed) == (("latency#1",), ("reset#1",))


def test_a_client_file_names_operations_that_exist() -> None:
    with pytest.raises(ScenarioErrors) as caught:
        load_terms('client: mine\nabout: x\ncalls: ["siak.*", siak.scan_qrs]\n', "mine.yaml")
    expected = "mine.yaml:3:19: calls[1]: 'siak.scan_qrs' is no operation. Did you mean"
    assert expected in str(caught.value)
