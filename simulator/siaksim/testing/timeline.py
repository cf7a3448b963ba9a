"""A world's journal as text for a failing test: what happened to each citizen. PURE."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from siaksim.verdict.history import HttpCall, read_history
from siaksim.verdict.reports.catalogue import catalogue
from siaksim.verdict.reports.model import committed, ended, moment, replay_lines, struck

LINES = 80
"""Lines that a report shows of all citizens: the last ones."""


def timeline(lines: Sequence[Mapping[str, Any]]) -> str:
    """Return calls, faults, commits and mails by subject, with the time since the world began."""
    history = read_history(lines)
    told: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for call in history.calls:
        told[call.subject].append((call.at_s, _call(call)))
    for window in history.windows:
        told["faults"].append((window.began_s, f"fault {window.fault} begins"))
        if window.ended_s is not None:
            told["faults"].append((window.ended_s, f"fault {window.fault} ends"))
    for lost in history.unrouted:
        said = f"{lost.client}  {lost.method} {lost.path} -> {lost.status}, no such operation"
        told["-"].append((lost.at_s, said))
    for line in lines:
        if line["kind"] == "mail":
            at = datetime.fromisoformat(line["at"]).timestamp() - history.start
            told[str(line.get("subject", "-"))].append((at / history.shorten, _mail(line)))
    rows: list[str] = []
    for subject in sorted(told, key=lambda s: max(at for at, _ in told[s])):
        rows.append(f"{subject if subject != '-' else 'about nobody'}:")
        rows += [f"  {moment(at):>9}  {said}" for at, said in sorted(told[subject])]
    if len(rows) > LINES:
        rows = [f"({len(rows) - LINES} lines left out)", *rows[-LINES:]]
    return "\n".join(rows) or "Nobody called."


def _call(call: HttpCall) -> str:
    said = f"{call.client}  {call.operation} #{call.attempt} -> {ended(call, catalogue('en'))}"
    if hit := struck(call):
        said += f"  [fault {hit}]"
    if done := committed(call):
        said += f"  [ledger {done}]"
    return said


def _mail(line: Mapping[str, Any]) -> str:
    said = f"mail {line.get('event', '')}".strip()
    return f"{said}  [fault {line['fault']}]" if line.get("fault") else said


def replay_line(lines: Sequence[Mapping[str, Any]], shipped: Sequence[str]) -> str:
    """Return the command that serves the same day again; `shipped` are siaksim's own scenarios."""
    history = read_history(lines)
    return replay_lines(history, shipped=history.scenario in shipped)[0]
