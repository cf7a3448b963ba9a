"""The face check: a picture against a person, from the pixels alone.

Metadata is never read. What the outcomes mean mirrors the face service (domain.md 1.7,
observed); how they are told apart is assumed, since no biometrics are involved.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Literal

from siaksim.media import layout
from siaksim.media.pictures import opened

if TYPE_CHECKING:
    from PIL.Image import Image

Outcome = Literal["match", "no_match", "poor_image", "mask", "glasses", "not_an_image", "too_small"]

MATCH_SCORE = 70
SIDE_PX_MIN = 200

_SIDE = 320  # every picture is brought to this side; all places of the layout fall on whole pixels
_CONTRAST_MIN = 24  # below this the rim's dark and light cannot be told from noise
_CONTRAST_POOR = 60  # below this the picture is too dark, too bright or too flat to judge
_SHARPNESS_MIN = 0.3  # whole pictures have 0.8 and more, blurred ones 0.05 and less
_MASK_LIFT = 0.15  # how much lighter than the forehead, in units of the rim's contrast
_GLASSES_DEPTH = 0.45  # how far from forehead to the rim's dark; 0 is bare skin


@dataclass(frozen=True, slots=True)
class FaceResult:
    """What the check found; `score` (0..100) is the likeness, 0 where nothing was compared."""

    outcome: Outcome
    score: int = 0


def judge(
    image: bytes, identity: int, unknown_face: Literal["match", "no_match"] = "no_match"
) -> FaceResult:
    """Judge the bytes of a JPEG or PNG against a person's 64-bit key; never raises.

    A picture that siaksim did not draw gets the outcome `unknown_face`, with score 100 or 0.
    """
    grey = _grey(image)
    if isinstance(grey, FaceResult):
        return grey
    light = _Light(grey.tobytes())
    rim = _rim(light)
    if rim is None:
        from PIL.Image import Transpose

        turned = {turn: _Light(grey.transpose(turn).tobytes()) for turn in Transpose}
        light = turned.pop(Transpose.FLIP_LEFT_RIGHT)  # front cameras mirror: that is no fault
        rim = _rim(light)
        if rim is None and any(_rim(other) for other in turned.values()):
            return FaceResult("poor_image")
    if rim is None:
        return FaceResult(unknown_face, 100 if unknown_face == "match" else 0)
    dark, contrast = rim
    if contrast < _CONTRAST_POOR or _sharpness(light) < _SHARPNESS_MIN * contrast:
        return FaceResult("poor_image")
    forehead = light.mean(layout.FOREHEAD)
    if all(light.mean(box) > forehead + _MASK_LIFT * contrast for box in layout.MASK_PLACES):
        return FaceResult("mask")
    depth = sum(forehead - light.mean(box) for box in layout.GLASSES_PLACES) / 3
    if depth > _GLASSES_DEPTH * max(1.0, forehead - dark):
        return FaceResult("glasses")
    score = round(100 * max(0.0, _likeness(light, identity)))
    return FaceResult("match" if score >= MATCH_SCORE else "no_match", score)


class _Light:
    """The brightness (0..255) of a picture of `_SIDE` x `_SIDE` pixels."""

    def __init__(self, pixels: bytes) -> None:
        self._pixels = pixels

    def mean(self, box: layout.Box) -> float:
        """Return the mean brightness of a place given in shares of the side."""
        left, top, right, bottom = (round(share * _SIDE) for share in box)
        rows = range(top * _SIDE, bottom * _SIDE, _SIDE)
        total = sum(sum(self._pixels[row + left : row + right]) for row in rows)
        return total / ((right - left) * (bottom - top))


def _grey(image: bytes) -> Image | FaceResult:
    """Decode to a small grey picture, or say why not."""
    from PIL import Image

    try:
        found = opened(image)
        if found is None:
            return FaceResult("not_an_image")
        if min(found.size) < SIDE_PX_MIN:
            return FaceResult("too_small")
        found.draft("L", (_SIDE, _SIDE))
        if found.mode in ("P", "PA"):  # straight to grey, some palettes warn
            found = found.convert("RGBA")
        small = found.convert("L")
        return small.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    except Exception:  # decoders raise whatever they like on hostile bytes
        return FaceResult("not_an_image")


def _rim(light: _Light) -> tuple[float, float] | None:
    """Return the rim's (dark, contrast) in grey levels, or None if there is no upright rim."""
    edge = 0.2 * layout.RIM
    half = layout.CORNER / 2
    darks = [light.mean(layout.corner_box(x, y)) for x, y in layout.DARK_CORNERS]
    lights = [light.mean(layout.corner_box(*layout.LIGHT_CORNER))]
    middle = (layout.MIDDLE[0] + half / 2, layout.MIDDLE[1] - half / 2)
    darks += [light.mean(layout.side_box(side, *middle, edge)) for side in layout.DARK_SIDES]
    lights += [light.mean(layout.side_box(side, *middle, edge)) for side in layout.LIGHT_SIDES]
    greys = [
        light.mean(layout.side_box(side, start + 0.1, end - 0.1, edge))
        for side in (*layout.DARK_SIDES, *layout.LIGHT_SIDES)
        for start, end in layout.SEGMENTS
    ]
    dark, contrast = sum(darks) / len(darks), sum(lights) / len(lights) - sum(darks) / len(darks)
    if contrast < _CONTRAST_MIN:
        return None
    low, high = dark + 0.25 * contrast, dark + 0.75 * contrast
    if max(darks) > low or min(lights) < high or not all(low < grey < high for grey in greys):
        return None
    return dark, contrast


def _sharpness(light: _Light) -> float:
    """Return how far the rim's light ticks stand out from its dark ones, in grey levels."""
    total, count = 0.0, 0
    quarter = layout.TICK / 4
    for side in (*layout.DARK_SIDES, *layout.LIGHT_SIDES):
        for start, end in layout.SEGMENTS:
            for index in range(round((end - start) / layout.TICK)):
                at = start + index * layout.TICK
                box = layout.side_box(side, at + quarter, at + 3 * quarter, layout.RIM / 4)
                total += light.mean(box) * (1 if index % 2 else -1)
                count += 1
    return 2 * total / count


def _likeness(light: _Light, identity: int) -> float:
    """Return the correlation (-1..1) of the tiles' brightness with the person's pattern."""
    tiles = layout.pattern(identity)
    product = 0.0
    seen_squares = own_squares = 0.0
    start = 0
    for cells in layout.REGIONS:  # wall and shirt have tones of their own: each has its own mean
        own = [float(tile) for tile in tiles[start : start + len(cells)]]
        seen = [light.mean(layout.cell_box(*cell, inset=0.25)) for cell in cells]
        start += len(cells)
        own_mean, seen_mean = sum(own) / len(own), sum(seen) / len(seen)
        for one, other in zip(own, seen, strict=True):
            product += (one - own_mean) * (other - seen_mean)
            own_squares += (one - own_mean) ** 2
            seen_squares += (other - seen_mean) ** 2
    scale = sqrt(own_squares * seen_squares)
    return product / scale if scale > 0 else 0.0
