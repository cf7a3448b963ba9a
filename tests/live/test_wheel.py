"""The built wheel, in a fresh environment, outside of the checkout."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
PAGE = """\
from datetime import date
from siaksim.verdict import clients, history, judge
from siaksim.verdict.reports import catalogue, html, model
nothing = history.History()
verdict = judge.judge(nothing, clients.shipped("counter"), date(2024, 7, 11))
print(html.html_report(model.Report((model.Run(verdict, nothing),)), catalogue.catalogue("id")))
"""
"""Prints a page that needs the style and the catalogue beside the code."""


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_installed_wheel_finds_its_files_and_serves(tmp_path: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    run(uv, "build", "--quiet", "--wheel", "--out-dir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    fresh = tmp_path / "fresh"
    run(uv, "venv", "--quiet", "--python", sys.executable, fresh, cwd=tmp_path)
    python = fresh / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    run(uv, "pip", "install", "--quiet", "--python", python, "-c", constraints, wheel, cwd=tmp_path)
    siaksim = fresh / "bin" / "siaksim"
    assert "siak-blackout-25min" in run(siaksim, "scenarios", "list", cwd=tmp_path)
    shown = run(python, "-c", "import siaksim; print(siaksim.__file__)", cwd=tmp_path)
    assert Path(shown.strip()).is_relative_to(fresh)

    assert "BELUM PASTI" in run(python, "-c", PAGE, cwd=tmp_path)
    install = ("pip", "install", "--quiet", "--python", python, "-c", constraints, "pytest")
    run(uv, *install, cwd=tmp_path)
    foreign = tmp_path / "foreign"
    for folder in ("simulator", "scenarios", "tests"):
        (foreign / folder).mkdir(parents=True)
        (foreign / folder / "__init__.py").touch()
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"<!-- run: pytest -->\n```python\n(.*?)```", text, re.S)
    (foreign / "tests" / "test_mine.py").write_text(example, encoding="utf-8")
    strict = ("-m", "pytest", "--strict-markers", "-W", "error")
    assert "1 passed" in run(python, *strict, cwd=foreign)

    process = subprocess.Popen(
        [str(siaksim), "serve", "--port", "0", "--scenario", "siak-brownout"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = None
        while found is None:
            line = process.stdout.readline()
            assert line, "the server ended before it said where it listens"
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
        for path in ("/siak/v1/notices", "/__admin/openapi/ikd.json", "/__admin/health"):
            assert httpx.get(found[0] + path, timeout=20).status_code == 200
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0
