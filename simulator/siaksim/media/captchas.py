"""Captcha pictures: five characters that people do not mix up."""

from __future__ import annotations

from functools import lru_cache

from captcha.image import ImageCaptcha

ALPHABET = "ACDEFHJKLMNPQRTUVWXY34679"


@lru_cache(maxsize=512)
def captcha(answer: str) -> bytes:
    """Return a PNG of the answer; one answer keeps its picture while it is remembered."""
    data: bytes = ImageCaptcha().generate(answer).getvalue()
    return data
