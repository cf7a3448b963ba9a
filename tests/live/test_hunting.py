"""`siaksim hunt` with a client over real sockets: what it leaves behind, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from siaksim.scenario.build import load
from siaksim.scenario.operations import known_operations

pytestmark = pytest.mark.live
CLIENT = str(Path(__file__).parent.parent / "clients" / "reads_json.py")
SIAKSIM = str(Path(sys.executable).with_name("siaksim"))
FOUND = "siaksim-hunt/normal-day-crash.yaml"


def begun(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [SIAKSIM, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, _ = process.communicate(timeout=120)
    return process.returncode, out


def hunting(folder: Path, *words: str) -> subprocess.Popen[str]:
    reports = ("--json", "hunt.json", "--junit", "hunt.xml")
    return begun(folder, "hunt", "--client", "counter", *reports, *words)


def test_a_crash_is_found_saved_and_reported_and_the_file_crashes_the_client_again(
    tmp_path: Path,
) -> None:
    left = tmp_path / "siaksim-hunt"
    (left / "journals").mkdir(parents=True)
    (left / "journals/try-1.jsonl").write_text("of another hunt\n", encoding="utf-8")
    (left / "try-99.log").touch()
    (left / "mine.yaml").touch()
    code, said = ended(hunting(tmp_path, "--budget", "12", "--", sys.executable, CLIENT))
    assert code == 4, said
    assert "BROKEN  crash" in said
    assert "- The 1st call of siak.login gets a gateway's 502 page in HTML." in said
    assert "it fails in 3 of 3 plays" in said
    assert f"saved: {FOUND}" in said
    assert "again: siaksim hunt --client counter --seed 0 --budget 12" in said
    scenario = load((tmp_path / FOUND).read_text("utf-8"), FOUND, operations=known_operations())
    assert [(f.kind, f.nth) for f in scenario.faults] == [("gateway_html", 1)]
    assert (left / "mine.yaml").exists()
    assert not (left / "try-99.log").exists()
    kept = sorted(file.stem for file in (left / "journals").glob("try-*.jsonl"))
    assert kept
    assert len(kept) == len(list(left.glob("try-*.log")))
    for file in kept:
        assert "gateway_html" in (left / f"journals/{file}.jsonl").read_text("utf-8")
    report = json.loads((tmp_path / "hunt.json").read_text("utf-8"))
    assert [(b["rule"], b["file"]) for b in report["broken"]] == [("crash", FOUND)]
    (suite,) = ET.fromstring((tmp_path / "hunt.xml").read_bytes())
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")

    words = ("check", "--client", "counter", "--scenario", f"./{FOUND}")
    code, said = ended(begun(tmp_path, *words, "--", sys.executable, CLIENT))
    assert code == 4, said
    assert "crashed with exit code 1" in said


@pytest.mark.skipif(os.name != "posix", reason="needs a FIFO")
def test_ctrl_c_keeps_what_was_found_and_leaves_nobody_behind(tmp_path: Path) -> None:
    fifo = tmp_path / "waits"
    os.mkfifo(fifo)
    process = hunting(tmp_path, "--all", "--", sys.executable, CLIENT, str(fifo))
    waiting = int(fifo.read_text(encoding="ascii"))  # the client has died often enough
    process.send_signal(signal.SIGINT)
    code, said = ended(process)
    assert code == 128 + signal.SIGINT, said
    assert f"saved: {FOUND}" in said
    assert "ended early: interrupted; what was found is kept" in said
    assert (tmp_path / FOUND).is_file()
    report = json.loads((tmp_path / "hunt.json").read_text("utf-8"))
    assert report["stopped"] == "interrupted"
    assert [b["rule"] for b in report["broken"]] == ["crash"]
    with pytest.raises(ProcessLookupError):
        os.kill(waiting, 0)


def test_a_client_that_never_calls_cannot_be_hunted(tmp_path: Path) -> None:
    code, said = ended(hunting(tmp_path, "--", sys.executable, "-c", ""))
    assert code == 3, said
    assert "The client never called: nothing could be struck." in said
