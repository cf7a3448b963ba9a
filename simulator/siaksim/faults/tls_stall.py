"""tls_stall: the connection is taken, and the handshake never answered.

- {kind: tls_stall, at: "09:10", for: 25m}
- {kind: tls_stall, link: mpp-counter, share: 30%}

A client whose deadline covers reading but not connecting hangs. Nothing is committed.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.faults.base import TlsFault


class TlsStall(TlsFault):
    """Leaves the handshake without an answer until the fault is over, then closes."""

    handshake: ClassVar[str] = "stall"
    kind: Literal["tls_stall"]
