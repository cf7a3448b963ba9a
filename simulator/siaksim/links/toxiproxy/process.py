"""Starts and stops a Toxiproxy server of siaksim's own. Blocks: call it from a thread."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from time import monotonic

from siaksim.links.engine import HOST, EngineError
from siaksim.links.toxiproxy.adapter import Adapter, Unreachable

PROGRAM = "toxiproxy-server"
START_S = 10.0
"""Wall seconds in which it must answer."""
HOW = (
    "Put it on PATH: `brew install shopify/shopify/toxiproxy`, a release of "
    "github.com/Shopify/toxiproxy, or `go install "
    "github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0` (name the program toxiproxy-server). "
    "Or give --toxiproxy URL, or use --links embedded, which needs nothing."
)


class ToxiproxyProcess:
    """A Toxiproxy server in a process of its own, on loopback."""

    def __init__(self) -> None:
        """Start it; EngineError when the program is missing or does not answer."""
        program = shutil.which(PROGRAM)
        if program is None:
            raise EngineError(f"the program {PROGRAM} is not on PATH.", "--links toxiproxy", HOW)
        port = _free_port()
        self.url = f"http://{HOST}:{port}"
        # Its log is of no use to anybody, and a pipe that nobody reads would stop it.
        self._process = subprocess.Popen(
            [program, "-host", HOST, "-port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for siaksim, which then stops it in order
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> None:
        adapter, end, pause = Adapter(self.url), monotonic() + START_S, threading.Event()
        while True:
            try:
                adapter.version()
                return
            except Unreachable as error:
                if self._process.poll() is not None or monotonic() > end:
                    raise EngineError(
                        f"Toxiproxy did not start ({self.died() or 'no answer'}).", self.url
                    ) from error
            pause.wait(0.02)

    def died(self, within_s: float = 0.0) -> str:
        """Return how it ended, '' if it still runs after so many wall-clock seconds."""
        try:
            code = self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            return ""
        return f"killed by signal {-code}" if code < 0 else f"exit code {code}"

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def stop(self) -> None:
        """End it."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])
