"""`siaksim check` in a process of its own: good and careless clients, crashes, daemons, silence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.live
SIAKSIM = str(Path(sys.executable).with_name("siaksim"))
ODD = {"crash": "raise SystemExit(7)", "sleep": "import time; time.sleep(600)", "silent": ""}
"""Programs that are no clients at all."""
SCENARIO = """\
scenario: lossy-minutes
story: The answers to the first two scans are lost, one of them after the commit.
seed: 5
clock: {start: 2024-07-11T08:00}
settings: {mail_delay: 1s}
faults:
  - {target: siak.scan_qr, kind: reset, nth: 1}
  - {target: siak.scan_qr, kind: lost_answer, how: reset, nth: 2}
check: {from: "09:00", until: "09:UNTIL", residents: 3, shorten: 10}
"""


def checked(
    tmp_path: Path, *words: str, until: str = "02", text: str = SCENARIO
) -> subprocess.CompletedProcess[str]:
    """Run a check of a command in a folder; return what it printed and its exit code."""
    (tmp_path / "lossy.yaml").write_text(text.replace("UNTIL", until), encoding="utf-8")
    command = [SIAKSIM, "check", "--client", "counter"]
    command += [
        "--scenario",
        "./lossy.yaml",
        "--json",
        "report.json",
        "--width",
        "100",
        "--",
        *words,
    ]
    return subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )


def client(manner: str) -> tuple[str, ...]:
    if manner in ODD:
        return (sys.executable, "-c", ODD[manner])
    return (SIAKSIM, "example-client", "counter", manner)


def test_a_careful_client_passes_and_its_output_is_kept(tmp_path: Path) -> None:
    done = checked(tmp_path, *client("good"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 scenario, about 14 s: " in done.stdout
    assert "PASS" in done.stdout
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    (run,) = found["runs"]
    assert run["scenario"] == "lossy-minutes"
    residents = json.loads(
        (tmp_path / "siaksim-check/lossy-minutes.residents.json").read_text(encoding="utf-8")
    )
    assert len(residents) == 3
    assert (tmp_path / "siaksim-check/journals/lossy-minutes/default.jsonl").is_file()


def test_a_careless_client_fails_by_the_rule_that_it_breaks(tmp_path: Path) -> None:
    done = checked(tmp_path, *client("careless"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAIL  idempotent_retry" in done.stdout
    assert "again: siaksim check --client counter --scenario ./lossy.yaml -- " in done.stdout


def test_a_crash_is_told_from_a_breach(tmp_path: Path) -> None:
    done = checked(tmp_path, *client("crash"))
    assert done.returncode == 4, done.stdout + done.stderr
    assert "it crashed with exit code 7" in done.stdout


def test_a_command_that_is_not_there_could_not_be_started(tmp_path: Path) -> None:
    done = checked(tmp_path, "./no-such-client")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "could not be started: No such file" in done.stdout


def test_a_client_that_never_calls_proves_nothing(tmp_path: Path) -> None:
    done = checked(tmp_path, *client("silent"))
    assert done.returncode == 3, done.stdout + done.stderr
    assert "never called" in done.stdout


def test_a_daemon_is_ended_and_that_is_no_crash(tmp_path: Path) -> None:
    text = SCENARIO.replace("shorten: 10", "shorten: 120")
    done = checked(tmp_path, *client("sleep"), until="01", text=text)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "did not end well" not in done.stdout


def test_usage_mistakes_say_how_to_mend_them(tmp_path: Path) -> None:
    nothing = checked(tmp_path)
    assert nothing.returncode == 2
    assert "Give the client's command after --" in nothing.stderr
    text = SCENARIO.partition("check:")[0]
    done = checked(tmp_path, *client("good"), text=text)
    assert done.returncode == 2
    assert "Add a stanza: check: {from:" in done.stderr
