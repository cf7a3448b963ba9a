"""Drawn selfies of residents: real JPEG files whose pixels tell who it is.

A selfie is a pure function of (identity, variant, size). What is drawn, and how the judge
reads it, is assumed: no real photo and no real biometric is involved.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Literal, get_args

from siaksim.core import chance

Variant = Literal["plain", "mask", "glasses", "another", "blurred"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)

SIZE_PX_MIN = 64
SIZE_PX_MAX = 2048
QUALITY = 90
_SPAN = 1 << 64


def selfie(identity: int, variant: Variant = "plain", size: int = 640) -> bytes:
    """Return a baseline JPEG of `size` x `size` pixels showing the person with this 64-bit key.

    `another` shows somebody else's face. ValueError for an unknown variant or a size outside
    64..2048 px.
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant is {variant!r}; give one of {', '.join(VARIANTS)}")
    if not SIZE_PX_MIN <= size <= SIZE_PX_MAX:
        raise ValueError(f"size is {size} px; give {SIZE_PX_MIN} to {SIZE_PX_MAX}")
    return _selfie(identity % _SPAN, variant, size)


def another_identity(identity: int) -> int:
    """Return the 64-bit key of the person shown by the variant `another`."""
    return chance.bits(identity % _SPAN, "another")


@lru_cache(maxsize=256)
def _selfie(identity: int, variant: Variant, size: int) -> bytes:
    from siaksim.media.portraits import portrait

    shown = another_identity(identity) if variant == "another" else identity
    picture = portrait(shown, variant, size)
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
