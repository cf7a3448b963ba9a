"""Two reports compared: which findings are new, which are fixed, which are there still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from siaksim.errors import UserError
from siaksim.verdict.reports.as_json import VERSION
from siaksim.verdict.reports.model import Compared, Report

Key = tuple[str, str, str, str, str]
"""(client, scenario, rule, English message, subject): what a finding is known by."""
HOW = "Give a file that `siaksim verdict --json FILE` wrote."


def compared_with(report: Report, last: Any, name: str) -> Report:
    """Return the report, compared with an earlier one's JSON; UserError when it is none.

    Times and numbers of calls differ from run to run, so they do not tell findings apart.
    """
    now = _count(_of_report(report))
    try:
        before = _count(_of_json(last))
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError("this is no report of siaksim.", name, HOW) from error
    if last["report"] != VERSION:
        what = f"this report is of version {last['report']!r}, not {VERSION}."
        raise UserError(what, name, "Make it again with this siaksim.")
    texts = {key: text for key, text in (*_of_json(last), *_of_report(report))}

    def told(keys: Counter[Key]) -> tuple[tuple[str, str, str], ...]:
        return tuple((key[1], key[2], texts[key]) for key in sorted(keys.elements()))

    found = Compared(name, told(now - before), told(before - now), told(now & before))
    return replace(report, compared=found)


def _count(found: Iterator[tuple[Key, str]]) -> Counter[Key]:
    return Counter(key for key, _ in found)


def _of_report(report: Report) -> Iterator[tuple[Key, str]]:
    for run in report.runs:
        for ruling in run.verdict.rulings:
            for f in ruling.findings:
                about = (run.verdict.client, run.verdict.scenario, ruling.rule)
                yield (*about, f.message, f.subject), f.text


def _of_json(last: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    last["report"]
    for run in last["runs"]:
        for ruling in run["rules"]:
            for f in ruling["findings"]:
                about = (str(run["client"]), str(run["scenario"]), str(ruling["rule"]))
                text = str(f["message"]).format(**f["values"])
                yield (*about, str(f["message"]), str(f["subject"])), text
