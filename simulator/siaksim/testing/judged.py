"""A verdict in the test's own process, from the world's journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from siaksim.core.clock import WIB
from siaksim.errors import UserError
from siaksim.verdict.base import Finding, Value
from siaksim.verdict.clients import ClientTerms, load_terms, shipped
from siaksim.verdict.history import read_history
from siaksim.verdict.judge import judge
from siaksim.verdict.reports.catalogue import catalogue
from siaksim.verdict.reports.model import Report, Run
from siaksim.verdict.reports.terminal import terminal_report

WIDTH = 100


class NotPassed(AssertionError):
    """A verdict that had to be PASS is another one."""

    def __init__(self, verdict: SiakVerdict) -> None:
        super().__init__(f"the verdict is {verdict.value}\n{verdict.text}")
        self.verdict = verdict


@dataclass(frozen=True)
class SiakVerdict:
    """PASS, FAIL or INCONCLUSIVE, the findings, and `text`: the report that a terminal shows."""

    value: Value
    why: str
    findings: tuple[Finding, ...] = field(repr=False)
    failed: tuple[str, ...]
    text: str = field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether the verdict is PASS; an INCONCLUSIVE one is none."""
        return self.value == "PASS"

    def require_pass(self) -> None:
        """Fail the test with the report unless the verdict is PASS."""
        __tracebackhide__ = True
        if not self.passed:
            raise NotPassed(self)


def judged(
    lines: Iterable[Mapping[str, Any]], client: str | Path, folder: Path, day: date | None = None
) -> SiakVerdict:
    """Judge a journal; `day` (today in Indonesia) decides which waivers hold."""
    history = read_history(lines)
    verdict = judge(history, terms_of(client, folder), day or datetime.now(WIB).date())
    run = Run(verdict, history)
    text = terminal_report(Report((run,)), catalogue("en"), WIDTH).rstrip("\n")
    failed = verdict.failed
    findings = tuple(found for ruling in failed for found in ruling.findings)
    why = catalogue("en").put(verdict.why)
    return SiakVerdict(verdict.value, why, findings, tuple(r.rule for r in failed), text)


def terms_of(client: str | Path, folder: Path) -> ClientTerms:
    """Return the terms of a shipped kind of client, or of a client file below the folder."""
    if isinstance(client, str) and not client.endswith((".yaml", ".yml")):
        return shipped(client)
    try:
        return load_terms((folder / client).read_text(encoding="utf-8"), str(client))
    except OSError as error:
        how = "Give a shipped kind of client, or a client file below pytest's rootdir."
        raise UserError(f"cannot be read: {error.strerror}.", str(client), how) from None
