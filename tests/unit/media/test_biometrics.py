"""Drawn fingers, irises and signatures: the same for the same person, and told from blank ones."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from siaksim.media.biometrics import blank, condition, drawn
from siaksim.media.parts import FINGERS, IRISES, PARTS
from siaksim.media.recordings import recording


def test_each_part_of_each_person_is_a_picture_of_its_own() -> None:
    pictures = [drawn(identity, part) for identity in (1, 2) for part in PARTS]
    assert len(set(pictures)) == 2 * len(PARTS) == 26
    assert {condition(picture) for picture in pictures} == {"readable"}
    assert max(len(picture) for picture in pictures) < 2000


def test_a_part_is_drawn_alike_each_time() -> None:
    whole = drawn.__wrapped__ if hasattr(drawn, "__wrapped__") else drawn
    assert whole(7, "left_iris") == drawn(7 + (1 << 64), "left_iris")
    assert Image.open(BytesIO(drawn(7, "right_thumb"))).size == (96, 112)


def test_a_part_that_nobody_has_is_refused() -> None:
    with pytest.raises(ValueError, match="left_toe"):
        drawn(1, "left_toe")


def saved(picture: Image.Image, form: str) -> bytes:
    out = BytesIO()
    picture.save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_with_nothing_on_it_is_unreadable(form: str) -> None:
    assert condition(blank()) == "unreadable"
    for grey in (0, 128, 255):
        assert condition(saved(Image.new("L", (96, 112), grey), form)) == "unreadable"
    finger = Image.open(BytesIO(drawn(1, "left_thumb"))).convert("L")
    assert condition(saved(finger, form)) == "readable"
    assert condition(saved(finger.resize((31, 40)), form)) == "unreadable"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_kind_of_png_is_looked_at(mode: str) -> None:
    finger = Image.open(BytesIO(drawn(1, "left_thumb"))).convert("L")
    picture = finger if mode == "I;16" else finger.convert(mode)
    assert condition(saved(picture, "PNG")) == "readable"


def test_wsq_is_taken_as_it_comes_and_a_torn_one_is_no_picture() -> None:
    assert condition(b"\xff\xa0 any \xff\xa1") == "readable"
    assert condition(b"\xff\xa0 any") == "not_an_image"


def test_other_files_and_giants_are_no_pictures() -> None:
    assert condition(saved(Image.new("L", (96, 112)), "GIF")) == "not_an_image"
    assert condition(saved(Image.new("1", (2001, 1000)), "PNG")) == "not_an_image"


@given(st.binary() | st.binary().map(lambda tail: b"\x89PNG\r\n\x1a\n" + tail + b"IEND"))
def test_no_bytes_break_the_look(image: bytes) -> None:
    assert condition(image) in ("readable", "unreadable", "not_an_image")


def test_a_recording_holds_each_part_once_and_may_have_others_fingers() -> None:
    own, mixed = recording(1, 1), recording(1, 2, "left_iris")
    assert set(own["fingers"]) == set(FINGERS)
    assert set(own["irises"]) == set(IRISES)
    assert b64decode(own["fingers"]["left_ring"]) == drawn(1, "left_ring")
    assert b64decode(mixed["fingers"]["left_ring"]) == drawn(2, "left_ring")
    assert mixed["irises"]["right_iris"] == own["irises"]["right_iris"]
    assert condition(b64decode(mixed["irises"]["left_iris"])) == "unreadable"
