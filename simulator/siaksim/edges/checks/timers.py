"""How late the timers of the check's own process are: what the machine does to any client's."""

from __future__ import annotations

from threading import Event, Thread
from time import monotonic

from siaksim.core.slip import STEP_S, Slip


class Timers:
    """Looks every STEP_S, in a thread, until it is closed; used as a context manager."""

    def __init__(self) -> None:
        self._late: list[tuple[float, float]] = []
        self._over = Event()
        self._thread = Thread(target=self._run, name="siaksim-timers", daemon=True)

    def __enter__(self) -> Timers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            asked = monotonic() + STEP_S
            if self._over.wait(STEP_S):
                return
            now = monotonic()
            self._late.append((now, now - asked))

    def between(self, began: float, ended: float) -> Slip:
        """Return the slips between two moments of `time.monotonic`."""
        return Slip.of(late for at, late in list(self._late) if began <= at <= ended)
