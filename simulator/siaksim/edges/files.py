"""Journal files: JSON Lines, mode 0600, one write() a line."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from siaksim.errors import UserError


class FileSink:
    """Appends a world's journal lines to a file; each is out of the process when it returns.

    No buffer stands between a line and the kernel, so kill -9 loses no line that was written.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the file; a torn last line of a killed run is cut off."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        self._file = open(descriptor, "ab", buffering=0)  # noqa: SIM115 (closed by close())
        self._size = _whole_lines(path)
        os.ftruncate(self._file.fileno(), self._size)

    def write(self, line: bytes) -> None:
        """Write one line with one write(); OSError (a full disk) leaves the file as it was."""
        if self._file.closed:
            raise OSError(errno.EBADF, "the journal is closed", str(self.path))
        try:
            written = self._file.write(line)
        except OSError:
            self._take_back()
            raise
        if written != len(line):
            self._take_back()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        self._size += written

    def _take_back(self) -> None:
        # Half a line must not be followed by another: the reader would lose both.
        os.ftruncate(self._file.fileno(), self._size)

    def close(self) -> None:
        """Close the file; later writes raise OSError."""
        self._file.close()


def _whole_lines(path: Path) -> int:
    """Return the size in bytes of the file's whole lines."""
    size = path.stat().st_size
    step = 64 * 1024
    with path.open("rb") as file:
        end = size
        while end > 0:
            start = max(0, end - step)
            file.seek(start)
            at = file.read(end - start).rfind(b"\n")
            if at >= 0:
                return start + at + 1
            end = start
    return 0


def lock_folder(folder: Path) -> int:
    """Make a folder and lock it for this process; UserError when another siaksim has it.

    Two servers that write one ledger would spoil it. The lock ends with the process.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / ".siaksim.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise UserError(
            f"this folder cannot be used: {error.strerror}.", str(folder), "Choose another one."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise UserError(
            "another siaksim is using this folder.", str(folder), "Stop it, or choose another one."
        ) from error
    return descriptor
