"""Drawn fingerprints, irises and signatures: small real pictures, the same for the same person.

Each is a pure function of (identity, part). They are patterns with a seed, no biometrics: nothing
but their bytes tells them apart, and no real template could be made of them (assumed form).
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from math import atan2, cos, hypot, pi, sin
from typing import Literal

from siaksim.core import chance
from siaksim.media.parts import PARTS
from siaksim.media.pictures import opened

Condition = Literal["readable", "unreadable", "not_an_image"]
_WIDTH, _HEIGHT = 96, 112
_SIDE = 80
_SIDE_MIN = 32
_PIXELS_MAX = 2_000_000
_SPREAD_MIN = 12.0
"""Grey levels between pictures with something on them and blank ones (assumed)."""
_WSQ = (b"\xff\xa0", b"\xff\xa1")
_SPAN = 1 << 64


def drawn(identity: int, part: str) -> bytes:
    """Return a PNG of one of PARTS of the person with this 64-bit key; ValueError for others."""
    if part not in PARTS:
        raise ValueError(f"part is {part!r}; give one of {', '.join(PARTS)}")
    return _drawn(identity % _SPAN, part)


def blank() -> bytes:
    """Return a PNG on which a sensor has seen nothing: it is unreadable."""
    from PIL import Image

    return _png(Image.new("L", (_WIDTH, _HEIGHT), 250))


def condition(image: bytes) -> Condition:
    """Say whether a picture of a finger, an iris or a signature can be read; never raises.

    JPEG and PNG are looked at; WSQ, the usual form of fingerprints, is taken as it comes.
    """
    if image.startswith(_WSQ[0]):
        return "readable" if image.endswith(_WSQ[1]) else "not_an_image"
    try:
        found = opened(image, _PIXELS_MAX)
        if found is None:
            return "not_an_image"
        if min(found.size) < _SIDE_MIN:
            return "unreadable"
        if found.mode in ("P", "PA", "LA"):
            found = found.convert("RGBA")
        found.draft("L", (_WIDTH, _HEIGHT))
        levels = found.convert("L").resize((_WIDTH, _HEIGHT)).histogram()
    except Exception:  # decoders raise whatever they like on hostile bytes
        return "not_an_image"
    count = sum(levels)
    mean = sum(level * n for level, n in enumerate(levels)) / count
    spread = (sum(n * (level - mean) ** 2 for level, n in enumerate(levels)) / count) ** 0.5
    return "readable" if spread >= _SPREAD_MIN else "unreadable"


@lru_cache(maxsize=4096)
def _drawn(identity: int, part: str) -> bytes:
    if part == "signature":
        return _signature(identity)
    return _iris(identity, part) if part.endswith("_iris") else _finger(identity, part)


def _png(picture: object) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)  # type: ignore[attr-defined]
    return out.getvalue()


def _finger(identity: int, part: str) -> bytes:
    """Draw ridges around a core, bent by a few waves of their own."""
    from PIL import Image

    u = [chance.draw(identity, "finger", part, n) for n in range(8)]
    core = (_WIDTH * (0.4 + 0.2 * u[0]), _HEIGHT * (0.35 + 0.2 * u[1]))
    turns, period = round(3 * u[2]) - 1, 5.0 + 2.5 * u[3]
    bends = [(2.0 + 3 * u[n], 0.04 + 0.05 * u[n + 1], 2 * pi * u[n + 2]) for n in (3, 4, 5)]
    dots = bytearray()
    for y in range(_HEIGHT):
        for x in range(_WIDTH):
            dx, dy = x - core[0], (y - core[1]) * 0.8
            bend = sum(
                high * sin(wave * (x if n else y) + at) for n, (high, wave, at) in enumerate(bends)
            )
            phase = (hypot(dx, dy) + bend) / period + turns * atan2(dy, dx) / (2 * pi)
            inside = (x / _WIDTH - 0.5) ** 2 / 0.23 + (y / _HEIGHT - 0.5) ** 2 / 0.24 < 1
            dots.append(30 if inside and sin(2 * pi * phase) > 0 else 235)
    return _bitonal(Image.frombytes("L", (_WIDTH, _HEIGHT), bytes(dots)))


def _iris(identity: int, part: str) -> bytes:
    """Draw a ring of spokes and crypts around a pupil."""
    from PIL import Image

    u = [chance.draw(identity, "iris", part, n) for n in range(12)]
    waves = [(5 + n * 4 + int(5 * u[n]), 2 * pi * u[n + 6]) for n in range(6)]
    dots = bytearray()
    for y in range(_SIDE):
        for x in range(_SIDE):
            dx, dy = x - _SIDE / 2, y - _SIDE / 2
            far, turn = hypot(dx, dy) / _SIDE, atan2(dy, dx)
            if far > 0.46:
                dots.append(225)
            elif far < 0.16:
                dots.append(10)
            else:
                light = sum(cos(n * turn + at + 14 * far) for n, at in waves)
                dots.append(150 if light > 0 else 70)
    return _png(Image.frombytes("L", (_SIDE, _SIDE), bytes(dots)).quantize(4))


def _signature(identity: int) -> bytes:
    """Draw one line that swings as a pen does."""
    from PIL import Image, ImageDraw

    u = [chance.draw(identity, "signature", n) for n in range(9)]
    picture = Image.new("L", (160, 64), 255)
    points = [
        (
            8 + 140 * t / 60 + 10 * sin(t * (0.3 + 0.4 * u[0]) + 6 * u[1]),
            32
            + 16 * sin(t * (0.35 + 0.5 * u[2]) + 6 * u[3])
            + 9 * sin(t * (0.9 + 0.6 * u[4]) + 6 * u[5]),
        )
        for t in range(61)
    ]
    ImageDraw.Draw(picture).line(points, fill=0, width=4)
    return _bitonal(picture)


def _bitonal(picture: object) -> bytes:
    """Return a PNG of black and white: a tenth of the bytes."""
    grey = picture.point(lambda level: 255 if level > 127 else 0)  # type: ignore[attr-defined]
    return _png(grey.convert("1"))
