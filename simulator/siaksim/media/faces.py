"""The face check: a picture against a person, from the pixels alone.

A drawn face has a known wall on both sides and a pattern of light that is the person's own. A
photograph of somebody real has neither, and is judged as the world's settings say.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from math import cos, pi, sin, sqrt
from typing import Literal

from PIL import Image

from siaksim.media.geometry import (
    BACKGROUND,
    EYES,
    GLASSES_RADIUS,
    MASK,
    cells,
    signs,
)

Outcome = Literal["match", "no_match", "poor_image", "mask", "glasses", "not_an_image", "too_small"]
_GRID = 200
_MATCH_SCORE = 62
_PIXELS_MAX = 40_000_000
_SIDE_MIN = 120


@dataclass(frozen=True, slots=True)
class FaceResult:
    """What the check found; `score` is the likeness in 0..100."""

    outcome: Outcome
    score: int = 0


def judge(
    image: bytes, identity: int, unknown_face: Literal["match", "no_match"] = "no_match"
) -> FaceResult:
    """Judge a JPEG or PNG; bytes that are neither are `not_an_image`, never an error."""
    opened = _open(image)
    if isinstance(opened, FaceResult):
        return opened
    if not _drawn(opened):
        return FaceResult(unknown_face, 100 if unknown_face == "match" else 0)
    if _is_mask(opened):
        return FaceResult("mask")
    if _is_glasses(opened):
        return FaceResult("glasses")
    if not _is_sharp(opened):
        return FaceResult("poor_image")
    score = max(0, round(100 * _likeness(opened, identity)))
    return FaceResult("match" if score >= _MATCH_SCORE else "no_match", score)


def _open(image: bytes) -> Image.Image | FaceResult:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a warning about size is answered below
            with Image.open(BytesIO(image), formats=("JPEG", "PNG")) as opened:
                width, height = opened.size
                if width * height > _PIXELS_MAX:
                    return FaceResult("not_an_image")
                if min(width, height) < _SIDE_MIN:
                    return FaceResult("too_small")
                opened.draft("RGB", (_GRID, _GRID))
                small = opened.convert("RGB")
        return small.resize((_GRID, _GRID), Image.Resampling.BOX)
    except Exception:  # decoders raise whatever they like on hostile bytes
        return FaceResult("not_an_image")


def _at(image: Image.Image, x: float, y: float) -> tuple[int, int, int]:
    pixel = image.getpixel((min(_GRID - 1, int(x * _GRID)), min(_GRID - 1, int(y * _GRID))))
    assert isinstance(pixel, tuple)
    return pixel[0], pixel[1], pixel[2]


def _light(pixel: tuple[int, int, int]) -> float:
    return 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]


def _near(pixel: tuple[int, int, int], wanted: tuple[int, int, int], most: int) -> bool:
    return all(abs(a - b) <= most for a, b in zip(pixel, wanted, strict=True))


def _drawn(image: Image.Image) -> bool:
    places = [(x, y) for x in (0.155, 0.845) for y in (0.05, 0.12, 0.80, 0.86)]
    return sum(_near(_at(image, x, y), BACKGROUND, 45) for x, y in places) >= 7


def _is_mask(image: Image.Image) -> bool:
    places = [(x, y) for x in (0.36, 0.5, 0.64) for y in (0.66, 0.74, 0.84)]
    return sum(_near(_at(image, x, y), MASK, 40) for x, y in places) >= 7


def _is_glasses(image: Image.Image) -> bool:
    dark = total = 0
    for x, y in EYES:
        for step in range(24):
            angle = 2 * pi * step / 24
            point = _at(image, x + GLASSES_RADIUS * cos(angle), y + GLASSES_RADIUS * sin(angle))
            dark += _light(point) < 95
            total += 1
    return dark > 0.7 * total


def _is_sharp(image: Image.Image) -> bool:
    for x, y in EYES:
        lights = [
            _light(_at(image, x + dx / _GRID, y + dy / _GRID))
            for dx in range(-10, 11)
            for dy in range(-6, 7)
        ]
        if max(lights) - min(lights) < 120:
            return False
    return True


def _likeness(image: Image.Image, identity: int) -> float:
    """Return the correlation of the picture's cells with the person's pattern (-1..1)."""
    gray = image.convert("L")
    groups: dict[str, list[tuple[int, float]]] = {}
    for sign, (group, (left, top, right, bottom)) in zip(signs(identity), cells(), strict=True):
        box = (
            round(left * _GRID) + 2,
            round(top * _GRID) + 2,
            round(right * _GRID) - 2,
            round(bottom * _GRID) - 2,
        )
        pixels = gray.crop(box).tobytes()
        groups.setdefault(group, []).append((sign, sum(pixels) / len(pixels)))
    products = squares = count = 0.0
    for found in groups.values():
        mean = sum(value for _, value in found) / len(found)
        balance = sum(sign for sign, _ in found) / len(found)
        for sign, value in found:
            products += (sign - balance) * (value - mean)
            squares += (value - mean) ** 2
            count += (sign - balance) ** 2
    return products / sqrt(squares * count) if squares > 0 and count > 0 else 0.0
