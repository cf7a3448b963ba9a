"""How `siaksim check` and `siaksim hunt` end: exit codes, and Ctrl-C that loses nothing."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Any

CRASHED = 4
"""The exit code when the client crashed, hung past its end, or could not be started."""
BROKEN = 5
"""The exit code when siaksim itself failed, so that the client is not to blame."""
INTERRUPTED = 128
"""The exit code, plus the signal's number, when somebody ended the command."""
HOW_TO_START = "Try `siaksim serve --port 0` in a terminal: it says what is wrong."
"""How to mend a server that a command could not start."""


@contextmanager
def interrupts(told: Callable[[], None] = lambda: None) -> Iterator[list[int]]:
    """Collect Ctrl-C and SIGTERM instead of dying by them, so that servers and clients end too.

    `told` hears of each. Outside of the main thread whoever called minds the signals.
    """
    seen: list[int] = []
    if current_thread() is not main_thread():
        yield seen
        return

    def note(number: int, _: Any) -> None:
        seen.append(number)
        told()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
