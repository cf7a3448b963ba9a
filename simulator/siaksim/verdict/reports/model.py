"""What every report shows, and in which order: runs, their rules worst first, findings' calls."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from siaksim.verdict.base import Finding, Ruling, Value
from siaksim.verdict.history import ON_THE_LINE, OPEN, History, HttpCall
from siaksim.verdict.judge import EXIT_CODES, Verdict
from siaksim.verdict.reports.catalogue import Catalogue

State = Literal["FAIL", "INCONCLUSIVE", "WAIVED", "UNTESTED", "PASS"]
WORST_FIRST: tuple[State, ...] = ("FAIL", "INCONCLUSIVE", "WAIVED", "UNTESTED", "PASS")
VALUES: tuple[Value, ...] = ("FAIL", "INCONCLUSIVE", "PASS")
FINDINGS_SHOWN = 50
"""Findings of a rule that a page or a JUnit failure shows; JSON has them all."""
HEAD_SHOWN, TAIL_SHOWN = 5, 3
"""Calls of a long finding that are shown: the first and the last ones."""


@dataclass(frozen=True)
class Run:
    """One judged run of a world, and the lines that play it again."""

    verdict: Verdict
    history: History
    replay: tuple[str, ...] = ()
    wrong: str = ""
    """How the client did not end well, where a check ran it; '' if it did."""

    def state(self, ruling: Ruling) -> State:
        """Return what a report says of a rule.

        A pass says nothing where the whole run proves nothing, or where nothing tested the rule.
        """
        if ruling.waived:
            return "WAIVED"
        if ruling.value != "PASS":
            return ruling.value
        if self.vain:
            return "INCONCLUSIVE"
        return "PASS" if ruling.exercised else "UNTESTED"

    @property
    def vain(self) -> bool:
        """Whether the run as a whole is INCONCLUSIVE: no call, or no fault, reached the client."""
        broken = self.history.lines.broken or self.history.steered
        return self.verdict.vain or bool(broken)

    def why(self, ruling: Ruling) -> str:
        """Return why a rule has no plain pass and no failure, '' if it has one."""
        if ruling.why:
            return ruling.why
        return self.verdict.why if self.state(ruling) == "INCONCLUSIVE" else ""

    def rulings(self) -> list[Ruling]:
        """Return the rulings, worst first; what another breach implies comes after it."""
        rules = {ruling.rule: ruling for ruling in self.verdict.rulings}
        implied = {rule for r in rules.values() if r.findings for rule in r.implies}
        return sorted(
            rules.values(),
            key=lambda r: (
                WORST_FIRST.index(self.state(r)),
                r.rule in implied,
                -len(r.findings),
                r.rule,
            ),
        )

    def calls(self, found: Finding) -> list[HttpCall]:
        """Return the calls that show a finding, in order of time."""
        held = self._places
        return [self.history.calls[n] for n in sorted({held[c] for c in found.calls if c in held})]

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where each call stands: a long day has thousands of findings among its calls."""
        return {call.id: place for place, call in enumerate(self.history.calls)}


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings against an earlier report, as (scenario, rule, English text): new, fixed, still."""

    last: str
    new: tuple[tuple[str, str, str], ...]
    fixed: tuple[tuple[str, str, str], ...]
    still: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Judged runs, one or more; `compared` if an earlier report was given."""

    runs: tuple[Run, ...]
    compared: Compared | None = None

    @property
    def value(self) -> Value:
        """The worst verdict of the runs."""
        return min((run.verdict.value for run in self.runs), key=VALUES.index)

    @property
    def exit_code(self) -> int:
        """0 pass, 1 failed, 3 inconclusive."""
        return EXIT_CODES[self.value]


# -- words that all reports use ------------------------------------------------------------


def replay_lines(history: History, recording: str = "", shipped: bool = True) -> tuple[str, ...]:
    """Return the commands that play a run again; `recording` gives its run file, if there is one.

    A scenario that is none of siaksim's own is known by its name only: its file is named after it.
    """
    name = history.scenario if shipped else f"{history.scenario}.yaml"
    line = ["siaksim", "serve", "--scenario", name, "--seed", str(history.seed)]
    if history.shorten != 1:
        line += ["--shorten", f"{history.shorten:g}"]
    if history.speed != 1:
        line += ["--speed", f"{history.speed:g}"]
    if history.date:
        line += ["--date", history.date]
    if history.begin:
        line += ["--from", history.begin]
    if history.play:
        line += ["--play", ",".join(history.play)]
    return (shlex.join(line), *([recording] if recording else []))


def moment(seconds: float) -> str:
    """Return seconds since the run began as m:ss.s, or h:mm:ss.s from an hour on."""
    tenths = round(seconds * 10)
    whole, tenth = divmod(tenths, 10)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    head = f"{hours}:{minute:02}" if hours else f"{minute}"
    return f"{head}:{second:02}.{tenth}"


def ended(call: HttpCall, words: Catalogue) -> str:
    """Return how a call ended, in a few words: its status and code, or why none came."""
    if call.end == OPEN:
        return words.tell("still open")
    if not call.told:
        said = words.tell("no answer ({end})", end=call.end)
        if call.end == ON_THE_LINE:
            said = words.tell("answer lost on the line of {link}", link=call.link)
    else:
        said = f"{call.status} {call.code}".strip()
    if call.retry_after:
        said += f", Retry-After {call.retry_after}"
    return said


def lines_told(history: History, words: Catalogue) -> list[str]:
    """Return what befell each site's line: how often and how long it was down, answers it lost."""
    told = []
    for link in sorted(
        {t.link for t in history.lines.down} | {c.link for c in history.judged} - {""}
    ):
        times = [t for t in history.lines.down if t.link == link]
        seconds = sum(
            (history.until_s if t.ended_s is None else t.ended_s) - t.began_s for t in times
        )
        lost = sum(call.link == link and call.end == ON_THE_LINE for call in history.judged)
        told.append(
            words.tell(
                "line of {link}: down {count} times, {time} in all; answers lost on it: {lost}",
                link=link,
                count=len(times),
                time=moment(seconds),
                lost=lost,
            )
        )
    return told


def struck(call: HttpCall) -> str:
    """Return the faults that struck a call, '' if none did."""
    return ", ".join(dict.fromkeys(hit.fault for hit in call.hits))


def committed(call: HttpCall) -> str:
    """Return the ledger's entries that a call made, as `#seq kind`, '' if it made none."""
    return ", ".join(f"#{entry.seq} {entry.kind}" for entry in call.entries)


def shown_calls(calls: list[HttpCall]) -> tuple[list[HttpCall], int, list[HttpCall]]:
    """Return the first calls, how many are left out, and the last ones."""
    if len(calls) <= HEAD_SHOWN + TAIL_SHOWN + 1:
        return calls, 0, []
    return calls[:HEAD_SHOWN], len(calls) - HEAD_SHOWN - TAIL_SHOWN, calls[-TAIL_SHOWN:]


def whom(found: Finding) -> str:
    """Return the client and the subject of a finding, as far as it has them."""
    return ", ".join(part for part in (found.client, found.subject) if part not in ("", "-"))
