"""No bytes make the face check raise, and no damage turns one person into another."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from siaksim.core import chance
from siaksim.media.faces import judge
from siaksim.media.selfies import selfie

JPEG = selfie(9, size=240)
_OUT = BytesIO()
Image.open(BytesIO(JPEG)).save(_OUT, "PNG")
PNG = _OUT.getvalue()
STRANGER = chance.bits(3, "stranger")

BYTES = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=300).map(lambda tail: b"\xff\xd8\xff" + tail + b"\xff\xda\xff\xd9"),
    st.binary(max_size=300).map(lambda tail: b"\x89PNG\r\n\x1a\n" + tail + b"IEND"),
)


@settings(max_examples=100, deadline=None)
@given(BYTES)
def test_arbitrary_bytes_are_no_image_or_no_match(image: bytes) -> None:
    assert judge(image, 9).outcome in ("not_an_image", "too_small", "no_match")


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([JPEG, PNG]),
    st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=30)), max_size=4),
    st.integers(0, 1 << 20),
)
def test_damaged_files_never_raise_and_never_match_a_stranger(
    image: bytes, damages: list[tuple[int, bytes]], cut: int
) -> None:
    for where, damage in damages:
        place = where % len(image)
        image = image[:place] + damage + image[place + len(damage) :]
    judge(image, 9)
    assert judge(image, STRANGER).outcome != "match"
    judge(image[: cut % len(image)], 9)
