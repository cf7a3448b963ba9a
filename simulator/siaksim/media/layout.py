"""Where things are on a drawn selfie, shared by the one who draws and the one who judges.

Standard library only. Lengths are shares of the picture's side, so that a rescaled picture
is read as well as the original. All of it is assumed: the real face service is not public.
"""

from __future__ import annotations

from functools import lru_cache

from siaksim.core import chance

Box = tuple[float, float, float, float]

GRID = 16
RIM = 0.05
CELL = (1 - 2 * RIM) / GRID
TICK = 0.025

# The rim is a ruler of dark and light ticks (they vanish when the picture is blurred) between
# broad marks (they stay). One corner is light, so that a turned or mirrored picture shows.
CORNER = 0.1
MIDDLE = (0.45, 0.55)
SEGMENTS = ((0.1, 0.45), (0.55, 0.9))
DARK_CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
LIGHT_CORNER = (1.0, 1.0)
DARK_SIDES = ("top", "right")
LIGHT_SIDES = ("left", "bottom")

# What the judge looks at on the face itself.
FOREHEAD: Box = (0.46, 0.345, 0.54, 0.375)
MASK_PLACES: tuple[Box, ...] = ((0.395, 0.585, 0.425, 0.635), (0.575, 0.585, 0.605, 0.635))
GLASSES_PLACES: tuple[Box, ...] = (
    (0.4875, 0.447, 0.5125, 0.4595),
    (0.405, 0.5, 0.43, 0.5095),
    (0.57, 0.5, 0.595, 0.5095),
)

WALL_CELLS: tuple[tuple[int, int], ...] = tuple(
    (column, row)
    for row in range(GRID)
    for column in range(GRID)
    if (row < 13 and (column < 4 or column > 11)) or row < 2
)
SHIRT_CELLS: tuple[tuple[int, int], ...] = tuple(
    (column, row) for row in (14, 15) for column in (2, 3, 4, 11, 12, 13)
)
REGIONS = (WALL_CELLS, SHIRT_CELLS)


def cell_box(column: int, row: int, inset: float = 0.0) -> Box:
    """Return the place of one tile, in shares of the side; `inset` in shares of the tile."""
    left, top = RIM + column * CELL, RIM + row * CELL
    margin = inset * CELL
    return left + margin, top + margin, left + CELL - margin, top + CELL - margin


def corner_box(x: float, y: float) -> Box:
    """Return the inside of a corner mark, in shares; x and y are 0 or 1."""
    near, far = 0.2 * RIM, 0.8 * RIM
    across = (near, far) if x == 0 else (1 - far, 1 - near)
    down = (near, far) if y == 0 else (1 - far, 1 - near)
    return across[0], down[0], across[1], down[1]


@lru_cache(maxsize=4096)
def pattern(identity: int) -> tuple[bool, ...]:
    """Return the tiles of a person, wall first and then shirt; True is the lighter tone."""
    count = len(WALL_CELLS) + len(SHIRT_CELLS)
    words = [chance.bits(identity, "tiles", index) for index in range(-(-count // 64))]
    return tuple(bool(words[index // 64] >> (index % 64) & 1) for index in range(count))


def side_box(side: str, start: float, end: float, inset: float = 0.0) -> Box:
    """Return the stretch of the rim from `start` to `end` along one side, in shares."""
    near, far = inset, RIM - inset
    if side == "top":
        return start, near, end, far
    if side == "bottom":
        return start, 1 - far, end, 1 - near
    if side == "left":
        return near, start, far, end
    return 1 - far, start, 1 - near, end
