"""What a kit can do without a line: tell an age by a birth date, make a photograph small."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import date
from io import BytesIO

RECORDED_FROM, CARD_FROM = 16 * 12 + 8, 17 * 12
"""Months of age from which a KTP-el is recorded, and from which the card is printed."""
SINGLE = "BELUM KAWIN"
SIDE, QUALITY = 480, 70
"""The longer side of a photograph in pixels, and its quality as a JPEG: far less than 60 KB."""


def reached(born: date, months: int) -> date:
    """Return the day on which somebody has lived so many months."""
    years, month = divmod(born.month - 1 + months, 12)
    try:
        return date(born.year + years, month + 1, born.day)
    except ValueError:  # the month has no such day: then it is the first of the next one
        return date(born.year + years + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def smaller(photo: str) -> str:
    """Return a photograph (base64) made small enough for a slow line; as it is if that fails."""
    from PIL import Image

    raw = b64decode(photo)
    try:
        picture = Image.open(BytesIO(raw)).convert("RGB")
        picture.thumbnail((SIDE, SIDE))
        out = BytesIO()
        picture.save(out, "JPEG", quality=QUALITY)
    except OSError:
        return photo
    return b64encode(out.getvalue()).decode() if out.tell() < len(raw) else photo
