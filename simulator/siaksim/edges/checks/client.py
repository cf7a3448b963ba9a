"""The client under test: a command that is started, watched, and ended when its day is over."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic

from siaksim.edges.judging import write_private
from siaksim.verdict.words import words

END_S, KILL_S = 10.0, 5.0
"""Wall seconds in which a client is to end when its day is over: by itself, and after SIGTERM."""
STEP_S = 0.1
TAIL = 12
"""Lines of a client's output that are shown when it did not end well."""
_POSIX = os.name == "posix"


def run_client(
    command: Sequence[str],
    variables: Mapping[str, str],
    log: Path,
    lasts_s: float,
    cut_short: Callable[[], bool],
) -> str:
    """Run the client until it ends or its day is over: then SIGTERM ends it, which is no crash.

    `cut_short` says when to end it before its time. Return what was wrong with how it ended (made
    by `words`), '' for nothing. What it prints goes to `log`.
    """
    write_private(str(log), b"")
    with open(log, "ab") as output:
        try:
            # In a group of its own: what it starts ends with it, and Ctrl-C reaches us first.
            process = subprocess.Popen(
                list(command),
                env=os.environ | variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=_POSIX,
            )
        except OSError as error:
            return words("it could not be started: {reason}", reason=error.strerror or error)
    ends = monotonic() + lasts_s + END_S
    try:
        while monotonic() < ends and not cut_short():
            try:
                return _told(process.wait(STEP_S))
            except subprocess.TimeoutExpired:
                continue
        _signal(process, signal.SIGTERM)
        try:
            process.wait(KILL_S)
            return ""
        except subprocess.TimeoutExpired:
            return words("it hung past its end and had to be killed")
    finally:
        _signal(process, signal.SIGKILL if _POSIX else signal.SIGTERM)
        process.wait()


def _told(code: int) -> str:
    if code < 0:
        known = {number.value: number.name for number in signal.Signals}
        return words("it was killed by {signal}", signal=known.get(-code, f"signal {-code}"))
    return words("it crashed with exit code {code}", code=code) if code else ""


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to the client and to all that it started."""
    if not _POSIX:
        process.send_signal(number)
        return
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):  # all are gone (macOS: are going)
        return


def tail_of(log: Path) -> tuple[str, ...]:
    """Return the last lines that a client printed."""
    try:
        raw = log.read_bytes()
    except OSError:
        return ()
    return tuple(raw.decode("utf-8", "replace").rstrip().splitlines()[-TAIL:])
