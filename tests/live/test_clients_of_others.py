"""Clients that know nothing of the judge are judged by what they do, whatever they are made of.

Two were written from the contracts alone (tests/clients/blind); two do in shell and in JavaScript
what tests/clients/check_counter.py does in Python (tests/clients/foreign).
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from check_side_by_side import Check, Checked

pytestmark = pytest.mark.live
CLIENTS = Path(__file__).parent.parent / "clients"
HEAD = """\
seed: 5
clock: {start: 2024-07-11T08:00}
"""
LOSSY = f"""\
scenario: lossy-minute
story: The answers to the first two scans are lost, one after the commit. Mails take an hour.
{HEAD}
settings: {{mail_delay: 1h}}
faults:
  - {{target: siak.scan_qr, kind: reset, nth: 1}}
  - {{target: siak.scan_qr, kind: lost_answer, how: reset, nth: 2}}
check: {{from: "09:00", until: "09:01", residents: 1, shorten: 10}}
"""
COUNTERS_DAY = f"""\
scenario: counters-minutes
story: SIAK asks for half a minute's patience once, and the answer to a scan is lost.
{HEAD}
settings: {{mail_delay: 1s}}
faults:
  - {{target: siak.search, kind: maintenance, body: problem, retry_after: 5m, nth: 1}}
  - {{target: siak.scan_qr, kind: lost_answer, how: reset, nth: 1}}
check: {{from: "09:00", until: "09:02", residents: 1, shorten: 10}}
"""
KIOSKS_DAY = f"""\
scenario: kiosks-minutes
story: The terms are not to be had once, and each phone loses its first answer.
{HEAD}
settings: {{mail_delay: 1s}}
faults:
  - {{target: ikd.terms, kind: error, status: 503, nth: 1}}
  - {{target: mail.activate, kind: lost_answer, how: reset, nth: 1}}
check: {{from: "09:00", until: "09:03", residents: 2, shorten: 10}}
"""
LANGUAGES = {
    "python": (sys.executable, str(CLIENTS / "check_counter.py")),
    "curl": ("sh", str(CLIENTS / "foreign/counter.sh")),
    "node": ("node", str(CLIENTS / "foreign/counter.mjs")),
}
"""The program that a language's counter needs -> its command."""
MANNERS = ("good", "careless")
FOREIGN = (
    pytest.param("curl", marks=pytest.mark.needs("curl")),
    pytest.param("node", marks=pytest.mark.needs("node")),
)


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Check]]:
    """All checks, begun together; those whose program is missing here are left out."""
    folder = tmp_path_factory.mktemp("checks")
    blind = {
        "counter": (COUNTERS_DAY, CLIENTS / "blind/counter_httpx.py"),
        "kiosk": (KIOSKS_DAY, CLIENTS / "blind/kiosk_urllib3.py"),
    }
    begun = {
        kind: Check(folder / kind, kind, day, (sys.executable, str(path)))
        for kind, (day, path) in blind.items()
    }
    for program, command in LANGUAGES.items():
        if program == "python" or shutil.which(program):
            for manner in MANNERS:
                name = f"{program}-{manner}"
                begun[name] = Check(folder / name, "counter", LOSSY, (*command, manner))
    yield begun
    for check in begun.values():
        check.stop()


@pytest.fixture(scope="module")
def ended(checks: dict[str, Check]) -> dict[str, Checked]:
    return {name: check.end() for name, check in checks.items()}


def test_a_counter_written_from_the_contracts_fails_by_the_one_thing_it_does_not_do(
    ended: dict[str, Checked],
) -> None:
    counter = ended["counter"]
    # It reads no Retry-After: it comes back after a second or two, where 30 were asked for.
    assert counter.failed == {"retry_after_obeyed"}, counter.said
    (found,) = counter.findings("retry_after_obeyed")
    assert [call["status"] for call in found["calls"]] == [503, 200]
    # Its keys make the repeat of a scan safe, and it asks until the citizen is active.
    assert {"idempotent_retry", "no_orphan", "retry_limit", "work_completed"} <= counter.tested
    assert counter.said.count(": done") == 1


def test_a_kiosk_written_from_the_contracts_fails_by_a_habit_of_its_library(
    ended: dict[str, Checked],
) -> None:
    kiosk = ended["kiosk"]
    # urllib3's Retry makes its first repeat at once: of the terms, and of each phone's activation.
    assert kiosk.failed == {"retry_spacing"}, kiosk.said
    again = [found["values"]["operation"] for found in kiosk.findings("retry_spacing")]
    assert sorted(again) == ["ikd.terms", "mail.activate", "mail.activate"]
    # The key that it sends again with the activation keeps the citizen's account single.
    assert {"idempotent_retry", "no_double_activation", "no_lost_activation"} <= kiosk.tested
    assert kiosk.said.count(" done") == 2


def conduct(checked: Checked) -> dict[str, Any]:
    """Return a verdict without what differs between two runs of one client: ids and times."""
    keep = ("rule", "value", "state", "exercised", "why", "advice")
    rules = []
    for ruling in checked.rules:
        findings = [
            {
                "text": re.sub(r"\d+(\.\d+)? s\b", "so many s", found["text"]),
                "subject": found["subject"],
                "client": found["client"],
                "calls": [(c["operation"], c["status"], c["end"]) for c in found["calls"]],
            }
            for found in ruling["findings"]
        ]
        rules.append({name: ruling[name] for name in keep} | {"findings": findings})
    told = {name: checked.run[name] for name in ("calls", "reached", "missed")}
    return told | {"value": checked.value, "rules": rules}


@pytest.mark.parametrize("program", FOREIGN)
@pytest.mark.parametrize("manner", MANNERS)
def test_a_verdict_does_not_know_the_language(
    ended: dict[str, Checked], program: str, manner: str
) -> None:
    ours, theirs = ended[f"python-{manner}"], ended[f"{program}-{manner}"]
    assert conduct(theirs) == conduct(ours), theirs.said


def test_the_manners_that_are_the_same_in_every_language_differ_in_their_verdict(
    ended: dict[str, Checked],
) -> None:
    good, careless = ended["python-good"], ended["python-careless"]
    assert (good.value, good.failed) == ("PASS", set()), good.said
    assert (careless.value, careless.failed) == ("FAIL", {"idempotent_retry"}), careless.said
    assert "idempotent_retry" in good.tested
