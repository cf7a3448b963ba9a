"""What a journal tells of a run, as rules read it: calls with their ends, entries, windows. PURE.

Times are the client's seconds since the world began: `shorten` compresses the day's plan and not
the client's own waits, so rules never see office time but for what the registry dates by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from siaksim.core.slip import Slip
from siaksim.verdict.lines import Lines, LinesReader, met
from siaksim.verdict.system import Recovery
from siaksim.verdict.told import Brought as Brought
from siaksim.verdict.told import Entry as Entry
from siaksim.verdict.told import Hit as Hit
from siaksim.verdict.told import Said as Said
from siaksim.verdict.told import Unrouted as Unrouted
from siaksim.verdict.told import Window as Window

ON_THE_LINE = "line"
"""The end of a call whose answer was sent, and lost on the site's line."""
OPEN = "open"
"""The end of a call that the journal has none for: the run was over before it."""
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class HttpCall:
    """One call: who, what, when, what struck it, and how it ended.

    `at_s` and `took_s` are client seconds; `status` is 0 when no status got out whole. `body` is
    redacted: equal bodies are equal here, since a hash stands for each secret.
    """

    id: str
    client: str
    actor: bool
    operation: str
    subject: str
    attempt: int
    method: str
    path: str
    at_s: float
    key: str
    body: Any
    hits: tuple[Hit, ...]
    problems: tuple[tuple[str, str], ...]
    leaks: tuple[str, ...]
    end: str = OPEN
    status: int = 0
    code: str = ""
    retry_after: str = ""
    media: str = ""
    took_s: float = 0.0
    entries: tuple[Entry, ...] = ()
    link: str = ""
    """The site's line by which it came, '' for none."""
    items: tuple[Brought, ...] = ()
    """What came of a batch's items, in their order, whether or not the client was told."""

    @property
    def service(self) -> str:
        """The service of the operation."""
        return self.operation.partition(".")[0]

    @property
    def ended_s(self) -> float:
        """When the call was over, in client seconds."""
        return self.at_s + self.took_s

    @property
    def told(self) -> bool:
        """Whether a whole status reached the client."""
        return self.status > 0

    @property
    def failed(self) -> bool:
        """Whether a client may want to try again: no answer, a server's error, or 408 and 429."""
        return not self.told or self.status >= 500 or self.status in (408, 429)

    @property
    def ambiguous(self) -> bool:
        """Whether the client cannot know if it was done: no answer, or a gateway's (500, 502, 504).

        A 503 and a 429 say that nothing was done.
        """
        return not self.told or self.status in (500, 502, 504)

    @property
    def refused(self) -> bool:
        """Whether the service said no for good: 4xx but 408 and 429."""
        return 400 <= self.status < 500 and self.status not in (408, 429)


@dataclass(frozen=True, slots=True)
class History:
    """One run of a world."""

    world: str = ""
    scenario: str = ""
    seed: int = 0
    clock: str = ""
    begin: str = ""
    """When the world was told to begin (HH:MM), '' for the scenario's own time."""
    date: str = ""
    """The world's first day (ISO 8601) where it is not the scenario's own, else ''."""
    play: tuple[str, ...] = ()
    shorten: float = 1.0
    speed: float = 1.0
    faults: Mapping[str, str] = field(default_factory=dict)
    aims: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Whom each fault is for: `targets` and `clients` (globs), and whether it acts `later`."""
    calls: tuple[HttpCall, ...] = ()
    entries: tuple[Entry, ...] = ()
    windows: tuple[Window, ...] = ()
    lines: Lines = field(default_factory=Lines)
    said: tuple[Said, ...] = ()
    unrouted: tuple[Unrouted, ...] = ()
    mail_faults: frozenset[str] = frozenset()
    until_s: float = 0.0
    work_until_s: float | None = None
    """When no citizens came any more, None where nobody said so."""
    over_s: float | None = None
    """When the client under test ended, None where nobody said so."""
    start: float = 0.0
    recoveries: tuple[Recovery, ...] = ()
    steered: str = ""
    """When a running clock was first stopped, hastened or set forward by hand (ISO 8601), or ''."""
    slips: Mapping[str, Slip] = field(default_factory=dict)
    """How late timers fired, wall seconds, by whose they were: the server's, the check's."""

    def office(self, at_s: float) -> float:
        """Return the office time (POSIX seconds) of a client second; `start` is that of 0."""
        return self.start + at_s * self.shorten

    @property
    def judged(self) -> tuple[HttpCall, ...]:
        """The calls of the client under test: siaksim's own actors are never judged."""
        return tuple(call for call in self.calls if not call.actor)

    def clients(self) -> dict[str, list[HttpCall]]:
        """Return the judged calls of each client, in order."""
        found: dict[str, list[HttpCall]] = defaultdict(list)
        for call in self.judged:
            found[call.client].append(call)
        return dict(found)

    def chains(self) -> list[list[HttpCall]]:
        """Return the calls that ask for the same thing (client, operation, subject, body) in order.

        A chain of one was never repeated.
        """
        found: dict[tuple[str, ...], list[HttpCall]] = defaultdict(list)
        for call in self.judged:
            same = (call.client, call.operation, call.subject, call.path, repr(call.body))
            found[same].append(call)
        return list(found.values())

    def between(self, client: str, after_s: float, before_s: float) -> list[HttpCall]:
        """Return a client's calls that began in (after_s, before_s)."""
        return [c for c in self.judged if c.client == client and after_s < c.at_s < before_s]

    @property
    def reached(self) -> frozenset[str]:
        """The faults that struck the client under test or its mails."""
        struck = {hit.fault for call in self.judged for hit in call.hits}
        on_lines = {
            name
            for name, links in self.lines.aims.items()
            if met(
                [(w.began_s, w.ended_s) for w in self.windows if w.fault == name],
                [(c.at_s, c.ended_s) for c in self.judged if c.link in links],
                self.until_s,
            )
        }
        return frozenset(struck) | self.mail_faults | on_lines | self.lines.handshakes


def read_history(lines: Iterable[Mapping[str, Any]]) -> History:
    """Return the run that a journal's lines tell of; of several (resets) the last one."""
    reader = _Reader()
    for line in lines:
        reader.take(line)
    return reader.history()


class _Reader:
    """Collects a run line by line."""

    def __init__(self) -> None:
        self._begin({}, None)

    def _begin(self, line: Mapping[str, Any], start: float | None) -> None:
        self._world = line
        self._start = start
        self._calls: dict[str, dict[str, Any]] = {}
        self._ends: dict[str, Mapping[str, Any]] = {}
        self._entries: list[Entry] = []
        self._windows: list[Window] = []
        self._said: list[Said] = []
        self._unrouted: list[Unrouted] = []
        self._faults: dict[str, str] = {}
        self._aims: dict[str, Mapping[str, Any]] = {}
        self._work_until: float | None = None
        self._over: float | None = None
        self._mail_faults: set[str] = set()
        self._slips: dict[str, Slip] = {}
        self._steered = ""
        self._lines = LinesReader()
        self._recoveries: list[Recovery] = []
        self._last = start or 0.0

    def take(self, line: Mapping[str, Any]) -> None:
        """Take one line; kinds that rules need not know are passed over."""
        at = datetime.fromisoformat(line["at"]).timestamp()
        if line["kind"] == "world":
            if line.get("event") in ("created", "reset", "resumed"):
                self._begin(line, at)
            self._faults |= line.get("plan", {})  # a changed scenario's faults come besides
            self._aims |= line.get("aims", {})
        if self._start is None:
            self._start = at
        if line["kind"] != "slip":  # a measurement is no part of the run
            self._last = max(self._last, at)
        taker = _TAKERS.get(str(line["kind"]))
        if taker is not None:
            taker(self, line, at)

    def _s(self, office: float) -> float:
        return (office - (self._start or 0.0)) / float(self._world.get("shorten", 1.0))

    def _decided(self, line: Mapping[str, Any], at: float) -> None:
        self._calls[line["id"]] = {
            "id": line["id"],
            "client": line["client"],
            "actor": bool(line["actor"]),
            "operation": line["operation"],
            "subject": line["subject"],
            "attempt": line["attempt"],
            "link": line.get("link", ""),
            "method": line["method"],
            "path": line["path"],
            "at_s": self._s(at),
            "key": line.get("key", ""),
            "body": line.get("body"),
            "hits": tuple(Hit(f["fault"], f["kind"], f["layer"]) for f in line.get("faults", ())),
            "problems": tuple((p[0], p[1]) for p in line.get("problems", ())),
            "leaks": tuple(line.get("leaks", ())),
        }

    def _outcome(self, line: Mapping[str, Any], at: float) -> None:
        self._ends[line["id"]] = line

    def _ledger(self, line: Mapping[str, Any], at: float) -> None:
        kind, nik, seq, data = line["entry"], line["subject"], line["seq"], line["data"]
        self._entries.append(Entry(kind, nik, seq, at, self._s(at), data, line["id"]))

    def _fault(self, line: Mapping[str, Any], at: float) -> None:
        name, kind = line["fault"], line["fault_kind"]
        self._faults.setdefault(name, kind)
        if "aim" in line:
            self._aims[name] = line["aim"]
        if line["event"] in ("began", "added"):
            self._windows.append(Window(name, kind, self._s(at), None))
        elif line["event"] == "ended":
            for place in range(len(self._windows) - 1, -1, -1):
                window = self._windows[place]
                if window.fault == name and window.ended_s is None:
                    self._windows[place] = Window(name, kind, window.began_s, self._s(at))
                    break
            else:  # it had begun before the run did
                self._windows.append(Window(name, kind, 0.0, self._s(at)))

    def _link(self, line: Mapping[str, Any], at: float) -> None:
        self._lines.take(line, self._s(at))

    def _capacity(self, line: Mapping[str, Any], at: float) -> None:
        self._recoveries.append(Recovery.of(line))

    def _tls(self, line: Mapping[str, Any], at: float) -> None:
        self._lines.handshake(line)

    def _mail(self, line: Mapping[str, Any], at: float) -> None:
        if line.get("fault"):
            self._mail_faults.add(line["fault"])

    def _work(self, line: Mapping[str, Any], at: float) -> None:
        if line["event"] == "over":
            self._over = at
            return
        until = line["until"]
        self._work_until = None if until is None else datetime.fromisoformat(until).timestamp()

    def _outcome_said(self, line: Mapping[str, Any], at: float) -> None:
        told = (line["subject"], line["outcome"], line.get("reason", ""))
        self._said.append(Said(*told, self._s(at)))

    def _turned_away(self, line: Mapping[str, Any], at: float) -> None:
        self._unrouted.append(
            Unrouted(line["client"], line["method"], line["path"], line["status"], self._s(at))
        )

    def _clock(self, line: Mapping[str, Any], at: float) -> None:
        self._steered = self._steered or str(line["at"])

    def _slip(self, line: Mapping[str, Any], at: float) -> None:
        of = str(line["of"])
        self._slips[of] = self._slips.get(of, Slip()) + Slip.from_dict(line)

    def history(self) -> History:
        """Return what was collected."""
        by_request: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            by_request[entry.request].append(entry)
        lines = self._lines.lines()
        calls = [self._whole(call, by_request, lines) for call in self._calls.values()]
        world = self._world
        return History(
            world=str(world.get("world", "")),
            scenario=str(world.get("scenario", "")),
            seed=int(world.get("seed", 0)),
            clock=str(world.get("clock", "")),
            begin=str(world.get("from", "")),
            date=str(world.get("date", "")),
            play=tuple(world.get("play", ())),
            shorten=float(world.get("shorten", 1.0)),
            speed=float(world.get("speed", 1.0)),
            faults=self._faults,
            aims=self._aims,
            calls=tuple(sorted(calls, key=lambda call: call.at_s)),
            entries=tuple(self._entries),
            windows=tuple(self._windows),
            lines=lines,
            said=tuple(self._said),
            unrouted=tuple(self._unrouted),
            mail_faults=frozenset(self._mail_faults),
            until_s=self._s(self._last),
            work_until_s=None if self._work_until is None else self._s(self._work_until),
            over_s=None if self._over is None else self._s(self._over),
            start=self._start or 0.0,
            recoveries=tuple(self._recoveries),
            slips=self._slips,
            steered=self._steered,
        )

    def _whole(
        self, call: Mapping[str, Any], entries: Mapping[str, list[Entry]], lines: Lines
    ) -> HttpCall:
        end = self._ends.get(call["id"], {})
        if call["id"] in lines.lost:
            # It was sent whole, and the client never had it.
            took_s = max(0.0, lines.lost[call["id"]] - call["at_s"])
            end = {"end": ON_THE_LINE, "took_s": took_s}
        return HttpCall(
            **call,
            end=end.get("end", OPEN),
            status=end.get("status", 0),
            code=end.get("code", ""),
            retry_after=end.get("retry_after", ""),
            media=end.get("type", ""),
            took_s=end.get("took_s", 0.0),
            items=tuple(Brought(**item) for item in end.get("items", ())),
            entries=tuple(entries.get(call["id"], ())),
        )


_TAKERS = {
    "decided": _Reader._decided,
    "outcome": _Reader._outcome,
    "ledger": _Reader._ledger,
    "fault": _Reader._fault,
    "mail": _Reader._mail,
    "link": _Reader._link,
    "tls": _Reader._tls,
    "said": _Reader._outcome_said,
    "unrouted": _Reader._turned_away,
    "slip": _Reader._slip,
    "work": _Reader._work,
    "capacity": _Reader._capacity,
    "clock": _Reader._clock,
}
