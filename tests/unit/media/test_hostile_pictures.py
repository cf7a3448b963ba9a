"""Files that are no single, whole JPEG or PNG of a bearable size are refused, never an error."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from siaksim.media.faces import judge
from siaksim.media.selfies import selfie

SELFIE = selfie(1)


def saved(form: str, mode: str = "RGB", size: tuple[int, int] = (240, 240)) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, form)
    return out.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """Return a tiny PNG whose head claims a size that nobody should decode."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def jpeg_of_size(width: int, height: int) -> bytes:
    """Return a selfie whose frame head claims another size."""
    at = SELFIE.index(b"\xff\xc0") + 5
    return SELFIE[:at] + struct.pack(">HH", height, width) + SELFIE[at + 4 :]


@pytest.mark.parametrize("form", ["GIF", "BMP", "WEBP", "TIFF", "PPM", "ICO"])
def test_other_formats_are_no_image(form: str) -> None:
    assert judge(saved(form), 1).outcome == "not_an_image"


@pytest.mark.parametrize("text", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"{}"])
def test_heads_and_texts_are_no_image(text: bytes) -> None:
    assert judge(text, 1).outcome == "not_an_image"


@pytest.mark.parametrize("kept", [2, 20, 300, 2000, len(SELFIE) // 2, len(SELFIE) - 1])
def test_a_jpeg_cut_anywhere_is_no_image(kept: int) -> None:
    assert judge(SELFIE[:kept], 1).outcome == "not_an_image"


def test_a_png_cut_anywhere_is_no_image() -> None:
    out = BytesIO()
    Image.open(BytesIO(SELFIE)).resize((240, 240)).save(out, "PNG")
    whole = out.getvalue()
    assert judge(whole, 1).outcome == "match"
    for kept in (9, 40, len(whole) // 2, len(whole) - 13):
        assert judge(whole[:kept], 1).outcome == "not_an_image"


@pytest.mark.parametrize("side", [(30_000, 30_000), (6_325, 6_325), (65_000, 700)])
def test_pictures_over_40_megapixels_are_refused_before_decoding(side: tuple[int, int]) -> None:
    assert judge(png_of_size(*side), 1).outcome == "not_an_image"
    assert judge(jpeg_of_size(*side), 1).outcome == "not_an_image"


def test_an_animated_png_is_no_image() -> None:
    out = BytesIO()
    frames = [Image.new("RGB", (240, 240), colour) for colour in ("red", "blue")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert judge(out.getvalue(), 1).outcome == "not_an_image"


@pytest.mark.parametrize("size", [(199, 640), (640, 199), (1, 1)])
def test_a_side_under_200_px_is_too_small(size: tuple[int, int]) -> None:
    assert judge(saved("PNG", size=size), 1).outcome == "too_small"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    assert judge(saved("PNG", mode), 1).outcome == "no_match"


def test_a_selfie_in_a_palette_with_a_transparent_colour_is_recognised() -> None:
    out = BytesIO()
    palette = Image.open(BytesIO(SELFIE)).convert("P", palette=Image.Palette.ADAPTIVE)
    palette.save(out, "PNG", transparency=bytes([0, 128, 255]))
    assert judge(out.getvalue(), 1).outcome == "match"


def test_progressive_and_cmyk_jpegs_are_read() -> None:
    for mode, progressive in (("RGB", True), ("CMYK", False), ("L", False)):
        out = BytesIO()
        Image.open(BytesIO(SELFIE)).convert(mode).save(out, "JPEG", progressive=progressive)
        assert judge(out.getvalue(), 1).outcome == "match"


def test_what_a_phone_appends_to_a_jpeg_does_not_matter() -> None:
    assert judge(SELFIE + b"SEFT maker's trailer" * 50, 1).outcome == "match"
