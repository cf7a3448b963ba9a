"""The registry's own record of state changes: the truth that verdicts count by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siaksim.ledger.entries import Change, Entry
from siaksim.ledger.history import History
from siaksim.ledger.registry import Registry
from siaksim.ledger.store import MemoryStore, Store


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored answer of an idempotent call; `until` is office time."""

    body_hash: str
    status: int
    content_type: str
    body: str
    until: float


class Ledger:
    """Commits changes, in order, to a store and to the registry."""

    def __init__(self, seed: int, store: Store | None = None) -> None:
        """Open the ledger and fold what an earlier run has kept."""
        self.registry = Registry(seed)
        self.history = History(seed)
        self.entries: list[Entry] = []
        self.kept: dict[str, Kept] = {}
        self._store: Store = store or MemoryStore()
        for commit in self._store.read():
            for item in commit["entries"]:
                self._take(Entry(**item))
            for scope, kept in commit.get("kept", {}).items():
                self.kept[scope] = Kept(**kept)

    def _take(self, entry: Entry) -> None:
        self.registry.apply(entry)
        self.entries.append(entry)
        self.history.take(entry)

    def commit(
        self,
        changes: Sequence[Change],
        at: float,
        request: str,
        kept: Mapping[str, Kept] | None = None,
    ) -> list[Entry]:
        """Commit changes at office time `at`, all or none; OSError leaves nothing changed."""
        first = len(self.entries) + 1
        entries = [
            Entry(first + i, at, change.kind, change.nik, change.data, request)
            for i, change in enumerate(changes)
        ]
        line: dict[str, Any] = {"entries": [entry.as_dict() for entry in entries]}
        if kept:
            line["kept"] = {
                scope: {name: getattr(item, name) for name in Kept.__slots__}
                for scope, item in kept.items()
            }
        self._store.append(line)  # on disk before the state moves and before any answer
        for entry in entries:
            self._take(entry)
        if kept:
            self.kept.update(kept)
        return entries

    def close(self) -> None:
        """Close the store."""
        self._store.close()
