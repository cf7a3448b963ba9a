"""How the registry stood for one subject at an earlier time: what a replica that lags shows. PURE.

A subject's entries lean on no other subject's, so a fold over them alone gives what a fold over
the whole ledger up to that time gives for this subject (sessions apart, which no replica holds).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

from siaksim.ledger.entries import Entry
from siaksim.ledger.registry import Registry

FOLDS_KEPT = 1024
"""Subjects whose last fold is kept, so that a client who polls does not fold anew each time."""


class History:
    """Each subject's entries, oldest first, and the folds that were asked for last."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._entries: dict[str, list[Entry]] = {}
        self._folds: dict[str, tuple[int, Registry]] = {}

    def take(self, entry: Entry) -> None:
        """Keep an entry; entries come in the order of their numbers."""
        self._entries.setdefault(entry.nik, []).append(entry)

    def entries(self, nik: str) -> Sequence[Entry]:
        """Return a subject's entries, oldest first."""
        return self._entries.get(nik, ())

    def fresh(self, nik: str) -> Registry:
        """Return a registry of this subject as it stands, which is the caller's to change."""
        registry = Registry(self._seed)
        for entry in self.entries(nik):
            registry.apply(entry)
        return registry

    def as_of(self, nik: str, at: float) -> Registry:
        """Return the registry of this subject at office time `at`, to be looked at only."""
        entries = self._entries.get(nik, [])
        wanted = bisect_right(entries, at, key=attrgetter("at"))
        count, registry = self._folds.get(nik, (0, None))
        if registry is None or count > wanted:  # lags differ from call to call
            count, registry = 0, Registry(self._seed)
        for entry in entries[count:wanted]:
            registry.apply(entry)
        if len(self._folds) >= FOLDS_KEPT and nik not in self._folds:
            self._folds.clear()
        self._folds[nik] = (wanted, registry)
        return registry
