"""What a check says while it goes on: a line for each running scenario, rewritten on a terminal.

Elsewhere (a log, CI) one line at a scenario's begin and one at its end. Numbers come from the
control API, once a second and only where somebody looks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from threading import Lock
from typing import Any, TextIO

from siaksim.core.clock import office_date
from siaksim.edges.checks.parts import Part
from siaksim.edges.checks.playing import Played
from siaksim.errors import UserError
from siaksim.testing.http import ask, ask_json
from siaksim.verdict.reports.catalogue import Catalogue

LOOK_S = 1.0
"""Wall seconds between two looks at the running servers."""
WAIT_S = 2.0
"""Wall seconds in which a server is to say how far it is; else its line stays as it was."""
_METRIC = re.compile(r"^siaksim_(\w+?)(?:_total|_seconds)(?:\{(.*)\})? ([\d.e+]+)$", re.M)


class Screen:
    """Prints lines; on a terminal it keeps some at the bottom, which are rewritten."""

    def __init__(self, out: TextIO, width: int) -> None:
        self.live = out.isatty() and os.environ.get("TERM") != "dumb"
        self._out = out
        self._width = width
        self._kept: list[str] = []

    def say(self, text: str) -> None:
        """Print lines for good."""
        kept = self._kept
        self._rewrite([])
        self._out.write(f"{text}\n")
        self._rewrite(kept)

    def keep(self, lines: list[str]) -> None:
        """Put these lines in the place of those at the bottom; nothing where nobody looks."""
        if self.live:
            self._rewrite([line[: self._width - 1].rstrip() for line in lines])

    def _rewrite(self, lines: list[str]) -> None:
        if self._kept:
            self._out.write(f"\x1b[{len(self._kept)}F\x1b[J")
        self._out.writelines(f"{line}\n" for line in lines)
        self._out.flush()
        self._kept = lines


class Board:
    """Tells of each part when it begins and ends, and how far the running ones are."""

    def __init__(self, screen: Screen, words: Catalogue, parts: list[Part]) -> None:
        self._screen = screen
        self._tell = words.tell
        self._put = words.put
        self._heads = {p.name: f"[{n}/{len(parts)}] {p.name}" for n, p in enumerate(parts, 1)}
        self._running: dict[str, tuple[Part, str]] = {}
        self._lock = Lock()

    def begun(self, part: Part, url: str) -> None:
        """Note that a part begins; called from the thread that plays it."""
        with self._lock:
            self._running[part.name] = (part, url)
            if not self._screen.live:
                self._screen.say(
                    self._tell(
                        "{head}: {day}, {begin}-{end}, {time}",
                        head=self._heads[part.name],
                        day=part.day.isoformat(),
                        begin=part.begin,
                        end=part.end,
                        time=duration(part.lasts_s, self._tell),
                    )
                )

    def ended(self, played: Played) -> None:
        """Say what became of a part."""
        with self._lock:
            self._running.pop(played.part.name, None)
            self._screen.say(self._end(played))

    def _end(self, played: Played) -> str:
        tell, head = self._tell, self._heads[played.part.name]
        if played.run is None:
            why = self._put(played.broken) if played.broken else tell("interrupted")
            return f"{head}: {why}"
        told = tell(
            "{head}: {value}; citizens: {came} of {all}, calls: {calls}, struck: {struck}, {time}",
            head=head,
            value=tell(played.run.verdict.value),
            came=played.came,
            all=played.part.residents,
            calls=played.run.verdict.calls,
            struck=played.struck,
            time=duration(played.took_s, tell),
        )
        return f"{told}; {self._put(played.wrong)}" if played.wrong else told

    def look(self) -> None:
        """Ask the running servers how far they are, and show it; nothing where nobody looks."""
        if not self._screen.live:
            return
        with self._lock:
            running = list(self._running.values())
        lines = sorted(self._line(part, url) for part, url in running)
        with self._lock:
            self._screen.keep(lines)

    def _line(self, part: Part, url: str) -> str:
        head = self._heads[part.name]
        try:
            seen = progress(url)
        except UserError:  # it is ending, or busy: the next look will tell
            return head
        return self._tell(
            "{head}: {time} of {begin}-{end}, citizens: {came} of {all}, calls: {calls}, faults: "
            "{faults}",
            head=head,
            begin=part.begin,
            end=part.end,
            all=part.residents,
            **seen,
        )


def progress(url: str) -> dict[str, Any]:
    """Return office time, citizens that came, calls and faults of a server's default world."""
    text = ask("GET", f"{url}/__admin/metrics", timeout_s=WAIT_S).decode()
    sums: dict[str, float] = {}
    for name, labels, value in _METRIC.findall(text):
        if labels != 'lane="actor"':
            sums[name] = sums.get(name, 0.0) + float(value)
    visits = ask_json("GET", f"{url}/__admin/work", timeout_s=WAIT_S)["visits"]
    return {
        "time": f"{office_date(sums['office_time']):%H:%M}",
        "came": sum(visit["client"] is not None for visit in visits),
        "calls": int(sums["requests"]),
        "faults": int(sums.get("faults_injected", 0)),
    }


def duration(seconds: float, tell: Callable[..., str]) -> str:
    """Return a length of time as people say it."""
    if seconds < 90:
        return tell("{seconds:.0f} s", seconds=float(seconds))
    return tell("{minutes:.1f} min", minutes=seconds / 60)
