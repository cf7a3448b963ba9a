"""A selfie is judged from its pixels, whatever a client has done to the file."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from siaksim.core import chance
from siaksim.media.captchas import ALPHABET, captcha
from siaksim.media.faces import judge
from siaksim.media.qrcodes import qr_png
from siaksim.media.selfies import selfie

PEOPLE = [chance.bits(1, "person", n) for n in range(12)]
EXPECTED = {
    "plain": "match",
    "mask": "mask",
    "glasses": "glasses",
    "another": "no_match",
    "blurred": "poor_image",
}


def again(image: bytes, form: str, side: int | None = None) -> bytes:
    opened = Image.open(BytesIO(image)).convert("RGB")
    if side:
        opened = opened.resize((side, side))
    out = BytesIO()
    opened.save(out, form, quality=50)
    return out.getvalue()


@pytest.mark.parametrize("variant", EXPECTED)
def test_each_kind_of_selfie_is_told_after_each_treatment(variant: str) -> None:
    for person in PEOPLE:
        image = selfie(person, variant)  # type: ignore[arg-type]
        for treated in (
            image,
            again(image, "JPEG"),
            again(image, "JPEG", 240),
            again(image, "PNG"),
        ):
            assert judge(treated, person).outcome == EXPECTED[variant]


def test_scores_of_oneself_and_of_others_lie_far_apart() -> None:
    worst = min(judge(again(selfie(p), "JPEG", 240), p).score for p in PEOPLE)
    best = max(judge(selfie(p), q).score for p in PEOPLE for q in PEOPLE[:8] if p != q)
    assert worst >= 85
    assert best < 62


def test_a_selfie_is_a_small_jpeg_and_a_pure_function() -> None:
    image = selfie(5)
    assert image == selfie(5)
    assert image[:3] == b"\xff\xd8\xff"
    assert 10_000 < len(image) < 80_000


def test_a_photograph_from_elsewhere_is_judged_by_the_setting() -> None:
    out = BytesIO()
    Image.effect_noise((300, 300), 80).convert("RGB").save(out, "JPEG")
    assert judge(out.getvalue(), 1).outcome == "no_match"
    assert judge(out.getvalue(), 1, "match").outcome == "match"


def test_what_is_no_picture_is_said_to_be_none() -> None:
    assert judge(b"", 1).outcome == "not_an_image"
    assert judge(selfie(1)[:2000], 1).outcome == "not_an_image"
    assert judge(selfie(1, size=100), 1).outcome == "too_small"
    out = BytesIO()
    Image.new("RGB", (200, 200)).save(out, "GIF")
    assert judge(out.getvalue(), 1).outcome == "not_an_image"


IMAGE = selfie(9, size=200)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(IMAGE) - 1), st.binary(min_size=1, max_size=40))
def test_no_damage_to_a_file_raises(place: int, damage: bytes) -> None:
    judge(IMAGE[:place] + damage + IMAGE[place + len(damage) :], 9)
    judge(damage, 9)


def test_captchas_and_qr_codes_are_pngs() -> None:
    assert captcha(ALPHABET[:5])[:4] == b"\x89PNG"
    assert qr_png("IKD1:abc")[:4] == b"\x89PNG"
    assert not set(ALPHABET) & set("0O1I5S8B2Z")
