"""tls_expired: the certificate ran out yesterday.

- {kind: tls_expired, at: "08:00", for: 3h}
- {kind: tls_expired, link: mpp-counter, share: 20%}

A client must not go on; one that does has switched verification off, and the journal tells of it
(a `tls` line with `accepted`).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.faults.base import TlsFault


class TlsExpired(TlsFault):
    """Shows a certificate of the right name and the right CA that is no longer valid."""

    handshake: ClassVar[str] = "expired"
    kind: Literal["tls_expired"]
