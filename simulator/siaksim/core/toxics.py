"""What a line does to the bytes on it: toxics, as Toxiproxy calls them. PURE: standard library.

Times are client seconds, sizes bytes, rates bytes a client second. `stream` is the way that the
bytes go: `up` from the client to SIAK, `down` back to it; None is the connection as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Stream = Literal["up", "down"]
Way = Literal["up", "down", "both"]
"""What a person writes; `both` stands for two toxics."""
STREAMS: tuple[Stream, ...] = ("up", "down")


@dataclass(frozen=True, slots=True)
class Latency:
    """Every byte comes `delay_s` later, up to `jitter_s` more or less; none overtakes another."""

    delay_s: float
    jitter_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """So many bytes a second: of each connection, or of all of the line together (`shared`)."""

    rate: float
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Down:
    """Open connections are closed and new ones refused."""


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is ended with RST, `after_s` after the first byte that it would carry."""

    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SlowClose:
    """The end of a connection comes `delay_s` later."""

    delay_s: float


@dataclass(frozen=True, slots=True)
class Timeout:
    """No byte passes; after `after_s` of silence (None: when it is over) the connection closes."""

    after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Slicer:
    """Bytes come in pieces of about `size`, give or take `variation`, each `delay_s` later."""

    size: int
    variation: int = 0
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class LimitData:
    """The connection closes when so many bytes have passed."""

    size: int


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing moves, and nothing is lost: what was on its way goes on when it is over."""


@dataclass(frozen=True, slots=True)
class NatIdle:
    """A connection that was silent for `after_s` is forgotten: its bytes vanish, nobody is told."""

    after_s: float


@dataclass(frozen=True, slots=True)
class Losses:
    """Runs of packets that pass and of such that are lost (Gilbert and Elliott): mean lengths.

    A proxy cannot lose a packet of a TCP stream, so a lost run holds the stream up for the time
    after which it would be sent again: `rto_s`, doubled for each three packets more.
    """

    good: float
    bad: float
    rto_s: float


Effect = (
    Latency
    | Bandwidth
    | Down
    | Reset
    | SlowClose
    | Timeout
    | Slicer
    | LimitData
    | Stall
    | NatIdle
    | Losses
)


@dataclass(frozen=True, slots=True)
class Toxic:
    """An effect with its name, its way, and the share of connections (0..1) that it hits."""

    name: str
    effect: Effect
    stream: Stream | None = None
    share: float = 1.0

    def text(self) -> str:
        """Return it as a journal tells it."""
        effect = self.effect
        told = [f"{n}={getattr(effect, n)!r}" for n in type(effect).__dataclass_fields__]
        way = f" {self.stream}" if self.stream else ""
        share = f" share={self.share:g}" if self.share < 1 else ""
        return f"{self.name}: {type(effect).__name__}{way} {' '.join(told)}".rstrip() + share


def toxics(name: str, effect: Effect, way: Way | None = None, share: float = 1.0) -> list[Toxic]:
    """Return the toxics of an effect: one, or one for each way, each with a name of its own."""
    if way is None:
        return [Toxic(name, effect, None, share)]
    streams: Sequence[Stream] = STREAMS if way == "both" else (way,)
    return [Toxic(f"{name}.{stream}", effect, stream, share) for stream in streams]


def of_kind(found: Sequence[Toxic], kind: type[Effect]) -> Iterator[Toxic]:
    """Yield the toxics whose effect is of this kind."""
    return (toxic for toxic in found if isinstance(toxic.effect, kind))
