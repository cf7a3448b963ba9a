"""The report as JSON, for programs: `report` is the version of this shape."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from siaksim import __version__
from siaksim.core.slip import Slip
from siaksim.verdict.added import added
from siaksim.verdict.base import Finding, Ruling
from siaksim.verdict.history import HttpCall
from siaksim.verdict.reports.catalogue import Catalogue
from siaksim.verdict.reports.model import Report, Run, ended
from siaksim.verdict.system_words import broken, last_told

VERSION = 1


def report_dict(report: Report, words: Catalogue) -> dict[str, Any]:
    """Return the report as plain values; texts are in the language of `words`.

    `message` stays English: it is what a finding is known by when reports are compared.
    """
    made: dict[str, Any] = {
        "report": VERSION,
        "siaksim": __version__,
        "language": words.language,
        "value": report.value,
        "runs": [_run(run, words) for run in report.runs],
    }
    if report.compared is not None:
        made["compared"] = asdict(report.compared)
    return made


def _run(run: Run, words: Catalogue) -> dict[str, Any]:
    verdict, history = run.verdict, run.history
    return {
        "client": verdict.client,
        "scenario": verdict.scenario,
        "seed": verdict.seed,
        "value": verdict.value,
        "why": words.put(verdict.why),
        "world": history.world,
        "clock": history.clock,
        "shorten": history.shorten,
        "speed": history.speed,
        "seconds": round(history.until_s, 3),
        "client_end": words.put(run.wrong),
        "calls": verdict.calls,
        "slip": {of: _slip(slip) for of, slip in sorted(history.slips.items())},
        "lines": {
            "broken": history.lines.broken,
            "down": [asdict(time) for time in history.lines.down],
            "lost": sorted(history.lines.lost),
        },
        "reached": list(verdict.reached),
        "missed": list(verdict.missed),
        "not_begun": list(verdict.fates.later),
        "for_others": list(verdict.fates.aside),
        "system": _system(run, words),
        "replay": list(run.replay),
        "rules": [_ruling(run, ruling, words) for ruling in run.rulings()],
    }


def _system(run: Run, words: Catalogue) -> dict[str, Any]:
    """Return what became of finite centres, and what the client added (None: none was met)."""
    client = added(run.history)
    return {
        "told": [words.put(told) for told in run.verdict.system],
        "recoveries": [
            asdict(found) | {"in_time": found.in_time} for found in last_told(run.history)
        ],
        "client": client
        and {
            "services": list(client.services),
            "calls": client.calls,
            "first": client.first,
            "amplification": round(client.amplification, 3),
            "spared_by_a_budget": client.spared,
            "fed_by": list(broken(run.verdict.rulings)),
        },
    }


def _slip(slip: Slip) -> dict[str, Any]:
    """Return how late timers fired, in wall seconds."""
    return {
        "samples": slip.samples,
        "p99_s": round(slip.p99_s, 4),
        "worst_s": round(slip.worst_s, 4),
    }


def _ruling(run: Run, ruling: Ruling, words: Catalogue) -> dict[str, Any]:
    return {
        "rule": ruling.rule,
        "value": ruling.value,
        "state": run.state(ruling),
        "waived": ruling.waived,
        "exercised": ruling.exercised,
        "why": words.put(run.why(ruling)),
        "advice": words.tell(ruling.advice),
        "findings": [_finding(run, found, words) for found in ruling.findings],
    }


def _finding(run: Run, found: Finding, words: Catalogue) -> dict[str, Any]:
    return {
        "text": words.finding(found),
        "message": found.message,
        "values": dict(found.values),
        "client": found.client,
        "subject": found.subject,
        "calls": [_call(call, words) for call in run.calls(found)],
    }


def _call(call: HttpCall, words: Catalogue) -> dict[str, Any]:
    return {
        "id": call.id,
        "client": call.client,
        "operation": call.operation,
        "subject": call.subject,
        "attempt": call.attempt,
        "at_s": round(call.at_s, 3),
        "took_s": round(call.took_s, 3),
        "end": call.end,
        "status": call.status,
        "code": call.code,
        "ended": ended(call, words),
        "faults": [hit.fault for hit in call.hits],
        "entries": [{"seq": e.seq, "kind": e.kind, "nik": e.nik} for e in call.entries],
    }
