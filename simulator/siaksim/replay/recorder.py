"""Writes down what is decided in a world, line by line, so that it can be replayed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from siaksim.core.clock import office_date, office_text
from siaksim.core.facts import Facts
from siaksim.core.plan import Decision
from siaksim.errors import UserError
from siaksim.happenings import HAPPENINGS
from siaksim.journal.redact import redacted_text
from siaksim.ledger.entries import Entry
from siaksim.replay.runfile import ClockPart, Key, call_line, header_line, header_of, line

if TYPE_CHECKING:
    from siaksim.world import World

CALLS_KEPT = 100_000
"""Calls of a recording that is kept in memory; a file has them all."""


class Tape(Protocol):
    """Where a recording goes: a file, or memory."""

    def write(self, line: bytes) -> None:
        """Write one line; OSError (a full disk) leaves it unwritten."""

    def read(self) -> bytes:
        """Return everything written so far."""

    def close(self) -> None:
        """Let go of the file."""


class MemoryTape:
    """Keeps a recording in memory, up to `kept` lines; one more says that it is full."""

    def __init__(self, kept: int = CALLS_KEPT) -> None:
        self._lines: list[bytes] = []
        self._kept = kept

    def write(self, line_: bytes) -> None:
        """Keep one line, unless it is full."""
        if len(self._lines) < self._kept:
            self._lines.append(line_)
        elif len(self._lines) == self._kept:
            self._lines.append(line({"kind": "full"}))

    def read(self) -> bytes:
        """Return everything kept."""
        return b"".join(self._lines)

    def close(self) -> None:
        """Do nothing."""


class Recorder:
    """Records one world; a reset begins a new tape, for a file holds one life of a world."""

    def __init__(self, open_tape: Callable[[], Tape]) -> None:
        """`open_tape` gives a new, empty tape."""
        self._open_tape = open_tape
        self._tape: Tape | None = None
        self.calls = 0

    def attach(self, world: World, text: str) -> None:
        """Begin to record a world; `text` is its scenario's YAML. UserError for a world in use."""
        if world.ledger.entries:
            raise UserError(
                "this world has a past that no recording could tell.",
                "--record",
                "Record without --state, or give --state an empty directory.",
            )
        clock = world.clock
        header = header_of(
            world.scenario,
            text,
            world.seed,
            ClockPart(
                mode=clock.mode,
                speed=clock.speed,
                shorten=clock.shorten,
                begin=world.scenario.begin_s,
            ),
            world.play,
            world.country,
        )
        self.calls = 0
        self._tape = self._open_tape()
        self._tape.write(header_line(header))
        world.recorder = self
        world.on_entries.append(lambda entries: self._entries(world, entries))
        world.on_reset.append(self.attach)

    def call(self, world: World, facts: Facts, now: float, decision: Decision) -> None:
        """Record what was decided for a call; OSError when it cannot be written."""
        self._write(call_line(key_of(world, facts), facts, now, decision))
        self.calls += 1

    def scenario(self, world: World, text: str) -> None:
        """Record that the world has another scenario from now on."""
        day = office_date(world.scenario.start).date().isoformat()
        told = {"kind": "scenario", "at": office_text(world.clock.now()), "day": day}
        self._write(line({**told, "text": text, "traces": dict(world.scenario.traces)}))

    def _entries(self, world: World, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.kind in HAPPENINGS:
                told = {"kind": "happening", "at": office_text(entry.data["start_at"])}
                self._write(line({**told, "entry": entry.kind, "data": dict(entry.data)}))

    def _write(self, line_: bytes) -> None:
        assert self._tape is not None, "attach comes first"
        self._tape.write(line_)

    def read(self) -> bytes:
        """Return the run file as it stands."""
        return self._tape.read() if self._tape else b""

    def close(self) -> None:
        """Close the tape."""
        if self._tape is not None:
            self._tape.close()


def key_of(world: World, facts: Facts) -> Key:
    """Return a call's key, as redacted as journals are: it is the same in another run."""
    return Key(
        redacted_text(facts.client, world.issued),
        facts.operation,
        world.journal_subject(facts.subject),
        facts.attempt,
    )
