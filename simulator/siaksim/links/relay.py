"""One connection on an embedded line: two pipes of bytes, each with a shaper of its own."""

from __future__ import annotations

import socket
import struct
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

import gevent
import gevent.event

from siaksim.core.toxics import NatIdle, SlowClose, Stream, Timeout, Toxic, of_kind
from siaksim.links.shaping import Bucket, Piece, Shaper, hits

READ = 64 * 1024
"""Bytes that are read at once."""
HELD_MOST = 256 * 1024
"""Bytes that one pipe holds back; a sender who goes on is made to wait, as a full buffer would."""
_RESET = struct.pack("ii", 1, 0)


class _Due(Exception):
    """What is held back is due."""


class _SourceReset(Exception):
    """Who sends has ended the connection with RST."""


class Line:
    """What the connections of one line share."""

    def __init__(self, name: str, seed: int, speed: float) -> None:
        self.name = name
        self.seed = seed
        self.speed = speed
        self.toxics: tuple[Toxic, ...] = ()
        self.moving = gevent.event.Event()
        self.moving.set()
        self.buckets: dict[Stream, Bucket] = {"up": Bucket(), "down": Bucket()}


class Pipe:
    """One way of a connection, by one greenlet."""

    def __init__(self, whole: Connection, stream: Stream, source: Any, sink: Any) -> None:
        line = whole.line
        self.stream: Stream = stream
        self.shaper = Shaper(
            line.seed, line.name, whole.ordinal, stream, line.buckets[stream], line.speed
        )
        self.passed = self.offered = 0
        self._whole = whole
        self._source, self._sink = source, sink
        self._queue: deque[Piece] = deque()
        self._held = 0

    def run(self) -> None:
        """Carry bytes until either side ends."""
        whole = self._whole
        try:
            while True:
                data = self._read()
                if data is None:
                    continue
                if not data:
                    break
                self._take(data)
            whole.said_all(self.stream)
            self._flush()
            whole.half_ended(self.stream, self._sink)
        except _SourceReset:
            # A reset is passed on as one: it may be a fault of SIAK's that has to be seen.
            whole.said_all(self.stream)
            whole.end("reset_by_peer" if self.stream == "down" else "client_left", reset=True)
        except OSError:
            whole.end("client_left" if self.stream == "down" else "")

    def _read(self) -> bytes | None:
        """Return what came, b'' at the end; None when something was sent or waited for instead."""
        if not self._queue:
            return self._received()
        wait = self._queue[0].due - monotonic()
        if wait <= 0:
            self._send(self._queue.popleft())
        elif self._held >= HELD_MOST:
            gevent.sleep(wait)
        else:
            with suppress(_Due), gevent.Timeout(wait, _Due):
                return self._received()
        return None

    def _received(self) -> bytes:
        try:
            return bytes(self._source.recv(READ))
        except ConnectionResetError as error:
            raise _SourceReset from error

    def _take(self, data: bytes) -> None:
        whole, shaper = self._whole, self.shaper
        self.offered += len(data)
        turn = whole.heard(self.stream)
        if whole.silent:
            return
        if shaper.plain and not self._queue:
            self._out(data)
            return
        found = shaper.offer(monotonic(), data, turn)
        self._queue.extend(found.pieces)
        self._held += sum(len(piece.data) for piece in found.pieces)
        if found.reset_s is not None:
            gevent.sleep(found.reset_s)
            whole.end("reset", reset=True)
        elif found.ends:
            self._flush()
            whole.end("limit_data")
        elif shaper.drops:
            whole.restart_timers()

    def _flush(self) -> None:
        while self._queue:
            piece = self._queue.popleft()
            if (wait := piece.due - monotonic()) > 0:
                gevent.sleep(wait)
            self._send(piece)

    def _send(self, piece: Piece) -> None:
        self._held -= len(piece.data)
        self._out(piece.data)

    def _out(self, data: bytes) -> None:
        moving = self._whole.line.moving
        if not moving.is_set():
            moving.wait()
        if self._whole.silent:
            return
        self._sink.sendall(data)
        if self._whole.client_said_all and self.stream == "down":
            # One that has left for good answers with RST, at once on this machine.
            gevent.sleep(0)
            if self._sink.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise BrokenPipeError
        self.passed += len(data)


class Connection:
    """One client's connection, the nth of its line."""

    def __init__(
        self,
        line: Line,
        ordinal: int,
        client: Any,
        upstream: Any,
        gone: Callable[[Connection, str], None],
    ) -> None:
        """`gone` is called once, with why it ended ('' for an ordinary end)."""
        self.line = line
        self.ordinal = ordinal
        self.silent = False
        self.port = int(upstream.getsockname()[1])
        self._client, self._upstream = client, upstream
        self._gone = gone
        self._spoke: Stream | None = None
        self._heard_at = monotonic()
        self._idle_s: float | None = None
        self._slow: dict[Stream, float] = {}
        self._timeout_s: float | None = None
        self._blocked = False
        self._timer: Any = None
        self._half = False
        self._left_at = 0.0
        self.client_said_all = False
        self._over = False
        self._greenlets: list[Any] = []
        self.up = Pipe(self, "up", client, upstream)
        self.down = Pipe(self, "down", upstream, client)

    def run(self) -> None:
        """Carry bytes until it is over."""
        self.changed(self.line.toxics)
        other = gevent.spawn(self.down.run)
        self._greenlets = [gevent.getcurrent(), other]
        self.up.run()
        other.join()

    @property
    def undelivered(self) -> int:
        """How many bytes of answers the client never got."""
        return self.down.offered - self.down.passed

    # -- what the line does ----------------------------------------------------------------

    def changed(self, toxics: Sequence[Toxic]) -> None:
        """Take the toxics of the line that hit this connection."""
        line = self.line
        mine = tuple(t for t in toxics if hits(line.seed, line.name, self.ordinal, t))
        self.up.shaper.set(mine)
        self.down.shaper.set(mine)
        idle = [t.effect.after_s for t in of_kind(mine, NatIdle) if isinstance(t.effect, NatIdle)]
        self._idle_s = min(idle) / line.speed if idle else None
        self._slow = {}
        for toxic in of_kind(mine, SlowClose):
            if isinstance(toxic.effect, SlowClose) and toxic.stream is not None:
                self._slow[toxic.stream] = toxic.effect.delay_s / line.speed
        self._timeouts([t.effect for t in of_kind(mine, Timeout)])

    def _timeouts(self, found: Sequence[Any]) -> None:
        ends = [t.after_s for t in found if t.after_s is not None]
        self._timeout_s = min(ends) / self.line.speed if ends else None
        if self._blocked and not found:
            self.end("timeout")  # as Toxiproxy does: what was dropped cannot be made good
        self._blocked = bool(found)
        self.restart_timers()

    def restart_timers(self) -> None:
        """Count the silence of a connection that no byte passes anew."""
        if self._timer is not None:
            self._timer.kill(block=False)
            self._timer = None
        if self._timeout_s is not None and not self._over:
            self._timer = gevent.spawn_later(self._timeout_s, self.end, "timeout")

    def heard(self, stream: Stream) -> bool:
        """Note that a side spoke; return whether it is that side's turn anew."""
        now = monotonic()
        if self._idle_s is not None and now - self._heard_at > self._idle_s:
            self.silent = True
        self._heard_at = now
        turn = self._spoke != stream
        self._spoke = stream
        return turn

    @property
    def left_ago_s(self) -> float:
        """How many wall seconds ago the client ended its way, 0 if it did not."""
        return monotonic() - self._left_at if self.client_said_all else 0.0

    def said_all(self, stream: Stream) -> None:
        """Note that a side will send no more; a client may have left with that."""
        if stream == "up":
            self.client_said_all, self._left_at = True, monotonic()

    # -- its end ---------------------------------------------------------------------------

    def half_ended(self, stream: Stream, sink: Any) -> None:
        """Pass the end of one way on; with the other way's end the connection is over."""
        if self.silent:
            if self._half:
                self.end("nat_idle")
            self._half = True
            return
        self.line.moving.wait()
        if stream in self._slow:
            gevent.sleep(self._slow[stream])
        if self._half:
            self.end("")
            return
        self._half = True
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def end(self, why: str, *, reset: bool = False) -> None:
        """End both sides, by RST or in order; the first who ends it says why."""
        if self._over:
            return
        self._over = True
        for sock in (self._client, self._upstream):
            with suppress(OSError):
                if reset:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                else:
                    sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        if self._timer is not None:
            self._timer.kill(block=False)
        why = "nat_idle" if self.silent else why
        self._gone(self, why)
        for greenlet in self._greenlets:
            if greenlet is not gevent.getcurrent():
                greenlet.kill(block=False)
