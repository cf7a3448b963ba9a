"""Run files on disk: mode 0600, one write() a line; an older one is kept under another name."""

from __future__ import annotations

from pathlib import Path

from siaksim.edges.files import FileSink
from siaksim.errors import UserError
from siaksim.journal.journal import set_aside
from siaksim.replay.runfile import MARK, Run, read_run


class FileTape(FileSink):
    """A recording that goes to a file; kill -9 loses a torn last line at most."""

    def read(self) -> bytes:
        """Return everything written so far."""
        return self.path.read_bytes()


def new_tape(path: Path) -> FileTape:
    """Begin a run file; an earlier one becomes `name.N.json`. UserError when it cannot be had."""
    try:
        if path.exists():
            with path.open("rb") as file:
                begins = file.read(64)
            if begins and not begins.startswith(b'{"' + MARK.encode()):
                raise UserError(
                    "this file is there already, and it is no run file.",
                    str(path),
                    "Choose another name for the recording.",
                )
            set_aside(path)
        return FileTape(path)
    except OSError as error:
        raise UserError(
            f"this file cannot be written: {error.strerror}.", str(path), "Choose another one."
        ) from error


def run_of_file(name: str) -> Run:
    """Return what a run file says; UserError when it cannot be read or replayed."""
    try:
        raw = Path(name).read_bytes()
    except OSError as error:
        how = "`siaksim serve --record FILE` writes one."
        raise UserError(f"this file cannot be read: {error.strerror}.", name, how) from error
    return read_run(raw, name)
