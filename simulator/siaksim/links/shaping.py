"""When the bytes of one stream go on: a connection's toxics as due times. PURE: no sockets.

Times are wall seconds of one monotonic clock, at which client seconds run `speed` times as fast.
Nothing is put out of order, and nothing is lost but what a toxic drops by its nature.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from siaksim.core import chance
from siaksim.core.toxics import (
    Bandwidth,
    Latency,
    LimitData,
    Losses,
    Reset,
    Slicer,
    Stream,
    Timeout,
    Toxic,
    of_kind,
)
from siaksim.links.runs import PACKET, LostRun, lost_runs, stall_s

_E = TypeVar("_E")
TICK_S = 0.05
"""Wall seconds of bytes that a slow line sends at once."""


class Piece(NamedTuple):
    """Bytes that are due at a moment (wall seconds)."""

    due: float
    data: bytes


@dataclass(slots=True)
class Bucket:
    """When a line that connections share is free for the next byte (wall seconds)."""

    free_at: float = 0.0


@dataclass(slots=True)
class Outcome:
    """What becomes of bytes: pieces in order, then perhaps the end of the connection.

    `reset_s`: RST after so many wall seconds; `ends`: it closes once the pieces are out.
    """

    pieces: list[Piece] = field(default_factory=list)
    ends: bool = False
    reset_s: float | None = None
    dropped: int = 0


def hits(seed: int, link: str, ordinal: int, toxic: Toxic) -> bool:
    """Say whether a toxic hits a link's nth connection: a keyed draw against its share."""
    return toxic.share >= 1.0 or chance.draw(seed, "toxic", link, toxic.name, ordinal) < toxic.share


class Shaper:
    """One way of one connection."""

    def __init__(
        self, seed: int, link: str, ordinal: int, stream: Stream, line: Bucket, speed: float = 1.0
    ) -> None:
        """`line` is what all connections of the line share in this way."""
        self._seed = seed
        self._key = (link, ordinal, stream)
        self._stream = stream
        self._line = line
        self._speed = speed
        self._own: dict[str, float] = {}
        self._blocked = self._departed = self._last_due = 0.0
        self._turn = self._packet = self._in_packet = 0
        self._runs: dict[Losses, tuple[Iterator[LostRun], LostRun]] = {}
        self._limits: dict[str, int] = {}
        self.plain = True
        self.set(())

    def set(self, toxics: Iterable[Toxic]) -> None:
        """Take the toxics that hit this connection from now on."""
        mine = tuple(t for t in toxics if t.stream in (None, self._stream))
        self._latency = [t for t in of_kind(mine, Latency)]
        self._bandwidth = [t for t in of_kind(mine, Bandwidth)]
        self._losses = [t for t in of_kind(mine, Losses)]
        self._slicer = [t for t in of_kind(mine, Slicer)]
        self._limit = [t for t in of_kind(mine, LimitData)]
        self._reset = [t for t in of_kind(mine, Reset)]
        self.drops = any(of_kind(mine, Timeout))
        self._limits = {t.name: self._limits.get(t.name, 0) for t in self._limit}
        self.plain = not (
            self._latency
            or self._bandwidth
            or self._losses
            or self._slicer
            or self._limit
            or self._reset
            or self.drops
        )

    def offer(self, now: float, data: bytes, turn: bool = False) -> Outcome:
        """Say what becomes of bytes that came at `now`; `turn`: the other side spoke before."""
        if turn:
            self._turn += 1
            if self._in_packet:  # what a side sends after the other has spoken is a new packet
                self._packet, self._in_packet = self._packet + 1, 0
        found = Outcome()
        if self._reset:
            found.reset_s = min(_of(t, Reset).after_s for t in self._reset) / self._speed
            found.dropped = len(data)
            return found
        if self.drops:
            found.dropped = len(data)
            return found
        if self._limit:
            data = self._limited(data, found)
        jitter = chance.draw(self._seed, "jitter", *self._key, self._turn) * 2 - 1
        pieces: Iterable[Piece] = self._sent(now, data)
        for toxic in self._slicer:
            pieces = self._sliced(pieces, _of(toxic, Slicer))
        delay = sum(
            _of(t, Latency).delay_s + jitter * _of(t, Latency).jitter_s for t in self._latency
        )
        for piece in pieces:
            # A change of the line must not let later bytes overtake earlier ones.
            due = max(piece.due + max(0.0, delay) / self._speed, self._last_due)
            self._last_due = due
            if found.pieces and found.pieces[-1].due == due:
                found.pieces[-1] = Piece(due, found.pieces[-1].data + piece.data)
            else:
                found.pieces.append(Piece(due, piece.data))
        return found

    def _limited(self, data: bytes, found: Outcome) -> bytes:
        for toxic in self._limit:
            left = max(0, _of(toxic, LimitData).size - self._limits[toxic.name])
            if len(data) >= left:
                found.ends = True
                found.dropped += len(data) - left
                data = data[:left]
            self._limits[toxic.name] += len(data)
        return data

    def _sent(self, now: float, data: bytes) -> Iterator[Piece]:
        """Send bytes at the line's speed, and hold them up where packets are lost on it."""
        rates = [_of(t, Bandwidth).rate * self._speed for t in self._bandwidth]
        step = min((max(1, int(rate * TICK_S)) for rate in rates), default=max(1, len(data)))
        at = 0
        while at < len(data):
            size = min(step, len(data) - at)
            if self._losses:
                if self._in_packet == 0:
                    for toxic in self._losses:
                        self._meet(now, _of(toxic, Losses))
                size = min(size, PACKET - self._in_packet)
            due = max(now, self._blocked)
            for toxic, rate in zip(self._bandwidth, rates, strict=True):
                due = max(due, self._own.get(toxic.name, 0.0)) + size / rate
                if _of(toxic, Bandwidth).shared:
                    # While one connection is held up, the others have the line.
                    self._line.free_at = max(self._line.free_at, now) + size / rate
                    due = max(due, self._line.free_at)
                self._own[toxic.name] = due
            self._departed = due
            yield Piece(due, data[at : at + size])
            at += size
            self._in_packet += size
            if self._in_packet >= PACKET:
                self._packet, self._in_packet = self._packet + 1, 0

    def _meet(self, now: float, losses: Losses) -> None:
        """Hold the stream up if a lost run begins with this packet."""
        runs, following = self._runs.get(losses) or self._begin(losses)
        if following.packet <= self._packet:
            held = stall_s(losses, following.length) / self._speed
            self._blocked = max(now, self._blocked, self._departed) + held
            while following.packet <= self._packet:
                following = next(runs)
        self._runs[losses] = (runs, following)

    def _begin(self, losses: Losses) -> tuple[Iterator[LostRun], LostRun]:
        link, ordinal, stream = self._key
        runs = lost_runs(self._seed, link, ordinal, stream, losses)
        following = next(runs)
        # Losses that begin in the middle of a connection strike what is yet to come.
        while following.packet < self._packet:
            following = next(runs)
        return runs, following

    def _sliced(self, pieces: Iterable[Piece], slicer: Slicer) -> Iterator[Piece]:
        last = 0.0
        for piece in pieces:
            at = 0
            while at < len(piece.data):
                place = (*self._key, self._turn, self._packet, at)
                mark = chance.draw(self._seed, "slice", *place) * 2 - 1
                size = max(1, round(slicer.size + mark * slicer.variation))
                due = max(piece.due, last)
                yield Piece(due, piece.data[at : at + size])
                last = due + slicer.delay_s / self._speed
                at += size


def _of(toxic: Toxic, kind: type[_E]) -> _E:
    assert isinstance(toxic.effect, kind)
    return toxic.effect
