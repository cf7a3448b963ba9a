"""What a journal tells of sites' lines: when they were down, and which answers they lost. PURE.

Times are client seconds since the world began.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class LineTime:
    """A time in which a site's line was down; `by` are the faults, or `profile`: it drops itself.

    `ended_s` None: to the end of the run.
    """

    link: str
    began_s: float
    ended_s: float | None
    by: tuple[str, ...] = ()

    def holds(self, link: str, at_s: float) -> bool:
        """Say whether it is of this line and of this moment."""
        begun = self.link == link and self.began_s <= at_s
        return begun and (self.ended_s is None or at_s < self.ended_s)


@dataclass(frozen=True, slots=True)
class Lines:
    """What was seen of lines.

    `aims` are the sites on whose lines each fault acted, `lost` the moments at which answers were
    lost on a line, by call. `broken` says why the lines cannot be trusted, '' when they can: their
    engine died, or somebody else changed it.
    """

    down: tuple[LineTime, ...] = ()
    aims: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lost: Mapping[str, float] = field(default_factory=dict)
    broken: str = ""
    handshakes: frozenset[str] = frozenset()
    """The faults that struck TLS handshakes."""

    def was_down(self, link: str, at_s: float) -> bool:
        """Say whether a site's line was down at a moment."""
        return any(time.holds(link, at_s) for time in self.down)


def met(
    times: Sequence[tuple[float, float | None]],
    calls: Sequence[tuple[float, float]],
    until_s: float,
) -> bool:
    """Say whether a client called in one of a fault's times, or both before and after it.

    While a line is down nobody can be heard on it. Times and calls are (begin, end).
    """
    for begin, last in times:
        end = until_s if last is None else last
        if any(at <= end and ended >= begin for at, ended in calls):
            return True
        if any(at < begin for at, _ in calls) and any(at > end for at, _ in calls):
            return True
    return False


class LinesReader:
    """Collects what a run's journal says of lines."""

    def __init__(self) -> None:
        self._down: list[LineTime] = []
        self._aims: dict[str, set[str]] = defaultdict(set)
        self._lost: dict[str, float] = {}
        self._broken = ""
        self._handshakes: set[str] = set()

    def handshake(self, line: Mapping[str, Any]) -> None:
        """Take one line of kind `tls`."""
        if line.get("fault"):
            self._handshakes.add(line["fault"])

    def take(self, line: Mapping[str, Any], at_s: float) -> None:
        """Take one line of kind `link`."""
        link, event = line["link"], line["event"]
        if event == "broken":
            self._broken = line["why"]
        elif event == "lost":
            self._lost[line["id"]] = at_s
        else:
            for name in line["by"]:
                self._aims[name].add(link)
            self._is(link, bool(line["down"]), at_s, tuple(line["by"]))

    def _is(self, link: str, down: bool, at_s: float, by: tuple[str, ...]) -> None:
        for place, time in enumerate(self._down):
            if time.link == link and time.ended_s is None:
                if down:
                    return
                self._down[place] = LineTime(link, time.began_s, at_s, time.by)
        if down:
            self._down.append(LineTime(link, at_s, None, by))

    def lines(self) -> Lines:
        """Return what was collected."""
        aims = {name: frozenset(links) for name, links in self._aims.items()}
        return Lines(
            tuple(self._down), aims, dict(self._lost), self._broken, frozenset(self._handshakes)
        )
