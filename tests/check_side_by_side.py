"""Checks of several clients side by side: each is mostly waiting, so together they cost little."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SIAKSIM = str(Path(sys.executable).with_name("siaksim"))


CODES = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3}
"""A run's value -> the check's exit code, if the client ended well."""
BUSY = "the machine was too busy to judge time"
"""How the reason begins for which a rule of time is INCONCLUSIVE where timers were late."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to: what it and its client printed, and the one run of its report."""

    said: str
    run: dict[str, Any]

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The rulings by name, as they are on a machine that keeps time.

        Where it did not, findings stand beside INCONCLUSIVE; what these tests make clients do is
        so far from every limit that a late timer changes nothing.
        """
        return sorted(map(_kept_time, self.run["rules"]), key=lambda rule: str(rule["rule"]))

    @property
    def value(self) -> str:
        """The verdict's value, by those rulings."""
        values = {rule["value"] for rule in self.rules}
        return next((v for v in ("FAIL", "INCONCLUSIVE") if v in values), "PASS")

    @property
    def failed(self) -> set[str]:
        """The rules that were breached."""
        return {rule["rule"] for rule in self.rules if rule["value"] == "FAIL"}

    @property
    def tested(self) -> set[str]:
        """The rules that were put to the test."""
        return {rule["rule"] for rule in self.rules if rule["exercised"]}

    def findings(self, rule: str) -> list[dict[str, Any]]:
        """Return the findings of a rule."""
        (found,) = (r["findings"] for r in self.rules if r["rule"] == rule)
        return list(found)


def _kept_time(ruling: dict[str, Any]) -> dict[str, Any]:
    if not ruling["why"].startswith(BUSY):
        return ruling
    value = "FAIL" if ruling["findings"] else "PASS"
    return ruling | {"value": value, "state": value, "why": ""}


class Check:
    """`siaksim check` of one command in a folder of its own, begun at once."""

    def __init__(self, folder: Path, kind: str, day: str, command: Sequence[str]) -> None:
        """Begin to check a command as a `kind` of client on a day given as a scenario's text."""
        folder.mkdir()
        (folder / "day.yaml").write_text(day, encoding="utf-8")
        words = [SIAKSIM, "check", "--client", kind, "--scenario", "./day.yaml"]
        words += ["--json", "report.json", "--width", "100", "--", *command]
        self._folder = folder
        self._process = subprocess.Popen(
            words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def end(self) -> Checked:
        """Wait for the check's end and return what it came to."""
        said, _ = self._process.communicate(timeout=120)
        report = self._folder / "report.json"
        logs = "".join(p.read_text("utf-8") for p in self._folder.glob("siaksim-check/*.log"))
        assert report.is_file(), said + logs
        (run,) = json.loads(report.read_text(encoding="utf-8"))["runs"]
        assert self._process.returncode == CODES[run["value"]], said + logs
        return Checked(said + logs, run)

    def stop(self) -> None:
        """End a check that nobody waits for any more."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=30)
