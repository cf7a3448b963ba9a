"""QR codes as pictures."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import segno


@lru_cache(maxsize=512)
def qr_png(payload: str) -> bytes:
    """Return a PNG of the payload's QR code."""
    out = BytesIO()
    segno.make(payload, error="m").save(out, kind="png", scale=6)
    return out.getvalue()
