"""tls_wrong_host: the certificate is of another host.

- {kind: tls_wrong_host, at: "08:00", for: 3h}
- {kind: tls_wrong_host, link: mpp-counter, share: 10%}

As from a proxy on the way, or a server that was set up anew. A client must not go on.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.faults.base import TlsFault


class TlsWrongHost(TlsFault):
    """Shows a certificate of the right CA for the name `siak-lama.invalid`."""

    handshake: ClassVar[str] = "wrong_host"
    kind: Literal["tls_wrong_host"]
