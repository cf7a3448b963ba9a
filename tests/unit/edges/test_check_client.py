"""How a client under test ends, and how it is ended: each way is told from the others."""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path

import pytest
from siaksim.edges.checks import client
from siaksim.edges.checks.client import TAIL, run_client, tail_of
from siaksim.verdict.reports.catalogue import catalogue

IGNORES = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
TELLS = "print('ready', flush=True)\ntime.sleep(600)\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "END_S", 0.2)
    monkeypatch.setattr(client, "KILL_S", 0.3)
    monkeypatch.setattr(client, "STEP_S", 0.02)


def ran(log: Path, code: str, lasts_s: float = 60.0, cut_short: bool = False) -> str:
    """Run Python code as the client; where it says `ready`, it is only cut short after that."""

    def cut() -> bool:
        return cut_short and (tail_of(log) == ("ready",) or "ready" not in code)

    return run_client((sys.executable, "-c", code), {}, log, lasts_s, cut)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("pass", ""),
        ("raise SystemExit(3)", "it crashed with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "it was killed by SIGKILL"),
    ],
)
def test_an_end_of_its_own_is_told(tmp_path: Path, code: str, told: str) -> None:
    assert ran(tmp_path / "log", code) == told


def test_a_daemon_that_ends_by_sigterm_has_not_crashed(tmp_path: Path) -> None:
    assert ran(tmp_path / "log", "import time\ntime.sleep(600)", lasts_s=0.0) == ""


def test_one_that_takes_no_sigterm_is_killed_and_was_hung(tmp_path: Path) -> None:
    log = tmp_path / "log"
    told = ran(log, IGNORES + TELLS, cut_short=True)
    assert told == "it hung past its end and had to be killed"
    assert catalogue("id").put(told).startswith("klien macet")


def test_what_is_not_there_cannot_be_started(tmp_path: Path) -> None:
    told = run_client(("./nothing",), {}, tmp_path / "log", 1.0, lambda: False)
    assert told == "it could not be started: No such file or directory"


def test_what_a_client_has_started_ends_with_it(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    child = f"import fcntl, time\nf = open({str(lock)!r}, 'w')\nfcntl.flock(f, fcntl.LOCK_EX)\n"
    parent = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {IGNORES!r} + "
    parent += f"{child!r} + {TELLS!r}], stdout=subprocess.PIPE).stdout.readline()\n"
    assert ran(tmp_path / "log", parent) == ""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # held for ten minutes if the child lived on


def test_its_last_lines_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert tail_of(log) == ()
    ran(log, "import sys\nfor n in range(40): print(n)\nprint('last', file=sys.stderr)")
    assert len(tail_of(log)) == TAIL
    assert tail_of(log)[-1] == "last"
    assert log.stat().st_mode & 0o777 == 0o600


def test_it_reads_nothing_from_the_terminal(tmp_path: Path) -> None:
    assert ran(tmp_path / "log", "import sys\nassert sys.stdin.read() == ''") == ""
