"""The report for a terminal: worst first, plain text, no colour needed, as wide as is asked."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from siaksim.verdict.base import Finding, Ruling
from siaksim.verdict.history import HttpCall
from siaksim.verdict.reports.catalogue import Catalogue
from siaksim.verdict.reports.model import (
    Compared,
    Report,
    Run,
    State,
    committed,
    ended,
    lines_told,
    moment,
    shown_calls,
    struck,
    whom,
)

FINDINGS_SHOWN = 5
"""Findings of a rule that a terminal shows; JSON has them all."""
NARROWEST = 40


def terminal_report(report: Report, words: Catalogue, width: int = 80) -> str:
    """Return the report as text whose lines have at most `width` columns where words allow it."""
    writer = _Writer(words, max(width, NARROWEST))
    lines: list[str] = []
    for run in report.runs:
        lines += [*writer.run(run), ""]
    if report.compared is not None:
        lines += [*writer.compared(report.compared), ""]
    return "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"


class _Writer:
    def __init__(self, words: Catalogue, width: int) -> None:
        self._say = words
        self._width = width

    def _folded(self, text: str, indent: int, hang: int | None = None) -> list[str]:
        rest = indent if hang is None else hang
        return wrap(
            text,
            self._width,
            initial_indent=" " * indent,
            subsequent_indent=" " * rest,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def run(self, run: Run) -> Iterator[str]:
        """Yield the lines of one run."""
        verdict, tell = run.verdict, self._say.tell
        head = tell(
            "{value}: {client} in {scenario}, seed {seed}; calls: {calls}, time: {time}",
            value=tell(verdict.value),
            client=verdict.client,
            scenario=verdict.scenario,
            seed=verdict.seed,
            calls=verdict.calls,
            time=moment(run.history.until_s),
        )
        yield from self._folded(head, 0, 2)
        if verdict.why:
            yield from self._folded(self._say.put(verdict.why), 2)
        for line in lines_told(run.history, self._say):
            yield from self._folded(line, 2)
        for title, names in (
            (tell("faults that reached the client"), verdict.reached),
            (tell("faults that never did"), verdict.missed),
            (tell("faults that had not begun"), verdict.fates.later),
            (tell("faults for other clients"), verdict.fates.aside),
        ):
            if names:
                yield from self._folded(f"{title}: {', '.join(names)}", 2, 4)
        if verdict.system:
            title = tell("the system beside the client (told, not judged)")
            yield from self._folded(f"{title}:", 2)
        for told in verdict.system:
            yield from self._folded(self._say.put(told), 4, 6)
        brief: dict[State, list[str]] = {"INCONCLUSIVE": [], "UNTESTED": [], "PASS": []}
        for ruling in run.rulings():
            state = run.state(ruling)
            # What makes the whole run INCONCLUSIVE is told once, at its head.
            if state in brief and not ruling.why and not ruling.findings:
                brief[state].append(ruling.rule)
                continue
            yield ""
            yield from self._ruling(run, ruling)
        for state, rules in brief.items():
            if rules:
                yield ""
                yield from self._folded(f"{tell(state)}  {', '.join(rules)}", 0, 6)
        if verdict.value == "INCONCLUSIVE":
            yield ""
            yield from self._replay(run)

    def _replay(self, run: Run) -> Iterator[str]:
        # Never folded: a command that is cut in two cannot be pasted.
        title = self._say.tell("Play it again:")
        yield from (f"  {title} {line}" for line in run.replay)

    def _ruling(self, run: Run, ruling: Ruling) -> Iterator[str]:
        tell, state = self._say.tell, run.state(ruling)
        counts = [tell("put to the test: {count}", count=ruling.exercised)]
        if ruling.findings:
            counts.insert(0, tell("findings: {count}", count=len(ruling.findings)))
        yield from self._folded(f"{tell(state)}  {ruling.rule}  ({', '.join(counts)})", 0, 6)
        if why := run.why(ruling):
            yield from self._folded(self._say.put(why), 2)
        for number, found in enumerate(ruling.findings[:FINDINGS_SHOWN], 1):
            yield from self._finding(run, found, number)
        left = len(ruling.findings) - FINDINGS_SHOWN
        if left > 0:
            yield from self._folded(tell("... and {count} more; --json shows all.", count=left), 2)
        if ruling.findings and ruling.advice:
            yield from self._folded(f"{tell('What to do')}: {tell(ruling.advice)}", 2, 4)
        if state == "FAIL":
            yield from self._replay(run)

    def _finding(self, run: Run, found: Finding, number: int) -> Iterator[str]:
        yield from self._folded(f"{number}. {self._say.finding(found)}", 2, 5)
        if whom(found):
            yield f"     {whom(found)}"
        first, left_out, last = shown_calls(run.calls(found))
        width = max((len(call.operation) for call in first + last), default=0)
        yield from (line for call in first for line in self._call(call, width))
        if left_out:
            yield "     " + self._say.tell("... {count} calls between ...", count=left_out)
        yield from (line for call in last for line in self._call(call, width))

    def _call(self, call: HttpCall, width: int) -> Iterator[str]:
        tell = self._say.tell
        text = f"{moment(call.at_s):>9}  {call.operation:<{width}}  {call.took_s:5.1f} s  "
        marks = [ended(call, self._say)]
        if struck(call):
            marks.append(tell("fault {names}", names=struck(call)))
        if committed(call):
            marks.append(tell("committed {entries}", entries=committed(call)))
        yield from self._folded_after("    " + text, "; ".join(marks))

    def _folded_after(self, head: str, text: str) -> Iterator[str]:
        """Yield `text` beside `head`, or under it where there is no room beside."""
        room = self._width - len(head)
        if room < 20:
            yield head.rstrip()
            yield from self._folded(text, 15)
            return
        lines = wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
        yield head + lines[0]
        yield from (" " * len(head) + line for line in lines[1:])

    def compared(self, compared: Compared) -> Iterator[str]:
        """Yield what is new and what is fixed since the last report."""
        tell = self._say.tell
        yield from self._folded(
            tell(
                "Compared with {file}: new {new}, fixed {fixed}, still {still}",
                file=compared.last,
                new=len(compared.new),
                fixed=len(compared.fixed),
                still=len(compared.still),
            ),
            0,
            2,
        )
        groups = (
            (tell("new"), compared.new),
            (tell("fixed"), compared.fixed),
            (tell("still"), compared.still),
        )
        for word, found in groups:
            for scenario, rule, text in found:
                yield from self._folded(f"{word}  {scenario}  {rule}  {text}", 2, 4)
