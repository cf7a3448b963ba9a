"""Every request, decision, outcome, ledger entry and mail of a world, in order.

A call has a `decided` line, written before its first wait or byte, and an `outcome` line when it
ended; a call without an outcome is still open. Files are JSON Lines, one write() a line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import orjson

LINES_KEPT = 100_000
"""Lines that a world keeps in memory; with --journal the file has them all."""


class Sink(Protocol):
    """Takes journal lines; `write` returns only when the line is out of the process."""

    def write(self, line: bytes) -> None:
        """Write one line, newline included, with one write(); OSError when it cannot."""

    def close(self) -> None:
        """Let go of the file."""


class Journal:
    """The journal of one world: bounded in memory, whole in its sink if it has one."""

    def __init__(self, sink: Sink | None = None, kept: int = LINES_KEPT) -> None:
        self.lines: deque[dict[str, Any]] = deque(maxlen=kept)
        self.count = 0
        self.listeners: list[Callable[[dict[str, Any]], None]] = []
        self._sink = sink

    def add(self, line: dict[str, Any]) -> None:
        """Number a line and write it; OSError (a full disk) leaves it unwritten."""
        numbered = {"n": self.count + 1, **line}
        if self._sink is not None:
            self._sink.write(orjson.dumps(numbered) + b"\n")
        self.count += 1
        self.lines.append(numbered)
        for listener in self.listeners:
            listener(numbered)

    def query(
        self, where: Mapping[str, str], after: int = 0, limit: int = 1000
    ) -> list[dict[str, Any]]:
        """Return up to `limit` lines numbered above `after` whose fields equal `where`."""
        found: Iterable[dict[str, Any]] = (
            line
            for line in self.lines
            if line["n"] > after and all(str(line.get(k)) == v for k, v in where.items())
        )
        return list(islice(found, limit))

    def close(self) -> None:
        """Close the sink."""
        if self._sink is not None:
            self._sink.close()


def set_aside(path: Path) -> Path | None:
    """Rename a file of an earlier run to the next free `name.N.ext`; None when there is none."""
    if not path.exists():
        return None
    number = 1
    while (older := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        number += 1
    return path.rename(older)


def read(raw: bytes) -> Iterator[dict[str, Any]]:
    """Yield the lines of a journal file; a torn last line (after kill -9) is dropped."""
    for line in raw[: raw.rfind(b"\n") + 1].splitlines():
        value = orjson.loads(line)
        if isinstance(value, dict):
            yield value
