"""Which bytes on a line's connections are whose answer: so a lost one can be told by its call."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

KEPT = 64
"""Answers of one connection that are remembered: only the last ones can still be on their way."""


@dataclass(slots=True)
class _Sent:
    total: int = 0
    ends: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=KEPT))


class Marks:
    """The answers sent on a line's connections, which go by their port on SIAK's side."""

    def __init__(self) -> None:
        self._sent: dict[int, _Sent] = {}

    def of(self, port: int) -> Callable[[str, int], None]:
        """Return what notes the bytes of a new connection: called with a call's id and size."""
        sent = self._sent[port] = _Sent()
        return partial(self._note, sent)

    @staticmethod
    def _note(sent: _Sent, request: str, size: int) -> None:
        sent.total += size
        if sent.ends and sent.ends[-1][1] == request:
            sent.ends.pop()
        sent.ends.append((sent.total, request))

    def ended(self, port: int, delivered: int) -> list[str]:
        """Forget a connection; return the calls whose answers did not reach the client whole."""
        sent = self._sent.pop(port, None)
        if sent is None:
            return []
        return [request for end, request in sent.ends if end > delivered and request]
