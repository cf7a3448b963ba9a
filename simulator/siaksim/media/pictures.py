"""Reading picture files that anybody may have made: JPEG and PNG only, one frame, sane sizes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

PIXELS_MAX = 40_000_000


def opened(image: bytes, pixels_max: int = PIXELS_MAX) -> Image | None:
    """Return the picture in the bytes of a JPEG or PNG, undecoded yet; None when there is none.

    One of more pixels than `pixels_max` is none.

    Pillow raises whatever it likes on hostile bytes: callers catch Exception.
    """
    from PIL import JpegImagePlugin, PngImagePlugin

    # The two readers are called by name: no other format is tried, no other frame of the
    # file is looked for, and the size is known before a pixel is decoded.
    found: Image
    if image.startswith(b"\xff\xd8\xff") and _is_whole_jpeg(image):
        found = JpegImagePlugin.JpegImageFile(BytesIO(image))
    elif image.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in image:
        found = PngImagePlugin.PngImageFile(BytesIO(image))
        if getattr(found, "is_animated", False):
            return None
    else:
        return None
    return found if 0 < found.width * found.height <= pixels_max else None


def _is_whole_jpeg(image: bytes) -> bool:
    """Say whether an end mark follows the last scan; phones may append data of their own."""
    return image.rfind(b"\xff\xd9") > image.rfind(b"\xff\xda")
