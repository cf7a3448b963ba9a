"""What an exchange needs of a connection: wait, send, reset, close.

SocketConn is the server's; CollectedConn serves callers in the same process (actors, tests, a
WSGI server of somebody else's), where there is no socket to reset.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Protocol

import gevent
import gevent.event
from gevent.socket import wait_read

from siaksim.world import World

MANUAL_SLICE_S = 0.02
"""Wall seconds between looks at a manual clock while a call is held."""
PIPELINED_SLICE_S = 1.0
"""Wall seconds between looks at whether a held call with another one behind it was let go."""
STEERED_SLICE_S = 1.0
"""Wall seconds between looks at a running clock, which a person may stop, hasten or set forward."""
HANG_LIMIT_S = 30.0
"""Wall seconds that a hang holds in a world whose clock only moves when told."""


class Conn(Protocol):
    """One client's connection, for the length of one call."""

    lane: str
    request: str
    """The journal's id of the call, once it has one."""

    def send(self, data: bytes) -> bool:
        """Send all bytes; False when the client has gone."""

    def reset(self) -> None:
        """End the connection with RST: the client sees ECONNRESET."""

    def close(self) -> None:
        """End the connection without an answer."""

    def pause(self, wall_s: float) -> bool:
        """Wait; False as soon as the client has gone."""

    def release(self) -> None:
        """End a pause at once, from elsewhere: what it waited for is over."""

    def let_go(self) -> bool:
        """Say whether the call was released."""


class SocketConn:
    """A TCP connection whose socket is ours."""

    def __init__(
        self,
        sock: socket.socket,
        lane: str,
        pipelined: bool = False,
        sending: Callable[[str, int], None] | None = None,
    ) -> None:
        """`sending` is told of each call's bytes before they are sent: its id and how many."""
        self._sock = sock
        self._sending = sending
        self.lane = lane
        self.request = ""
        self.ended = False
        # Bytes of a next request are waiting: readable no longer means that the client left.
        self._pipelined = pipelined
        self._released = False

    def send(self, data: bytes) -> bool:
        """Send all bytes, head and body by one send() when the kernel takes them."""
        if self._sending is not None:
            self._sending(self.request, len(data))
        try:
            self._sock.sendall(data)
        except OSError:
            self.ended = True
            return False
        return True

    def reset(self) -> None:
        """Close with a zero linger time, which makes the kernel send RST."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.ended = True

    def close(self) -> None:
        """Mark the connection for closing; the handler closes it."""
        self.ended = True

    def pause(self, wall_s: float) -> bool:
        """Wait for the time to pass or the client to leave, whichever comes first."""
        end = monotonic() + wall_s
        while (left := end - monotonic()) > 0 and not self.let_go():
            if self._pipelined:
                gevent.sleep(min(left, PIPELINED_SLICE_S))
                continue
            try:
                wait_read(self._sock.fileno(), timeout=left, timeout_exc=TimeoutError())
            except TimeoutError:
                return True
            except OSError:
                return False
            if not self.let_go() and not self._look():
                return False
        return True

    def release(self) -> None:
        """Wake a pause by ending what can be read; the connection is closed afterwards."""
        self._released = True
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RD)

    def let_go(self) -> bool:
        """Say whether the call was released."""
        return self._released

    def _look(self) -> bool:
        try:
            self._pipelined = bool(self._sock.recv(1, socket.MSG_PEEK))
        except OSError:
            return False
        return self._pipelined


class CollectedConn:
    """A call made in this process: the answer is collected, an end without one is named."""

    def __init__(
        self,
        lane: str = "in_process",
        sleeps: bool = True,
        passes: Callable[[float], bool] | None = None,
    ) -> None:
        """`passes` lets time pass until an office time on an auto clock; False: client gone.

        Without it the clock is moved on at once: so it is where one client lives alone.
        """
        self.lane = lane
        self.passes = passes
        self.request = ""
        self.data = b""
        self.ended = ""
        self.sleeps = sleeps
        self.waited_s = 0.0
        self._released = gevent.event.Event()

    def send(self, data: bytes) -> bool:
        """Collect the bytes."""
        self.data += data
        return True

    def reset(self) -> None:
        """Note that the call ended by a reset."""
        self.ended = "reset"

    def close(self) -> None:
        """Note that the call ended without an answer."""
        self.ended = "closed"

    def pause(self, wall_s: float) -> bool:
        """Wait, unless the caller is an actor, who never holds up the agenda."""
        if self.sleeps:
            self._released.wait(wall_s)
        return True

    def release(self) -> None:
        """Wake a pause."""
        self._released.set()

    def let_go(self) -> bool:
        """Say whether the call was released."""
        return self._released.is_set()


def wait_client_seconds(
    conn: Conn, world: World, arrival: float, seconds: float, gives_up: float | None = None
) -> bool:
    """Hold a call until `seconds` client seconds after `arrival` (office); False: client gone.

    `gives_up` is the office time at which the client leaves where nobody waits (auto clocks).
    """
    if _planned(conn, seconds):
        return True
    clock = world.clock
    due = arrival + clock.office_seconds(seconds)
    if clock.mode == "auto":
        until = due if gives_up is None else min(due, gives_up)
        return _passes(conn, world, until) and until == due
    if clock.stepped:
        return _hold(conn, world, due, None)
    return _runs(conn, world, due)


def hang(conn: Conn, world: World, until: float | None, deadline_s: float | None) -> bool:
    """Hold a call until office time `until` (None: for ever); False when the client left first.

    `deadline_s` is the client's own limit in client seconds, which an auto clock advances by.
    """
    if _planned(conn, HANG_LIMIT_S if deadline_s is None else deadline_s):
        return True
    clock = world.clock
    if clock.mode == "auto":
        ends = [] if until is None else [until]
        if deadline_s is not None:
            ends.append(clock.now() + clock.office_seconds(deadline_s))
        here = _passes(conn, world, min(ends, default=None))
        return here and (deadline_s is None or until == min(ends))
    if clock.stepped:
        return _hold(conn, world, until, HANG_LIMIT_S)
    return _runs(conn, world, inf if until is None else until)


def _runs(conn: Conn, world: World, due: float) -> bool:
    """Wait on a running clock, which may be steered meanwhile; False when the client has gone."""
    clock = world.clock
    while True:
        left = inf if clock.stands else clock.wall_until(due)
        if not conn.pause(min(left, STEERED_SLICE_S)):
            return False
        # Not later than a timer would have been: what is left by rounding is not waited for.
        if conn.let_go() or clock.wall_until(due) < 1e-4:
            return True


def _passes(conn: Conn, world: World, until: float | None) -> bool:
    """Let an auto clock come to office time `until`; False when the client has gone meanwhile.

    None is for ever where others move the clock on, and no time at all where nobody does.
    """
    if isinstance(conn, CollectedConn) and conn.passes is not None:
        return conn.passes(inf if until is None else until)
    if until is not None:
        world.advance(max(0.0, until - world.clock.now()))
    return True


def _planned(conn: Conn, seconds: float) -> bool:
    """Note an actor's wait (client seconds), which the actor plans; say whether it is one's."""
    if not isinstance(conn, CollectedConn) or conn.sleeps:
        return False
    conn.waited_s += seconds
    return True


def _hold(conn: Conn, world: World, due: float | None, limit_s: float | None) -> bool:
    waited = 0.0
    while due is None or world.clock.now() < due:
        if limit_s is not None and waited >= limit_s:
            return True
        if not conn.pause(MANUAL_SLICE_S):
            return False
        waited += MANUAL_SLICE_S
    return True
