"""What a stop, a crash and a taken port leave behind."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from clients.walker import Walker
from siaksim.journal.journal import read

from .conftest import RemoteWorld, start

pytestmark = pytest.mark.live


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_is_quick_and_loses_no_line(tmp_path: Path, number: int) -> None:
    server = start("--journal", str(tmp_path))
    for _ in range(20):
        httpx.get(f"{server.url}/siak/v1/notices", timeout=20)
    assert server.stop(number) == 0
    lines = list(read((tmp_path / "default.jsonl").read_bytes()))
    assert sum(line["kind"] == "decided" for line in lines) == 20
    assert (tmp_path / "default.jsonl").stat().st_mode & 0o777 == 0o600


def test_kill_9_loses_no_answered_commit_and_a_restart_resumes(tmp_path: Path) -> None:
    server = start(
        "--state", str(tmp_path / "s"), "--journal", str(tmp_path / "j"), "--speed", "60"
    )
    world = RemoteWorld(server.url, "default")
    nik = world.resident()
    with Walker(server.url, nik, world.selfie(nik), lambda _: None, tries=400) as walker:
        identity = walker.register()
        walker.officer_logs_in()
        walker.meet_officer(identity, "officer_scans")
        assert server.stop(signal.SIGKILL) == -signal.SIGKILL
        decided = list(read((tmp_path / "j" / "default.jsonl").read_bytes()))
        assert sum(line["kind"] == "decided" for line in decided) >= len(walker.seen)
        again = start("--state", str(tmp_path / "s"), "--speed", "60")
        walker.base = again.url
        assert walker.state(identity) == "MAIL_SENT"
        code = walker.activate()
        walker.first_login(code)
        assert again.stop() == 0


def test_a_taken_port_is_one_clear_line_and_exit_code_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = subprocess.run(
            [str(Path(sys.executable).with_name("siaksim")), "serve", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert found.returncode == 2
    assert len(found.stderr.strip().splitlines()) == 1
    assert str(port) in found.stderr
    assert "Traceback" not in found.stderr
