"""Where commits are kept: in memory, or in a file that survives kill -9.

The file is JSON Lines: a header that says whose ledger it is, then one line a commit, each
written by one write() before the answer leaves. A torn last line belongs to a call that was
never answered, so the reader drops it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import orjson

from siaksim.errors import UserError

VERSION = 1


class Store(Protocol):
    """Keeps commits in order; `append` returns only when the commit is kept."""

    def append(self, commit: Mapping[str, Any]) -> None:
        """Keep one commit; OSError when it cannot be kept (a full disk)."""

    def read(self) -> Iterable[dict[str, Any]]:
        """Return the commits kept by an earlier run, oldest first."""

    def close(self) -> None:
        """Let go of the store."""


class MemoryStore:
    """Keeps nothing beyond the world's own state."""

    def append(self, commit: Mapping[str, Any]) -> None:
        """Keep nothing."""

    def read(self) -> Iterable[dict[str, Any]]:
        """Return no commits: a new world."""
        return ()

    def close(self) -> None:
        """Do nothing."""


class FileStore:
    """Keeps commits in one file, mode 0600."""

    def __init__(self, path: Path, identity: Mapping[str, Any]) -> None:
        """Open or make the file; UserError when it belongs to another world's identity."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._earlier: list[dict[str, Any]] = []
        header = {"siaksim_ledger": VERSION, **identity}
        end = self._load(header) if path.exists() else 0
        self._file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        os.ftruncate(self._file, end)
        os.lseek(self._file, end, os.SEEK_SET)
        if end == 0:
            self._write(header)

    def _load(self, header: Mapping[str, Any]) -> int:
        raw = self.path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        lines = whole.splitlines()
        if not lines:
            return 0
        try:
            found = orjson.loads(lines[0])
            self._earlier = [orjson.loads(line) for line in lines[1:]]
        except orjson.JSONDecodeError as error:
            raise UserError(
                "this ledger file cannot be read",
                str(self.path),
                "Give --state an empty directory, or mend the file.",
            ) from error
        if found != dict(header):
            differing = sorted(k for k in {*found, *header} if found.get(k) != header.get(k))
            raise UserError(
                f"this ledger belongs to another world ({', '.join(differing)} differ)",
                str(self.path),
                "Start with the seed and scenario that it was made with, "
                "or give --state an empty directory.",
            )
        return len(whole)

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._file < 0:
            raise OSError(9, "this ledger is closed", str(self.path))
        data = orjson.dumps(line) + b"\n"
        start = os.lseek(self._file, 0, os.SEEK_CUR)
        written = os.write(self._file, data)
        if written != len(data):
            # A half-written commit must not be followed by another one: take it back.
            os.ftruncate(self._file, start)
            os.lseek(self._file, start, os.SEEK_SET)
            raise OSError(28, "No space left on device", str(self.path))

    def append(self, commit: Mapping[str, Any]) -> None:
        """Keep one commit with one write()."""
        self._write(commit)

    def read(self) -> Iterable[dict[str, Any]]:
        """Return the commits that were in the file when it was opened."""
        return self._earlier

    def close(self) -> None:
        """Close the file; a late commit fails, and never reaches a file that reuses the number."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
