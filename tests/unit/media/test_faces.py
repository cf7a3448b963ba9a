"""A selfie is judged from its pixels, whatever a client has done to the file."""

from __future__ import annotations

from io import BytesIO
from typing import get_args

import pytest
from PIL import Image, ImageEnhance, ImageOps
from siaksim.core import chance
from siaksim.media import layout
from siaksim.media.faces import MATCH_SCORE, Outcome, judge
from siaksim.media.selfies import Variant, another_identity, selfie

PEOPLE = [chance.bits(1, "person", n) for n in range(200)]
EXPECTED: dict[Variant, Outcome] = {
    "plain": "match",
    "mask": "mask",
    "glasses": "glasses",
    "another": "no_match",
    "blurred": "poor_image",
}
# Measured over 200 people: oneself 99 and more, others 45 and less (the match begins at 70).
OWN_SCORE_MIN = 90
OTHER_SCORE_MAX = 55


def opened(image: bytes) -> Image.Image:
    return Image.open(BytesIO(image)).convert("RGB")


def encoded(picture: Image.Image, form: str = "JPEG", quality: int = 85) -> bytes:
    out = BytesIO()
    picture.save(out, form, quality=quality)
    return out.getvalue()


def treated(image: bytes, treatment: str) -> bytes:
    picture = opened(image)
    match treatment:
        case "recompressed":
            return encoded(picture, quality=50)
        case "shrunk":
            return encoded(picture.resize((240, 240)), quality=50)
        case "png":
            return encoded(picture.resize((400, 400)), "PNG")
        case "brighter":
            return encoded(ImageEnhance.Brightness(picture).enhance(1.2), quality=70)
        case "darker":
            return encoded(ImageEnhance.Brightness(picture).enhance(0.75), quality=70)
        case "grey":
            return encoded(picture.convert("L"))
        case _:
            return image


TREATMENTS = ("as taken", "recompressed", "shrunk", "png", "brighter", "darker", "grey")


@pytest.mark.parametrize("variant", EXPECTED)
def test_each_kind_of_selfie_is_told_from_every_other(variant: Variant) -> None:
    people = PEOPLE if variant == "plain" else PEOPLE[:35]
    for index, person in enumerate(people):
        treatment = TREATMENTS[index % len(TREATMENTS)]
        size = 240 if index >= 7 else 640  # small ones are quicker to draw
        found = judge(treated(selfie(person, variant, size), treatment), person)
        assert found.outcome == EXPECTED[variant], (person, treatment, found)


@pytest.mark.parametrize("treatment", TREATMENTS)
@pytest.mark.parametrize("variant", EXPECTED)
def test_one_person_is_told_after_every_treatment(variant: Variant, treatment: str) -> None:
    assert judge(treated(selfie(4242, variant), treatment), 4242).outcome == EXPECTED[variant]


def test_scores_of_oneself_and_of_others_lie_far_apart() -> None:
    worst = min(judge(treated(selfie(p, size=320), "shrunk"), p).score for p in PEOPLE[:20])
    best = max(judge(selfie(p, size=240), q).score for p in PEOPLE[:4] for q in PEOPLE[4:60])
    assert worst >= OWN_SCORE_MIN > MATCH_SCORE > OTHER_SCORE_MAX >= best


def test_patterns_of_all_pairs_of_people_differ_in_a_quarter_of_their_tiles() -> None:
    rows = [layout.pattern(person) for person in [*range(100), *PEOPLE]]
    nearest = min(
        sum(a != b for a, b in zip(one, other, strict=True))
        for index, one in enumerate(rows)
        for other in rows[:index]
    )
    assert nearest >= len(rows[0]) / 4


def test_another_is_the_face_of_a_person_of_their_own() -> None:
    assert judge(selfie(11, "another"), another_identity(11)).outcome == "match"


@pytest.mark.parametrize("size", [200, 240, 320, 1000, 2000])
def test_a_selfie_of_any_usual_size_is_recognised(size: int) -> None:
    image = selfie(12, size=size)
    assert opened(image).size == (size, size)
    assert judge(image, 12).outcome == "match"


def test_a_selfie_is_a_baseline_jpeg_of_moderate_size_and_a_pure_function() -> None:
    image = selfie(5)
    assert 20_000 < len(image) < 60_000
    assert b"\xff\xc0" in image
    assert b"\xff\xc2" not in image
    assert Image.open(BytesIO(image)).format == "JPEG"
    selfie.__globals__["_selfie"].cache_clear()
    assert selfie(5) == image != selfie(6)


@pytest.mark.parametrize(
    ("variant", "size", "named"),
    [("smiling", 640, "smiling"), ("plain", 20, "20"), ("plain", 9999, "9999")],
)
def test_an_impossible_selfie_is_refused_by_name(variant: Variant, size: int, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        selfie(1, variant, size)


@pytest.mark.parametrize(
    "picture",
    [
        Image.effect_noise((300, 300), 80).convert("RGB"),
        Image.new("RGB", (300, 300), (200, 150, 120)),
        Image.linear_gradient("L").resize((300, 400)),
        Image.radial_gradient("L").resize((640, 480)),
    ],
    ids=["noise", "plain", "linear", "radial"],
)
def test_a_photograph_from_elsewhere_is_judged_by_the_setting(picture: Image.Image) -> None:
    image = encoded(picture)
    assert judge(image, 1) == judge(image, 1, "no_match")
    assert (judge(image, 1).outcome, judge(image, 1).score) == ("no_match", 0)
    assert (judge(image, 1, "match").outcome, judge(image, 1, "match").score) == ("match", 100)


def test_the_setting_for_strangers_does_not_let_another_resident_pass() -> None:
    assert judge(selfie(1, "another"), 1, "match").outcome == "no_match"


def test_a_mirrored_selfie_is_judged_like_any_other() -> None:
    mirrored = encoded(ImageOps.mirror(opened(selfie(3))))
    assert judge(mirrored, 3).outcome == "match"
    assert judge(mirrored, 4).outcome == "no_match"


def test_a_turned_and_a_nearly_black_selfie_are_poor_images() -> None:
    picture = opened(selfie(3))
    dark = ImageEnhance.Brightness(picture).enhance(0.2)
    for spoilt in (picture.rotate(90), picture.rotate(180), ImageOps.flip(picture), dark):
        assert judge(encoded(spoilt), 3).outcome == "poor_image"


def test_metadata_plays_no_part() -> None:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "identity 8, match"
    exif[0x0112] = 6
    opened(selfie(7)).save(out, "JPEG", exif=exif, comment=b"match 8")
    assert judge(out.getvalue(), 7).outcome == "match"
    assert judge(out.getvalue(), 8).outcome == "no_match"


def test_every_outcome_that_is_declared_occurs() -> None:
    seen = {judge(selfie(2, variant), 2).outcome for variant in EXPECTED}
    seen |= {judge(b"", 2).outcome, judge(selfie(2, size=199), 2).outcome}
    assert seen == set(get_args(Outcome))
