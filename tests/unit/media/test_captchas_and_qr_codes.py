"""Captchas and QR codes are pictures of what they were asked for, the same each time."""

from __future__ import annotations

import secrets
from io import BytesIO
from xml.etree import ElementTree

import captcha.image
import pytest
import segno
from PIL import Image
from siaksim.media import captchas
from siaksim.media.captchas import ALPHABET, LENGTH
from siaksim.media.qrcodes import MODULE_PX, QUIET_MODULES, qr_png, qr_svg

PAYLOAD = "IKD1:9f3a7c51d0b24e68"


def test_the_alphabet_has_no_two_characters_that_people_mix_up() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    for alike in ("0OD", "1IL", "2Z", "5S", "8B", "6G", "UV"):
        assert len(set(alike) & set(ALPHABET)) <= 1


def test_an_answer_has_one_picture_and_another_answer_another() -> None:
    first = captchas.captcha("ACD34")
    captchas.captcha.cache_clear()
    assert captchas.captcha("ACD34") == first != captchas.captcha("ACD37")
    picture = Image.open(BytesIO(first))
    assert (picture.format, picture.size) == ("PNG", (160, 60))


def test_the_captcha_library_keeps_its_own_chance_for_others() -> None:
    captchas.captcha("ACD34")
    assert vars(captcha.image)["secrets"] is secrets


@pytest.mark.parametrize("answer", ["", "ACD3", "ACD344", "acd34", "ACD30"])
def test_what_cannot_be_an_answer_is_refused(answer: str) -> None:
    assert len(answer) != LENGTH or not set(answer) <= set(ALPHABET)
    with pytest.raises(ValueError, match="5 characters"):
        captchas.captcha(answer)


def test_the_png_shows_the_payloads_modules_inside_a_quiet_margin() -> None:
    wanted = [list(row) for row in segno.make_qr(PAYLOAD, error="m").matrix]
    picture = Image.open(BytesIO(qr_png(PAYLOAD))).convert("L")
    modules = picture.width // MODULE_PX
    seen = [
        [int(picture.getpixel((x * MODULE_PX + 3, y * MODULE_PX + 3)) == 0) for x in range(modules)]
        for y in range(modules)
    ]
    margin = slice(QUIET_MODULES, modules - QUIET_MODULES)
    assert [row[margin] for row in seen[margin]] == wanted
    assert sum(map(sum, seen)) == sum(map(sum, wanted))


def test_the_svg_is_one_element_without_a_declaration() -> None:
    drawn = qr_svg(PAYLOAD)
    assert drawn.startswith("<svg ")
    assert ElementTree.fromstring(drawn).tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn == qr_svg(PAYLOAD) != qr_svg(PAYLOAD + "x")


@pytest.mark.parametrize("payload", ["", "x" * 2332])
def test_payloads_that_no_code_can_hold_are_refused(payload: str) -> None:
    for draw in (qr_png, qr_svg):
        with pytest.raises(ValueError):  # noqa: PT011 - segno words the second one
            draw(payload)
