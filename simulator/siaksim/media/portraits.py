"""Draw the person of a selfie with Pillow. Imports Pillow at the top: import it lazily."""

from __future__ import annotations

from colorsys import hls_to_rgb
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter

from siaksim.core import chance
from siaksim.media import layout

Colour = tuple[int, int, int]

# Drawn larger, then reduced: smooth edges at little cost. Multiples of 320 px put every tile and
# tick on whole pixels.
_CANVAS_PX = 1280
_CANVAS_SMALL_PX = 640
_BLUR = 0.022  # standard deviation, in shares of the side

_DARK: Colour = (22, 46, 56)
_LIGHT: Colour = (246, 242, 230)
_MASK: Colour = (240, 247, 250)
_PLEAT: Colour = (206, 222, 230)
_GLASSES: Colour = (24, 22, 26)
# Luminance stays between 110 and 172, well below the mask's and well above the glasses'.
_SKINS: tuple[Colour, ...] = (
    (222, 164, 126),
    (213, 152, 112),
    (201, 139, 98),
    (188, 125, 86),
    (172, 112, 76),
    (152, 98, 66),
)
_HAIRS: tuple[Colour, ...] = ((28, 24, 26), (44, 32, 28), (62, 42, 32), (38, 38, 46), (82, 58, 42))
_STYLES = ("short", "parted", "long", "bun", "curly", "headscarf", "headscarf", "cap")
_LIPS: tuple[Colour, ...] = ((176, 74, 74), (158, 64, 66), (190, 86, 92))


class _Person(NamedTuple):
    """What a person looks like: every trait is drawn from the identity."""

    skin: Colour
    shade: Colour
    hair: Colour
    cloth: Colour
    style: str
    lips: Colour
    width: float
    eye_gap: float
    eye: float
    brow_tilt: float
    brow_width: float
    nose: float
    smile: float
    mole: int
    moustache: bool


class _Pen:
    """Draws in shares of the side instead of pixels."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image
        self.draw = ImageDraw.Draw(image)
        self.side = image.width

    def scaled(self, *shares: float) -> list[int]:
        return [round(share * self.side) for share in shares]

    def box(self, box: layout.Box, fill: Colour, radius: float = 0.0) -> None:
        left, top, right, bottom = self.scaled(*box)
        place = (left, top, right - 1, bottom - 1)
        if radius:
            self.draw.rounded_rectangle(place, radius * self.side, fill=fill)
        else:
            self.draw.rectangle(place, fill=fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        self.draw.ellipse(self.scaled(x - rx, y - ry, x + rx, y + ry), fill=fill)

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self.draw.polygon([share * self.side for point in points for share in point], fill=fill)

    def line(self, points: list[tuple[float, float]], fill: Colour, width: float) -> None:
        flat = [share * self.side for point in points for share in point]
        self.draw.line(flat, fill=fill, width=round(width * self.side), joint="curve")

    def arc(self, box: layout.Box, start: int, end: int, fill: Colour, width: float) -> None:
        self.draw.arc(self.scaled(*box), start, end, fill=fill, width=round(width * self.side))


def portrait(identity: int, variant: str, size: int) -> Image.Image:
    """Return the square RGB picture of this person; `size` in pixels."""
    canvas = _CANVAS_PX if size * 2 > _CANVAS_SMALL_PX else _CANVAS_SMALL_PX
    image = Image.new("RGB", (canvas, canvas), _LIGHT)
    pen = _Pen(image)
    person = _person(identity)
    tiles = layout.pattern(identity)
    _wall(pen, identity, tiles[: len(layout.WALL_CELLS)])
    _body(pen, identity, person, tiles[len(layout.WALL_CELLS) :])
    _head(pen, person)
    _features(pen, person)
    _hair_in_front(pen, person)
    if variant == "mask":
        _mask(pen)
    if variant == "glasses":
        _glasses(pen)
    _rim(pen)
    if variant == "blurred":
        image = image.reduce(4).filter(ImageFilter.GaussianBlur(_BLUR * canvas / 4))
    elif size * 2 <= canvas:
        image = image.reduce(2)  # several times as quick as letting resize do it all
    if size == image.width:
        return image
    return image.resize((size, size), Image.Resampling.BICUBIC)


def _person(identity: int) -> _Person:
    def pick(count: int, trait: str) -> int:
        return chance.below(identity, count, "trait", trait)

    def between(low: float, high: float, trait: str) -> float:
        return low + (high - low) * chance.draw(identity, "trait", trait)

    skin = _SKINS[pick(len(_SKINS), "skin")]
    style = _STYLES[pick(len(_STYLES), "style")]
    return _Person(
        skin=skin,
        shade=_mixed(skin, (96, 48, 30), 0.22),
        hair=_HAIRS[pick(len(_HAIRS), "hair")],
        cloth=_tone(chance.draw(identity, "trait", "cloth"), 0.36, 0.42),
        style=style,
        lips=_LIPS[pick(len(_LIPS), "lips")],
        width=between(0.166, 0.182, "width"),
        eye_gap=between(0.076, 0.086, "gap"),
        eye=between(0.024, 0.028, "eye"),
        brow_tilt=between(-0.006, 0.008, "tilt"),
        brow_width=between(0.009, 0.015, "brow"),
        nose=between(0.018, 0.028, "nose"),
        smile=between(0.044, 0.056, "smile"),
        mole=pick(6, "mole"),
        moustache=style in ("short", "parted", "cap") and pick(3, "moustache") == 0,
    )


def _tone(hue: float, lightness: float, saturation: float) -> Colour:
    red, green, blue = hls_to_rgb(hue, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _wall(pen: _Pen, identity: int, tiles: tuple[bool, ...]) -> None:
    hue = chance.draw(identity, "trait", "wall")
    dark, light = _tone(hue, 0.54, 0.26), _tone(hue, 0.82, 0.34)
    pen.box((0.0, 0.0, 1.0, 1.0), _tone(hue, 0.69, 0.28))
    _tiles(pen, layout.WALL_CELLS, tiles, (dark, light))


def _tiles(
    pen: _Pen,
    cells: tuple[tuple[int, int], ...],
    tiles: tuple[bool, ...],
    tones: tuple[Colour, Colour],
) -> None:
    side = round(layout.CELL * pen.side)
    stamp = Image.new("L", (side, side), 0)  # one tile, drawn once and stamped everywhere
    gap = round(side * 0.05)
    place = (gap, gap, side - gap - 1, side - gap - 1)
    ImageDraw.Draw(stamp).rounded_rectangle(place, side * 0.22, fill=255)
    for cell, is_light in zip(cells, tiles, strict=True):
        left, top, _, _ = layout.cell_box(*cell)
        pen.image.paste(tones[is_light], (round(left * pen.side), round(top * pen.side)), stamp)


def _body(pen: _Pen, identity: int, person: _Person, tiles: tuple[bool, ...]) -> None:
    hue = chance.draw(identity, "trait", "shirt")
    base = _tone(hue, 0.46, 0.38)
    if person.style == "long":
        pen.box((0.29, 0.30, 0.71, 0.815), person.hair, radius=0.09)
    pen.box((0.12, 0.79, 0.88, 1.1), base, radius=0.11)
    _tiles(pen, layout.SHIRT_CELLS, tiles, (_tone(hue, 0.30, 0.42), _tone(hue, 0.64, 0.38)))
    pen.box((0.435, 0.64, 0.565, 0.82), person.shade, radius=0.03)
    pen.oval(0.5, 0.80, 0.085, 0.045, person.shade)
    collar = _tone(hue, 0.78, 0.3)
    pen.shape([(0.40, 0.785), (0.425, 0.77), (0.5, 0.86), (0.44, 0.9)], collar)
    pen.shape([(0.60, 0.785), (0.575, 0.77), (0.5, 0.86), (0.56, 0.9)], collar)


def _head(pen: _Pen, person: _Person) -> None:
    if person.style == "bun":
        pen.oval(0.5, 0.215, 0.062, 0.05, person.hair)
    if person.style == "curly":
        for x, y in ((0.36, 0.30), (0.64, 0.30), (0.34, 0.38), (0.66, 0.38)):
            pen.oval(x, y, 0.06, 0.06, person.hair)
    if person.style == "headscarf":
        pen.oval(0.5, 0.47, 0.212, 0.29, person.cloth)
        pen.shape([(0.34, 0.6), (0.66, 0.6), (0.64, 0.83), (0.5, 0.93), (0.36, 0.83)], person.cloth)
    else:
        pen.oval(0.5, 0.42, person.width + 0.022, 0.215, person.hair)
        for x in (0.5 - person.width, 0.5 + person.width):
            pen.oval(x, 0.475, 0.024, 0.036, person.skin)
            pen.oval(x, 0.475, 0.012, 0.02, person.shade)
    pen.oval(0.5, 0.47, person.width, 0.235, person.skin)


def _hair_in_front(pen: _Pen, person: _Person) -> None:
    """Everything here ends above y = 0.33: the judge takes the skin's tone from below it."""
    left, right = 0.5 - person.width - 0.014, 0.5 + person.width + 0.014
    if person.style == "headscarf":
        pen.arc((left, 0.222, right, 0.722), 150, 390, person.cloth, 0.03)
        fold = _mixed(person.cloth, _DARK, 0.35)
        pen.line([(0.375, 0.69), (0.45, 0.76), (0.54, 0.83)], fold, 0.006)
        pen.line([(0.625, 0.69), (0.57, 0.75), (0.52, 0.79)], fold, 0.006)
        return
    cap = (left, 0.2, right, 0.62)
    pen.draw.chord(pen.scaled(*cap), 205, 335, fill=person.hair)
    if person.style == "parted":
        gloss = _mixed(person.hair, _LIGHT, 0.2)
        pen.line([(0.43, 0.225), (0.42, 0.275), (0.425, 0.31)], gloss, 0.006)
    if person.style == "curly":
        for index in range(6):
            pen.oval(
                0.36 + index * 0.056, 0.27 - (index in (2, 3)) * 0.02, 0.045, 0.05, person.hair
            )
    if person.style == "cap":  # a peci, as men wear at offices
        pen.box((0.335, 0.185, 0.665, 0.31), (26, 26, 34), radius=0.025)
        pen.line([(0.34, 0.3), (0.66, 0.3)], (66, 62, 78), 0.005)


def _features(pen: _Pen, person: _Person) -> None:
    for side in (-1, 1):
        x = 0.5 + side * person.eye_gap
        _eye(pen, person, x)
        inner, outer = (x - side * 0.032, 0.412), (x + side * 0.034, 0.414 + person.brow_tilt)
        peak = (x + side * 0.008, 0.402)
        pen.line([inner, peak, outer], _mixed(person.hair, (60, 40, 34), 0.3), person.brow_width)
        blush = _mixed(person.skin, (230, 96, 92), 0.22)
        pen.oval(0.5 + side * 0.108, 0.545, 0.026, 0.017, blush)
    nose = person.nose
    pen.arc((0.5 - nose, 0.5, 0.5 + nose, 0.5 + 1.6 * nose), 20, 160, person.shade, 0.009)
    if person.moustache:
        for side in (-1, 1):
            pen.line([(0.5, 0.568), (0.5 + side * 0.028, 0.577)], person.hair, 0.012)
    _mouth(pen, person)
    if person.mole < 3:
        x, y = ((0.445, 0.645), (0.56, 0.535), (0.405, 0.545))[person.mole]
        pen.oval(x, y, 0.0055, 0.0055, _mixed(person.skin, (50, 26, 20), 0.75))


def _eye(pen: _Pen, person: _Person, x: float) -> None:
    size = person.eye
    pen.oval(x, 0.46, size * 1.22, size * 0.94, (250, 248, 244))
    pen.oval(x, 0.461, size * 0.74, size * 0.82, (74, 46, 32))
    pen.oval(x, 0.461, size * 0.4, size * 0.44, (18, 14, 14))
    pen.oval(x + size * 0.26, 0.461 - size * 0.3, size * 0.2, size * 0.2, (255, 255, 255))
    lid = (x - size * 1.3, 0.46 - size, x + size * 1.3, 0.46 + size)
    pen.arc(lid, 195, 345, (52, 34, 30), 0.007)


def _mouth(pen: _Pen, person: _Person) -> None:
    half = person.smile
    box = (0.5 - half, 0.565, 0.5 + half, 0.65)
    pen.draw.chord(pen.scaled(*box), 15, 165, fill=(250, 246, 240))
    pen.arc(box, 8, 172, person.lips, 0.012)
    pen.line([(0.5 - half * 0.97, 0.618), (0.5 + half * 0.97, 0.618)], person.lips, 0.008)


def _mask(pen: _Pen) -> None:
    for side in (-1, 1):
        for y in (0.552, 0.66):
            pen.line([(0.5 + side * 0.12, y), (0.5 + side * 0.172, 0.5)], _MASK, 0.006)
    edge = [
        (0.37, 0.545),
        (0.5, 0.515),
        (0.63, 0.545),
        (0.615, 0.665),
        (0.5, 0.715),
        (0.385, 0.665),
    ]
    pen.shape(edge, _MASK)
    pen.line([*edge, edge[0]], _PLEAT, 0.006)
    for y in (0.57, 0.61, 0.65):
        pen.line([(0.435, y), (0.5, y + 0.012), (0.565, y)], _PLEAT, 0.005)


def _glasses(pen: _Pen) -> None:
    for side in (-1, 1):
        x = 0.5 + side * 0.0825
        place = pen.scaled(x - 0.064, 0.410, x + 0.064, 0.514)
        radius, width = 0.034 * pen.side, round(0.018 * pen.side)
        pen.draw.rounded_rectangle(place, radius, outline=_GLASSES, width=width)
        pen.line([(x + side * 0.062, 0.446), (0.5 + side * 0.18, 0.462)], _GLASSES, 0.012)
    pen.box((0.476, 0.443, 0.524, 0.464), _GLASSES)


def _rim(pen: _Pen) -> None:
    for side in ("top", "right", "bottom", "left"):
        pen.box(layout.side_box(side, 0.0, 1.0), _LIGHT)
        for start, end in layout.SEGMENTS:
            for index in range(0, round((end - start) / layout.TICK), 2):
                at = start + index * layout.TICK
                pen.box(layout.side_box(side, at, at + layout.TICK), _DARK)
    for side in layout.DARK_SIDES:
        pen.box(layout.side_box(side, *layout.MIDDLE), _DARK)
    for x, y in layout.DARK_CORNERS:
        along = (0.0, layout.CORNER) if x == 0 else (1 - layout.CORNER, 1.0)
        down = (0.0, layout.CORNER) if y == 0 else (1 - layout.CORNER, 1.0)
        pen.box(layout.side_box("top" if y == 0 else "bottom", *along), _DARK)
        pen.box(layout.side_box("left" if x == 0 else "right", *down), _DARK)
