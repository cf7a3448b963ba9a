"""A picture against a resident's recorded photo: the same for every service that looks at faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siaksim.media.faces import FaceResult
    from siaksim.world import World


def compared(image: bytes, nik: str, world: World) -> FaceResult:
    """Return what the face check finds in a JPEG or PNG, by the pixels alone; never raises."""
    from siaksim.media import faces  # Pillow costs 60 ms, which `--help` need not pay

    return faces.judge(image, world.face(nik), world.settings.unknown_face)
