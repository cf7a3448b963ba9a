"""`siaksim serve` in a subprocess, for as long as a test session lasts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import deque
from contextlib import suppress
from threading import Event, Thread

from siaksim.errors import UserError
from siaksim.testing.http import ask

START_S = 60.0
STOP_S = 20.0
# -P: what lies in the user's folder must not shadow what the server imports.
# --tied: it ends with whoever started it, even if that one is killed.
COMMAND = (sys.executable, "-P", "-c", "from siaksim.cli import main; main()", "serve", "--tied")
_MEND = "Try `siaksim serve --port 0` in a terminal, or give --siak-url of a running server."
TAIL = 15
_URL = re.compile(r"http://127\.0\.0\.1:\d+")


class SiakServer:
    """A server that tests share: `url` is its base; `stop` ends it if it was started here."""

    def __init__(self, url: str, process: subprocess.Popen[str] | None = None) -> None:
        self.url = url
        self.process = process
        self._reader: Thread | None = None
        self._said: deque[str] = deque(maxlen=200)

    @classmethod
    def running(cls, url: str) -> SiakServer:
        """Use a server that runs already; UserError when none answers there."""
        base = url.rstrip("/")
        ask("GET", f"{base}/__admin/health")
        return cls(base)

    @classmethod
    def start(
        cls,
        command: tuple[str, ...] = COMMAND,
        *,
        who: str = "siak_server",
        how: str = _MEND,
        apart: bool = False,
    ) -> SiakServer:
        """Start a server on a free port; UserError with what it said when it cannot start.

        `who` and `how` stand in that error: who wanted it, and how to mend it. `apart`: Ctrl-C in
        the terminal does not reach the server (POSIX), so that it is still there to be asked.
        """
        # Settings of the user's environment (a port, a token) are meant for another server.
        env = {k: v for k, v in os.environ.items() if not k.startswith("SIAKSIM_")}
        process = subprocess.Popen(
            [*command, "--port", "0"],
            stdin=subprocess.PIPE,  # its end is what the server waits for
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=env | {"PYTHONUNBUFFERED": "1"},
            start_new_session=apart and os.name == "posix",
        )
        server = cls("", process)
        said = server._said
        settled = Event()
        # Read on to the end: a full pipe would stop the server.
        reader = Thread(target=_read, args=(process, said, settled), daemon=True)
        reader.start()
        in_time = settled.wait(START_S)
        banner = "".join(said)
        found = _URL.search(banner)
        server.url = found[0] if found else ""
        server._reader = reader
        if found is None:
            server.stop()
            when = "ended before it listened" if in_time else f"said nothing in {START_S:g} s"
            told = f" It said:\n{banner}" if banner else ""
            raise UserError(f"`siaksim serve` {when}.{told}", who, how)
        return server

    @property
    def ended(self) -> int | None:
        """The exit code if the server has ended by itself, None while it runs."""
        return None if self.process is None else self.process.poll()

    def ends_within(self, seconds: float) -> bool:
        """Say whether the server has ended by itself, or does so in so many wall-clock seconds.

        One that dies closes its sockets first, so a call may fail a moment before it is dead.
        """
        if self.process is None:
            return False
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.ended is not None

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines that the server said; its banner, which ends with a blank one, aside."""
        said = [line.rstrip() for line in self._said]
        blank = max((number for number, line in enumerate(said) if not line), default=-1)
        return tuple(said[blank + 1 :][-TAIL:])

    def stop(self) -> None:
        """End the process; a server that somebody else started is left alone."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._reader is not None:
            self._reader.join(STOP_S)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def _read(process: subprocess.Popen[str], said: deque[str], settled: Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if _URL.search(line):
            settled.set()
    settled.set()
