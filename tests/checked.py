"""`siaksim check` with an example client, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SIAKSIM = str(Path(sys.executable).with_name("siaksim"))
DAY = "2026-11-26"  # people are chosen by their age on the day: no test hangs on today's date


class Checked:
    """One run of `siaksim check`, which writes all reports into its folder."""

    def __init__(self, folder: Path, kind: str, manner: str, *words: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._began = time.monotonic()
        reports = ["--json", "report.json", "--junit", "report.xml", "--html", "report.html"]
        client = [SIAKSIM, "example-client", kind, manner]
        self._process = subprocess.Popen(
            [SIAKSIM, "check", "--client", kind, "--date", DAY, *words, *reports, "--", *client],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        self.took_s = 0.0
        self.runs: dict[str, dict[str, Any]] = {}

    def wait(self, timeout_s: float) -> None:
        """Wait for the end, and read the report."""
        self.said, _ = self._process.communicate(timeout=timeout_s)
        self.took_s = time.monotonic() - self._began
        report = self.folder / "report.json"
        assert report.is_file(), self.said
        found = json.loads(report.read_text(encoding="utf-8"))
        self.runs = {run["scenario"]: run for run in found["runs"]}

    def end(self) -> None:
        """End it if it still runs."""
        with self._process:
            self._process.kill()

    @property
    def code(self) -> int:
        """The exit code."""
        return self._process.returncode

    def failed(self, scenario: str) -> set[str]:
        """Return the rules that it failed in a scenario."""
        return {r["rule"] for r in self.runs[scenario]["rules"] if r["value"] == "FAIL"}

    def breached(self, scenario: str) -> set[str]:
        """Return the rules with findings in a scenario, judged or shown only."""
        return {r["rule"] for r in self.runs[scenario]["rules"] if r["findings"]}

    def journal(self, scenario: str) -> list[dict[str, Any]]:
        """Return the lines of a scenario's journal."""
        file = self.folder / "siaksim-check" / "journals" / scenario / "default.jsonl"
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def all_done(made: dict[str, Checked], timeout_s: float) -> dict[str, Checked]:
    """Wait for runs that were begun side by side; none is left behind."""
    try:
        for check in made.values():
            check.wait(timeout_s)
    finally:
        for check in made.values():
            check.end()
    return made
