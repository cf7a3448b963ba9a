"""A field kit's queue on disk: SQLite, one transaction a step, so that no kill -9 loses an item.

An item is `waiting` until SIAK has told what came of it; its client_ref is given when it is
captured and never again. What the office was not told yet of an item is told after a restart.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any

IN_MEMORY = ":memory:"
WAITING, SETTLED = "waiting", "settled"
_TABLES = """
CREATE TABLE IF NOT EXISTS kit (tag TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS served (nik TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS items (
    number INTEGER PRIMARY KEY AUTOINCREMENT, nik TEXT NOT NULL, kind TEXT NOT NULL,
    captured_at TEXT NOT NULL, content TEXT NOT NULL, note TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', result TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '', told INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS conflicts (id TEXT PRIMARY KEY, nik TEXT, reason TEXT, title TEXT);
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing captured: `content` is what the contract's item has beside its ref and time."""

    number: int
    ref: str
    nik: str
    kind: str
    captured_at: str
    content: Mapping[str, Any]
    note: str
    state: str = WAITING
    result: str = ""
    why: str = ""


class Queue:
    """What a kit has captured; every method is one transaction, and safe from several threads."""

    def __init__(self, file: str = IN_MEMORY) -> None:
        """`file` is made when it is not there; ':memory:' keeps nothing over a restart."""
        if file != IN_MEMORY:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        self._base = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        with self._lock:
            self._base.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
            # One statement: two kits' refs never meet, not even when a queue was thrown away.
            self._base.execute(
                "INSERT INTO kit SELECT ? WHERE NOT EXISTS (SELECT * FROM kit)", (token_hex(4),)
            )
            self._tag = str(self._base.execute("SELECT tag FROM kit").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def knows(self, nik: str) -> bool:
        """Say whether a visitor was served, in this life or an earlier one."""
        return bool(self._ask("SELECT 1 FROM served WHERE nik = ?", nik))

    def served(self, nik: str) -> None:
        """Note that a visitor was served without anything captured."""
        self._do(("INSERT OR IGNORE INTO served VALUES (?)", (nik,)))

    def add(
        self, nik: str, kind: str, captured_at: str, content: Mapping[str, Any], note: str = ""
    ) -> None:
        """Keep what was captured: once for each visitor, however often it is asked for."""
        text = json.dumps(content, separators=(",", ":"))
        self._do(
            (
                "INSERT INTO items (nik, kind, captured_at, content, note) SELECT ?, ?, ?, ?, ? "
                "WHERE NOT EXISTS (SELECT * FROM served WHERE nik = ?)",
                (nik, kind, captured_at, text, note, nik),
            ),
            ("INSERT OR IGNORE INTO served VALUES (?)", (nik,)),
        )

    def waiting(self, most: int = -1) -> list[Item]:
        """Return what waits to be sent, the oldest first."""
        return self._items("state = 'waiting' ORDER BY number LIMIT ?", most)

    def untold(self) -> list[Item]:
        """Return items of whose state the office was not told yet."""
        return self._items("told = 0 ORDER BY number")

    def told(self, item: Item) -> None:
        """Note that the office was told of an item's state; not if that has changed meanwhile."""
        ask = "UPDATE items SET told = 1 WHERE number = ? AND state = ?"
        self._do((ask, (item.number, item.state)))

    def settle(self, item: Item, result: str, why: str = "") -> None:
        """Note what came of an item; told the first time only."""
        ask = (
            "UPDATE items SET state = 'settled', result = ?, why = ?, told = 0 "
            "WHERE number = ? AND state = 'waiting'"
        )
        self._do((ask, (result, why, item.number)))

    def keep_conflicts(self, found: Iterable[Mapping[str, Any]]) -> None:
        """Keep SIAK's list of conflicts, for the officer to look at."""
        names = ("conflict_id", "nik", "reason", "title")
        ask = "INSERT OR REPLACE INTO conflicts VALUES (?, ?, ?, ?)"
        self._do(*((ask, tuple(str(one.get(name)) for name in names)) for one in found))

    def conflicts(self) -> list[tuple[str, str, str]]:
        """Return the conflicts that are known: id, NIK, reason."""
        return [
            (str(a), str(b), str(c))
            for a, b, c in self._ask("SELECT id, nik, reason FROM conflicts ORDER BY id")
        ]

    def lose(self) -> None:
        """Lose what waits, as a queue in memory does when the program is started anew."""
        self._do(("DELETE FROM items WHERE state = 'waiting'", ()))

    # -- SQL -------------------------------------------------------------------------------

    def _items(self, where: str, *values: object) -> list[Item]:
        ask = (
            "SELECT number, nik, kind, captured_at, content, note, state, result, why FROM items "
            f"WHERE {where}"
        )
        return [
            Item(n, f"{self._tag}-{n}", nik, kind, at, json.loads(content), *rest)
            for n, nik, kind, at, content, *rest in self._ask(ask, *values)
        ]

    def _ask(self, ask: str, *values: object) -> list[Sequence[Any]]:
        with self._lock:
            return self._base.execute(ask, values).fetchall()

    def _do(self, *steps: tuple[str, tuple[object, ...]]) -> None:
        with self._lock, self._base:
            self._base.execute("BEGIN IMMEDIATE")
            for ask, values in steps:
                self._base.execute(ask, values)
