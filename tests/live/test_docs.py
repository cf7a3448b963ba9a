"""What the README and the docs tell people to type works as it stands."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from siaksim.scenario.build import load

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
RUN = re.compile(r"<!-- run: with a server -->\n```\n(.*?)```", re.S)
ALONE = re.compile(r"<!-- run: alone -->\n```\n(.*?)```", re.S)
VALIDATE = re.compile(r"<!-- validate -->\n```yaml\n(.*?)```", re.S)
SCENARIOS = VALIDATE.findall((ROOT / "docs/scenarios.md").read_text(encoding="utf-8"))
SHOWN = {
    "README.md": ['"notices":', "no answer: exit code", '"kind":"decided"'],
    "docs/add-a-fault.md": ['"state":"active"', "<h1>502 Bad Gateway</h1>", '"state":"ended"'],
    "docs/getting-started.md": [
        '"result":"match"',
        '"activated":true',
        '"ACTIVE"',
        "logged_in",
        "genuine",
    ],
    "docs/field.md": ['"rejected":2', '"code":"qr_unknown"', '"conflicts":[]'],
    "docs/ktp-el.md": [
        '"number":1,"status":"BIO_CAPTURED"',
        '"why": "one to one: this NIK is being recorded already"',
        '"status": "DELETED"',
        '"waiting": 1',
        '"status":"CARD_ISSUED"',
        '"recorded":true,"ktp_el":"CARD_ISSUED"',
    ],
    "docs/verdicts.md": [
        "siak.notices was tried 5 times in a row, 3 are enough",
        "exit code 1",
        "siak.notices dicoba 5 kali berturut-turut, 3 kali sudah cukup",
    ],
    "docs/replay.md": ['"recorded":true', '"known":4', '"unknown":0', '"unused":0'],
}


def pasted(lines: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Let a shell run lines of a page in a folder."""
    return subprocess.run(
        ["bash", "-c", lines],
        cwd=folder,
        env=os.environ | {"PATH": PATH} | environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.parametrize("page", SHOWN)
def test_the_lines_of_a_page_work_when_pasted(simulator: Any, page: str, tmp_path: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = "".join(RUN.findall(text)).replace("http://127.0.0.1:7425", simulator.url)
    assert simulator.url in lines
    done = pasted(lines, tmp_path)
    told = done.stdout.replace(": ", ":")
    for wanted in SHOWN[page]:
        assert wanted.replace(": ", ":") in told, done.stdout + done.stderr


def test_the_lines_that_record_and_replay_work_when_pasted(tmp_path: Path) -> None:
    page = (ROOT / "docs/replay.md").read_text(encoding="utf-8")
    (lines,) = ALONE.findall(page)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    done = pasted(lines.replace("7425", port), tmp_path, SIAKSIM_PORT=port, PYTHONUNBUFFERED="1")
    told = done.stdout.replace(": ", ":")
    for wanted in ('"known":3', '"unknown":1', '"unused":1', '"recorded":4'):
        assert wanted in told, done.stdout + done.stderr
    statuses = re.findall(r"^(\d{3})$", done.stdout, re.M)
    assert statuses[4:] == statuses[:3]
    (summary,) = re.findall(r"```\n(replay of .*?)```", page, re.S)
    assert summary in done.stdout


def test_the_lines_that_forecast_work_when_pasted(tmp_path: Path) -> None:
    page = (ROOT / "docs/rehearsals.md").read_text(encoding="utf-8")
    (lines,) = ALONE.findall(page)
    done = pasted(lines, tmp_path)
    assert done.returncode == 0, done.stderr
    for wanted in ("officers=3", "cost (citizens)", "drain of the mean queue (min)"):
        assert wanted in done.stdout
    assert '"variant": "officers=1"' in (tmp_path / "forecast.json").read_text(encoding="utf-8")


def test_the_banners_own_curl_lines_work_when_pasted(simulator: Any) -> None:
    process = simulator.process
    lines: list[str] = []
    while len(lines) < 4:
        line = process.stdout.readline().strip()
        if line.startswith("curl "):
            lines.append(line)
    for line in lines:
        done = subprocess.run(
            ["bash", "-c", line.replace("curl ", "curl -s -f ", 1)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, line
        assert done.stdout.startswith("{")


def test_the_docs_have_scenarios_with_faults_with_rhythms_and_with_people() -> None:
    faulty, rhythmic, peopled = (load(text, "docs") for text in SCENARIOS)
    assert len(faulty.faults) == 3
    told = {type(fault.pace).__name__ for fault in rhythmic.faults}
    assert told == {"Burst", "Flap", "Ramp"}
    assert peopled.population_settings.size == 20_000
    assert peopled.population_settings.under_17 == 0.33


@pytest.mark.parametrize("text", SCENARIOS)
def test_the_scenarios_in_the_docs_are_sound(text: str, tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text(text, encoding="utf-8")
    siaksim = str(Path(sys.executable).with_name("siaksim"))
    for command in ("validate", "show"):
        done = subprocess.run(
            [siaksim, "scenarios", command, str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
