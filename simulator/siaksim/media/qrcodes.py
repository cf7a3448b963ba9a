"""QR codes as pictures, made once per payload."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segno import QRCode

MODULE_PX = 6
QUIET_MODULES = 4  # the white margin that ISO/IEC 18004 asks for


@lru_cache(maxsize=1024)
def qr_png(payload: str) -> bytes:
    """Return a PNG of the payload's QR code, 6 px a module.

    ValueError for a payload that is empty or too long (over 2,331 bytes).
    """
    out = BytesIO()
    _code(payload).save(out, kind="png", scale=MODULE_PX, border=QUIET_MODULES)
    return out.getvalue()


@lru_cache(maxsize=1024)
def qr_svg(payload: str) -> str:
    """Return the payload's QR code as an <svg> element, to put into a page or serve by itself.

    ValueError for a payload that is empty or too long (over 2,331 bytes).
    """
    out = BytesIO()
    _code(payload).save(
        out,
        kind="svg",
        scale=MODULE_PX,
        border=QUIET_MODULES,
        xmldecl=False,
        nl=False,
        light="#fff",
    )
    return out.getvalue().decode("utf-8")


@lru_cache(maxsize=1024)
def _code(payload: str) -> QRCode:
    import segno

    if not payload:
        raise ValueError("a QR code needs a payload of at least one character")
    return segno.make_qr(payload, error="m")
