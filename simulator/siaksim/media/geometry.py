"""Where things are in a drawn face, in parts of the picture's width and height."""

from __future__ import annotations

from siaksim.core import chance

BACKGROUND = (206, 222, 226)
SKIN = (205, 158, 122)
MASK = (120, 178, 214)
EYES = ((0.38, 0.47), (0.62, 0.47))
GLASSES_RADIUS = 0.085
RING = 0.022

Box = tuple[float, float, float, float]


def cells() -> list[tuple[str, Box]]:
    """Return the picture's pattern cells: (group, left, top, right, bottom)."""
    found: list[tuple[str, Box]] = []
    for column in range(5):
        left = 0.30 + 0.08 * column
        found.append(("face", (left, 0.31, left + 0.08, 0.38)))
        found.append(("face", (left, 0.58, left + 0.08, 0.64)))
        found.append(("face", (left, 0.64, left + 0.08, 0.70)))
    for row in range(12):
        top = 0.04 + 0.076 * row
        found.append(("wall", (0.02, top, 0.13, top + 0.07)))
        found.append(("wall", (0.87, top, 0.98, top + 0.07)))
    return found


def signs(identity: int) -> list[int]:
    """Return +1 or -1 for each cell: what tells one person's face from another's."""
    number = len(cells())
    bits = chance.bits(identity, "face-cells")
    return [1 if bits >> n & 1 else -1 for n in range(number)]
