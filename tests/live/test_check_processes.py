"""The processes of `siaksim check`: side by side, interrupted, and when one of them dies."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.live
CLIENT = Path(__file__).parent.parent / "clients" / "check_counter.py"
SCENARIO = """\
scenario: {name}
story: The answer to the first scan is lost.
seed: 5
clock: {{start: 2024-07-11T08:00}}
settings: {{mail_delay: 1s}}
faults:
  - {{target: siak.scan_qr, kind: reset, nth: 1}}
check: {{from: "09:00", until: "{until}", residents: 2, shorten: 10}}
"""
SIAKSIM = str(Path(sys.executable).with_name("siaksim"))
PYTHON = (sys.executable, "-c")
SERVE_OR_WAIT = """
import os, runpy, sys, time
if os.environ["SIAKSIM_SCENARIO"] == "waits":
    open("client.pid", "w").write(str(os.getpid()))
    print("I wait", flush=True)
    time.sleep(600)
sys.argv[1:] = ["good"]
runpy.run_path(os.environ["COUNTER"], run_name="__main__")
"""
KILL_THE_SERVER = """
import os, signal
for entry in os.listdir("/proc"):
    if entry.isdigit() and int(entry) != os.getpid():
        try:
            with open(f"/proc/{entry}/stat") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getppid():
            os.kill(int(entry), signal.SIGKILL)
raise SystemExit(7)
"""


def scenarios(folder: Path, **ends: str) -> list[str]:
    """Write scenarios that begin at 09:00 and end as told; return the options that name them."""
    words: list[str] = []
    for name, until in ends.items():
        text = SCENARIO.format(name=name, until=until)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        words += ["--scenario", f"./{name}.yaml"]
    return words


def begun(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [SIAKSIM, "check", "--client", "counter", "--json", "report.json", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"COUNTER": str(CLIENT), "PYTHONUNBUFFERED": "1"},
    )


def ended(process: subprocess.Popen[str], said: str = "") -> tuple[int, str]:
    """Return the exit code and all that was printed."""
    out, _ = process.communicate(timeout=120)
    return process.returncode, said + out


def report(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "report.json").read_text(encoding="utf-8")))


def test_scenarios_run_side_by_side_and_are_reported_in_order(tmp_path: Path) -> None:
    chosen = scenarios(tmp_path, one="09:02", two="09:01", three="09:01")
    code, said = ended(
        begun(tmp_path, *chosen, "--jobs", "3", "--", sys.executable, str(CLIENT), "good")
    )
    assert code == 0, said
    lines = said.splitlines()
    assert "3 scenarios, 3 at a time, about 14 s: " in lines[0]
    first_end = next(n for n, line in enumerate(lines) if "PASS" in line)
    begins = [line for line in lines[1:first_end] if line.endswith(" s")]
    assert len(begins) == 3, "all have begun before the first has ended"
    runs = report(tmp_path)["runs"]
    assert [run["scenario"] for run in runs] == ["one", "two", "three"]
    for run in runs:
        assert run["slip"]["server"]["samples"] > 0
        assert run["slip"]["check"]["samples"] > 0
        again = run["replay"][0]
        assert f"--scenario ./{run['scenario']}.yaml --seed 5 --date 20" in again
    for name in ("one", "two", "three"):
        assert (tmp_path / f"siaksim-check/{name}.log").is_file()


def test_the_file_gives_the_same_verdict_as_the_check(tmp_path: Path) -> None:
    chosen = scenarios(tmp_path, one="09:01")
    code, said = ended(begun(tmp_path, *chosen, "--", sys.executable, str(CLIENT), "careless"))
    assert code == 1, said
    again = [SIAKSIM, "verdict", "siaksim-check/journals/one", "--client", "counter"]
    done = subprocess.run(
        [*again, "--json", "again.json"], cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 1
    (live,) = report(tmp_path)["runs"]
    (filed,) = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))["runs"]
    assert {**live, "replay": []} == {**filed, "replay": []}


def test_an_interrupt_ends_all_and_reports_what_was_judged(tmp_path: Path) -> None:
    chosen = scenarios(tmp_path, quick="09:01", waits="10:00")
    process = begun(tmp_path, *chosen, "--jobs", "2", "--", *PYTHON, SERVE_OR_WAIT)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "quick.yaml: PASS" in line:
            break
    process.send_signal(signal.SIGINT)
    code, said = ended(process, said)
    assert code == 128 + signal.SIGINT, said
    assert "waits.yaml: interrupted" in said
    assert "PASS: counter in quick" in said
    assert [run["scenario"] for run in report(tmp_path)["runs"]] == ["quick"]
    client = int((tmp_path / "client.pid").read_text(encoding="ascii"))
    with pytest.raises(ProcessLookupError):
        os.kill(client, 0)
    assert "I wait" in (tmp_path / "siaksim-check/waits.log").read_text(encoding="utf-8")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_a_server_that_dies_is_not_the_clients_fault(tmp_path: Path) -> None:
    chosen = scenarios(tmp_path, one="09:10")
    code, said = ended(begun(tmp_path, *chosen, "--", *PYTHON, KILL_THE_SERVER))
    assert code == 5, said
    assert "siaksim failed in ./one.yaml, which is not the client's doing" in said
    assert "did not end well" not in said
    assert "listens on" not in said


def test_what_a_client_said_last_is_shown_when_it_crashes(tmp_path: Path) -> None:
    chosen = scenarios(tmp_path, one="09:01")
    crash = "print('what I was doing'); raise ValueError('my bug')"
    code, said = ended(begun(tmp_path, *chosen, "--lang", "id", "--", *PYTHON, crash))
    assert code == 4, said
    assert "klien berhenti karena galat, kode keluar 1" in said
    assert "    what I was doing" in said
    assert "    ValueError: my bug" in said
    (run,) = report(tmp_path)["runs"]
    assert run["client_end"] == "klien berhenti karena galat, kode keluar 1"


def test_a_client_that_scales_runs_at_a_speed(tmp_path: Path) -> None:
    file = "client: fast\nabout: It scales.\nlike: counter\nscales_with_speed: true\n"
    (tmp_path / "fast.yaml").write_text(file, encoding="utf-8")
    chosen = scenarios(tmp_path, one="09:04")
    tell = "import os; print({k: v for k, v in os.environ.items() if k.startswith('SIAKSIM_S')})"
    words = [*chosen, "--client", "./fast.yaml", "--until", "09:02", "--speed", "3"]
    code, said = ended(begun(tmp_path, *words, "--", *PYTHON, tell))
    assert code == 3, said
    assert "about 6 s" in said.splitlines()[0]  # 2 minutes by 10 and 3, and 2 s to start
    assert "--until 09:02 --speed 3 -- " in said
    (run,) = report(tmp_path)["runs"]
    assert (run["speed"], run["shorten"]) == (3, 10)
    log = (tmp_path / "siaksim-check/one.log").read_text(encoding="utf-8")
    assert "'SIAKSIM_SPEED': '3'" in log


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process that is no child")
def test_a_server_ends_with_whoever_started_it(tmp_path: Path) -> None:
    start = "from siaksim.testing.server import SiakServer\nserver = SiakServer.start()\n"
    tell = "print(server.process.pid, flush=True)\nimport time\ntime.sleep(600)\n"
    owner = subprocess.Popen([*PYTHON, start + tell], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    server = os.pidfd_open(int(owner.stdout.readline()))
    owner.kill()
    owner.communicate(timeout=20)
    gone, _, _ = select.select([server], [], [], 20)
    os.close(server)
    assert gone, "the server outlived its owner"
