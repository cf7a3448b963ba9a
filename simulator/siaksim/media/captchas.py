"""Captcha pictures: five characters that people do not mix up. Assumed: the real form is unknown.

The `captcha` library takes its shapes from the operating system's chance. Here it gets draws
keyed by the answer instead, so that a day repeated with its seed shows the same pictures.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec, module_from_spec
from io import BytesIO
from threading import Lock
from types import ModuleType
from typing import TypeVar

from siaksim.core import chance

Item = TypeVar("Item")

ALPHABET = "ACDEFHJKLMNPQRTUWXY34679"  # without 0 O, 1 I, 2 Z, 5 S, 8 B, 6's twin G, U's twin V
LENGTH = 5

_LOCK = Lock()


@lru_cache(maxsize=1024)
def captcha(answer: str) -> bytes:
    """Return a PNG (160 x 60 px) showing the answer; one answer always has the same picture.

    ValueError unless the answer is five characters of ALPHABET.
    """
    if len(answer) != LENGTH or not set(answer) <= set(ALPHABET):
        raise ValueError(f"a captcha is {LENGTH} characters of {ALPHABET}")
    library = _library()
    with _LOCK:  # the draws of one picture must not mix with another's
        library.secrets = _KeyedDraws(answer)  # type: ignore[attr-defined]
        picture: bytes = library.ImageCaptcha().generate(answer).getvalue()
    return picture


@lru_cache(maxsize=64)
def unreadable(answer: str) -> bytes:
    """Return a PNG (160 x 60 px) of noise: a captcha that nobody can read."""
    from PIL import Image

    side = 160 * 60 // 8
    bits = b"".join(
        chance.bits(0, "captcha-noise", answer, place).to_bytes(8, "big")
        for place in range(side // 8)
    )
    noise = Image.frombytes("1", (160, 60), bits).convert("L")
    out = BytesIO()
    noise.save(out, "PNG")
    return out.getvalue()


class _KeyedDraws:
    """Stands in for the module `secrets` while one picture is drawn."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._count = 0

    def randbits(self, k: int) -> int:
        """Return k bits; the library asks for at most 64."""
        self._count += 1
        return chance.bits(0, "captcha", self._key, self._count) >> (64 - k)

    def randbelow(self, exclusive_upper_bound: int) -> int:
        """Return a whole number in 0..bound-1."""
        self._count += 1
        return chance.below(0, exclusive_upper_bound, "captcha", self._key, self._count)

    def choice(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[self.randbelow(len(items))]


@lru_cache(maxsize=1)
def _library() -> ModuleType:
    """Return a copy of the library's module of our own: whoever else uses it keeps real chance."""
    spec = find_spec("captcha.image")
    if spec is None or spec.loader is None:
        raise ImportError(f"the package captcha is not installed for {sys.executable}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
