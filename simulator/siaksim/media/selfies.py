"""Drawn selfies of residents: real JPEGs whose pattern survives what clients do to pictures."""

from __future__ import annotations

from io import BytesIO
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from siaksim.core import chance
from siaksim.media.geometry import (
    BACKGROUND,
    EYES,
    GLASSES_RADIUS,
    MASK,
    RING,
    SKIN,
    cells,
    signs,
)

Variant = Literal["plain", "mask", "glasses", "another", "blurred"]
VARIANTS: tuple[Variant, ...] = ("plain", "mask", "glasses", "another", "blurred")
_LIFT = 24
_HAIRS = ((38, 28, 24), (58, 40, 30), (24, 24, 28))
_SHIRTS = ((90, 60, 120), (40, 90, 70), (150, 70, 60), (60, 70, 110))


def selfie(identity: int, variant: Variant = "plain", size: int = 640) -> bytes:
    """Return the JPEG of a person's selfie, `size` pixels square; a pure function."""
    if variant == "another":
        identity = chance.bits(identity, "another-face")
    image = Image.new("RGB", (size, size), BACKGROUND)
    draw = ImageDraw.Draw(image)
    _head(draw, identity, size)
    image = _pattern(image, identity)
    draw = ImageDraw.Draw(image)
    _features(draw, size)
    if variant == "glasses":
        for x, y in EYES:
            outer = GLASSES_RADIUS + RING / 2
            width = max(2, round(RING * size))
            draw.ellipse(_round(x, y, outer, size), outline=(20, 20, 24), width=width)
    if variant == "mask":
        draw.rounded_rectangle(
            [0.25 * size, 0.58 * size, 0.75 * size, 0.90 * size], 0.08 * size, fill=MASK
        )
    if variant == "blurred":
        image = image.filter(ImageFilter.GaussianBlur(size * 0.05))
    out = BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def _round(x: float, y: float, radius: float, size: int) -> list[float]:
    return [(x - radius) * size, (y - radius) * size, (x + radius) * size, (y + radius) * size]


def _head(draw: ImageDraw.ImageDraw, identity: int, size: int) -> None:
    hair = _HAIRS[identity % len(_HAIRS)]
    shirt = _SHIRTS[(identity >> 8) % len(_SHIRTS)]
    draw.ellipse([0.16 * size, 0.90 * size, 0.84 * size, 1.30 * size], fill=shirt)
    draw.rectangle([0.42 * size, 0.80 * size, 0.58 * size, 0.96 * size], fill=SKIN)
    draw.ellipse([0.19 * size, 0.08 * size, 0.81 * size, 0.80 * size], fill=hair)
    draw.ellipse([0.22 * size, 0.20 * size, 0.78 * size, 0.92 * size], fill=SKIN)


def _pattern(image: Image.Image, identity: int) -> Image.Image:
    """Lift or lower the light of each cell, softly, so that JPEG keeps it."""
    size = image.width
    light = Image.new("L", (size, size), 128)
    draw = ImageDraw.Draw(light)
    for sign, (_, box) in zip(signs(identity), cells(), strict=True):
        draw.rectangle([side * size for side in box], fill=128 + sign * _LIFT)
    light = light.filter(ImageFilter.GaussianBlur(size * 0.006))
    return Image.merge("RGB", [_lift(band, light) for band in image.split()])


def _lift(band: Image.Image, light: Image.Image) -> Image.Image:
    return ImageChops.add(band, light, 1, -128)


def _features(draw: ImageDraw.ImageDraw, size: int) -> None:
    for x, y in EYES:
        draw.ellipse(_round(x, y, 0.046, size), fill=(250, 250, 248))
        draw.ellipse(_round(x, y, 0.024, size), fill=(24, 18, 16))
        draw.arc(_round(x, y - 0.04, 0.06, size), 200, 340, (50, 36, 30), max(2, size // 90))
    draw.line(
        [(0.5 * size, 0.48 * size), (0.485 * size, 0.56 * size), (0.51 * size, 0.57 * size)],
        fill=(160, 112, 84),
        width=max(2, size // 120),
    )
    draw.arc(
        [0.40 * size, 0.68 * size, 0.60 * size, 0.82 * size],
        15,
        165,
        (150, 60, 60),
        max(3, size // 60),
    )
